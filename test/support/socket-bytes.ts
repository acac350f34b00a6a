/** A WebSocket frame as its bytes say. */
interface SocketFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 } as const;

/** A client's frame, under the mask that changes nothing. @param part - `more`: others go on where it ends */
export function clientFrame(opcode: number, payload: Uint8Array, part: 'last' | 'more' = 'last'): Buffer {
  const length =
    payload.length < 126 ? Buffer.of(0x80 | payload.length) : Buffer.of(0x80 | 126, (payload.length >> 8) & 0xff, payload.length & 0xff);
  return Buffer.concat([Buffer.of((part === 'last' ? 0x80 : 0) | opcode), length, Buffer.alloc(4), payload]);
}

/** A handshake for a room. The library's key is not checked by what reads the answer here. */
export function handshake(room: string): Buffer {
  const lines = [
    'Host: x',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
  return Buffer.from(`GET /v1/ws?room=${room} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
}

/** The whole frames at the front of what a server sent. A server's are short enough here that none tells its length in eight bytes. */
export function serverFrames(bytes: Buffer): SocketFrame[] {
  const frames: SocketFrame[] = [];
  for (let rest = bytes; rest.length >= 2; ) {
    const short = (rest[1] ?? 0) & 0x7f;
    const head = short === 126 ? 4 : 2;
    if (short === 127 || rest.length < head) break;
    const length = short === 126 ? rest.readUInt16BE(2) : short;
    if (rest.length < head + length) break;
    frames.push({ opcode: (rest[0] ?? 0) & 0x0f, payload: rest.subarray(head, head + length) });
    rest = rest.subarray(head + length);
  }
  return frames;
}
