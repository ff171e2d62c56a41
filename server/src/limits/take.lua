-- Takes what one question needs of every limit, or nothing of any.
-- KEYS: three for each limit: requests, tokens, places.
-- ARGV: the question's id, how long its places are held unless it says so again (microseconds), how
-- long to wait for a place; then three for each limit: what a request and the tokens cost
-- (microseconds, -1: no limit), how many places there are (0: no limit).
-- Returns {-1, 0, 0}, or the longest wait, which limit and which of its keys.
-- The arithmetic is the engine's, limits/bucket.rs: a bucket is the moment at which it is full again.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window, longest = 60000000, 3600000000
local id, lease, patience = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local function missing(key)
  local full = tonumber(redis.call('GET', key) or '0')
  return math.max(full - now, 0)
end

local worst, which, what = -1, 0, 0
local function refuse(wait, limit, key)
  if wait > worst then
    worst, which, what = wait, limit, key
  end
end

for limit = 1, #KEYS / 3 do
  for kind = 0, 1 do
    local cost = tonumber(ARGV[limit * 3 + 1 + kind])
    if cost >= 0 then
      local lacks = missing(KEYS[limit * 3 - 2 + kind])
      if lacks > 0 and lacks + cost > window then
        refuse(math.min(lacks, lacks + cost - window), limit, kind)
      end
    end
  end
  local most = tonumber(ARGV[limit * 3 + 3])
  if most > 0 then
    local places = KEYS[limit * 3]
    redis.call('ZREMRANGEBYSCORE', places, '-inf', string.format('%.0f', now))
    if redis.call('ZCARD', places) >= most then
      refuse(patience, limit, 2)
    end
  end
end
if worst >= 0 then
  return { worst, which, what }
end

for limit = 1, #KEYS / 3 do
  for kind = 0, 1 do
    local cost = tonumber(ARGV[limit * 3 + 1 + kind])
    if cost > 0 then
      local key = KEYS[limit * 3 - 2 + kind]
      local lacks = math.min(missing(key) + cost, longest)
      redis.call('SET', key, string.format('%.0f', now + lacks), 'PX', math.ceil(lacks / 1000))
    end
  end
  if tonumber(ARGV[limit * 3 + 3]) > 0 then
    local places = KEYS[limit * 3]
    redis.call('ZADD', places, string.format('%.0f', now + lease), id)
    redis.call('PEXPIRE', places, math.ceil(lease / 1000))
  end
end
return { -1, 0, 0 }
