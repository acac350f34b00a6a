import { cpuSecondsOf, residentBytesOf, waitSecondsOf } from '../lib/proc-stat.ts';

const LOOK_MS = 250;

/** What a process took of the machine over a while. */
export interface ProcessFigures {
  /** Of one core. */
  readonly cpuShare: number;
  /** The share of the time that it was ready to run, and something else had its core. */
  readonly waitShare: number;
  readonly residentStart: number;
  readonly residentPeak: number;
  readonly residentEnd: number;
}

/** Looks at a process until it is asked what it saw. */
export class ProcessWatch {
  readonly #pid: number;
  readonly #startedAt = performance.now();
  readonly #cpuSeconds: number;
  readonly #waitSeconds: number;
  readonly #residentStart: number;
  readonly #looking: NodeJS.Timeout;
  #residentPeak: number;

  /** @throws Error when there is no such process */
  constructor(pid: number) {
    this.#pid = pid;
    this.#cpuSeconds = cpuSecondsOf(pid);
    this.#waitSeconds = waitSecondsOf(pid);
    this.#residentStart = this.#residentPeak = residentBytesOf(pid);
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  end(): ProcessFigures {
    clearInterval(this.#looking);
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const cpuShare = (cpuSecondsOf(this.#pid) - this.#cpuSeconds) / seconds;
    const waitShare = (waitSecondsOf(this.#pid) - this.#waitSeconds) / seconds;
    const residentEnd = this.#look();
    return { cpuShare, waitShare, residentStart: this.#residentStart, residentPeak: this.#residentPeak, residentEnd };
  }

  /** Ends without figures: the process may be gone. */
  cancel(): void {
    clearInterval(this.#looking);
  }

  #look(): number {
    const resident = residentBytesOf(this.#pid);
    this.#residentPeak = Math.max(this.#residentPeak, resident);
    return resident;
  }
}
