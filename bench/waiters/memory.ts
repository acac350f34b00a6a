import { pause } from '../lib/interrupt.ts';
import { residentBytesOf } from '../lib/proc-stat.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import type { Holder } from './holder.ts';

const SAMPLES = 8;
const SAMPLE_MS = 125;

/** A process's memory after its garbage has been collected, in bytes. */
export interface Memory {
  /** Resident, over several samples: what is between the least and the most is noise. */
  readonly resident: Spread;
  /** Objects of JavaScript, and what hangs on them outside the heap. */
  readonly heap: number;
}

export async function memoryOf({ pid, inspector }: Pick<Holder, 'pid' | 'inspector'>, signal: AbortSignal): Promise<Memory> {
  const samples: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    // Twice: what the first one finalises is let go by the second. Then a few samples in a row, as the system takes pages back later.
    if (sample < 2) await inspector.collectGarbage();
    await pause(SAMPLE_MS, signal);
    if (sample >= 2) samples.push(residentBytesOf(pid));
  }
  const { heapUsed, external } = await inspector.heapUse();
  return { resident: spreadOf(samples), heap: heapUsed + external };
}
