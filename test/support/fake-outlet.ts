import type { CloseCode } from '../../src/protocol/close-codes.ts';
import type { Ack, ErrorFrame, Joined, ServerFrame } from '../../src/protocol/frame.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import type { Outlet } from '../../src/session/outlet.ts';

/** A connection that keeps what its session sends, and where it is. */
export class FakeOutlet implements Outlet {
  readonly frames: ServerFrame<SealedEvent>[] = [];
  /** What the session did with the connection, in order. */
  readonly done: string[] = [];
  closed: CloseCode | undefined;
  /** What waits for the client to read, as the test has it. */
  backlog = 0;

  send(frame: ServerFrame<SealedEvent>): 'sent' {
    this.frames.push(frame);
    return 'sent';
  }

  backlogBytes(): number {
    return this.backlog;
  }

  enter(room: string): void {
    this.done.push(`enter ${room}`);
  }

  leave(room: string): void {
    this.done.push(`leave ${room}`);
  }

  close(code: CloseCode): void {
    this.done.push(`close ${code}`);
    this.closed = code;
  }

  get joins(): Joined<SealedEvent>[] {
    return this.frames.flatMap((frame) => ('joined' in frame ? frame.joined : []));
  }

  get acks(): Ack[] {
    return this.frames.flatMap((frame) => ('ack' in frame ? frame.ack : []));
  }

  get errors(): ErrorFrame[] {
    return this.frames.flatMap((frame) => ('error' in frame ? frame.error : []));
  }

  /** The frames by kind, with the code or id that tells them apart. */
  get said(): string[] {
    return this.frames.map((frame) => {
      if ('joined' in frame) return `joined ${frame.joined.room}`;
      if ('ack' in frame) return `ack ${frame.ack.id}`;
      if ('error' in frame) return `error ${frame.error.id ?? '-'} ${frame.error.code}`;
      if ('refresh' in frame) return `refresh ${frame.refresh.expiresAt}`;
      return 'pong' in frame ? 'pong' : 'batch';
    });
  }
}
