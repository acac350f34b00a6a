import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { Role } from '../auth/identity.ts';
import type { ClientAddress } from '../limits/client-address.ts';
import { NOTHING_HELD, type Release } from '../limits/connection-limit.ts';
import { networkOf } from '../limits/ip-address.ts';
import type { Limits } from '../limits/limits.ts';
import { accept, type Result } from '../protocol/error-catalog.ts';
import type { Speaker } from '../session/speaker.ts';

export interface ArrivalsParts {
  readonly clientAddress: ClientAddress;
  readonly limits: Pick<Limits, 'handshakes' | 'addressConnections' | 'userConnections'>;
}

/** Where each request comes from, how often somebody comes from there, and how many stay. */
export class Arrivals {
  readonly #parts: ArrivalsParts;

  constructor(parts: ArrivalsParts) {
    this.#parts = parts;
  }

  /** As limits count it. To be called in the route's handler: neither request nor response can be asked later. */
  addressOf(response: HttpResponse, request: HttpRequest): string {
    const { clientAddress } = this.#parts;
    const peer = Buffer.from(response.getRemoteAddressAsText()).toString();
    return networkOf(clientAddress.of(peer, clientAddress.trustsNobody ? [] : forwardedFor(request)));
  }

  /** Someone wants a connection that stays open. Refusal: `slow_down`. */
  handshake(address: string): Result<undefined> {
    return this.#parts.limits.handshakes.take(address);
  }

  /** A connection takes its place, among those of its address and of its user. Refusal: `connection_limit`. */
  hold(speaker: Speaker): Result<Release> {
    const ofAddress = this.#parts.limits.addressConnections.hold(speaker.address);
    if (!ofAddress.ok) return ofAddress;
    const ofUser = this.holdUser(speaker);
    // Most are guests: a closure that a connection keeps costs more than to look.
    if (ofUser === NOTHING_HELD) return ofAddress;
    if (!ofUser.ok) {
      ofAddress.value();
      return ofUser;
    }
    return accept(() => {
      ofAddress.value();
      ofUser.value();
    });
  }

  /** Of a user alone; a guest is none. Refusal: `connection_limit`. */
  holdUser({ identity: { role, user } }: Pick<Speaker, 'identity'>): Result<Release> {
    return role === Role.guest ? NOTHING_HELD : this.#parts.limits.userConnections.hold(user.id);
  }
}

/** Every line of it: a proxy may add one of its own behind the client's. */
function forwardedFor(request: HttpRequest): string[] {
  const lines: string[] = [];
  request.forEach((name, value) => {
    if (name === 'x-forwarded-for') lines.push(value);
  });
  return lines;
}
