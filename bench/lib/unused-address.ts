/** Of 254 that a block of addresses has. */
const PER_BLOCK = 250;
let used = 0;

/** An address of the loopback that nothing has connected from: ports of closed connections stay taken for a minute. */
export function unusedAddress(): string {
  const address = `127.1.${Math.floor(used / PER_BLOCK)}.${(used % PER_BLOCK) + 1}`;
  used++;
  return address;
}
