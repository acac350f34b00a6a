import { expect, it } from 'vitest';
import { fanoutVerdicts } from '../../../bench/fanout/verdicts.ts';
import { sampleRun } from './sample-run.ts';

const cpu = (cpuShare: number) => ({ server: { ...sampleRun().server, cpuShare } });

it('fanoutVerdicts() compares run by run, judges by the median, and tells what the control would reach', () => {
  const verdicts = fanoutVerdicts({
    barrage: [sampleRun(), sampleRun(cpu(1)), sampleRun()],
    control: [sampleRun(), sampleRun(cpu(1)), sampleRun(cpu(0.25))],
    barrageWide: [sampleRun(cpu(0.1))],
    controlWide: [sampleRun({ ...cpu(0.05), commentsIn: undefined, deliveredPerSecond: 1000 })],
    socketIo: [sampleRun(cpu(2.5)), sampleRun(cpu(5)), sampleRun(cpu(2.5))],
    uwsJson: [3, 6, 3].map((share) => sampleRun({ ...cpu(share / 2), framesPerSecond: 4000 })),
  });
  expect(verdicts.map(({ holds, measured }) => [holds, measured])).toEqual([
    [true, '1.00 [0.50–1.00]'],
    [true, '5.00'],
    [false, '3.00, the control 3.00 [3.00–6.00]'],
    [true, '25.00'],
    [true, '15.00, the control 30.00'],
    [true, '4.00'],
    [false, '4.00'],
  ]);
});
