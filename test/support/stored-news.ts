import type { User } from '../../src/protocol/event.ts';

interface NewsParts {
  readonly epoch: string;
  readonly from: { readonly priority: number; readonly chat: number };
  readonly likes?: { readonly count: number; readonly total: number };
  /** As JSON. */
  readonly settings?: string;
  readonly enters?: readonly User[];
  /** `memberBytes`, each. */
  readonly priority?: readonly Buffer[];
  readonly chat?: readonly Buffer[];
}

/** The payload that the append script publishes, written down a second time. */
export function newsBytes({ epoch, from, likes, settings = '', enters = [], priority = [], chat = [] }: NewsParts): Buffer {
  return Buffer.concat([
    Buffer.from([1, epoch.length]),
    Buffer.from(epoch, 'latin1'),
    ...[from.priority, from.chat, likes?.count ?? 0, likes?.total ?? 0].map(uint64),
    sized(Buffer.from(settings)),
    list(enters.map((user) => Buffer.from(JSON.stringify(user)))),
    list(priority),
    list(chat),
  ]);
}

export function memberBytes({ offset, at, combo = 0 }: { offset: number; at: number; combo?: number }, body: Uint8Array): Buffer {
  return Buffer.concat([uint64(offset), uint64(at), uint32(combo), body]);
}

function list(parts: readonly Buffer[]): Buffer {
  return Buffer.concat([uint32(parts.length), ...parts.map(sized)]);
}

function sized(part: Buffer): Buffer {
  return Buffer.concat([uint32(part.length), part]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
