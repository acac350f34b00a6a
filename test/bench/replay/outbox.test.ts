import { beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../../bench/replay/outbox.ts';
import { ClientError, type Connection, type ConnectionState } from '../../../src/client/index.ts';
import type { CommentDraft } from '../../../src/protocol/frame.ts';

interface Sent {
  readonly text: string;
  ack(): void;
  fail(code: string): void;
}

/** A connection whose answers the test gives. */
class FakeConnection implements Connection {
  readonly room = 'demo';
  readonly cursor = undefined;
  state: ConnectionState = { kind: 'live', transport: 'websocket' };
  readonly sent: Sent[] = [];
  readonly #listeners: ((state: ConnectionState) => void)[] = [];

  on(_: unknown, listener: (event: never) => void): () => void {
    this.#listeners.push(listener as (state: ConnectionState) => void); // the outbox listens to `state` alone
    return () => undefined;
  }

  send({ text }: CommentDraft): Promise<{ ref: string }> {
    return new Promise((resolve, reject) => {
      const fail = (code: string) => reject(new ClientError({ code, message: `${code} it is`, temporary: true }));
      this.sent.push({ text, ack: () => resolve({ ref: 'c1' }), fail });
    });
  }

  become(state: ConnectionState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }

  /** All that is unanswered is lost, as the SDK does it: first the commands, then the state. */
  lose(): void {
    for (const { fail } of this.sent) fail('offline');
    this.become({ kind: 'offline', reason: 'gone', retryAt: 0 });
  }

  texts(): string[] {
    return this.sent.map(({ text }) => text);
  }

  like = notCalled;
  join = notCalled;
  close = notCalled;
}

function notCalled(): never {
  throw new Error('an outbox sends comments, and no more');
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Outbox', () => {
  let connection: FakeConnection;
  let stop: AbortController;
  let outbox: Outbox;

  beforeEach(() => {
    connection = new FakeConnection();
    stop = new AbortController();
    outbox = new Outbox(connection, { maxInFlight: 3, signal: stop.signal });
  });

  it('sends without waiting for answers, up to its bound', async () => {
    for (const text of ['a', 'b']) await outbox.push({ text });
    const third = outbox.push({ text: 'c' });
    expect(connection.texts()).toEqual(['a', 'b', 'c']);
    let hasRoom = false;
    third.then(() => {
      hasRoom = true;
    });
    await turn();
    expect(hasRoom).toBe(false);
    connection.sent[1]?.ack();
    await third;
    expect(outbox).toMatchObject({ sent: 3, acknowledged: 1 });
  });

  it('counts what is refused by reason, and does not send it again', async () => {
    for (const text of ['a', 'b']) await outbox.push({ text });
    connection.sent[0]?.fail('text_too_long');
    connection.sent[1]?.fail('text_too_long');
    await outbox.drained();
    expect(outbox.refused).toEqual([{ code: 'text_too_long', message: 'text_too_long it is', count: 2 }]);
    expect(connection.texts()).toEqual(['a', 'b']);
  });

  it('sends what a lost connection left unanswered again, in order, before what comes after', async () => {
    for (const text of ['a', 'b']) await outbox.push({ text });
    const third = outbox.push({ text: 'c' });
    connection.sent[1]?.ack();
    await turn();
    connection.lose();
    const later = [third, outbox.push({ text: 'd' })];
    await turn();
    expect(connection.texts()).toEqual(['a', 'b', 'c']);
    connection.become({ kind: 'live', transport: 'websocket' });
    expect(connection.texts()).toEqual(['a', 'b', 'c', 'a', 'c', 'd']);
    for (const { ack } of connection.sent) ack();
    await Promise.all([...later, outbox.drained()]);
    expect(outbox).toMatchObject({ sent: 4, sentAgain: 2, acknowledged: 4, refused: [] });
  });

  it('holds comments back from a server that is stopping until the connection comes back', async () => {
    await outbox.push({ text: 'a' });
    connection.sent[0]?.fail('draining');
    await turn();
    expect(connection.texts()).toEqual(['a']);
    connection.become({ kind: 'offline', reason: 'gone', retryAt: 0 });
    connection.become({ kind: 'live', transport: 'websocket' });
    expect(connection.texts()).toEqual(['a', 'a']);
  });

  it('sends a comment whose answer did not come in time again on the same connection', async () => {
    await outbox.push({ text: 'a' });
    connection.sent[0]?.fail('timeout');
    await turn();
    expect(connection.texts()).toEqual(['a', 'a']);
  });

  it('stops waiting when told', async () => {
    await outbox.push({ text: 'a' });
    const drained = outbox.drained();
    stop.abort();
    await drained;
    expect(outbox).toMatchObject({ sent: 1, acknowledged: 0 });
  });
});
