import { cpus, release, totalmem, type } from 'node:os';

/** What the figures were taken on, and how: the first lines of a report. */
export function machineLines(command: string): string[] {
  const cores = cpus();
  const gib = (totalmem() / 2 ** 30).toFixed(1);
  return [
    `machine: ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown processor'}, ${gib} GiB, ${type()} ${release()}`,
    `node: ${process.version}   date: ${new Date().toISOString()}`,
    `command: ${command}`,
  ];
}
