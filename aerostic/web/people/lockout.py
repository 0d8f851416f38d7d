"""Who guesses at a password or a code waits, longer each time; nobody else has to wait because of it.

Tries are counted for an account and where they come from: a device that the account has signed in with before, or else an
address. So an attacker makes wait who comes from the same address with a device that nobody knows, and no one else.
"""

from dataclasses import dataclass

from flask_babel import ngettext

from aerostic.registry import runtime

FIRST_SECONDS, LONGEST_SECONDS = 30, 3600
FORGOTTEN_SECONDS = 24 * 3600
# Counted before it is looked at, in one step: of many tries at once, as many get through as one after another would.
TRY = """
-- KEYS: tries, pause. ARGV: free tries, first pause, longest pause, seconds until tries are forgotten.
-- Answers the seconds to wait; 0 counts a try, and begins the pause that follows it.
local left = redis.call('TTL', KEYS[2])
if left > 0 then return left end
local tries, free = redis.call('INCR', KEYS[1]), tonumber(ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[4])
if tries >= free then
  local pause = math.min(tonumber(ARGV[2]) * 2 ^ math.min(tries - free, 20), tonumber(ARGV[3]))
  redis.call('SET', KEYS[2], 1, 'EX', string.format('%d', pause))
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Lockout:
    """So many wrong tries at something, then a pause that doubles with each further one.

    Args:
        name: of what is tried.
        free: tries before the first pause.
    """

    name: str
    free: int

    def begin(self, account: str, origin: str) -> int:
        """Count a try; the seconds to wait instead, 0 where it may be made."""
        ages = FIRST_SECONDS, LONGEST_SECONDS, FORGOTTEN_SECONDS
        wait: int = runtime().redis.eval(TRY, 2, *self._keys(account, origin), self.free, *ages)
        return wait

    def forget(self, account: str, origin: str) -> None:
        """Begin anew: it was right."""
        runtime().redis.delete(*self._keys(account, origin))

    def _keys(self, account: str, origin: str) -> tuple[str, str]:
        place = f"{runtime().settings.redis_prefix}:lockout:{{{self.name}:{account}:{origin}}}"
        return f"{place}:tries", f"{place}:pause"


def waiting(seconds: int) -> str:
    """What is said to who has to wait."""
    return str(
        ngettext(
            "That was wrong too often. Wait a minute, then try again.",
            "That was wrong too often. Wait %(num)s minutes, then try again.",
            -(-seconds // 60),
        )
    )
