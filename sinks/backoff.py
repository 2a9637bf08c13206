"""How long a command rests between two tries. Pure: chance is given."""

from collections.abc import Callable

FIRST_S = 0.5
LONGEST_S = 60.0


def rest_s(n_tries: int, chance: Callable[[], float], asked_s: float | None = None) -> float:
    """Seconds to rest after the ``n_tries``-th try: doubled each time, never above a minute, half of it by
    chance (0 ≤ chance() < 1), so that keys that failed together do not come back together.

    ``asked_s`` is the system's own wish (Retry-After); it is never undercut.
    """
    full_s = min(LONGEST_S, FIRST_S * 2.0 ** min(n_tries - 1, 20))
    own_s = full_s * (0.5 + 0.5 * chance())
    return own_s if asked_s is None else asked_s + own_s
