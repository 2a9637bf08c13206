"""IXC's naive local stamps: zero dates, hours that come twice or never, bounds that hide nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel.vendors.ixc.local_time import parse_local, render_local, render_local_floor

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
PORTO_VELHO = ZoneInfo("America/Porto_Velho")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("stamp", "zone", "instant"),
    [
        ("2026-03-01 09:00:00", SAO_PAULO, "2026-03-01T12:00:00"),
        ("2026-03-01 09:00:00", PORTO_VELHO, "2026-03-01T13:00:00"),
        (" 2026-03-01 09:00:00 ", SAO_PAULO, "2026-03-01T12:00:00"),
        ("2026-03-01", SAO_PAULO, "2026-03-01T03:00:00"),
        ("01/03/2026 09:00:00", SAO_PAULO, "2026-03-01T12:00:00"),
        ("01/03/2026", SAO_PAULO, "2026-03-01T03:00:00"),
        ("2018-02-17 23:30:00", SAO_PAULO, "2018-02-18T01:30:00"),  # twice: -02, then -03
        ("2018-11-04 00:30:00", SAO_PAULO, "2018-11-04T02:30:00"),  # never: the clock went from 00 to 01
        ("2018-01-01 12:00:00", SAO_PAULO, "2018-01-01T14:00:00"),  # summer time of its day
        ("2025-11-02 01:30:00", NEW_YORK, "2025-11-02T05:30:00"),
    ],
)
def test_a_stamp_is_the_earliest_instant_it_can_mean(stamp: str, zone: ZoneInfo, instant: str) -> None:
    assert parse_local(stamp, zone) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "stamp",
    [None, "", " ", "0", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000 00:00:00", "2026-02-30", "hoje",
     "9999-12-31 23:59:59", "2026-03-01T09:00:00Z"],
)  # fmt: skip
def test_zero_dates_and_what_is_no_stamp_are_none(stamp: str | None) -> None:
    assert parse_local(stamp, SAO_PAULO) is None


def test_an_instant_is_rendered_as_ixcs_clock_shows_it() -> None:
    at = datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC)
    assert render_local(at, SAO_PAULO) == "2026-03-01 09:00:00"
    assert render_local(at, PORTO_VELHO) == "2026-03-01 08:00:00"


def test_a_lower_bound_reaches_below_the_hour_that_comes_again() -> None:
    first_0150 = datetime(2025, 11, 2, 5, 50, tzinfo=UTC)  # 01:50, at 02:00 the clock goes back to 01:00
    assert render_local(first_0150, NEW_YORK) == "2025-11-02 01:50:00"
    assert render_local_floor(first_0150, NEW_YORK) == "2025-11-02 01:00:00"
    second_0150 = first_0150 + timedelta(hours=1)
    assert render_local_floor(second_0150, NEW_YORK) == "2025-11-02 01:50:00"
    before = first_0150 - timedelta(hours=1)
    assert render_local_floor(before, NEW_YORK) == "2025-11-02 00:50:00"


SUMMER_ENDS = datetime(2025, 11, 2, 4, 0, tzinfo=UTC)


@given(
    at=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)).map(lambda d: d.replace(tzinfo=UTC)),  # noqa: DTZ001
    later_s=st.integers(0, 6 * 3600),
    zone=st.sampled_from([SAO_PAULO, PORTO_VELHO, NEW_YORK, LORD_HOWE]),
)
@example(at=SUMMER_ENDS + timedelta(minutes=110, milliseconds=700), later_s=1200, zone=NEW_YORK)
@example(at=SUMMER_ENDS + timedelta(minutes=119, seconds=59), later_s=1, zone=NEW_YORK)
@example(at=datetime(2025, 4, 5, 14, 45, tzinfo=UTC), later_s=15 * 60, zone=LORD_HOWE)
@example(at=datetime(2018, 2, 18, 1, 59, 59, 500_000, tzinfo=UTC), later_s=1, zone=SAO_PAULO)
def test_no_later_instant_has_a_stamp_below_the_bound(at: datetime, later_s: int, zone: ZoneInfo) -> None:
    later = at + timedelta(seconds=later_s)
    assert render_local(later, zone) >= render_local_floor(at, zone)


@given(
    at=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)).map(lambda d: d.replace(tzinfo=UTC)),  # noqa: DTZ001
    zone=st.sampled_from([SAO_PAULO, PORTO_VELHO, NEW_YORK, LORD_HOWE]),
)
def test_a_stamp_never_means_later_than_it_was_made(at: datetime, zone: ZoneInfo) -> None:
    parsed = parse_local(render_local(at, zone), zone)
    assert parsed is not None
    assert timedelta(0) <= at - parsed <= timedelta(hours=1, seconds=1)
