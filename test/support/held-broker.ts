import type { AppendOptions, Broker, BrokerHandler, Receipt } from '../../src/broker/broker.ts';
import type { Entry } from '../../src/broker/entry.ts';
import type { Cursor } from '../../src/protocol/cursor.ts';
import type { Result } from '../../src/protocol/error-catalog.ts';
import type { RoomSnapshot } from '../../src/room/room.ts';

/** `answer` is a read's: what it answers was read before it is held back. */
type Call = 'append' | 'read' | 'answer' | 'follow' | 'unfollow';

/** A broker in front of another, whose calls the test can hold back, or let fail. What was asked is kept, in its order. */
export class HeldBroker implements Broker {
  readonly asked: string[] = [];
  readonly #broker: Broker;
  readonly #held = new Map<Call, Promise<unknown>>();
  readonly #failures = new Map<Call, Error>();

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** From now on `call` waits, and is passed on only when the answered function was called. */
  hold(call: Call): () => void {
    const gate = new EventTarget();
    this.#held.set(call, new Promise((resolve) => gate.addEventListener('open', resolve)));
    return () => {
      this.#held.delete(call);
      gate.dispatchEvent(new Event('open'));
    };
  }

  /** The next `call` throws. */
  failNext(call: Call): void {
    this.#failures.set(call, new Error(`${call} failed`));
  }

  start(handler: BrokerHandler): Promise<void> {
    return this.#broker.start(handler);
  }

  async append(room: string, entries: readonly Entry[], options?: AppendOptions): Promise<Result<Receipt>> {
    await this.#pass('append', room);
    return this.#broker.append(room, entries, options);
  }

  async read(room: string, after?: Cursor): Promise<Result<RoomSnapshot>> {
    await this.#pass('read', room);
    const answer = await this.#broker.read(room, after);
    await this.#held.get('answer');
    return answer;
  }

  async follow(room: string): Promise<void> {
    await this.#pass('follow', room);
    return this.#broker.follow(room);
  }

  async unfollow(room: string): Promise<void> {
    await this.#pass('unfollow', room);
    return this.#broker.unfollow(room);
  }

  announce(room: string, viewers: number): void {
    this.#broker.announce(room, viewers);
  }

  isReady(): boolean {
    return this.#broker.isReady();
  }

  stop(): Promise<void> {
    return this.#broker.stop();
  }

  async #pass(call: Call, room: string): Promise<void> {
    this.asked.push(`${call} ${room}`);
    await this.#held.get(call);
    const failure = this.#failures.get(call);
    this.#failures.delete(call);
    if (failure) throw failure;
  }
}
