/** A number that goes with a text, even over 32 bits: FNV-1a (Fowler, Noll and Vo). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** An even number above 0 and up to 1 for each place in a sequence: the finalizer of MurmurHash3 over seed and place. */
export function drawOf(seed: number, place: number): number {
  let hash = seed ^ Math.imul(place % 0x1_0000_0000, 0x9e3779b1) ^ Math.floor(place / 0x1_0000_0000);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) + 1) / 0x1_0000_0000;
}
