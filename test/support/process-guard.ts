import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

// Reads what to end and what to forget until the pipe breaks, as it does however this process dies, and then ends what is left.
const SCRIPT = `
while read -r verb what; do
  case $verb in
    end) left="$left $what " ;;
    remove) folders="$folders $what " ;;
    forget) left=$(printf %s "$left" | sed "s| $what | |"); folders=$(printf %s "$folders" | sed "s| $what | |") ;;
  esac
done
for process in $left; do kill -9 "$process"; done
for folder in $folders; do rm -rf "$folder"; done
`;

let guard: ChildProcess | undefined;

/** Ends a process if this one dies before `forget`, even by a signal that lets nothing run. */
export function endWithThisProcess(pid: number): void {
  tell(`end ${pid}`);
}

/** Removes a folder, whose path has no spaces, if this process dies before `forget`. */
export function removeWithThisProcess(folder: string): void {
  tell(`remove ${folder}`);
}

export function forget(what: number | string): void {
  tell(`forget ${what}`);
}

function tell(line: string): void {
  guard ??= startGuard();
  guard.stdin?.write(`${line}\n`);
}

function startGuard(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.unref();
  // The type of a pipe is that of any stream: this one is a socket.
  (child.stdin as Writable & { unref(): void }).unref();
  return child;
}
