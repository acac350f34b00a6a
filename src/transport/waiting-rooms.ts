import type { Cancel, Clock } from '../clock.ts';
import { Lane } from '../protocol/event.ts';
import type { FanOut } from '../shard/fan-out.ts';
import type { SharedFrame } from '../shard/shared-frame.ts';
import type { SharedJoined } from '../shard/shared-joined.ts';

interface Waiter {
  readonly wake: () => void;
  readonly cancelTimeout: Cancel;
}

/** How many waiters are woken in a turn of the event loop: each costs an answer, so a write. */
const SLICE = 250;

/**
 * The long pollers of each room, who wait for its next flush. Fan-out wakes them, a slice a turn, and each then takes its answer from the
 * logs: so nothing is handed to them, a flush need not wait for them, and one who is woken late is told more.
 */
export class WaitingRooms implements FanOut {
  readonly #clock: Clock;
  readonly #rooms = new Map<string, Set<Waiter>>();
  /** Woken, and not yet called back. */
  #woken: Waiter[] = [];
  #isWaking = false;
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait, or are about to be called back. */
  get size(): number {
    return this.#size;
  }

  /**
   * Calls `wake` once: after the room's next flush of a log, or after `waitMs`, or when it is released.
   *
   * @returns wakes at once, for a waiter who has gone
   */
  wait(room: string, waitMs: number, wake: () => void): () => void {
    const waiters = this.#rooms.get(room) ?? new Set();
    this.#rooms.set(room, waiters);
    let isWoken = false;
    const wakeOnce = () => {
      if (isWoken) return;
      isWoken = true;
      this.#size--;
      waiter.cancelTimeout();
      waiters.delete(waiter);
      if (waiters.size === 0 && this.#rooms.get(room) === waiters) this.#rooms.delete(room);
      wake();
    };
    const waiter: Waiter = { wake: wakeOnce, cancelTimeout: this.#clock.after(waitMs, wakeOnce) };
    waiters.add(waiter);
    this.#size++;
    return wakeOnce;
  }

  /** Wakes so many in this turn, first those who are being woken: the process stops. */
  release(count: number): void {
    const waiters = [...this.#woken.splice(0, count)];
    for (const room of this.#rooms.values()) {
      for (const waiter of room) {
        if (waiters.length >= count) break;
        waiters.push(waiter);
      }
    }
    for (const { wake } of waiters) wake();
  }

  open(): void {
    // Waiters make their room themselves.
  }

  publishPriority(room: string, _frame: SharedFrame, reached: () => void): void {
    this.#wake(room);
    reached();
  }

  publishChat(room: string, frames: readonly SharedFrame[], reached: () => void): void {
    if (frames.some(({ batch }) => batch.lane === Lane.chat)) this.#wake(room);
    reached();
  }

  publishJoined(room: string, _joined: SharedJoined, reached: () => void): void {
    this.#wake(room);
    reached();
  }

  hurry(): void {
    // No flush waits for the waiters.
  }

  close(room: string): void {
    this.#wake(room);
  }

  #wake(room: string): void {
    const waiters = this.#rooms.get(room);
    if (!waiters) return;
    this.#rooms.delete(room);
    for (const waiter of waiters) this.#woken.push(waiter);
    if (this.#isWaking) return;
    this.#isWaking = true;
    this.#clock.soon(() => this.#wakeSlice());
  }

  #wakeSlice(): void {
    for (const { wake } of this.#woken.splice(0, SLICE)) wake();
    this.#isWaking = this.#woken.length > 0;
    if (this.#isWaking) this.#clock.soon(() => this.#wakeSlice());
  }
}
