import type { Event } from './event.ts';

const encoder = new TextEncoder();

/** The JSON of one event: offset and time first, as in the contract. */
export function encodeJsonEvent(event: Event): Uint8Array {
  const { offset, at, ...body } = event;
  return encoder.encode(JSON.stringify(offset === undefined ? { at, ...body } : { offset, at, ...body }));
}
