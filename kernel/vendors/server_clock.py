"""The vendor's clock, read off the ``Date`` header of its answers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def utc_now() -> datetime:
    """Now by this machine, aware, in UTC."""
    return datetime.now(UTC)


def parse_http_date(text: str | None) -> datetime | None:
    """An HTTP date as an aware UTC datetime; None when it is none (RFC 9110, 5.6.7)."""
    try:
        parsed = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


class ServerClock:
    """What time it is at the vendor, as far as its answers said.

    The header is cut to whole seconds and ages on its way here, so :meth:`now` runs up to about a second
    behind the vendor's clock and never ahead of it: the safe side for the upper bound of a window.
    """

    def __init__(self, local: Callable[[], datetime] = utc_now) -> None:
        self._local = local
        self._skew = timedelta(0)
        self._last_date: str | None = None
        self.last_server_time: datetime | None = None

    @property
    def skew_s(self) -> float | None:
        """Seconds that the vendor's clock is ahead of ours; None before its first answer."""
        return None if self.last_server_time is None else self._skew.total_seconds()

    def note(self, date: str | None) -> None:
        """Learn from one answer's ``Date`` header; one that cannot be read changes nothing.

        Of several answers within one second the first tells most: the second had just begun.
        """
        if date == self._last_date:
            return
        self._last_date = date
        said = parse_http_date(date)
        if said is not None:
            self.last_server_time = said
            self._skew = said - self._local()

    def now(self) -> datetime:
        """Now by the vendor's clock, aware, in UTC; by ours as long as it has not answered."""
        return self._local() + self._skew
