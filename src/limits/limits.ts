import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { HandshakeLimit } from './handshake-limit.ts';
import type { Rate, RateName } from './limit-name.ts';
import type { LimiterStore } from './limiter-store.ts';
import { OwnRepeats } from './own-repeats.ts';
import { RateLimit } from './rate-limit.ts';

/** Each limit as its option says. A rate that is absent is no limit. */
export interface LimitsOptions {
  readonly comments: Rate | undefined;
  readonly likes: Rate | undefined;
  readonly joins: Rate | undefined;
  readonly handshakes: Rate | undefined;
  readonly rooms: Rate | undefined;
  /** 0: no limit; so for the next two. */
  readonly addressConnections: number;
  readonly userConnections: number;
  readonly repeatMs: number;
}

export interface LimitsParts {
  readonly store: LimiterStore;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Every limit on one viewer or one address. Addresses are given as `networkOf` answers them. */
export class Limits {
  /** By viewer. */
  readonly comments: RateLimit;
  /** By viewer, in likes. */
  readonly likes: RateLimit;
  /** By address, before anything is known of who comes. */
  readonly handshakes: HandshakeLimit;
  /** By address: joins cost more than handshakes, and one connection may join again and again. */
  readonly joins: RateLimit;
  /** By address: rooms that nobody had opened before. */
  readonly rooms: RateLimit;
  readonly addressConnections: ConnectionLimit;
  readonly userConnections: ConnectionLimit;
  /** By viewer. */
  readonly repeats: OwnRepeats;

  constructor(options: LimitsOptions, { store, metrics, clock }: LimitsParts) {
    const rateLimit = (name: RateName): RateLimit => {
      const rate = options[name];
      return new RateLimit({ name, limiter: rate && store(name, rate), metrics });
    };
    this.comments = rateLimit('comments');
    this.likes = rateLimit('likes');
    this.handshakes = new HandshakeLimit({ rate: options.handshakes, metrics, clock });
    this.joins = rateLimit('joins');
    this.rooms = rateLimit('rooms');
    this.addressConnections = new ConnectionLimit({ name: 'address_connections', max: options.addressConnections, metrics });
    this.userConnections = new ConnectionLimit({ name: 'user_connections', max: options.userConnections, metrics });
    this.repeats = new OwnRepeats({ repeatMs: options.repeatMs, metrics, clock });
  }
}
