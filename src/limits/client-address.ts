import { BlockList, isIPv4 } from 'node:net';
import { plainAddress } from './ip-address.ts';

/** A header names each proxy on the way: more is somebody's invention. */
const MAX_HOPS = 32;

const NAMED_NETWORKS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  // RFC 1918, RFC 4193, and what a link hands out by itself.
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
};

/**
 * The address that a request comes from, behind proxies that are trusted.
 *
 * Each proxy appends the address that it was spoken to from, so the truth is at the right and anybody may have written what is left of it:
 *
 *     X-Forwarded-For: spoofed, 203.0.113.9, 10.0.0.7        peer 10.0.0.8
 *                               the answer   trusted              trusted
 *
 * From the peer leftwards, the first address that is not trusted is the client's. `Forwarded` (RFC 7239) is not read: a proxy that writes
 * one header passes on the other as it came.
 */
export class ClientAddress {
  readonly #trusted = new BlockList();
  readonly trustsNobody: boolean;

  /** @param networks - as `TRUST_PROXY`: addresses, CIDRs, `loopback`, `private` @throws RangeError for anything else */
  constructor(networks: readonly string[]) {
    const cidrs = networks.flatMap((network) => NAMED_NETWORKS[network] ?? [network]);
    for (const cidr of cidrs) this.#trust(cidr);
    this.trustsNobody = cidrs.length === 0;
  }

  /**
   * @param peer - the other end of the socket
   * @param forwardedFor - every X-Forwarded-For line of the request, in order: a proxy may add a line of its own behind the client's, so
   *   the first line alone would be whatever the client wrote
   */
  of(peer: string, forwardedFor: readonly string[]): string {
    let address = plainAddress(peer) ?? peer;
    if (this.trustsNobody || forwardedFor.length === 0) return address;
    let rest = forwardedFor.join(',');
    for (let hop = 0; hop < MAX_HOPS && rest !== '' && this.#isTrusted(address); hop++) {
      const comma = rest.lastIndexOf(',');
      const entry = addressIn(rest.slice(comma + 1));
      // A proxy that is trusted wrote no address: it is the last thing known.
      if (entry === undefined) return address;
      address = entry;
      rest = rest.slice(0, Math.max(comma, 0));
    }
    return address;
  }

  #isTrusted(address: string): boolean {
    return this.#trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  }

  #trust(cidr: string): void {
    const [text = '', bits, more] = cidr.split('/');
    const address = plainAddress(text);
    const isV4 = address !== undefined && isIPv4(address);
    const most = isV4 ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    // An IPv4 address wrapped in IPv6 would have its prefix counted from elsewhere.
    const isWrapped = isV4 && text !== address;
    const isRange =
      address !== undefined && !isWrapped && more === undefined && /^(\d{1,3})?$/.test(bits ?? '') && bits !== '' && prefix <= most;
    if (!isRange) throw new RangeError(`${cidr} is no address, CIDR, loopback or private`);
    this.#trusted.addSubnet(address, prefix, isV4 ? 'ipv4' : 'ipv6');
  }
}

/** An entry's address: some proxies write the port behind it, and then put IPv6 in brackets. */
function addressIn(entry: string): string | undefined {
  const text = entry.trim();
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d{1,5})?|(\d[\d.]*):\d{1,5})$/.exec(text) ?? [];
  return plainAddress(bracketed ?? dotted ?? text);
}
