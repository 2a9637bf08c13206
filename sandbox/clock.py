"""The double's own clock: it stamps rows and the HTTP ``Date`` header, and a test may set it wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from zoneinfo import ZoneInfo


class Clock:
    """A clock that runs at the machine's pace, ``offset_s`` seconds beside it, or stands still."""

    def __init__(self, zone: str = "UTC") -> None:
        self.zone = ZoneInfo(zone)
        self._offset_s = 0.0
        self._frozen_at_s: float | None = None
        self._skew_s = 0.0

    def epoch_s(self) -> float:
        """Seconds since 1970 as this clock has it."""
        base_s = self._frozen_at_s if self._frozen_at_s is not None else time.time() + self._offset_s
        return base_s + self._skew_s

    def now(self) -> datetime:
        """The aware UTC time of this clock."""
        return datetime.fromtimestamp(self.epoch_s(), UTC)

    def iso_ms(self) -> str:
        """OZmap's stamp: ISO-8601 UTC with milliseconds and ``Z`` (ozmap-api 2.6)."""
        now = self.now()
        return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"

    def local_naive(self) -> str:
        """IXC's stamp: local time of the server's zone, whole seconds, no zone written (ixc-api 3)."""
        return f"{self.now().astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def http_date(self) -> str:
        """The ``Date`` header of a reply sent now (RFC 9110)."""
        return formatdate(self.epoch_s(), usegmt=True)

    def shift(self, offset_s: float) -> None:
        """From now on the clock runs ``offset_s`` seconds beside the machine's; 0 is right again."""
        self._offset_s, self._frozen_at_s = offset_s, None

    def set(self, at: datetime, *, freeze: bool = False) -> None:
        """From now on the clock shows ``at`` and runs on from there, or stands there when ``freeze``."""
        self._offset_s = at.timestamp() - time.time()
        self._frozen_at_s = at.timestamp() if freeze else None

    @property
    def offset_s(self) -> float:
        """How far the clock is ahead of the machine's, in seconds."""
        if self._frozen_at_s is not None:
            return self._frozen_at_s - time.time()
        return self._offset_s

    @contextmanager
    def skewed(self, skew_s: float) -> Iterator[None]:
        """Inside the block the clock is off by ``skew_s`` more. The block must not await."""
        self._skew_s += skew_s
        try:
            yield
        finally:
            self._skew_s -= skew_s


def parse_at(text: str) -> datetime:
    """The aware UTC time of an ISO-8601 text; a text without zone is UTC. ValueError when it is none."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def http_date_in(clock: Clock, delay_s: float) -> str:
    """The HTTP date ``delay_s`` seconds from the clock's now, for ``Retry-After`` in date form."""
    later = clock.now() + timedelta(seconds=delay_s)
    return formatdate(later.timestamp(), usegmt=True)
