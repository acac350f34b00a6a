import { ROOM_LUA } from './room-lua.ts';
import { Script } from './script.ts';

/**
 * All that is kept of a room, or what comes after a cursor. A room not known yet begins. Also where Redis is out of memory.
 *
 * KEYS and ARGV[1] to ARGV[7] as in room-lua.ts; ARGV[8] to ARGV[10]: epoch, priority and chat of a cursor, or nothing.
 * Answer: "epoch priority chat likes", the settings as JSON or nothing, the members of priority, those of chat.
 */
export const READ_SCRIPT = new Script(`#!lua flags=allow-oom
${ROOM_LUA}
local function kept(key, last, after)
  local first = math.max(0, last - HISTORY)
  if after and after >= first and after <= last then
    local oldest = redis.call('ZRANGE', key, 0, 0)[1]
    if after == last or (oldest and struct.unpack('>I8', oldest) <= after + 1) then first = after end
  end
  if first == last then return {} end
  return redis.call('ZRANGEBYSCORE', key, whole(first + 1), whole(last))
end

local room = open()
save(room, time())
tellFenced(room)
local isKnown = ARGV[8] == room.epoch
return {
  head(room) .. ' ' .. whole(room.likes), room.settings,
  kept(PRIORITY, room.priority, isKnown and tonumber(ARGV[9])),
  kept(CHAT, room.chat, isKnown and tonumber(ARGV[10])),
}
`);

/**
 * Where a room's logs end; keeps it for another idle time. A room that is gone stays so.
 *
 * KEYS and ARGV[1] to ARGV[7] as in room-lua.ts.
 * Answer: "epoch priority chat", or nothing.
 */
export const TOUCH_SCRIPT = new Script(`#!lua flags=allow-oom
${ROOM_LUA}
local room = find()
if not room then return false end
fence(room)
save(room, time())
tellFenced(room)
return head(room)
`);
