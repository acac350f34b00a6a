import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import type { Answered, CrowdNews, CrowdOrder, WaitKind } from './messages.ts';

const SCRIPT = fileURLToPath(new URL('waiter-process.ts', import.meta.url));
const ANSWER_MS = 10_000;

/** Processes of waiters: one could not hold ten thousand and read them as fast. */
const MEMBERS = 2;
let rounds = 0;

/** Waiters on plain sockets, in processes of their own. */
export class Crowd {
  readonly #members: readonly Child[];
  #size = 0;

  constructor(core: number | undefined) {
    this.#members = Array.from({ length: MEMBERS }, () => Child.startScript(SCRIPT, [], { core }));
  }

  /** Connects and asks. Settles when all have asked: whether they wait already is the server's to say. */
  async open(kind: WaitKind, { url, path, count }: { url: string; path: string; count: number }): Promise<void> {
    const port = Number(new URL(url).port);
    const share = Math.floor(count / MEMBERS);
    this.#size = share * MEMBERS;
    // From addresses of the loopback that have not been used: ports of closed connections stay taken for a minute, and with most of an
    // address's taken the system needs milliseconds to find a free one.
    rounds++;
    await Promise.all(
      this.#members.map((child, index) =>
        order(child, { do: 'open', kind, port, path, count: share, from: `127.0.${rounds}.${index + 2}` }),
      ),
    );
  }

  get size(): number {
    return this.#size;
  }

  async expect(text: string): Promise<void> {
    await this.#all({ do: 'expect', text });
  }

  async ask(path: string): Promise<void> {
    await this.#all({ do: 'ask', path });
  }

  /** Settles when everyone has got what was expected; or, with fewer, after ten seconds. */
  async answered(): Promise<Answered> {
    const parts = await Promise.all(this.#members.map((child) => answeredBy(child)));
    return {
      count: parts.reduce((sum, { count }) => sum + count, 0),
      firstAt: Math.min(...parts.map(({ firstAt }) => firstAt)),
      lastAt: Math.max(...parts.map(({ lastAt }) => lastAt)),
      bytes: parts[0]?.bytes ?? 0,
      lost: parts.reduce((sum, { lost }) => sum + lost, 0),
    };
  }

  async close(): Promise<void> {
    await this.#all({ do: 'close' });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map((child) => child.stop()));
  }

  async #all(ordered: CrowdOrder): Promise<void> {
    await Promise.all(this.#members.map((child) => order(child, ordered)));
  }
}

async function order(child: Child, ordered: CrowdOrder): Promise<void> {
  child.send(ordered);
  for (;;) {
    const news = (await child.message()) as CrowdNews; // what waiter-process.ts sends
    if ('done' in news && news.done === ordered.do) return;
  }
}

async function answeredBy(child: Child): Promise<Answered> {
  const late = setTimeout(() => child.send({ do: 'report' } satisfies CrowdOrder), ANSWER_MS);
  try {
    for (;;) {
      const news = (await child.message()) as CrowdNews; // what waiter-process.ts sends
      if ('answered' in news) return news.answered;
    }
  } finally {
    clearTimeout(late);
  }
}
