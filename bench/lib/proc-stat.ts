import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;

/** Processor time of all threads of a process so far, user and system, in seconds. Linux only. */
export function cpuSecondsOf(pid: number): number {
  // Not /proc/PID/stat, which counts in hundredths of a second: a short run has few of them.
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + parseRunSeconds(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')), 0);
}

/** How long a process's main thread has been ready to run while something else had its core, in seconds. Linux only. */
export function waitSecondsOf(pid: number): number {
  return parseWaitSeconds(readFileSync(`/proc/${pid}/schedstat`, 'utf8'));
}

/** @param schedstat - as below: second the time that the thread has waited, in nanoseconds */
export function parseWaitSeconds(schedstat: string): number {
  return Number(schedstat.split(' ')[1]) / 1e9;
}

/** @param schedstat - a line of `/proc/PID/task/TID/schedstat`: first the time that the thread has run, in nanoseconds */
export function parseRunSeconds(schedstat: string): number {
  return Number(schedstat.split(' ')[0]) / 1e9;
}

/** What of a process's memory is in RAM. What the kernel holds for its sockets is not in it. Linux only. */
export function residentBytesOf(pid: number): number {
  return parseResidentBytes(readFileSync(`/proc/${pid}/statm`, 'utf8'));
}

/** @param statm - a line of `/proc/PID/statm`: sizes in pages, the second is what is resident */
export function parseResidentBytes(statm: string): number {
  return Number(statm.split(' ')[1]) * PAGE_BYTES;
}
