-- Says again that an answer is still being written. A place that was given back stays given back.
-- KEYS: its places. ARGV: the question's id, how long they are held unless it says so again.
local time = redis.call('TIME')
local lease = tonumber(ARGV[2])
local ends = string.format('%.0f', time[1] * 1000000 + time[2] + lease)
for _, places in ipairs(KEYS) do
  redis.call('ZADD', places, 'XX', ends, ARGV[1])
  redis.call('PEXPIRE', places, math.ceil(lease / 1000))
end
return 0
