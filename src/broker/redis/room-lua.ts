/**
 * What every script of a room begins with, and its arguments:
 *
 *     KEYS[1] meta            "epoch priority chat likes keptUntil lineage settings": where the logs end, likes in all, whose data this is
 *                             (below), the settings as JSON (or nothing)
 *     KEYS[2] priority        ZSETs of the newest events: the offset is score, and begins the member (stored-news.ts)
 *     KEYS[3] chat
 *     KEYS[4] receipts        HASH: idempotency key -> "fingerprint epoch priority chat", where the logs ended before that append
 *     KEYS[5] receipts:times  ZSET: the same keys by when they expire
 *     KEYS[6] combos          HASH: giver and gift -> newest step
 *     KEYS[7] combos:times    ZSET: the same by the time of that step
 *
 *     ARGV[1] a name for a new epoch, should one begin       ARGV[4] the room's channel
 *     ARGV[2] the idle time after which a room is forgotten  ARGV[5] PUBLISH or SPUBLISH
 *     ARGV[3] how many events each log keeps                 ARGV[6] the furthest heads seen, "epoch priority chat" each
 *                                                            ARGV[7] "changing" where another server may become the master, else "one"
 *
 * All keys hold one room's hash tag. Time is Redis' own, so that processes whose clocks are apart agree.
 *
 * A room is there while its meta is: that alone expires with the idle time. The others expire some time later, so that no garbage stays, and
 * are dropped when a room begins. One in which nothing was ever said goes soon: whoever asks for rooms that do not exist fills nothing.
 *
 * Fence. A failover can lose the newest events, and their offsets would be given to others. Nor need the old master be dead: one that
 * was only frozen goes on to store under the old epoch, for whoever has not heard of the new one. So an epoch is written under one history of data
 * alone, its lineage. Redis has a name for that: the replication id is another after every promotion and restart of a master. A room whose meta names another
 * begins a new epoch with the first call, whoever makes it; what is kept stays, and the offsets go on from it. That an epoch's logs never
 * fork needs no process that remembers where it was connected: one that has not seen the room before could not, and a Cluster's
 * client follows a redirection to the new master with the very call that it meant for the old one.
 *
 * A single server is not watched in this way: its restart would reset every viewer, though it may have kept all. Where it has not, each
 * process says how far it has seen the logs: where they end earlier under the same epoch, a new epoch begins as well.
 */
export const ROOM_LUA = `
local META, PRIORITY, CHAT = KEYS[1], KEYS[2], KEYS[3]
local IDLE, HISTORY = tonumber(ARGV[2]), tonumber(ARGV[3])
-- What this server's data is called, or nil where no other has it.
local LINEAGE = ARGV[7] == 'changing' and string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)') or nil
local EMPTY_ROOM = math.min(IDLE, 30000)
local KEPT_LONGER = 2 * IDLE + 60000

local function whole(number) return string.format('%.0f', number) end

local function time()
  local now = redis.call('TIME')
  return tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
end

-- What is in meta, or nil.
local function find()
  local meta = redis.call('GET', META)
  if not meta then return nil end
  local epoch, priority, chat, likes, kept, lineage, settings = string.match(meta, '^(%w+) (%d+) (%d+) (%d+) (%d+) (%S+) (.*)$')
  if not epoch then error('the key of a room holds something else') end
  return {
    epoch = epoch, priority = tonumber(priority), chat = tonumber(chat), likes = tonumber(likes), kept = tonumber(kept),
    lineage = lineage, settings = settings,
  }
end

local function isBehind(room)
  for epoch, priority, chat in string.gmatch(ARGV[6], '(%w+) (%d+) (%d+)') do
    if epoch == room.epoch and (tonumber(priority) > room.priority or tonumber(chat) > room.chat) then return true end
  end
  return false
end

local function fence(room)
  local isForeign = LINEAGE and room.lineage ~= LINEAGE
  if not (isForeign or isBehind(room)) then return end
  room.epoch = ARGV[1]
  room.lineage = LINEAGE or room.lineage
  room.isFenced = true
end

-- The room as it is, or one that begins.
local function open()
  local room = find()
  if room then
    fence(room)
  else
    redis.call('UNLINK', PRIORITY, CHAT, KEYS[4], KEYS[5], KEYS[6], KEYS[7])
    room = { epoch = ARGV[1], priority = 0, chat = 0, likes = 0, kept = 0, lineage = LINEAGE or '-', settings = '' }
  end
  return room
end

local function keepLogs(room, now)
  room.kept = now + KEPT_LONGER
  redis.call('PEXPIRE', PRIORITY, KEPT_LONGER)
  redis.call('PEXPIRE', CHAT, KEPT_LONGER)
end

-- Writes meta, which lives for another idle time, and sees to it that the logs live longer.
local function save(room, now)
  if room.kept < now + IDLE then keepLogs(room, now) end
  local isEmpty = room.priority == 0 and room.chat == 0 and room.likes == 0
  redis.call('SET', META, table.concat({
    room.epoch, whole(room.priority), whole(room.chat), whole(room.likes), whole(room.kept), room.lineage, room.settings,
  }, ' '), 'PX', isEmpty and EMPTY_ROOM or IDLE)
end

local function head(room)
  return room.epoch .. ' ' .. whole(room.priority) .. ' ' .. whole(room.chat)
end

local function list(parts)
  local sized = { struct.pack('>I4', #parts) }
  for _, part in ipairs(parts) do
    sized[#sized + 1] = struct.pack('>I4', #part)
    sized[#sized + 1] = part
  end
  return table.concat(sized)
end

-- The payload of stored-news.ts. A new epoch is told even where nothing was stored.
local function tell(room, from, news)
  local priority, chat, enters = list(news.priority), list(news.chat), list(news.enters)
  redis.call(ARGV[5], ARGV[4], table.concat({
    struct.pack('>BB', 1, #room.epoch), room.epoch,
    struct.pack('>I8I8I8I8I4', from.priority, from.chat, news.likes, room.likes, #news.settings), news.settings,
    enters, priority, chat,
  }))
end

local function tellFenced(room)
  if room.isFenced then tell(room, room, { priority = {}, chat = {}, enters = {}, likes = 0, settings = '' }) end
end
`;
