"""Two habits of writing time, pure: OZmap's ISO instants in UTC and IXC's naive local time.

A cursor holds instants. What differs between the systems is how a row's stamp becomes an instant, how an
instant becomes the lower bound of a filter, and how far a finished pass may be said to have read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WIDEST_ZONE_ERROR = timedelta(hours=26)
"""From UTC-12 to UTC+14: no zone setting is wrong by more; a stamp further ahead is nobody's clock."""

LOCAL_FORMAT = "%Y-%m-%d %H:%M:%S"
"""IXC's listings and the one date form that all delta syncs use in filters (fact sheet IXC 2.2, 3.4)."""


class Stamps(Protocol):
    """How one system writes the time of a row's last change."""

    def parse(self, text: str | None) -> datetime | None:
        """The instant of a stamp (aware UTC), the earliest it can mean; None when it is no stamp."""
        ...

    def bound(self, since: datetime, now: datetime) -> str:
        """The filter's lower bound: no row stamped between the instants ``since`` and ``now`` is below it."""
        ...

    def through(self, started_at: datetime, newest: datetime | None, before: datetime | None) -> datetime:
        """How far a pass has read that ended whole, as the instant its successor starts from.

        ``started_at`` is the server's clock before the first page, ``newest`` the newest stamp of the pass,
        ``before`` what the previous cursor said (None after a full listing).
        """
        ...


def is_plausible(stamp: datetime, started_at: datetime) -> bool:
    """Whether a stamp can come from a server whose clock says ``started_at``, in whatever zone it counts."""
    return stamp - started_at <= WIDEST_ZONE_ERROR


@dataclass(frozen=True, slots=True)
class IsoStamps:
    """ISO 8601 in UTC with milliseconds (fact sheet OZmap 2.6): the stamp says which instant it is."""

    def parse(self, text: str | None) -> datetime | None:
        """See :class:`Stamps`. A stamp without offset is UTC."""
        try:
            stamp = datetime.fromisoformat(text or "")
            return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def bound(self, since: datetime, now: datetime) -> str:
        """See :class:`Stamps`."""
        return since.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def through(self, started_at: datetime, newest: datetime | None, before: datetime | None) -> datetime:
        """See :class:`Stamps`: the server's own clock, asked before the first page, stamps its rows too."""
        return started_at


@dataclass(frozen=True, slots=True)
class LocalStamps:
    """Naive local time with a resolution of one second, in a zone that a person typed (fact sheet IXC 3.4).

    Bounds are safe though the zone be wrong: they follow the newest stamp that was *seen*, which passes
    through the zone forth and back unchanged, and never run ahead of it.
    """

    zone: ZoneInfo

    def parse(self, text: str | None) -> datetime | None:
        """See :class:`Stamps`. Zero dates and empty text are no stamps (fact sheet IXC 3.1).

        When the clocks go back an hour happens twice, when they go forward one never happens; the earlier
        of both readings is taken, so that a bound made from it lies before the row.
        """
        try:
            naive = datetime.fromisoformat((text or "").strip())
            readings = (naive.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
            return min(reading.astimezone(UTC) for reading in readings)
        except (ValueError, OverflowError):
            return None

    def bound(self, since: datetime, now: datetime) -> str:
        """See :class:`Stamps`: the lowest reading of the local clock from ``since`` to ``now``.

        That is the local time of ``since`` unless the clocks went back meanwhile: then the hour that
        happens twice begins lower.
        """
        lowest = min(self._clock(instant) for instant in self._turning_points(since, now))
        return lowest.strftime(LOCAL_FORMAT)

    def through(self, started_at: datetime, newest: datetime | None, before: datetime | None) -> datetime:
        """See :class:`Stamps`: the newest stamp seen so far, at most ``started_at``.

        Without any stamp there is nothing to go by: as far back as a wrong zone could reach.
        """
        seen = [stamp for stamp in (newest, before) if stamp is not None]
        return min(started_at, max(seen)) if seen else started_at - WIDEST_ZONE_ERROR

    def _clock(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone).replace(tzinfo=None, fold=0)

    def _turning_points(self, since: datetime, now: datetime) -> list[datetime]:
        """``since`` and, when the local clock went back between both instants, the first one after it did."""
        points = [since]
        low = since
        while low < now:
            high = min(low + timedelta(hours=1), now)
            if self._clock(high) - self._clock(low) < high - low:
                points.append(self._turn(low, high))
            low = high
        return points

    def _turn(self, low: datetime, high: datetime) -> datetime:
        offset = low.astimezone(self.zone).utcoffset()
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if middle.astimezone(self.zone).utcoffset() == offset:
                low = middle
            else:
                high = middle
        return high.replace(microsecond=0)
