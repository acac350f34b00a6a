import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../bench/lib/free-port.ts';
import { endWithThisProcess, forget } from '../support/process-guard.ts';
import { until } from '../support/until.ts';

export type ProxyName = keyof typeof PROXIES;

export interface ProxyProcess {
  readonly url: string;
  stop(): Promise<void>;
}

interface ProxyKind {
  readonly config: string;
  /** Adapts the configuration to a test's machine: the port to listen on, and how many descriptors there are. */
  readonly adapt: readonly (readonly [string, (port: number) => string])[];
  readonly check: (file: string, folder: string) => string[];
  readonly run: (file: string, folder: string) => string[];
}

const nginxArguments = (file: string, folder: string) => [
  '-p',
  folder,
  '-c',
  file,
  '-g',
  `daemon off; pid ${folder}/pid; error_log stderr;`,
];

const PROXIES = {
  haproxy: {
    config: 'haproxy.cfg',
    adapt: [
      ['bind :8080', (port) => `bind 127.0.0.1:${port}`],
      ['maxconn 100000', () => 'maxconn 1000'],
    ],
    check: (file) => ['-c', '-f', file],
    run: (file) => ['-db', '-f', file],
  },
  nginx: {
    config: 'nginx.conf',
    adapt: [
      ['listen 8080;', (port) => `listen 127.0.0.1:${port};`],
      ['worker_rlimit_nofile 200000;', () => ''],
      ['worker_connections 100000;', () => 'worker_connections 1000;'],
    ],
    check: (file, folder) => [...nginxArguments(file, folder), '-t'],
    run: nginxArguments,
  },
} as const satisfies Record<string, ProxyKind>;

/** Whether the program is on this machine. */
export function hasProxy(name: ProxyName): boolean {
  return spawnSync(name, ['-v']).status === 0;
}

/** Starts HAProxy or nginx with the configuration of test/deploy before two nodes, once it has found nothing wrong with it. */
export async function startProxy(name: ProxyName, nodes: readonly [number, number]): Promise<ProxyProcess> {
  const kind: ProxyKind = PROXIES[name];
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'barrage-proxy-'));
  const file = join(folder, kind.config);
  await writeFile(file, adapted(await readFile(new URL(`../deploy/${kind.config}`, import.meta.url), 'utf8'), { kind, port, nodes }));
  const { status, stdout, stderr } = spawnSync(name, kind.check(file, folder), { encoding: 'utf8' });
  if (status !== 0 || /warn/i.test(stderr)) throw new Error(`${name} finds fault with ${kind.config}: ${stdout}${stderr}`);
  const child = spawn(name, kind.run(file, folder), { stdio: 'ignore' });
  if (child.pid !== undefined) endWithThisProcess(child.pid);
  const url = `http://127.0.0.1:${port}`;
  await until(`${name} passes on`, async () => (await fetch(`${url}/readyz`)).status === 200);
  return { url, stop: () => stop(child, folder) };
}

/** Every line that is to be adapted must be there, or the test would run something else. */
function adapted(
  config: string,
  { kind, port, nodes }: { readonly kind: ProxyKind; readonly port: number; readonly nodes: readonly number[] },
): string {
  const own = kind.adapt.map(([line, made]) => [line, made(port)] as const);
  const addresses = nodes.map((node, index) => [`barrage-${index + 1}:8080`, `127.0.0.1:${node}`] as const);
  return [...own, ...addresses].reduce((text, [line, made]) => {
    if (!text.includes(line)) throw new Error(`${kind.config} has no line ${line}`);
    return text.replaceAll(line, made);
  }, config);
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    // nginx takes its workers along at this signal, not at SIGKILL.
    child.kill('SIGTERM');
    await ended;
    forget(child.pid);
  }
  await rm(folder, { recursive: true, force: true });
}
