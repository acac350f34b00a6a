import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { type Replication, replicationOf } from './replication.ts';

export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | Uint8Array)[];
}

export interface Replicated {
  readonly answer: unknown;
  /** How many replicas had what was written within the time. */
  readonly reached: number;
  readonly replication: Replication;
}

/** A script that is called by its hash. Redis forgets scripts with a restart, a failover or SCRIPT FLUSH: then the text is sent once more. */
export class Script {
  readonly #text: string;
  readonly #hash: string;

  constructor(text: string) {
    this.#text = text;
    this.#hash = createHash('sha1').update(text).digest('hex');
  }

  /** What the script answers, texts as buffers. @throws the connection's trouble or Redis' own error */
  async run(client: Redis | Cluster, call: ScriptCall): Promise<unknown> {
    try {
      return await client.callBuffer('evalsha', this.#hash, ...words(call));
    } catch (error) {
      if (!isNoScript(error)) throw error;
      return client.callBuffer('eval', this.#text, ...words(call));
    }
  }

  /** Many calls, written at once where one server takes them all. They may be carried out twice. */
  async runAll(client: Redis, calls: readonly ScriptCall[]): Promise<unknown[]> {
    const attempt = async () => {
      const pipeline = client.pipeline();
      for (const call of calls) pipeline.callBuffer('evalsha', this.#hash, ...words(call));
      return (await pipeline.exec()) ?? [];
    };
    let answers = await attempt();
    if (answers.some(([error]) => isNoScript(error))) {
      await client.script('LOAD', this.#text);
      answers = await attempt();
    }
    return answers.map(([error, answer]) => {
      if (error) throw error;
      return answer;
    });
  }

  /**
   * A call that writes, and then waits until so many replicas have what it wrote. All on one connection, for what it waits for
   * is what this connection wrote: whoever asks another connection, after a failover, is told of another server's replicas.
   */
  async runReplicated(
    client: Redis | Cluster,
    call: ScriptCall,
    { replicas, timeoutMs }: { readonly replicas: number; readonly timeoutMs: number },
  ): Promise<Replicated> {
    const attempt = async (name: 'evalsha' | 'eval', script: string) => {
      const pipeline = client.pipeline();
      pipeline.callBuffer(name, script, ...words(call));
      pipeline.wait(replicas, timeoutMs);
      pipeline.info('replication');
      const [ran, waited, info] = (await pipeline.exec()) ?? [];
      for (const part of [ran, waited, info]) if (part?.[0]) throw part[0];
      return { answer: ran?.[1], reached: Number(waited?.[1]), replication: replicationOf(String(info?.[1])) };
    };
    try {
      return await attempt('evalsha', this.#hash);
    } catch (error) {
      if (isNoScript(error)) return attempt('eval', this.#text);
      if (!isRedirection(error)) throw error;
      // Nothing was stored. A pipeline follows no redirection; a single command does, and then the client knows the way.
      await client.exists(call.keys[0] ?? '');
      return attempt('eval', this.#text);
    }
  }
}

function words({ keys, args }: ScriptCall): (string | number | Buffer)[] {
  const bytes = args.map((arg) => (typeof arg === 'string' ? arg : Buffer.from(arg.buffer, arg.byteOffset, arg.length)));
  return [keys.length, ...keys, ...bytes];
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

function isRedirection(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK) /.test(error.message);
}
