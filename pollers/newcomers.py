"""From which id on new rows are looked for, pure: what the overlap is to stamps, for ids.

Ids are given out when a row is written and seen when it is committed: a higher one may show before a lower
one. So the search begins at the highest id that was known an overlap ago.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST_LOOKBACK = 100
"""Ids below the highest that are asked for after a start, when nobody knows how long it has been known."""


@dataclass(slots=True)
class HighestIds:
    """The highest id over time; only as much of it as the overlap asks for."""

    overlap: timedelta
    _known: deque[tuple[datetime, int]] = field(default_factory=deque)

    def search_above(self, at: datetime, highest: int) -> int:
        """Rows above this id are to be asked for at ``at``, when ``highest`` is the highest one seen."""
        if not self._known:
            self._known.append((at, max(highest - FIRST_LOOKBACK, 0)))
        if highest > self._known[-1][1]:
            self._known.append((at, highest))
        while len(self._known) > 1 and self._known[1][0] <= at - self.overlap:
            self._known.popleft()
        return self._known[0][1]
