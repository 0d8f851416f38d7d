"""How many requests a key may make: a minute's worth at once, and then evenly, one after another."""

from dataclasses import dataclass

from redis import Redis

MINUTE = 60_000
# A key's clock runs ahead of the server's by one step a request, and by a minute at most.
STEP = """
-- KEYS: the clock. ARGV: most a minute. Answers how many milliseconds too early this is, 0 where it is let through, and how
-- many the clock is ahead.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local due = before + 60000 / tonumber(ARGV[1])
if due - now > 60000 then return {math.ceil(due - now - 60000), math.ceil(before - now)} end
redis.call('SET', KEYS[1], string.format('%.3f', due), 'PX', math.ceil(due - now))
return {0, math.ceil(due - now)}
"""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a key stands after a request. `most` and `left` are requests; `wait` and `reset` are seconds.

    A request that has to `wait` was not counted. By `reset` all of `most` are there again.
    """

    most: int
    left: int
    wait: int
    reset: int

    def headers(self) -> dict[str, str]:
        """What programs are told of it, by the names that drafts of the IETF gave these headers (ratelimit-headers-07)."""
        told = {"Limit": self.most, "Remaining": self.left, "Reset": self.reset}
        return {f"RateLimit-{name}": str(value) for name, value in told.items()}


def count(redis: Redis, name: str, most: int) -> Pace:
    """Count a request, if it is in time.

    Args:
        name: of the Redis key that keeps the pace.
        most: requests a minute.
    """
    early, ahead = redis.eval(STEP, 1, name, most)
    return Pace(most, (MINUTE - ahead) * most // MINUTE, -(-early // 1000), -(-ahead // 1000))
