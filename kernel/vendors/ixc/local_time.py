"""IXC's naive local stamps as instants, and instants as its stamps (sheet IXC 3.4)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y")
_LONGEST_SHIFT = timedelta(hours=3)


def parse_local(stamp: str | None, zone: ZoneInfo) -> datetime | None:
    """The instant of a local stamp, aware, in UTC; None for empty and zero dates and for what is no stamp.

    A stamp that the clock showed twice (clocks set back) or never (set forward) is the earlier of the two
    instants it may mean: reading a window from too early repeats rows, from too late loses them.
    """
    text = (stamp or "").strip()
    for form in _FORMS:
        try:
            naive = datetime.strptime(text, form)  # noqa: DTZ007  its zone comes next
        except ValueError:
            continue
        try:
            return min(naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        except OverflowError:  # the years 1 and 9999: a date nobody meant
            return None
    return None


def render_local(at: datetime, zone: ZoneInfo) -> str:
    """The stamp that IXC's clock shows at ``at``, cut to the second."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def render_local_floor(at: datetime, zone: ZoneInfo) -> str:
    """The least stamp that IXC's clock shows at ``at`` or any time after: the lower bound of a window.

    It is :func:`render_local` but in the hour before clocks are set back: the stamps of the hour after
    begin again below it, and a bound at 00:50 would hide what changes at the second 00:10.
    """
    stamp = render_local(at, zone)
    set_back_at = _next_set_back(at, zone)
    return stamp if set_back_at is None else min(stamp, render_local(set_back_at, zone))


def _next_set_back(at: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant within the next hours from which the zone's clock is set back, to the second."""
    before, after = at.astimezone(UTC), at.astimezone(UTC) + _LONGEST_SHIFT
    if _offset(after, zone) >= _offset(before, zone):
        return None
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if _offset(middle, zone) < _offset(before, zone):
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
