import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { onTestFinished, TestRunner } from 'vitest';
import { endWithThisProcess, forget, removeWithThisProcess } from './process-guard.ts';

export interface RedisServerOptions {
  /** Whether what it holds outlives it: `aof` writes each command to disk before it answers. */
  readonly persistence?: 'none' | 'aof';
  readonly replicaOf?: { readonly port: number };
  /** Is a node of a Cluster, with a port for the bus between them. */
  readonly isNode?: boolean;
  /** More of the command line, such as `--requirepass secret`, word by word. */
  readonly args?: readonly string[];
  /** A configuration file of its own, which the server may rewrite: Sentinels need one. */
  readonly config?: string;
}

// Below the ports that the kernel gives to clients: a server that is to come back on its port finds it free.
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const MAX_ATTEMPTS = 5;
const PROBE_MS = 20;
const CONFIG = 'redis.conf';

/**
 * A real redis-server on a port and in a scratch folder of its own. One started in a test ends with the test; one started in a hook is the
 * hook's to stop. None outlives this process, however it dies.
 */
export class RedisServer {
  readonly port: number;
  /** Of a Cluster's node; 0 where it is none. */
  readonly busPort: number;
  readonly #folder: string;
  readonly #options: RedisServerOptions;
  readonly #clients = new Set<Redis>();
  #child: ChildProcess | undefined;
  #output = '';

  private constructor({ port, busPort, folder }: { port: number; busPort: number; folder: string }, options: RedisServerOptions) {
    this.port = port;
    this.busPort = busPort;
    this.#folder = folder;
    this.#options = options;
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let attempt = 1; ; attempt++) {
      const folder = await mkdtemp(join(tmpdir(), 'barrage-redis-'));
      removeWithThisProcess(folder);
      const busPort = options.isNode ? await freeRedisPort() : 0;
      const server = new RedisServer({ port: await freeRedisPort(), busPort, folder }, options);
      if (TestRunner.getCurrentTest()) onTestFinished(() => server.stop());
      try {
        if (options.config !== undefined) await writeFile(join(folder, CONFIG), options.config);
        await server.restart();
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('this redis-server is not running');
    return pid;
  }

  get #copy(): string {
    return `${this.#folder}-copy`;
  }

  get isRunning(): boolean {
    return this.#child?.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get output(): string {
    return this.#output;
  }

  /** A client of the test's own, that fails at once where the server is not there; closed with the server. */
  client(options: { readonly password?: string } = {}): Redis {
    const client = new Redis({ ...options, host: '127.0.0.1', port: this.port, maxRetriesPerRequest: 0, retryStrategy: () => PROBE_MS });
    client.on('error', () => undefined); // a server that is killed is what tests are about
    this.#clients.add(client);
    return client;
  }

  /** One question on a connection of its own. */
  async ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const client = this.client();
    try {
      return await question(client);
    } finally {
      client.disconnect();
      this.#clients.delete(client);
    }
  }

  /** Sends the signal and waits for the end. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child?.pid || !this.isRunning) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    forget(child.pid);
  }

  /** Stops it in its tracks: connections stay, nothing is answered. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Starts it again, on its port and in its folder, after it was killed; waits until it answers, with all that it kept. */
  async restart(): Promise<void> {
    const child = spawn('redis-server', this.#arguments(), { stdio: 'pipe' });
    const failed = new Promise<never>((_, reject) => child.once('error', reject)); // no such program
    failed.catch(() => undefined);
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => this.#keep(text));
    if (child.pid !== undefined) endWithThisProcess(child.pid);
    await Promise.race([failed, this.ask((probe) => this.#answering(probe, child))]);
  }

  /** Forgets all that it stored; it must not be running. */
  async wipe(): Promise<void> {
    for (const name of await readdir(this.#folder)) await rm(join(this.#folder, name), { recursive: true });
  }

  /** Keeps a copy of what it has written to disk so far. */
  async backUp(): Promise<void> {
    await cp(this.#folder, this.#copy, { recursive: true });
    removeWithThisProcess(this.#copy);
  }

  /** Puts the copy in the place of what is there; it must not be running. */
  async restore(): Promise<void> {
    await this.wipe();
    await cp(this.#copy, this.#folder, { recursive: true });
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    this.#clients.clear();
    await this.kill();
    for (const folder of [this.#folder, this.#copy]) {
      await rm(folder, { recursive: true, force: true });
      forget(folder);
    }
  }

  async #answering(probe: Redis, child: ChildProcess): Promise<void> {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`redis-server on port ${this.port} ended with ${child.exitCode}: ${this.#output}`);
      try {
        await probe.ping();
        if ((await probe.info('server')).includes(`process_id:${child.pid}\r`)) return;
        // Another's, on the same port: this one is about to end.
        await pause(PROBE_MS);
      } catch (error) {
        // A password asked for is an answer. Else: not listening yet, or still loading what it kept.
        if (error instanceof Error && error.message.startsWith('NOAUTH')) return;
        await pause(PROBE_MS);
      }
    }
  }

  #arguments(): string[] {
    const { persistence = 'none', replicaOf, args = [], config } = this.#options;
    const file = config === undefined ? [] : [join(this.#folder, CONFIG)];
    const kept = persistence === 'aof' ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    const master = replicaOf ? ['--replicaof', '127.0.0.1', `${replicaOf.port}`] : [];
    const node = this.busPort === 0 ? [] : ['--cluster-enabled', 'yes', '--cluster-port', `${this.busPort}`];
    const place = ['--bind', '127.0.0.1', '--port', `${this.port}`, '--dir', this.#folder];
    return [...file, ...place, '--save', '', '--repl-diskless-sync-delay', '0', ...kept, ...master, ...node, ...args];
  }

  #keep(text: Buffer): void {
    this.#output = `${this.#output}${text}`.slice(-4000);
  }
}

/** A port that neither a listener nor, in a moment, a client of this machine has. */
export async function freeRedisPort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}
