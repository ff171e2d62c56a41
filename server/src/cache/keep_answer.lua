-- Keeps one answer of a workspace, and gives up those whose time is over first where there is no room.
-- All names lie on one node of a cluster. One call, so that two processes never count past the bound.
-- KEYS: the answer; the workspace's answers by the moment their time is over; their sizes and the total
-- ARGV: id of the answer, what stands before an id in a name, the sealed answer, its life in ms, the bound
local answer, by_end, sizes = KEYS[1], KEYS[2], KEYS[3]
local id, before, sealed = ARGV[1], ARGV[2], ARGV[3]
local life, bound = tonumber(ARGV[4]), tonumber(ARGV[5])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function forget(old)
  redis.call('DEL', before .. old)
  redis.call('ZREM', by_end, old)
  local size = redis.call('HGET', sizes, old)
  if size then
    redis.call('HDEL', sizes, old)
    redis.call('HINCRBY', sizes, 'total', -tonumber(size))
  end
end

forget(id)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', by_end, '-inf', now, 'LIMIT', 0, 100)) do
  forget(old)
end
-- What Redis itself needs for a name, two entries and their links is about this much.
local size = #sealed + 2 * #answer + 200
if size > bound then
  return 0
end
while tonumber(redis.call('HGET', sizes, 'total') or '0') + size > bound do
  local first = redis.call('ZRANGE', by_end, 0, 0)[1]
  if not first then
    -- Redis gave up the list by itself: begin to count anew. Answers it forgot go when their time is over.
    redis.call('DEL', sizes)
    break
  end
  forget(first)
end
redis.call('SET', answer, sealed, 'PX', life)
redis.call('ZADD', by_end, now + life, id)
redis.call('HSET', sizes, id, size)
redis.call('HINCRBY', sizes, 'total', size)
for _, list in ipairs({by_end, sizes}) do
  if redis.call('PTTL', list) < life then
    redis.call('PEXPIRE', list, life)
  end
end
return 1
