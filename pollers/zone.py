"""Is the time zone set for IXC the one its clock runs in? Evidence from stamps, pure.

Nothing depends on the answer (pollers.stamps): a wrong zone costs requests, not changes. It is told to the
operator because people read those times too, and because DST is only right in the right zone.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from pollers.stamps import is_plausible

HALF_HOUR = timedelta(minutes=30)
AHEAD = timedelta(minutes=5)
"""A row cannot have changed later than now; five minutes forgive a clock that is merely wrong."""

N_WITNESSES = 3
"""Polls in a row that must agree before a clock is called behind: one late commit is no evidence."""

LONGEST_GAP = timedelta(minutes=20)
"""Polls further apart say nothing: a fresh stamp may then truly be half an hour old."""

ZONES_OF_BRAZIL = {
    -5: "America/Rio_Branco",
    -4: "America/Manaus or America/Porto_Velho",
    -3: "America/Sao_Paulo",
    -2: "America/Noronha",
    0: "UTC",
}


@dataclass(frozen=True, slots=True)
class ZoneEvidence:
    """What a table's stamps have shown: ``error`` is how far IXC's clock runs from the zone that is set.

    ``error`` None: nothing suspicious. ``candidate`` and ``n_witnesses`` count agreeing polls.
    """

    error: timedelta | None = None
    candidate: timedelta | None = None
    n_witnesses: int = 0
    newest: datetime | None = None
    read_at: datetime | None = None


def weigh(evidence: ZoneEvidence, read_at: datetime, newest: datetime | None) -> ZoneEvidence:
    """The evidence after one more pass whose newest stamp was ``newest``.

    ``read_at`` is the server's clock when the last page was read. Ahead is proof at once. Behind counts only
    when the stamp is fresh, i.e. newer than the last pass's: then it is no older than the time between both
    passes, and what it is older than that by whole half-hours is the zone's error.
    """
    if newest is None or not is_plausible(newest, read_at):
        return replace(evidence, read_at=read_at)
    seen = replace(evidence, newest=max(newest, evidence.newest or newest), read_at=read_at)
    if newest - read_at > AHEAD:
        error = -((read_at - newest) // HALF_HOUR) * HALF_HOUR
        return replace(seen, error=error, candidate=None, n_witnesses=0)
    if evidence.newest is None or evidence.read_at is None or newest <= evidence.newest:
        return seen
    behind = _behind(late=read_at - newest, gap=read_at - evidence.read_at)
    if behind is None:
        return replace(seen, error=None, candidate=None, n_witnesses=0)
    n_witnesses = evidence.n_witnesses + 1 if behind == evidence.candidate else 1
    proven = behind if n_witnesses >= N_WITNESSES else evidence.error
    return replace(seen, error=proven, candidate=behind, n_witnesses=n_witnesses)


def _behind(late: timedelta, gap: timedelta) -> timedelta | None:
    """The whole half-hours (negative) in ``late`` that the time between two passes cannot explain."""
    n_half_hours = (late + AHEAD) // HALF_HOUR
    rest = late - n_half_hours * HALF_HOUR
    return -n_half_hours * HALF_HOUR if n_half_hours and gap <= LONGEST_GAP and rest <= gap + AHEAD else None


def advice(zone: ZoneInfo, at: datetime, error: timedelta) -> dict[str, str]:
    """The facts an operator needs: the zone that is set, what IXC's clock seems to run at, what to set."""
    set_offset = at.astimezone(zone).utcoffset() or timedelta(0)
    seems = set_offset + error
    hours = seems.total_seconds() / 3600
    known = ZONES_OF_BRAZIL.get(int(hours)) if hours == int(hours) else None
    return {
        "ixc_time_zone": f"{zone.key} ({_name(set_offset)})",
        "ixc_clock_seems": _name(seems),
        "remedy": f"set IXC_TIME_ZONE to the zone of IXC's server{f', as {known}' if known else ''}",
    }


def _name(offset: timedelta) -> str:
    return datetime(2000, 1, 1, tzinfo=timezone(offset) if offset else UTC).strftime("UTC%z")
