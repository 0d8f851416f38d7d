"""How many requests a key may make: a minute's worth at once, and then evenly, one after another."""

from redis import Redis

# A key's clock runs ahead of the server's by one step a request, and by a minute at most.
STEP = """
-- KEYS: the clock. ARGV: most a minute. Answers how many milliseconds too early this is; 0 lets it through.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + 60000 / tonumber(ARGV[1])
if due - now > 60000 then return math.ceil(due - now - 60000) end
redis.call('SET', KEYS[1], string.format('%.3f', due), 'PX', math.ceil(due - now))
return 0
"""


def seconds_to_wait(redis: Redis, name: str, most: int) -> int:
    """Count a request; 0, or in how many seconds it may be sent again, and then it was not counted.

    Args:
        name: of the Redis key that keeps the pace.
        most: requests a minute.
    """
    early: int = redis.eval(STEP, 1, name, most)
    return -(-early // 1000)
