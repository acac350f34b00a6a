import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { type CountedRate, LONGEST_WINDOWS, type SharedCount, type SharedCounts, type Spent } from '../shared-counts.ts';
import { RedisCalls } from './redis-calls.ts';
import { RedisClients, type RedisPlace } from './redis-clients.ts';
import { Script } from './script.ts';

export interface RedisCountsOptions extends RedisPlace {
  /** Begins the name of every key. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** At least 0 and below 1. */
  readonly random: () => number;
}

/**
 * Adds what keys have spent to what is known of them.
 *
 * KEYS: two HASHes: key -> "points begin process", of the process with which the window began. They take turns, each for a generation of the
 * longest time that a window may last:
 *
 *     generation     6          7          8          9
 *     KEYS[1]        present    former     present    former        What is added is written to the present one, what is known
 *     KEYS[2]        former     present    former     present       is looked for in both, and the former one expires as a whole.
 *
 * A hash has one expiry, and an expiry for each viewer would be several commands for each.
 *
 * ARGV: the rate's count, its window and the longest one in milliseconds, the process; then for each key: its name, points, late points, how much is
 * left of the window in which the points were spent, 1 where that is new.
 * Answer: for each key its points, and how much is left of its window.
 */
const ADD_SCRIPT = new Script(`#!lua
local COUNT, WINDOW, LONGEST = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local PROCESS = ARGV[4]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local generation = math.floor(now / LONGEST)
local PRESENT, FORMER = KEYS[1 + generation % 2], KEYS[2 - generation % 2]

local fields = { 'generation' }
for at = 5, #ARGV, 5 do fields[#fields + 1] = ARGV[at] end

local function whole(number)
  return string.format('%.0f', number)
end

local function known(hash, ofGeneration)
  local values = redis.call('HMGET', hash, unpack(fields))
  return values[1] == whole(ofGeneration) and values or {}
end

local function ending(points, begin)
  return begin + math.min(LONGEST, WINDOW * math.max(1, points / COUNT))
end

local present, former = known(PRESENT, generation), known(FORMER, generation - 1)
local sets, answers = { 'generation', whole(generation) }, {}
for index = 2, #fields do
  local at = index * 5 - 5
  local more, late, left, isNew = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), ARGV[at + 4] == '1'
  local began = now - WINDOW + left
  local points, begin, process = string.match(present[index] or former[index] or '', '^(%d+) (%d+) (%w+)$')
  points, begin = tonumber(points or 0) + late, tonumber(begin)
  local isNext = not begin or begin > now
  if more > 0 and not isNext then
    isNext = began >= ending(points, begin) - WINDOW / 10 or (isNew and process == PROCESS and points <= COUNT)
  end
  if isNext then points, begin, process = 0, began, PROCESS end
  points = points + more
  sets[#sets + 1], sets[#sets + 2] = ARGV[at], whole(points) .. ' ' .. whole(begin) .. ' ' .. process
  answers[#answers + 1], answers[#answers + 2] = points, math.ceil(ending(points, begin)) - now
end
if not present[1] then redis.call('DEL', PRESENT) end
redis.call('HSET', PRESENT, unpack(sets))
if not present[1] then redis.call('PEXPIREAT', PRESENT, whole((generation + 2) * LONGEST)) end
return answers
`);

// So many hold Redis up for about 3 ms.
const KEYS_AT_ONCE = 1000;

/**
 * In Redis, over a connection of its own: what holds up rooms and what holds up limits do not wait for each other. In a Cluster each limit is
 * on one server.
 */
export class RedisCounts implements SharedCounts {
  readonly #options: RedisCountsOptions;
  readonly #clients: RedisClients;
  readonly #calls: RedisCalls;
  /** Names this process. Short: it stands beside each key. */
  readonly #process = randomBytes(4).toString('hex');

  constructor(options: RedisCountsOptions) {
    this.#options = options;
    this.#clients = new RedisClients({ ...options, waitsForReplicas: false, onChange: () => undefined });
    this.#calls = new RedisCalls(options);
  }

  start(): void {
    this.#clients.start();
  }

  async add(rate: CountedRate, spent: readonly Spent[]): Promise<readonly SharedCount[]> {
    const counts: SharedCount[] = [];
    for (let from = 0; from < spent.length; from += KEYS_AT_ONCE) {
      counts.push(...(await this.#addSome(rate, spent.slice(from, from + KEYS_AT_ONCE))));
    }
    return counts;
  }

  stop(): void {
    this.#clients.stop();
  }

  async #addSome({ name, count, seconds }: CountedRate, spent: readonly Spent[]): Promise<SharedCount[]> {
    // A Cluster would queue it.
    if (!this.#clients.isUp) throw new Error('there is no connection to Redis');
    const windowMs = seconds * 1000;
    // By rate: processes that are given another one, in the middle of a deployment, have windows of their own.
    const hash = `${this.#options.prefix}{limit:${name}:${count}/${seconds}}`;
    const call = {
      keys: [`${hash}:0`, `${hash}:1`],
      args: [count, windowMs, windowMs * LONGEST_WINDOWS, this.#process, ...spent.flatMap(wordsOf)].map(String),
    };
    const answer = await this.#calls.make('limits', () => ADD_SCRIPT.run(this.#clients.commands, call));
    const numbers = answer as readonly number[]; // as the script says
    return spent.map((_, index) => ({ points: numbers[index * 2] ?? 0, leftMs: numbers[index * 2 + 1] ?? 0 }));
  }
}

function wordsOf({ key, points, latePoints, leftMs, isNew }: Spent): (string | number)[] {
  return [key, points, latePoints, Math.ceil(leftMs), isNew ? 1 : 0];
}
