import { EventEmitter, once } from 'node:events';
import type { Reading } from '../support/reading.ts';

/**
 * A way to read a room as a client goes about it over the wire: the seam that the contract suite runs through. Each implementation is a
 * small reader of the test's own, and no part of the SDK.
 */
export interface TransportUnderTest {
  readonly name: string;
  /** Whether the server holds something open for its readers: whom it counts one by one, and can tell that it stops. */
  readonly isHeld: boolean;
  /**
   * Begins to read where `reading` stands, and goes on until it is left or the server ends it. Answers once the first answer is in `reading`.
   * @throws Refused when the server refuses it
   */
  connect(server: string, room: string, reading: Reading): Promise<Link>;
}

export interface Link {
  /** Says a comment in the way that goes with this transport. Answers its ref, empty for one that was not stored. */
  say(text: string): Promise<string>;
  /** Goes on in another room, without a connection in between where the transport can. The link before is not used any more. */
  move(room: string, reading: Reading): Promise<Link>;
  /** Goes away at once: nothing that is still on its way is told to the reading. Answers when the connection has ended. */
  leave(): Promise<void>;
  /** Why the server ended it: the code of a catalogue error, or `lost` when it gave none. */
  readonly ended: Promise<string>;
}

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Something that is told once, and can be waited for before and after. */
export class Telling<T> {
  readonly told: Promise<T>;
  readonly #gate = new EventEmitter();

  constructor() {
    this.told = once(this.#gate, 'told').then(([value]) => value as T); // `tell` takes no other type
  }

  tell(value: T): void {
    this.#gate.emit('told', value);
  }
}

/** The catalogue's code in the body of a refusal. */
export async function codeOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { code: string } };
  return error.code;
}

/** How viewers without a WebSocket comment. */
export async function postComment(server: string, room: string, text: string): Promise<string> {
  const response = await fetch(`${server}/v1/rooms/${room}/comments`, { method: 'POST', body: JSON.stringify({ text }) });
  if (!response.ok) throw new Refused(await codeOf(response));
  return ((await response.json()) as { ref?: string }).ref ?? '';
}
