import { execFileSync } from 'node:child_process';

/** Which core whom runs on. `undefined`: wherever the system puts it. */
export interface Cores {
  readonly server: number | undefined;
  readonly load: number | undefined;
  /** For the report: what is pinned where, or why nothing is. */
  readonly note: string;
}

let given: Cores | undefined;

/**
 * Gives the server and the load a core each, of those that this process may run on, and moves this process, the load, to its own. Without
 * `taskset` (Linux only), or with one core, nothing is pinned, and the note says so. Asked again, it answers the same: this process may
 * run on one core only by then.
 */
export function pinCores(): Cores {
  given ??= giveCores();
  return given;
}

/** A command line that runs on `core`; taskset replaces itself by the command, so process id, signals and IPC are the command's own. */
export function pinned(command: readonly [string, ...string[]], core: number | undefined): readonly [string, ...string[]] {
  return core === undefined ? command : ['taskset', '-c', String(core), ...command];
}

/** @param list - as `taskset -cp` prints it: `0,2-4` */
export function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function giveCores(): Cores {
  const [server, load] = allowedCores();
  if (server === undefined) return { server, load, note: 'nothing is pinned: there is no taskset here' };
  if (load === undefined) return { server: undefined, load, note: 'nothing is pinned: there is one core, for server and load together' };
  execFileSync('taskset', ['-acp', String(load), String(process.pid)], { stdio: 'ignore' });
  return { server, load, note: `server and control on core ${server}, load on core ${load} (taskset)` };
}

function allowedCores(): number[] {
  try {
    const answer = execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return parseCoreList(answer.slice(answer.lastIndexOf(':') + 1).trim());
  } catch {
    return []; // not installed, or not Linux
  }
}
