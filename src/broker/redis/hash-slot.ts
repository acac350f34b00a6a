const SLOTS = 16_384;
const POLYNOMIAL = 0x1021;

/**
 * The slot of a cluster that holds a key or sharded channel: CRC-16 (XMODEM) of what stands in its first pair of braces, if there is something,
 * else of all of it, modulo 16,384. The Redis Cluster specification, "Key distribution model" and "Hash tags".
 */
export function hashSlotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL) & 0xffff;
  }
  return crc % SLOTS;
}
