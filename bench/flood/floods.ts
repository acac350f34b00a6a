import { upgradeRequest } from '../load/upgrade-request.ts';
import type { FloodHow } from './flood-messages.ts';

/** One way to ask for too much. */
export interface Flood {
  readonly name: string;
  readonly how: FloodHow;
  readonly text: string;
  readonly perSecond: number;
}

export interface FloodOptions {
  readonly room: string;
  /** Of the one user whose flood it is. */
  readonly token: string;
  /** Frames a second over a WebSocket. */
  readonly frames: number;
  readonly posts: number;
  /** Handshakes a second, each over a connection of its own. */
  readonly handshakes: number;
}

/** The floods of one user and of one address, on the ways on which something is taken in. */
export function floodsOf({ room, token, frames, posts, handshakes }: FloodOptions): Flood[] {
  const watch = `/v1/ws?room=${room}`;
  const asUser = `${watch}&token=${token}`;
  return [
    {
      name: 'comments of one user, WebSocket',
      how: { kind: 'frames', path: asUser },
      text: '{"id":1,"comment":{"text":"flood"}}',
      perSecond: frames,
    },
    {
      name: 'joins of one user, WebSocket',
      how: { kind: 'frames', path: asUser },
      text: JSON.stringify({ id: 1, join: { room } }),
      perSecond: frames,
    },
    {
      name: 'comments of one user, POST',
      how: { kind: 'requests' },
      text: commentRequest(room, token),
      perSecond: posts,
    },
    {
      name: 'comments of one address without a token, POST',
      how: { kind: 'requests' },
      text: commentRequest(room),
      perSecond: posts,
    },
    {
      name: 'handshakes of one address',
      how: { kind: 'connections' },
      text: upgradeRequest(watch, 'barrage.v1.json'),
      perSecond: handshakes,
    },
  ];
}

function commentRequest(room: string, token?: string): string {
  const body = '{"text":"flood"}';
  const lines = [
    `POST /v1/rooms/${room}/comments HTTP/1.1`,
    'Host: 127.0.0.1',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
