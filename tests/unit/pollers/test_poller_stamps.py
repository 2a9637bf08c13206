"""Stamps: both habits of writing time, with the hours that come twice or never."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pollers.stamps import WIDEST_ZONE_ERROR, IsoStamps, LocalStamps, is_plausible

SAO_PAULO = LocalStamps(ZoneInfo("America/Sao_Paulo"))
SANTIAGO = LocalStamps(ZoneInfo("America/Santiago"))
STARTED = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

# Santiago 2026: back at 2026-04-05 03:00Z (00:00 → 23:00), forward at 2026-09-06 04:00Z (00:00 → 01:00).
BEFORE_FOLD = datetime(2026, 4, 5, 2, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-24T14:00:00.123Z", datetime(2026, 11, 24, 14, 0, 0, 123000, tzinfo=UTC)),
        ("2026-11-24T11:00:00-03:00", STARTED),
        ("2026-11-24T14:00:00", STARTED),
        ("", None),
        (None, None),
        ("yesterday", None),
        ("9999-12-31T23:59:59-03:00", None),
    ],
)
def test_ozmaps_stamps_are_instants(text: str | None, instant: datetime | None) -> None:
    assert IsoStamps().parse(text) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-24 11:00:00", STARTED),
        (" 2026-11-24 11:00:00 ", STARTED),
        ("0000-00-00 00:00:00", None),
        ("0000-00-00", None),
        ("", None),
        (None, None),
        ("24/11/2026 11:00:00", STARTED),
        ("9999-12-31 23:59:59", None),
    ],
)
def test_ixcs_stamps_are_local_time_and_zero_dates_are_none(
    text: str | None, instant: datetime | None
) -> None:
    assert SAO_PAULO.parse(text) == instant


def test_an_hour_that_comes_twice_is_read_as_the_first_time() -> None:
    assert SANTIAGO.parse("2026-04-04 23:30:00") == datetime(2026, 4, 5, 2, 30, tzinfo=UTC)


def test_an_hour_that_never_comes_is_read_as_the_earlier_instant() -> None:
    assert SANTIAGO.parse("2026-09-06 00:30:00") == datetime(2026, 9, 6, 3, 30, tzinfo=UTC)


def test_ozmaps_bound_keeps_the_milliseconds() -> None:
    since = datetime(2026, 11, 24, 14, 0, 0, 123000, tzinfo=UTC)
    assert IsoStamps().bound(since) == "2026-11-24T14:00:00.123Z"


def test_ixcs_bound_is_local_time_cut_to_the_second() -> None:
    since = datetime(2026, 11, 24, 13, 58, 0, 999999, tzinfo=UTC)
    assert SAO_PAULO.bound(since) == "2026-11-24 10:58:00"


def test_a_bound_across_the_fold_begins_where_the_repeated_hour_begins() -> None:
    assert SANTIAGO.bound(BEFORE_FOLD) == "2026-04-04 23:00:00"


def test_a_bound_a_day_before_the_fold_is_plain_local_time() -> None:
    assert SANTIAGO.bound(BEFORE_FOLD - timedelta(days=1)) == "2026-04-03 23:58:00"


def test_ozmap_has_been_read_through_the_servers_clock() -> None:
    assert IsoStamps().through(STARTED, None, None) == STARTED
    assert IsoStamps().through(STARTED, STARTED + HOUR, STARTED - HOUR) == STARTED


@pytest.mark.parametrize(
    ("newest", "before", "through"),
    [
        (STARTED - HOUR, None, STARTED - HOUR),  # the newest stamp, though the pass started later
        (STARTED + HOUR, None, STARTED),  # a stamp ahead of the clock never moves the cursor past the start
        (None, STARTED - HOUR, STARTED - HOUR),  # nothing new: as before
        (STARTED - 2 * HOUR, STARTED - HOUR, STARTED - HOUR),  # never backwards by an older row
        (None, None, STARTED - WIDEST_ZONE_ERROR),  # a table without stamps
    ],
)
def test_ixc_has_been_read_through_the_newest_stamp(
    newest: datetime | None, before: datetime | None, through: datetime
) -> None:
    assert SAO_PAULO.through(STARTED, newest, before) == through


def test_a_stamp_no_zone_explains_is_not_plausible() -> None:
    assert is_plausible(STARTED + timedelta(hours=14), STARTED)
    assert not is_plausible(datetime(2030, 1, 1, tzinfo=UTC), STARTED)
