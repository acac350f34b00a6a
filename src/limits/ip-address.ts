import { isIPv4, isIPv6 } from 'node:net';

/** An address in the form in which it is compared: IPv4 as it is, also where IPv6 wraps it; IPv6 as eight groups without zeros before. */
export function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const [withoutZone = ''] = text.split('%');
  if (!isIPv6(withoutZone)) return undefined;
  const groups = groupsOf(withoutZone);
  const [, , , , , , high = 0, low = 0] = groups;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  return groups.map((group) => group.toString(16)).join(':');
}

/**
 * What limits by address count by: an IPv4 address, or the /64 of an IPv6 address. A /64 is what one household or machine is given, and it may
 * speak from any of its 2^64 addresses. Takes what `plainAddress` answers, and leaves anything else as it is.
 */
export function networkOf(address: string): string {
  // Nearly all are IPv4, and asking what it is costs a regular expression.
  return address.includes(':') && isIPv6(address) ? `${address.split(':').slice(0, 4).join(':')}::/64` : address;
}

/** The eight groups of a valid IPv6 address (RFC 4291, 2.2). */
function groupsOf(text: string): number[] {
  const [before = '', after] = text.split('::');
  const left = numbersOf(before);
  if (after === undefined) return left;
  const right = numbersOf(after);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function numbersOf(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
