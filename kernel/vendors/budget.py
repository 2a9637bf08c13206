"""Requests a second to one system, shared by every call of this process."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

BURST_S = 0.25
"""Idle time that may be made up for at once: a quarter of a second's worth, so that a pause is no storm."""

MAX_HOLD_S = 60.0
"""The longest that one answer may hold the whole budget; a longer wish is the caller's to obey."""


class Budget:
    """A token bucket: ``requests_per_s`` on average, at most :data:`BURST_S` worth of them at once.

    Turns are given in the order in which they were asked for. ``clock`` is monotonic seconds.
    """

    def __init__(
        self,
        requests_per_s: float,
        *,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._interval_s = 1 / requests_per_s
        self._clock = clock
        self._sleep = sleep
        self._next_at_s = clock() - BURST_S

    def set_rate(self, requests_per_s: float) -> None:
        """From the next request on this many a second: a replica's share changes with its partitions."""
        self._interval_s = 1 / requests_per_s

    def hold(self, seconds: float) -> None:
        """Nobody starts within the next ``seconds``: the system said ``Retry-After``."""
        self._next_at_s = max(self._next_at_s, self._clock() + min(seconds, MAX_HOLD_S))

    async def acquire(self) -> None:
        """One request may leave now. Waits its turn; a caller cancelled while waiting spends its turn."""
        now_s = self._clock()
        turn_at_s = max(self._next_at_s, now_s - BURST_S)
        self._next_at_s = turn_at_s + self._interval_s
        if turn_at_s > now_s:
            await self._sleep(turn_at_s - now_s)
