"""Cursor arithmetic, pure: from where a source is read next, and when it is read whole.

Four acts keep every change seen at least once: the end of a window is the server's own clock, asked before
the first page; the next window starts an overlap before that end; rows are walked by id and the filter has
no upper bound, so a row that changes under way stays in the set; what slips through all of that is found by
the next complete listing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.contracts.changes import Listed
from kernel.contracts.cursors import Cursor

LISTED_QUIET = timedelta(hours=1)
"""How old the record of the last listing may grow for a source that is listed whole at every poll."""


@dataclass(frozen=True, slots=True)
class Window:
    """Rows stamped at or after the instant ``since`` are read."""

    since: datetime


@dataclass(frozen=True, slots=True)
class FullListing:
    """Every row is read. ``reason`` is a constant word for the log."""

    reason: str


def next_window(cursor: Cursor | None, server_now: datetime, overlap: timedelta) -> Window | FullListing:
    """What to read after ``cursor``, by the server's clock ``server_now``.

    Without a cursor, or when the server's clock has gone back further than the overlap reaches, nothing is
    known of what has been seen: everything is read. A clock that went back a little only lowers the window.
    """
    if cursor is None:
        return FullListing("first")
    if server_now < cursor.through - overlap:
        return FullListing("clock_went_back")
    return Window(min(cursor.through, server_now) - overlap)


def is_listing_due(listed: Listed | None, now: datetime, every: timedelta) -> bool:
    """Whether the last complete listing is missing, older than ``every``, or dated in the future."""
    return listed is None or not timedelta(0) <= now - listed.started_at < every
