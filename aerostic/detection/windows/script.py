"""What a tick writes to Redis, in one step on the server."""

SHARE = """
-- KEYS: this process's mark, then a key each. ARGV: tick, process, how many windows, of each: c or e, seconds to keep, bound;
-- then for each key: its window, what is known of it, how many pairs, the pairs: bucket and amount, or member and moment.
-- Answers {number of the key, all of its fields} where another process has written meanwhile, or where we know nothing.
local again = redis.call('GET', KEYS[1]) == ARGV[1]
if not again then redis.call('SET', KEYS[1], ARGV[1], 'EX', 3600) end
local windows, at, told = {}, 4, {}
for number = 1, tonumber(ARGV[3]) do
  windows[number] = {ARGV[at] == 'c', ARGV[at + 1], tonumber(ARGV[at + 2])}
  at = at + 3
end

local function count(key, window, from, to)
  local new = false
  for i = from, to, 2 do
    if redis.call('HINCRBY', key, ARGV[i], ARGV[i + 1]) == tonumber(ARGV[i + 1]) then new = true end
  end
  if not new then return end
  redis.call('EXPIRE', key, window[2])
  if redis.call('HLEN', key) > 2 * window[3] then -- half of it has been left behind
    local newest, gone = 0, {}
    local fields = redis.call('HKEYS', key)
    for _, field in ipairs(fields) do newest = math.max(newest, tonumber(field) or 0) end
    for _, field in ipairs(fields) do
      if (tonumber(field) or newest) <= newest - window[3] then gone[#gone + 1] = field end
    end
    for i = 1, #gone, 1000 do redis.call('HDEL', key, unpack(gone, i, math.min(i + 999, #gone))) end
  end
end

local function note(key, window, from, to)
  for i = from, to, 2 do redis.call('ZADD', key, 'GT', ARGV[i + 1], ARGV[i]) end
  redis.call('ZREMRANGEBYRANK', key, 0, -window[3] - 2)
  redis.call('EXPIRE', key, window[2])
end

for number = 2, #KEYS do
  local key, window, known, from = KEYS[number], windows[tonumber(ARGV[at]) + 1], ARGV[at + 1], at + 3
  at = from + 2 * ARGV[at + 2]
  if window[1] then
    local written = again or redis.call('HINCRBY', key, '', 1)
    if not again then count(key, window, from, at - 1) end
    if written ~= known + 1 then told[#told + 1] = {number - 2, redis.call('HGETALL', key)} end
  else
    local alone = redis.call('ZSCORE', key, '\\0' .. ARGV[2])
    if not alone then -- the mark of who wrote last, as a member that never ages
      redis.call('ZREMRANGEBYSCORE', key, '+inf', '+inf')
      redis.call('ZADD', key, '+inf', '\\0' .. ARGV[2])
    end
    if not again then note(key, window, from, at - 1) end
    if again or not alone or known == '0' then told[#told + 1] = {number - 2, redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')} end
  end
end
return told
"""
