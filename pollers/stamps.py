"""Two habits of writing time, pure: OZmap's ISO instants in UTC and IXC's naive local time.

A cursor holds instants. What differs between the systems is how a row's stamp becomes an instant, how an
instant becomes the lower bound of a filter, and how far a finished pass may be said to have read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from kernel.vendors.ixc.local_time import parse_local, render_local_floor

WIDEST_ZONE_ERROR = timedelta(hours=26)
"""From UTC-12 to UTC+14: no zone setting is wrong by more; a stamp further ahead is nobody's clock."""


class Stamps(Protocol):
    """How one system writes the time of a row's last change."""

    def parse(self, text: str | None) -> datetime | None:
        """The instant of a stamp (aware UTC), the earliest it can mean; None when it is no stamp."""
        ...

    def bound(self, since: datetime) -> str:
        """The filter's lower bound: no row stamped at the instant ``since`` or later is below it."""
        ...

    def through(self, started_at: datetime, newest: datetime | None, before: datetime | None) -> datetime:
        """How far a pass has read that ended whole, as the instant its successor starts from.

        ``started_at`` is the server's clock before the first page, ``newest`` the newest stamp of the pass,
        ``before`` what the previous cursor said (None after a full listing).
        """
        ...


def is_plausible(stamp: datetime, at: datetime) -> bool:
    """Whether a stamp can come from a server whose clock says ``at``, in whatever zone it counts."""
    return stamp - at <= WIDEST_ZONE_ERROR


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

    def bound(self, since: datetime) -> str:
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
        """See :class:`Stamps`. Zero dates and empty text are no stamps (fact sheet IXC 3.1)."""
        return parse_local(text, self.zone)

    def bound(self, since: datetime) -> str:
        """See :class:`Stamps`: local time cut to the second, lower before an hour that comes twice."""
        return render_local_floor(since, self.zone)

    def through(self, started_at: datetime, newest: datetime | None, before: datetime | None) -> datetime:
        """See :class:`Stamps`: the newest stamp seen so far, at most ``started_at``.

        Without any stamp there is nothing to go by: as far back as a wrong zone could reach.
        """
        seen = [stamp for stamp in (newest, before) if stamp is not None]
        return min(started_at, max(seen)) if seen else started_at - WIDEST_ZONE_ERROR
