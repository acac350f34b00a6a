/** What is limited. Names keys in Redis and labels of metrics: a closed set. */
export type RateName = 'comments' | 'likes' | 'joins' | 'rooms';
export type LimitName = RateName | 'handshakes' | 'address_connections' | 'user_connections' | 'refusals' | 'repeats' | 'slow_mode';

/** So many within so many seconds. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}
