import { describe, expect, it } from 'vitest';
import type { ScenarioContext, ScenarioResult } from '../../../bench/lib/scenario.ts';
import type { AnyScenario } from '../../../bench/suite/any-scenario.ts';
import { runSuite, type SuiteOptions } from '../../../bench/suite/run-suite.ts';

const RESULT: ScenarioResult = { question: '', command: '', rows: [], verdicts: [], notes: [] };

function scenario(
  name: string,
  run: (options: object, context: ScenarioContext) => Promise<ScenarioResult> = async () => RESULT,
): AnyScenario {
  return {
    name,
    description: `about ${name}`,
    inSuite: { seconds: 2 },
    configure: (command) => command.option('--seconds <n>', '', Number, 60).option('--viewers <n>', '', Number, 10),
    run,
  };
}

function optionsWith(signal: AbortSignal, failures: string[] = []): SuiteOptions {
  return {
    runs: 1,
    cores: { server: undefined, load: undefined, note: '' },
    signal,
    progress: () => undefined,
    failed: (name) => failures.push(name),
  };
}

describe('runSuite()', () => {
  const { signal } = new AbortController();

  it('gives a scenario its defaults, and what it wants for the suite', async () => {
    let given: object = {};
    const looking = scenario('a', async (options) => {
      given = options;
      return RESULT;
    });
    await runSuite([looking], optionsWith(signal));
    expect(given).toEqual({ seconds: 2, viewers: 10 });
  });

  it('goes on after a scenario that throws, and tells of it', async () => {
    const failures: string[] = [];
    const broken = scenario('broken', () => Promise.reject(new Error('no server')));
    const entries = await runSuite([broken, scenario('sound')], optionsWith(signal, failures));
    expect(failures).toEqual(['broken']);
    expect(entries.map(({ name, errors, each }) => ({ name, errors, results: each.length }))).toEqual([
      { name: 'broken', errors: ['no server'], results: 0 },
      { name: 'sound', errors: [], results: 1 },
    ]);
    expect(entries[0]).not.toHaveProperty('result');
  });

  it('runs all scenarios once before any a second time', async () => {
    const order: string[] = [];
    const noting = (name: string) =>
      scenario(name, async () => {
        order.push(name);
        return RESULT;
      });
    const entries = await runSuite([noting('a'), noting('b')], { ...optionsWith(signal), runs: 2 });
    expect(order).toEqual(['a', 'b', 'a', 'b']);
    expect(entries.map(({ result }) => result?.runs)).toEqual([2, 2]);
  });

  it('ends with the reason of the signal, begins no other scenario and calls nothing a failure', async () => {
    const controller = new AbortController();
    const failures: string[] = [];
    const stopped = scenario('stopped', async () => {
      controller.abort(new Error('asked to stop'));
      throw new Error('a connection was closed');
    });
    const other = scenario('other', () => Promise.reject(new Error('never begun')));
    await expect(runSuite([stopped, other], optionsWith(controller.signal, failures))).rejects.toThrow('asked to stop');
    expect(failures).toEqual([]);
  });
});
