import { ChatWindow } from '../../src/room/chat-window.ts';
import { drawOf } from '../../src/room/lot.ts';
import { Pacing } from '../../src/room/pacing.ts';

/** What a write to one viewer costs. */
const WRITE_MS = 0.01;
// As `LoopLoad` measures it: the share of so many samples, each so long.
const SAMPLE_MS = 250;
const SAMPLES = 8;

export interface SimulatedRoom {
  viewers: number;
  readonly window: ChatWindow;
  readonly pacing: Pacing;
}

/**
 * A process whose event loop does nothing but flush busy rooms, one after the other, and `otherShare` of its time something else. Every room
 * has comments pending at any time. Time goes in steps of a millisecond.
 */
export class LoopSimulation {
  readonly rooms: readonly SimulatedRoom[];
  otherShare = 0;
  /** The share of its time that the loop was busy, in the last samples. */
  load = 0;
  now = 0;
  /** For how long the loop was busy, all together. */
  busyMs = 0;
  /** Rooms by the millisecond in which they may flush. */
  readonly #due = new Map<number, SimulatedRoom[]>();
  /** Work that has begun and is not done. */
  #backlogMs = 0;
  /** How long the loop had been busy at the end of each sample, the newest last. */
  #sampled: number[] = [0];

  constructor(rooms: number, viewers: number, bounds = { minMs: 100, maxMs: 1000 }) {
    this.rooms = Array.from({ length: rooms }, (_, index) => {
      const room = { viewers, window: new ChatWindow(bounds), pacing: new Pacing(bounds.minMs, drawOf(1, index)) };
      this.#plan(room, 0);
      return room;
    });
  }

  /** @param each - told after every sample */
  run(ms: number, each: (simulation: LoopSimulation) => void = () => undefined): void {
    for (const until = this.now + ms; this.now < until; this.now++) {
      const due = this.#due.get(this.now);
      this.#due.delete(this.now);
      for (const room of due ?? []) this.#flush(room);
      this.#backlogMs += this.otherShare;
      const done = Math.min(1, this.#backlogMs);
      this.#backlogMs -= done;
      this.busyMs += done;
      if (this.now % SAMPLE_MS !== SAMPLE_MS - 1) continue;
      this.#sampled = [...this.#sampled, this.busyMs].slice(-SAMPLES - 1);
      this.load = (this.busyMs - (this.#sampled[0] ?? 0)) / (SAMPLE_MS * (this.#sampled.length - 1));
      each(this);
    }
  }

  #flush(room: SimulatedRoom): void {
    const startedAt = this.now + this.#backlogMs;
    const costMs = room.viewers * WRITE_MS;
    this.#backlogMs += costMs;
    room.pacing.flushed(startedAt);
    room.window.flushed({ costMs, load: this.load, now: startedAt + costMs });
    room.pacing.windowMs = room.window.ms;
    this.#plan(room, startedAt + costMs);
  }

  #plan(room: SimulatedRoom, from: number): void {
    const ms = Math.max(this.now + 1, Math.ceil(room.pacing.dueAt(from)));
    const planned = this.#due.get(ms);
    if (planned) planned.push(room);
    else this.#due.set(ms, [room]);
  }
}
