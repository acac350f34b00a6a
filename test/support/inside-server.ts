import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { NO_LIMITS } from '../../bench/lib/no-limits.ts';
import { MemoryBroker } from '../../src/broker/memory-broker.ts';
import { readOptions } from '../../src/config/read-options.ts';
import { createServer } from '../../src/server.ts';
import { MortalBroker } from './mortal-broker.ts';

export interface InsideServer {
  readonly url: string;
  readonly broker: MortalBroker;
  stop(): Promise<void>;
}

/** A whole server in this process, on a free port, whose broker obeys the test. */
export async function startInsideServer(environment: Readonly<Record<string, string>>): Promise<InsideServer> {
  const pagesDir = await mkdtemp(join(tmpdir(), 'barrage-pages-'));
  for (const page of ['index', 'watch', 'overlay', 'studio']) await writeFile(join(pagesDir, `${page}.html`), '');
  const made: MortalBroker[] = [];
  const server = createServer(readOptions({ PORT: '0', DRAIN_MS: '0', ...NO_LIMITS, ...environment }), {
    logger: pino({ level: 'silent' }),
    pagesDir,
    makeBroker: ({ HISTORY_SIZE }, { clock, metrics }) => {
      const rest = { roomIdleMs: 60_000, maxRooms: 1000, idempotencyTtlMs: 60_000, comboMs: 0, clock, metrics };
      let epochs = 0;
      const newEpoch = () => `e${++epochs}`;
      const broker = new MortalBroker(() => new MemoryBroker({ historySize: HISTORY_SIZE, ...rest, newEpoch }));
      made.push(broker);
      return broker;
    },
  });
  const port = await server.start();
  const [broker] = made;
  if (!broker) throw new Error('no broker was made');
  const stop = async () => {
    await server.stop();
    await rm(pagesDir, { recursive: true });
  };
  return { url: `http://127.0.0.1:${port}`, broker, stop };
}
