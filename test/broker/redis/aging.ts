import type { Redis } from 'ioredis';

/**
 * Makes all that a Redis holds older by so much: what expires does so earlier, and what the append script dates lies further back.
 * So tests of time need not wait for it.
 */
export async function age(client: Redis, ms: number): Promise<void> {
  await client.eval(AGE, 0, ms);
}

const AGE = `
local ms = tonumber(ARGV[1])
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= ms then redis.call('DEL', key)
  elseif left >= 0 then redis.call('PEXPIRE', key, left - ms) end
  if string.match(key, ':meta$') and redis.call('EXISTS', key) == 1 then
    local before, kept, settings = string.match(redis.call('GET', key), '^(%w+ %d+ %d+ %d+) (%d+)( .*)$')
    if kept then redis.call('SET', key, before .. ' ' .. string.format('%.0f', math.max(0, kept - ms)) .. settings, 'KEEPTTL') end
  end
  if string.match(key, ':times$') then
    for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZINCRBY', key, -ms, member) end
  end
end
`;
