// Viewers of one room who chat, in a process of its own, and measure how long it takes from one to the others. It does what IPC messages
// order (chat-messages.ts), and ends with the channel to the process that started it.
import { Latencies } from '../lib/latencies.ts';
import { openMany } from '../lib/open-many.ts';
import { FrameSocket } from '../load/frame-socket.ts';
import { summaryOf } from '../load/latency-summary.ts';
import { MessageMemo } from '../load/message-memo.ts';
import { clientText } from '../peers/client-text.ts';
import type { ChatNews, ChatOpenOrder, ChatOrder, ChatReport } from './chat-messages.ts';
import { saidAt, saidFrame } from './said-at.ts';

const TICK_MS = 5;

interface ChatFacts {
  readonly isWelcome: boolean;
  readonly isError: boolean;
  readonly said: readonly number[];
}

const viewers: FrameSocket[] = [];
const memo = new MessageMemo(({ bytes, start, end }): ChatFacts => {
  const frame = bytes.toString('utf8', start, end);
  return { isWelcome: frame.startsWith('{"joined"'), isError: frame.startsWith('{"error"'), said: saidAt(frame) };
});
let latencies = new Latencies();
let from = Number.POSITIVE_INFINITY;
let until = Number.POSITIVE_INFINITY;
let saidCount = 0;
let sampled = 0;
let refused = 0;

process.on('disconnect', () => process.exit());
process.on('message', async (order: ChatOrder) => {
  const report = await obey(order);
  process.send?.((report ? { report } : {}) satisfies ChatNews);
});

async function obey(order: ChatOrder): Promise<ChatReport | undefined> {
  switch (order.do) {
    case 'open':
      await open(order);
      return;
    case 'speak':
      speak(order.perSecond);
      return;
    case 'measure':
      latencies = new Latencies();
      saidCount = 0;
      from = performance.now();
      until = Number.POSITIVE_INFINITY;
      return;
    case 'measured':
      until = performance.now();
      return;
    case 'report':
      return report();
  }
}

async function open({ port, path, tokens, from: addresses, sampleEvery }: ChatOpenOrder): Promise<void> {
  await openMany({ count: tokens.length }, async (index) => {
    const isSampled = index % sampleEvery === 0;
    if (isSampled) sampled++;
    const viewer: FrameSocket = new FrameSocket({
      received(message) {
        const facts = memo.factsOf(message);
        if (facts.isWelcome) viewer.welcome();
        if (facts.isError) refused++;
        if (isSampled) measure(facts.said);
      },
      closed: () => undefined,
    });
    viewers.push(viewer);
    const place = { port, path: `${path}&token=${tokens[index]}`, from: addresses[index % addresses.length] ?? '' };
    await viewer.open(place, 'barrage.v1.json');
  });
}

/** A comment is said when it is due by the clock: one that is late does not hold up the next. Its time runs from when it was due. */
function speak(perSecond: number): void {
  const startedAt = performance.now();
  let count = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
    for (; count < due; count++) {
      const dueAt = startedAt + ((count + 1) / perSecond) * 1000;
      viewers[count % viewers.length]?.write(clientText(saidFrame(dueAt)));
      if (isCounted(dueAt)) saidCount++;
    }
  }, TICK_MS);
}

function measure(said: readonly number[]): void {
  const now = performance.now();
  for (const at of said) if (isCounted(at)) latencies.add(now - at);
}

function isCounted(at: number): boolean {
  return at >= from && at < until;
}

function report(): ChatReport {
  return {
    connected: viewers.filter(({ isConnected }) => isConnected).length,
    said: saidCount,
    missing: saidCount - latencies.count / sampled,
    refused,
    latency: summaryOf(latencies),
  };
}
