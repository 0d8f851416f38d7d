"""What the Redis transport has to do in one step on the server."""

PUBLISH = """
-- KEYS: stream. ARGV: most entries, then the events. Answers 1, or 0 when it is full of what some group still needs.
local limit, incoming = tonumber(ARGV[1]), #ARGV - 1
if redis.call('XLEN', KEYS[1]) + incoming > limit then
  if redis.call('EXISTS', KEYS[1]) == 1 and #redis.call('XINFO', 'GROUPS', KEYS[1]) > 0 then return 0 end
  redis.call('XTRIM', KEYS[1], 'MAXLEN', math.max(limit - incoming, 0))
end
for i = 2, #ARGV do redis.call('XADD', KEYS[1], '*', 'event', ARGV[i]) end
return 1
"""

JOIN = """
-- KEYS: stream. ARGV: group, '1' to begin at the oldest entry. Answers the group's position, made if there was none.
local last, added, length = '0-0', 0, 0
if redis.call('EXISTS', KEYS[1]) == 1 then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    if group[2] == ARGV[1] then return group[8] end -- its last-delivered-id
  end
  local stream = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #stream, 2 do
    if stream[i] == 'last-generated-id' then last = stream[i + 1] end
    if stream[i] == 'entries-added' then added = stream[i + 1] end
    if stream[i] == 'length' then length = stream[i + 1] end
  end
end
if ARGV[2] == '1' then last, added = '0-0', added - length end
redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], last, 'MKSTREAM', 'ENTRIESREAD', added)
return last
"""

CLAIM = """
-- KEYS: members, then a lease a partition. ARGV: member, lease in ms, then '1' for each partition with uncommitted events.
-- Beats for the member; renews, takes and gives back leases so that each partition has one owner and members share them.
local clock = redis.call('TIME')
local now, ttl = clock[1] * 1000 + math.floor(clock[2] / 1000), tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ttl)
redis.call('PEXPIRE', KEYS[1], ttl)
local members, held = redis.call('ZRANGE', KEYS[1], 0, -1), {}
table.sort(members)
for i = 2, #KEYS do
  local partition, owner = i - 2, redis.call('GET', KEYS[i])
  local meant = members[partition % #members + 1] == ARGV[1]
  if owner == ARGV[1] and not meant and ARGV[i + 1] ~= '1' then
    redis.call('DEL', KEYS[i])
  elseif owner == ARGV[1] or (not owner and meant) then
    redis.call('SET', KEYS[i], ARGV[1], 'PX', ttl)
    held[#held + 1] = partition
  end
end
return held
"""

TRIM = """
-- Lets go of what all of these groups have committed; of nothing, where there is none.
local function trim(stream, groups)
  local lowest
  for _, group in ipairs(groups) do
    local ms, seq = string.match(group[8], '(%d+)-(%d+)')
    ms, seq = tonumber(ms), tonumber(seq)
    if not lowest or ms < lowest[1] or (ms == lowest[1] and seq < lowest[2]) then lowest = {ms, seq} end
  end
  if lowest then redis.call('XTRIM', stream, 'MINID', string.format('%.0f-%.0f', lowest[1], lowest[2] + 1)) end
end
"""

COMMIT = f"""{TRIM}
-- KEYS: stream, lease. ARGV: group, member, last id, how many. Answers 0 when another member owns the partition.
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
local groups = redis.call('XINFO', 'GROUPS', KEYS[1])
for _, group in ipairs(groups) do
  if group[2] == ARGV[1] then
    group[8] = ARGV[3]
    redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[3], 'ENTRIESREAD', (group[10] or 0) + ARGV[4])
  end
end
trim(KEYS[1], groups)
return 1
"""

FORGET = f"""{TRIM}
-- KEYS: stream. ARGV: group. What it alone still needed goes with it, or a partition that it has filled would stay full.
if redis.call('EXISTS', KEYS[1]) == 0 then return end
redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
trim(KEYS[1], redis.call('XINFO', 'GROUPS', KEYS[1]))
"""

LEAVE = """
-- KEYS: members, then the leases. ARGV: member.
redis.call('ZREM', KEYS[1], ARGV[1])
for i = 2, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end
end
"""
