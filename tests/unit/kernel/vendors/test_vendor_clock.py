"""The vendor's clock as its Date headers tell it."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.vendors.server_clock import ServerClock, parse_http_date

LOCAL = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def test_before_the_first_answer_our_own_clock_serves() -> None:
    clock = ServerClock(lambda: LOCAL)
    assert clock.now() == LOCAL
    assert clock.skew_s is None
    assert clock.last_server_time is None


def test_an_answer_from_a_clock_ten_minutes_behind_sets_ours_back() -> None:
    clock = ServerClock(lambda: LOCAL)
    clock.note("Sun, 01 Mar 2026 11:50:00 GMT")
    assert clock.now() == LOCAL - timedelta(minutes=10)
    assert clock.skew_s == -600
    assert clock.last_server_time == LOCAL - timedelta(minutes=10)


def test_the_time_runs_on_between_answers() -> None:
    local = [LOCAL]
    clock = ServerClock(lambda: local[0])
    clock.note("Sun, 01 Mar 2026 13:00:00 GMT")
    local[0] += timedelta(seconds=30)
    assert clock.now() == LOCAL + timedelta(hours=1, seconds=30)


def test_of_two_answers_in_one_second_the_first_tells_more() -> None:
    local = [LOCAL]
    clock = ServerClock(lambda: local[0])
    clock.note("Sun, 01 Mar 2026 12:00:00 GMT")
    local[0] += timedelta(milliseconds=900)
    clock.note("Sun, 01 Mar 2026 12:00:00 GMT")
    assert clock.skew_s == 0


@pytest.mark.parametrize("text", [None, "", "soon", "Sun, 99 Foo 2026", "0"])
def test_a_header_that_is_no_date_changes_nothing(text: str | None) -> None:
    clock = ServerClock(lambda: LOCAL)
    clock.note(text)
    assert clock.now() == LOCAL
    assert parse_http_date(text) is None


def test_all_dates_are_aware_and_in_utc() -> None:
    parsed = parse_http_date("Sun, 01 Mar 2026 09:00:00 -0300")
    assert parsed == LOCAL
    assert parsed is not None
    assert parsed.tzinfo is UTC
