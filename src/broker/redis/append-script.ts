import { ROOM_LUA } from './room-lua.ts';
import { Script } from './script.ts';

/**
 * Stores the appends of one call, in order, each whole or not at all, and publishes what was stored: all at one moment.
 *
 * KEYS and ARGV[1] to ARGV[7] as in room-lua.ts.
 *
 *     ARGV[8]  for how long an idempotency key is remembered   ARGV[10] how many keys are remembered
 *     ARGV[9]  for how long a combo goes on; 0: there are none ARGV[11] how many combos are
 *
 * then of each append: its idempotency key (or nothing), the entries' fingerprint, and a letter for each entry, followed by their arguments:
 *
 *     c  comment:                body          s  state:   settings as JSON, body
 *     p  event of priority:      body          l  likes:   how many
 *     g  gift that may be a step: key, body     e  enter:   the user as JSON
 *     r  retract:                refs, body
 *
 * Answer: "epoch priority chat" of the room's end; how many idempotency keys were forgotten before their time; and of each append
 * "stored", "replay" or "mismatch", the first two with "epoch priority chat": where the logs ended before it.
 *
 * What a retract names, and is kept, loses its bytes with the same call: see stored-news.ts. It names only what was stored before it. Comments,
 * superchats and notices go, the latter two known by the first byte of their bodies (event.proto: fields 5 and 6); gifts, states and retracts stay.
 *
 * What can fail is read before anything is written, so an append is never stored in part. The first line has it refused at once
 * where Redis is out of memory.
 */
export const APPEND_SCRIPT = new Script(`#!lua
${ROOM_LUA}
local TTL, COMBO, MAX_RECEIPTS, MAX_COMBOS = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])

-- A hash whose fields have times: drops those whose time is over, and the oldest past the bound. At most some at once: the rest another time.
local function drop(hash, times, before, max)
  local over = redis.call('ZRANGEBYSCORE', times, '-inf', before, 'LIMIT', 0, 200)
  local evicted = math.max(0, redis.call('ZCARD', times) - #over - max)
  if evicted > 0 then
    local from = #over
    for _, field in ipairs(redis.call('ZRANGE', times, from, from + evicted - 1)) do over[#over + 1] = field end
  end
  for first = 1, #over, 1000 do
    local last = math.min(first + 999, #over)
    redis.call('HDEL', hash, unpack(over, first, last))
    redis.call('ZREM', times, unpack(over, first, last))
  end
  return evicted
end

local now = time()
local room = open()
local from = { priority = room.priority, chat = room.chat }
local news = { priority = {}, chat = {}, enters = {}, likes = 0, settings = '' }
local adds = { priority = {}, chat = {} }
local receipts, receiptTimes, kept = {}, {}, {}
local steps, stepFields, stepTimes = {}, {}, {}
local retracted = { priority = {}, chat = {} }

local function receiptOf(key)
  if kept[key] then return kept[key] end
  local expires = redis.call('ZSCORE', KEYS[5], key)
  if expires and tonumber(expires) > now then return redis.call('HGET', KEYS[4], key) or nil end
end

local function keep(key, receipt)
  kept[key] = receipt
  receipts[#receipts + 1], receipts[#receipts + 2] = key, receipt
  receiptTimes[#receiptTimes + 1], receiptTimes[#receiptTimes + 2] = whole(now + TTL), key
end

local function stepOf(key)
  if COMBO == 0 then return 0 end
  local before = steps[key]
  if not before then
    local at = redis.call('ZSCORE', KEYS[7], key)
    before = at and now - tonumber(at) < COMBO and tonumber(redis.call('HGET', KEYS[6], key)) or 0
  end
  steps[key] = before + 1
  return before > 0 and before + 1 or 0
end

local function log(lane, body, step)
  local offset = room[lane] + 1
  room[lane] = offset
  local member = struct.pack('>I8I8I4', offset, now, step) .. body
  local events, add = news[lane], adds[lane]
  events[#events + 1] = member
  add[#add + 1], add[#add + 2] = whole(offset), member
end

local function retract(refs)
  for letter, digits in string.gmatch(refs, '([pc])(%d+)') do
    local lane, offset = letter == 'c' and 'chat' or 'priority', tonumber(digits)
    -- No more is ever kept: whatever is named, this ends soon.
    if offset <= room[lane] and offset > room[lane] - 2 * HISTORY then retracted[lane][offset] = true end
  end
end

local function takeBack(lane, offset)
  local key, score = lane == 'chat' and CHAT or PRIORITY, whole(offset)
  local member = redis.call('ZRANGEBYSCORE', key, score, score)[1]
  if not member or #member == 8 then return end
  local kind = string.byte(member, 21)
  if lane == 'priority' and kind ~= 0x2a and kind ~= 0x32 then return end
  -- In this order: a log that is empty for a moment is a key that is gone, and its expiry with it.
  redis.call('ZADD', key, score, string.sub(member, 1, 8))
  redis.call('ZREM', key, member)
end

local answers = { '', 0 }
local at = 12
while at <= #ARGV do
  local key, fingerprint, kinds = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  at = at + 3
  local receipt = key ~= '' and receiptOf(key)
  if receipt then
    local first, before = string.match(receipt, '^(%S+) (.*)$')
    answers[#answers + 1] = first == fingerprint and 'replay ' .. before or 'mismatch'
    local _, twofold = string.gsub(kinds, '[gsr]', '')
    at = at + #kinds + twofold
  else
    local before = head(room)
    answers[#answers + 1] = 'stored ' .. before
    if key ~= '' then keep(key, fingerprint .. ' ' .. before) end
    for index = 1, #kinds do
      local kind = string.sub(kinds, index, index)
      local said = ARGV[at]
      at = at + 1
      if kind == 'c' then
        log('chat', said, 0)
      elseif kind == 'p' then
        log('priority', said, 0)
      elseif kind == 'g' then
        log('priority', ARGV[at], stepOf(said))
        at = at + 1
      elseif kind == 's' then
        log('priority', ARGV[at], 0)
        news.settings = said
        room.settings = said
        at = at + 1
      elseif kind == 'r' then
        retract(said)
        log('priority', ARGV[at], 0)
        at = at + 1
      elseif kind == 'l' then
        news.likes = news.likes + tonumber(said)
      elseif kind == 'e' then
        news.enters[#news.enters + 1] = said
      else
        error('no such kind of entry')
      end
    end
  end
end
room.likes = room.likes + news.likes

for lane, add in pairs(adds) do
  if #add > 0 then
    local key = lane == 'chat' and CHAT or PRIORITY
    redis.call('ZADD', key, unpack(add))
    -- Not with every call: an eighth more than is asked for may be stored, and is not read.
    local slack = math.max(1, math.floor(HISTORY / 8))
    if math.floor(room[lane] / slack) > math.floor(from[lane] / slack) and room[lane] > HISTORY then
      redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(room[lane] - HISTORY))
    end
    if from[lane] == 0 then keepLogs(room, now) end
  end
end
for lane, offsets in pairs(retracted) do
  for offset in pairs(offsets) do takeBack(lane, offset) end
end
save(room, now)
if #receipts > 0 then
  redis.call('HSET', KEYS[4], unpack(receipts))
  redis.call('ZADD', KEYS[5], unpack(receiptTimes))
  answers[2] = drop(KEYS[4], KEYS[5], whole(now), MAX_RECEIPTS)
  redis.call('PEXPIRE', KEYS[4], TTL)
  redis.call('PEXPIRE', KEYS[5], TTL)
end
for key, step in pairs(steps) do
  stepFields[#stepFields + 1], stepFields[#stepFields + 2] = key, step
  stepTimes[#stepTimes + 1], stepTimes[#stepTimes + 2] = whole(now), key
end
if #stepFields > 0 then
  redis.call('HSET', KEYS[6], unpack(stepFields))
  redis.call('ZADD', KEYS[7], unpack(stepTimes))
  drop(KEYS[6], KEYS[7], whole(now - COMBO), MAX_COMBOS)
  redis.call('PEXPIRE', KEYS[6], COMBO)
  redis.call('PEXPIRE', KEYS[7], COMBO)
end
if room.isFenced or #news.priority + #news.chat + #news.enters + news.likes > 0 then tell(room, from, news) end
answers[1] = head(room)
return answers
`);
