import { readFile } from 'node:fs/promises';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

interface LogLine {
  readonly msg: string;
  readonly worker?: number;
  readonly pid?: number;
}

/** A supervisor and its workers. */
export interface WorkerProcesses extends ServerProcess {
  readonly lines: readonly LogLine[];
  /** The workers' process ids, as the kernel has them. */
  pids(): Promise<number[]>;
}

/** Starts `WORKERS` workers (2), and waits until all listen. */
export async function startWorkers(environment: Readonly<Record<string, string>>): Promise<WorkerProcesses> {
  const server = await startServerProcess({ WORKERS: '2', ...environment });
  const { pid } = server.process;
  const processes: WorkerProcesses = {
    ...server,
    get lines() {
      return server.log.map((line) => JSON.parse(line) as LogLine);
    },
    pids: async () => (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number),
  };
  await until('all workers listen', () => processes.lines.some(({ msg }) => /^\d+ workers listen on /.test(msg)));
  return processes;
}

/** Whether a process is there still. One that has ended, and that nobody has asked about yet, is not. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''); // it is gone
  return stat !== '' && !/\) [ZX] /.test(stat);
}
