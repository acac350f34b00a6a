import { expect, it } from 'vitest';
import { fanoutNotes } from '../../../bench/fanout/notes.ts';
import { CENTRIFUGO } from '../../../bench/peers/centrifugo.ts';
import { PEERS } from '../../../bench/peers/peers.ts';
import { sampleRun } from './sample-run.ts';

const OPTIONS = { rate: 40, supply: 'made-up comments, seed 1' };

it('fanoutNotes() tells the settings of every peer', () => {
  const notes = fanoutNotes([], OPTIONS);
  for (const { name, settings } of PEERS) expect(notes).toContain(`${name}: ${settings}`);
});

it('fanoutNotes() says nothing of a server that kept up', () => {
  expect(fanoutNotes([{ name: 'fine', runs: [sampleRun()] }], OPTIONS)).toEqual(fanoutNotes([], OPTIONS));
});

it('fanoutNotes() says who does not keep up', () => {
  const notes = fanoutNotes([{ name: 'slow', runs: [sampleRun({ commentsIn: 17.66, deliveredPerSecond: 1766 })] }], OPTIONS);
  expect(notes.at(-1)).toContain('slow: does not keep up: 17.7 of 40 comments a second');
});

it('fanoutNotes() says what did not reach viewers', () => {
  const notes = fanoutNotes([{ name: 'lossy', runs: [sampleRun({ deliveredPerSecond: 3000, lost: 4, notShown: 5 })] }], OPTIONS);
  expect(notes.slice(-3)).toEqual([
    'lossy: 25 % of what it took in did not reach its viewers within the window',
    'lossy: 4 viewers cut off',
    'lossy: 5 comments folded or skipped',
  ]);
});

it('fanoutNotes() says who was kept waiting', () => {
  const server = { ...sampleRun().server, waitShare: 0.25 };
  const notes = fanoutNotes([{ name: 'beside others', runs: [sampleRun({ server })] }], OPTIONS);
  expect(notes.at(-1)).toContain('beside others: something else had its core for 25 % of the time');
});

it('fanoutNotes() tells the settings of Centrifugo where it was measured', () => {
  expect(fanoutNotes([{ name: CENTRIFUGO.name, runs: [sampleRun()] }], OPTIONS)).toContain(`${CENTRIFUGO.name}: ${CENTRIFUGO.settings}`);
});
