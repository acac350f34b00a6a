import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InflatingLine } from '../../src/client/inflating-line.ts';
import type { Deflated } from '../../src/protocol/frame.ts';

type Outcome = (inflated: Uint8Array | Error) => void;

/** A line whose inflating the test does by hand. */
function standing() {
  const told: string[] = [];
  const inflating: { readonly deflated: Deflated; readonly done: Outcome }[] = [];
  const line = new InflatingLine({
    inflate: (deflated) =>
      new Promise((resolve, reject) => {
        inflating.push({ deflated, done: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)) });
      }),
    tell: (message) => told.push(String(message)),
    fail: (reason) => told.push(`! ${reason}`),
  });
  return {
    line,
    told,
    inflating,
    /** Ends the inflating under way, and lets what follows from it happen. */
    async inflate(outcome?: Error): Promise<void> {
      const next = inflating.shift();
      next?.done(outcome ?? next.deflated.frame);
      await turn();
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const plain = (number: number) => Uint8Array.of(number);
const deflated = (number: number): Deflated => ({ frame: Uint8Array.of(number) });
const long = (bytes: number): Deflated => ({ frame: new Uint8Array(bytes) });

describe('InflatingLine tells', () => {
  test('a plain message at once where nothing stands in line', () => {
    const { line, told } = standing();
    line.take(plain(1));
    line.take('2');
    line.end(() => told.push('end'));
    expect(told).toEqual(['1', '2', 'end']);
  });

  test('what comes behind a deflated message after it, the end too', async () => {
    const { line, told, inflate } = standing();
    line.take(deflated(1));
    line.take(plain(2));
    line.take('3');
    line.take(deflated(4));
    line.end(() => told.push('end'));
    expect(told).toEqual([]);
    await inflate();
    expect(told).toEqual(['1', '2', '3']);
    await inflate();
    expect(told).toEqual(['1', '2', '3', '4', 'end']);
  });

  test('all in order, each once, however arriving and inflating are interleaved; and inflates one at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('plain', 'deflated', 'done'), { maxLength: 60 }), async (steps) => {
        const { line, told, inflating, inflate } = standing();
        let sent = 0;
        for (const step of steps) {
          if (step === 'plain') line.take(plain(sent++));
          if (step === 'deflated') line.take(deflated(sent++));
          if (step === 'done') await inflate();
          expect(inflating.length).toBeLessThanOrEqual(1);
          expect(told).toEqual(Array.from(told, (_, index) => String(index)));
        }
        line.end(() => told.push('end'));
        while (inflating.length > 0) await inflate();
        expect(told).toEqual([...Array.from({ length: sent }, (_, index) => String(index)), 'end']);
      }),
      { numRuns: 300 },
    );
  });
});

describe('InflatingLine fails', () => {
  test('at a message that cannot be inflated, and tells nothing behind it', async () => {
    const { line, told, inflate } = standing();
    line.take(deflated(1));
    line.take(deflated(2));
    line.take(plain(3));
    line.end(() => told.push('end'));
    await inflate();
    await inflate(new RangeError('garbage'));
    expect(told).toEqual(['1', '! a frame could not be inflated']);
  });

  test('when more than 4096 messages wait', async () => {
    const { line, told, inflate } = standing();
    line.take(deflated(0));
    for (let count = 0; count < 4096; count++) line.take(plain(1));
    expect(told).toEqual([]);
    line.take(plain(1));
    expect(told).toEqual(['! frames came faster than they could be inflated']);
    await inflate();
    expect(told).toHaveLength(1);
  });

  test('when more than 4 MiB wait, what is being inflated and what was told not counted', async () => {
    const { line, told, inflate } = standing();
    for (let times = 0; times < 3; times++) {
      line.take(long(4 << 20));
      line.take(long(4 << 20));
      await inflate();
      await inflate();
    }
    expect(told).toHaveLength(6);
    line.take(long(1));
    line.take(long(4 << 20));
    line.take(plain(1));
    expect(told.at(-1)).toMatch(/faster/);
  });
});

describe('InflatingLine.stop()', () => {
  test('is the last: what is being inflated, or is in line, is not told', async () => {
    const { line, told, inflate } = standing();
    line.take(deflated(1));
    line.take(plain(2));
    line.end(() => told.push('end'));
    line.stop();
    await inflate();
    expect(told).toEqual([]);
  });

  test('keeps a failure from being told', async () => {
    const { line, told, inflate } = standing();
    line.take(deflated(1));
    line.stop();
    await inflate(new RangeError('garbage'));
    expect(told).toEqual([]);
  });

  test('counts also when a message that is told brings it about', async () => {
    const told: string[] = [];
    const line: InflatingLine = new InflatingLine({
      inflate: async ({ frame }) => frame,
      tell: (message) => {
        told.push(String(message));
        line.stop();
      },
      fail: (reason) => told.push(reason),
    });
    line.take(deflated(1));
    line.take(plain(2));
    line.end(() => told.push('end'));
    await turn();
    expect(told).toEqual(['1']);
  });
});
