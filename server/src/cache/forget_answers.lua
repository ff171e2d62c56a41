-- Forgets up to a thousand answers of a workspace. Returns how many are left.
-- KEYS: the workspace's answers by the moment their time is over; their sizes and the total
-- ARGV: what stands before an id in a name
local by_end, sizes, before = KEYS[1], KEYS[2], ARGV[1]
for _, old in ipairs(redis.call('ZRANGE', by_end, 0, 999)) do
  redis.call('DEL', before .. old)
  redis.call('ZREM', by_end, old)
  redis.call('HDEL', sizes, old)
end
local left = redis.call('ZCARD', by_end)
if left == 0 then
  redis.call('DEL', by_end, sizes)
end
return left
