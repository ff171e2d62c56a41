-- Gives back the places of one question, and what it did not use of every limit.
-- KEYS: three for each limit: requests, tokens, places.
-- ARGV: the question's id; then two for each limit: what is given back of its requests, and by how much
-- its tokens cost more (or, below zero, less) than was taken, in microseconds.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local longest = 3600000000

local function move(key, by)
  if by == 0 then
    return
  end
  local full = tonumber(redis.call('GET', key) or '0')
  if by > 0 then
    full = math.max(full, now)
  end
  local lacks = math.min(full + by - now, longest)
  if lacks <= 0 then
    redis.call('DEL', key)
  else
    redis.call('SET', key, string.format('%.0f', now + lacks), 'PX', math.ceil(lacks / 1000))
  end
end

for limit = 1, #KEYS / 3 do
  move(KEYS[limit * 3 - 2], -tonumber(ARGV[limit * 2]))
  move(KEYS[limit * 3 - 1], tonumber(ARGV[limit * 2 + 1]))
  redis.call('ZREM', KEYS[limit * 3], ARGV[1])
end
return 0
