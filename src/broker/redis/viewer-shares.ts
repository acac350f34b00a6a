import type { Redis } from 'ioredis';
import type { Cancel, Clock } from '../../clock.ts';
import type { RedisCalls } from './redis-calls.ts';
import type { RedisClients } from './redis-clients.ts';
import { Script } from './script.ts';

export interface ViewerSharesOptions {
  readonly clients: Pick<RedisClients, 'commands' | 'cluster'>;
  readonly calls: RedisCalls;
  readonly clock: Clock;
  /** Begins the name of every key. */
  readonly prefix: string;
  /** Names this process, and none before it. */
  readonly process: string;
  readonly onElsewhere: (room: string, viewers: number) => void;
  readonly everyMs?: number;
  readonly refreshMs?: number;
  readonly lifeMs?: number;
}

interface Share {
  viewers: number;
  /** What Redis was last told, and when. */
  told: number | undefined;
  toldAt: number;
  elsewhere: number;
}

/**
 * Sets one process's share of a room's viewers, and drops the shares that have expired.
 *
 * KEYS[1]: HASH: process -> "viewers expiry". ARGV: the process, its viewers, for how many milliseconds that holds.
 * Answer: the viewers of all other processes.
 */
const SHARE_SCRIPT = new Script(`#!lua flags=allow-oom
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local shares = redis.call('HGETALL', KEYS[1])
local others = 0
for index = 1, #shares, 2 do
  if shares[index] ~= ARGV[1] then
    local viewers, expiry = string.match(shares[index + 1], '^(%d+) (%d+)$')
    if viewers and tonumber(expiry) > now then
      others = others + tonumber(viewers)
    else
      redis.call('HDEL', KEYS[1], shares[index])
    end
  end
end
if ARGV[2] == '0' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', now + ARGV[3]))
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return others
`);

const EVERY_MS = 2500;
// Every second time. That is how late a process learns of others where its own number stays the same.
const REFRESH_MS = 4000;
// Four refreshes: one or two that fail drop nobody.
const LIFE_MS = 20_000;
const ROOMS_AT_ONCE = 500;
// Rooms that were left and are to be told so. One more expires by itself.
const MAX_LEFT = 10_000;

/**
 * How many viewers this process has in each room that it follows, told to the others by way of Redis: every few seconds the rooms whose number
 * has changed, and every second time all, lest their shares expire. The same answers say how many viewers the others have.
 *
 * Two processes of 10,000 rooms each cost either 1 % of a core, and Redis 2 %; where every room's number changes all the time, twice that.
 */
export class ViewerShares {
  readonly #options: ViewerSharesOptions;
  readonly #shares = new Map<string, Share>();
  readonly #left = new Set<string>();
  #cancel: Cancel | undefined;
  #isTelling = false;
  #isStopped = false;

  constructor(options: ViewerSharesOptions) {
    this.#options = options;
    this.#plan();
  }

  /** From now on this process is told of the room's viewers elsewhere, though it may never have one itself. */
  follow(room: string): void {
    if (!this.#shares.has(room)) this.announce(room, 0);
  }

  announce(room: string, viewers: number): void {
    const share = this.#shares.get(room);
    if (share) share.viewers = viewers;
    else this.#shares.set(room, { viewers, told: undefined, toldAt: 0, elsewhere: 0 });
    this.#left.delete(room);
  }

  /** This process does not follow the room any more. */
  drop(room: string): void {
    const share = this.#shares.get(room);
    this.#shares.delete(room);
    // What is on its way is as good as told.
    if ((share?.told || share?.viewers) && this.#left.size < MAX_LEFT) this.#left.add(room);
  }

  /** Takes this process's viewers out of all rooms, where Redis can be asked. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    for (const room of [...this.#shares.keys()]) this.drop(room);
    await this.#tellAll([...this.#left]);
  }

  #plan(): void {
    const { clock, everyMs = EVERY_MS } = this.#options;
    this.#cancel = clock.after(everyMs, () => {
      void this.#tellDue();
      this.#plan();
    });
  }

  async #tellDue(): Promise<void> {
    // A slow Redis is not asked for more than it answers.
    if (this.#isTelling) return;
    const { clock, refreshMs = REFRESH_MS } = this.#options;
    const due = [...this.#left];
    const before = clock.monotonicMs() - refreshMs;
    for (const [room, { viewers, told, toldAt }] of this.#shares) if (viewers !== told || toldAt <= before) due.push(room);
    this.#isTelling = true;
    await this.#tellAll(due);
    this.#isTelling = false;
  }

  async #tellAll(rooms: readonly string[]): Promise<void> {
    try {
      for (let from = 0; from < rooms.length; from += ROOMS_AT_ONCE) await this.#tell(rooms.slice(from, from + ROOMS_AT_ONCE));
    } catch {
      // Redis is away: counted where it was asked. What was not told is due again.
    }
  }

  async #tell(rooms: readonly string[]): Promise<void> {
    const { calls, clients, clock, lifeMs = LIFE_MS, onElsewhere, prefix, process } = this.#options;
    const told = rooms.map((room) => this.#shares.get(room)?.viewers ?? 0);
    const words = rooms.map((room, index) => ({ keys: [`${prefix}{${room}}:viewers`], args: [process, `${told[index]}`, `${lifeMs}`] }));
    const answers = await calls.make(
      'shares',
      () =>
        clients.cluster
          ? Promise.all(words.map((call) => SHARE_SCRIPT.run(clients.commands, call)))
          : SHARE_SCRIPT.runAll(clients.commands as Redis, words), // no Cluster
    );
    for (const [index, room] of rooms.entries()) {
      // What was on its way when the room was left told of viewers still.
      if (told[index] === 0) this.#left.delete(room);
      const share = this.#shares.get(room);
      if (!share) continue;
      share.told = told[index];
      share.toldAt = clock.monotonicMs();
      const elsewhere = Number(answers[index]);
      if (elsewhere === share.elsewhere || this.#isStopped) continue;
      share.elsewhere = elsewhere;
      onElsewhere(room, elsewhere);
    }
  }
}
