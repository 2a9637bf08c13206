"""Cursor arithmetic: every way from a cursor to the next window."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.contracts.changes import Listed
from kernel.contracts.cursors import Cursor
from pollers.cursor import FullListing, Window, is_listing_due, next_window

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
OVERLAP = timedelta(seconds=120)


def cursor_at(through: datetime) -> Cursor:
    return Cursor(entity="ixc.box", through=through, at=through)


@pytest.mark.parametrize(
    ("through", "expected"),
    [
        (NOW - timedelta(minutes=5), Window(NOW - timedelta(minutes=7))),
        (NOW, Window(NOW - OVERLAP)),
        (NOW + timedelta(seconds=60), Window(NOW - OVERLAP)),
        (NOW + timedelta(seconds=120), Window(NOW - OVERLAP)),
        (NOW + timedelta(seconds=121), FullListing("clock_went_back")),
        (NOW - timedelta(days=40), Window(NOW - timedelta(days=40) - OVERLAP)),
    ],
)
def test_the_window_starts_an_overlap_before_what_was_read(
    through: datetime, expected: Window | FullListing
) -> None:
    assert next_window(cursor_at(through), NOW, OVERLAP) == expected


def test_without_a_cursor_everything_is_read() -> None:
    assert next_window(None, NOW, OVERLAP) == FullListing("first")


def listed_at(started_at: datetime) -> Listed:
    return Listed(n_rows=1, started_at=started_at, ended_at=started_at)


@pytest.mark.parametrize(
    ("listed", "due"),
    [
        (None, True),
        (listed_at(NOW - timedelta(hours=5)), False),
        (listed_at(NOW - timedelta(hours=6)), True),
        (listed_at(NOW + timedelta(hours=1)), True),
    ],
)
def test_a_listing_is_due_when_the_last_is_missing_old_or_from_the_future(
    listed: Listed | None, due: bool
) -> None:
    assert is_listing_due(listed, NOW, timedelta(hours=6)) is due
