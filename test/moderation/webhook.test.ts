import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Webhook, type WebhookOptions, type WebhookVerdict } from '../../src/moderation/webhook.ts';
import { isSigned } from '../../src/moderation/webhook-signature.ts';
import { ManualClock, START_UNIX_MS } from '../support/manual-clock.ts';
import { metrics } from '../support/metrics.ts';

const SECRET = 'a secret of the operator';
const COMMENT = { room: 'r1', user: { id: 'u1', name: 'Ann' }, text: 'hello' };
const UNANSWERED: WebhookVerdict = { kind: 'unanswered', rule: 'allow' };

interface Call {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let url = '';
let clock = new ManualClock();
let calls: Call[] = [];
let logged: string[] = [];
let hook: Webhook;
/** What the backend does with a call. */
let respond: (response: ServerResponse, call: Call) => void;

beforeEach(async () => {
  calls = [];
  logged = [];
  clock = new ManualClock();
  respond = (response) => response.end('{"verdict":"allow"}');
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk;
    });
    request.on('end', () => {
      const call = { url: request.url, headers: request.headers, body };
      calls.push(call);
      respond(response, call);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/moderate`;
  hook = hookOf();
});

afterEach(() => {
  hook.stop();
  server.closeAllConnections();
  server.close();
});

function hookOf(options: Partial<WebhookOptions> = {}): Webhook {
  return new Webhook({
    url,
    secret: SECRET,
    budgetMs: 200,
    late: 'allow',
    clock,
    metrics,
    random: () => 0,
    log: (what, { error }) => logged.push(error instanceof Error ? `${what}: ${error.message}` : what),
    ...options,
  });
}

function called(count: number): Promise<void> {
  return vi.waitFor(() => expect(calls).toHaveLength(count), { timeout: 10_000 });
}

async function took(outcome: string): Promise<number> {
  const exposition = await metrics.exposition();
  const line = exposition.text.split('\n').find((each) => each.startsWith(`barrage_webhook_seconds_count{outcome="${outcome}"}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test.each<[string, WebhookVerdict]>([
  ['{"verdict":"allow"}', { kind: 'allow' }],
  ['{"verdict":"deny"}', { kind: 'deny' }],
  ['{"verdict":"hold"}', { kind: 'hold' }],
  ['{"verdict":"replace","text":"你好 ***"}', { kind: 'replace', text: '你好 ***' }],
  ['{"verdict":"allow","text":"x","score":0.2}', { kind: 'allow' }],
])('the answer %s is taken', async (answer, verdict) => {
  respond = (response) => response.end(answer);
  expect(await hook.ask(COMMENT)).toEqual(verdict);
  expect(clock.pendingTimers).toBe(0);
});

test('a call tells the comment, its moment, and bears a signature that the backend can check', async () => {
  await hook.ask({ ...COMMENT, user: { ...COMMENT.user, badges: ['vip'] } });
  const { headers, body }: Call = calls[0] ?? { url: undefined, headers: {}, body: '' };
  expect(JSON.parse(body)).toEqual({ room: 'r1', user: { id: 'u1', name: 'Ann', badges: ['vip'] }, text: 'hello', at: START_UNIX_MS });
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'barrage-timestamp': String(START_UNIX_MS) });
  const signature = String(headers['barrage-signature']);
  const signed = { secret: SECRET, timestamp: String(START_UNIX_MS), body };
  expect(isSigned(signed, { signature, unixMs: START_UNIX_MS + 1000 })).toBe(true);
});

describe.each(['allow', 'deny'] as const)('with no answer the rule decides: %s', (rule) => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['status 500', (response) => response.writeHead(500).end('{"verdict":"deny"}')],
    ['status 204', (response) => response.writeHead(204).end()],
    ['not JSON', (response) => response.end('<html>')],
    ['not UTF-8', (response) => response.end(Buffer.from([0x22, 0xff, 0x22]))],
    ['nothing at all', (response) => response.end()],
    ['null', (response) => response.end('null')],
    ['no verdict', (response) => response.end('{"ok":true}')],
    ['a verdict that is none', (response) => response.end('{"verdict":"maybe"}')],
    ['a replacement without text', (response) => response.end('{"verdict":"replace"}')],
    ['a replacement that is no comment', (response) => response.end('{"verdict":"replace","text":"a\\u0007"}')],
    ['a replacement too long', (response) => response.end(JSON.stringify({ verdict: 'replace', text: 'x'.repeat(201) }))],
    ['a huge answer', (response) => response.end(`{"verdict":"allow","more":"${'x'.repeat(20_000)}"}`)],
    ['a connection that breaks', (response) => response.destroy()],
    ['an answer that breaks off', (response) => response.write('{"verdict"', () => response.destroy())],
  ])('%s', async (_, answer) => {
    respond = answer;
    hook = hookOf({ late: rule });
    const failed = await took('failed');
    expect(await hook.ask(COMMENT)).toEqual({ kind: 'unanswered', rule });
    expect(await took('failed')).toBe(failed + 1);
    expect(clock.pendingTimers).toBe(0);
  });
});

test('a call is not sent on to where a redirect points', async () => {
  respond = (response, call) => {
    if (call.url === '/moderate') response.writeHead(307, { location: '/elsewhere' }).end();
    else response.end('{"verdict":"allow"}');
  };
  expect(await hook.ask(COMMENT)).toEqual(UNANSWERED);
  expect(calls).toHaveLength(1);
});

test('an answer that never ends is read to its bound only', async () => {
  let isCut = false;
  respond = (response) => {
    response.on('close', () => {
      isCut = true;
    });
    const more = () => void (response.write('x'.repeat(8192)) ? setImmediate(more) : response.once('drain', more));
    more();
  };
  expect(await hook.ask(COMMENT)).toEqual(UNANSWERED);
  await vi.waitFor(() => expect(isCut).toBe(true));
});

test.each<[string, (response: ServerResponse) => void]>([
  ['before the head of the answer', () => undefined],
  ['within its body', (response) => void response.write('{"verdict":')],
])('the budget ends a call %s, and its connection', async (_, answer) => {
  let isCut = false;
  respond = (response) => {
    response.on('close', () => {
      isCut = true;
    });
    answer(response);
  };
  const late = await took('late');
  const asked = hook.ask(COMMENT);
  await called(1);
  clock.advance(199);
  expect(clock.pendingTimers).toBe(1);
  clock.advance(1);
  expect(await asked).toEqual(UNANSWERED);
  expect(await took('late')).toBe(late + 1);
  await vi.waitFor(() => expect(isCut).toBe(true));
});

test('the budget ends a call that cannot connect, even one that does not mind its signal', async () => {
  hook = hookOf({ fetch: () => new Promise(() => undefined) });
  const asked = hook.ask(COMMENT);
  clock.advance(200);
  expect(await asked).toEqual(UNANSWERED);
});

test('nobody there: the rule decides', async () => {
  await new Promise((resolve) => server.close(resolve));
  expect(await hook.ask(COMMENT)).toEqual(UNANSWERED);
});

test('calls share connections', async () => {
  const ports = new Set<number | undefined>();
  server.on('request', (request: IncomingMessage) => ports.add(request.socket.remotePort));
  for (let count = 0; count < 20; count++) await hook.ask(COMMENT);
  // The last one may not be free yet when its answer has been read.
  expect(ports.size).toBeLessThanOrEqual(2);
});

test('so many are asked at once, so many wait, the rest is not asked; who waits is asked in its turn', async () => {
  const waiting: ServerResponse[] = [];
  respond = (response) => void waiting.push(response);
  hook = hookOf({ maxActive: 2, maxWaiting: 2 });
  const full = await took('full');
  const asked = Array.from({ length: 5 }, () => hook.ask(COMMENT));
  expect(await asked[4]).toEqual(UNANSWERED);
  expect(await took('full')).toBe(full + 1);
  await called(2);
  for (let count = 0; count < 4; count++) {
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(count));
    waiting[count]?.end('{"verdict":"deny"}');
  }
  expect(await Promise.all(asked.slice(0, 4))).toEqual(Array(4).fill({ kind: 'deny' }));
  expect(calls).toHaveLength(4);
});

test('waiting for a turn counts for the budget, and who was late in waiting is not asked', async () => {
  respond = () => undefined;
  hook = hookOf({ maxActive: 1 });
  const asked = [hook.ask(COMMENT), hook.ask(COMMENT)];
  await called(1);
  clock.advance(200);
  expect(await Promise.all(asked)).toEqual([UNANSWERED, UNANSWERED]);
  respond = (response) => response.end('{"verdict":"deny"}');
  expect(await hook.ask(COMMENT)).toEqual({ kind: 'deny' });
  expect(calls).toHaveLength(2);
});

test('who was late in waiting makes place for another', async () => {
  hook = hookOf({ maxActive: 1, maxWaiting: 1, fetch: () => new Promise(() => undefined) });
  const asked = [hook.ask(COMMENT), hook.ask(COMMENT)];
  clock.advance(200);
  await Promise.all(asked);
  const full = await took('full');
  const next = hook.ask(COMMENT);
  expect(clock.pendingTimers).toBe(1);
  clock.advance(200);
  await next;
  expect(await took('full')).toBe(full);
});

test('after five failures the backend is given up, one call tries it later, and an answer brings it back', async () => {
  respond = (response) => response.writeHead(503).end();
  for (let count = 0; count < 5; count++) await hook.ask(COMMENT);
  expect(logged).toEqual(['open: answered status 503']);
  const open = await took('open');
  expect(await hook.ask(COMMENT)).toEqual(UNANSWERED);
  expect(calls).toHaveLength(5);
  expect(await took('open')).toBe(open + 1);
  respond = (response) => response.end('{"verdict":"hold"}');
  clock.advance(2000);
  const both = await Promise.all([hook.ask(COMMENT), hook.ask(COMMENT)]);
  expect(both).toEqual([{ kind: 'hold' }, UNANSWERED]);
  expect(await hook.ask(COMMENT)).toEqual({ kind: 'hold' });
  expect(logged).toEqual(['open: answered status 503', 'closed']);
});

test('stop() ends what is still asked', async () => {
  respond = () => undefined;
  const asked = hook.ask(COMMENT);
  await called(1);
  hook.stop();
  expect(await asked).toEqual(UNANSWERED);
  expect(clock.pendingTimers).toBe(0);
});
