"""One pass over one source: fetch → detect → produce → acks → remember, page by page, then the cursor.

1 fetch     a page of rows            if we die here: nothing was said, the page is fetched again
2 detect    what the topic lacks
3 produce   and wait for all acks     if we die here: some rows are in the topic; the memory is rebuilt
                                      from it, so only the others are said again, with the same ce_id
4 remember  what was acknowledged
5 listed    after a complete listing  if we die here: it is listed again, which says nothing new
6 cursor    and wait for its ack      if we die here: the same window is read again, as before
"""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from pydantic import ValidationError

from kernel.contracts.changes import Listed
from kernel.contracts.cursors import Cursor
from kernel.domain.errors import Malformed, RateLimited, Refused, Transient
from kernel.domain.observed import Observed
from kernel.runtime.clock import Clock, utc_now
from kernel.vendors.rows import BadRow, Page, RawRow, describe_problems
from pollers import messages
from pollers.badrows import BadRows
from pollers.cursor import LISTED_QUIET, FullListing, Window, is_listing_due, next_window
from pollers.delivery import Delivery
from pollers.detect import detect
from pollers.feed import Feed
from pollers.newcomers import HighestIds
from pollers.recall import Known
from pollers.source import Source
from pollers.stamps import Stamps, is_plausible

N_REFUSALS = 3
"""Windows that must fail in a row, though the same table answers unfiltered, before the filter is blamed."""

N_SAME_SHORTFALLS = 3
"""Complete walks that must miss the announced total by the same number before the total is blamed."""

log = structlog.get_logger()


@dataclass(slots=True)
class Tally:
    """What one pass found.

    ``begun_at`` is our clock, ``started_at`` and ``read_at`` the server's at its begin and end, ``newest``
    the newest plausible stamp, ``first_total`` the rows that the first page announced, ``skew_s`` how far
    the server's clock is ahead of ours (None: it shows none).
    """

    reading: Window | FullListing
    begun_at: datetime
    started_at: datetime | None = None
    read_at: datetime | None = None
    skew_s: float | None = None
    n_read: int = 0
    n_emitted: int = 0
    n_suppressed: int = 0
    n_bad: int = 0
    newest: datetime | None = None
    first_total: int | None = None
    ids: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether every row was asked for."""
        return isinstance(self.reading, FullListing)


class Reader:
    """Reads one source. Between two passes ``known`` says exactly what Kafka has acknowledged.

    ``zone`` is that of the system's clock, for rows that hold local times. A source with stamps is listed
    whole every ``full_listing_every`` all the same: it finds what no stamp tells.
    """

    def __init__(
        self,
        source: Source,
        feed: Feed,
        stamps: Stamps,
        delivery: Delivery,
        known: Known,
        *,
        zone: ZoneInfo,
        overlap: timedelta,
        full_listing_every: timedelta,
        clock: Clock = utc_now,
    ) -> None:
        self.source = source
        self.known = known
        self.on_page: Callable[[], None] = lambda: None
        self._feed = feed
        self._stamps = stamps
        self._delivery = delivery
        self._parse = source.parser(zone)
        self._overlap = overlap
        self._list_every = full_listing_every if source.stamp else LISTED_QUIET
        self._clock = clock
        self._highest_ids = HighestIds(overlap)
        self._bad_rows = BadRows(source.entity.slug)
        self._n_refusals = 0
        self._whole_until: datetime | None = None
        self._shortfall = (0, 0)

    async def read(self) -> Tally:
        """One pass; when it returns, everything it saw is acknowledged and the cursor has moved.

        :raises IntegratorError: the system's answer could not be read to its end; the cursor has not moved.
        :raises KafkaUndelivered: as above, and ``known`` may be behind the topic: recall it.
        """
        tally = Tally(self._next_reading(), self._clock(), self._feed.server_time())
        await self._walk(tally)
        tally.read_at, tally.skew_s = self._clocks()
        if tally.started_at is None:  # its first answer ever: what its clock showed when we began to ask
            tally.started_at = tally.read_at - (self._clock() - tally.begun_at)
        if tally.is_whole:
            self._check_total(tally)
            await self._tell_listed(tally)
        await self._move_cursor(tally, tally.started_at)
        return tally

    def _clocks(self) -> tuple[datetime, float | None]:
        """Now by the server's clock (ours when it shows none), and how far it is ahead of ours."""
        ours, theirs = self._clock(), self._feed.server_time()
        return (ours, None) if theirs is None else (theirs, (theirs - ours).total_seconds())

    def _next_reading(self) -> Window | FullListing:
        now = self._clock()
        if self.source.stamp is None:
            return FullListing("no_stamp")
        if self._whole_until is not None and now < self._whole_until:
            return FullListing("filter_refused")
        if is_listing_due(self.known.memory.listed, now, self._list_every):
            return FullListing("due" if self.known.memory.listed else "first")
        return next_window(self.known.cursor, self._feed.server_time() or now, self._overlap)

    async def _walk(self, tally: Tally) -> None:
        if isinstance(tally.reading, FullListing):
            await self._take_all(self._feed.pages(self.source, None), tally)
            return
        above_id = self._highest_ids.search_above(tally.begun_at, self.known.memory.highest_id)
        bound = self._stamps.bound(tally.reading.since)
        try:
            await self._take_all(self._feed.pages(self.source, bound), tally)
        except (Transient, Malformed, Refused) as error:
            await self._suspect_filter(error)
            raise
        self._n_refusals = 0
        await self._take_all(self._feed.newcomers(self.source, above_id), tally)

    async def _take_all(self, pages: AsyncIterator[Page[Any]], tally: Tally) -> None:
        async for page in pages:
            self.on_page()
            if tally.first_total is None:
                tally.first_total = page.total
            await self._take(page, tally)

    async def _take(self, page: Page[Any], tally: Tally) -> None:
        """Steps 2 to 4 for one page."""
        self._note_bad(page.bad, tally)
        tally.ids.update(raw.id for raw in page.rows)
        self._note_newest(page.rows, tally)
        rows, readings, bad = self._understood(page.rows, tally)
        found = detect(rows, self.known.memory.fingerprints)
        for row_id in found.unencodable:
            self._bad_rows.note(row_id, "its values cannot travel: invalid text, or too long")
            readings[row_id] = 0
        bad.update(found.unencodable)
        self._bad_rows.forget(raw.id for raw in page.rows if raw.id not in bad)
        if found.changes:
            at = self._clock()
            said = [messages.observed(self.source.entity, change, at) for change in found.changes]
            await self._delivery.deliver(said)
            self.known.memory.remember((change.id, change.mark) for change in found.changes)
        self.known.memory.note_readings(readings.items())
        tally.n_read += len(page.rows) + len(page.bad)
        tally.n_emitted += len(found.changes)
        tally.n_suppressed += found.n_suppressed
        tally.n_bad += len(found.unencodable)

    def _understood(
        self, raws: Iterable[RawRow], tally: Tally
    ) -> tuple[list[Observed], dict[str, int], set[str]]:
        """The rows that say something new, in our words; their marks; the ids of those that cannot be.

        A row that says what it said when its value was acknowledged is not even translated. Within a page a
        later reading is compared with the one before it, so that the last one is the last word.
        """
        rows: list[Observed] = []
        readings: dict[str, int] = {}
        bad: set[str] = set()
        known = self.known.memory
        for raw in raws:
            mark = raw.mark()
            if (readings.get(raw.id) or known.reading_of(raw.id)) == mark:
                tally.n_suppressed += 1
                continue
            try:
                rows.append(self._parse(raw))
                readings[raw.id] = mark
            except (Malformed, ValueError, ArithmeticError) as error:
                self._bad_rows.note(raw.id, _without_content(error))
                tally.n_bad += 1
                bad.add(raw.id)
        return rows, readings, bad

    def _note_bad(self, rows: Iterable[BadRow], tally: Tally) -> None:
        for bad in rows:
            self._bad_rows.note(bad.id or f"row {bad.position}", bad.error)
            tally.ids.add(bad.id or f"#{tally.n_read + bad.position}")
            tally.n_bad += 1

    def _note_newest(self, rows: Iterable[RawRow], tally: Tally) -> None:
        """The page's newest plausible stamp. Both systems write stamps that sort as the times they tell.

        Where one does not, a lower one is noted: the next window starts earlier.
        """
        now = self._feed.server_time() or self._clock()
        for text in sorted({raw.stamp for raw in rows if raw.stamp}, reverse=True):
            stamp = self._stamps.parse(text)
            if stamp is not None and is_plausible(stamp, now):
                tally.newest = stamp if tally.newest is None else max(tally.newest, stamp)
                return

    def _check_total(self, tally: Tally) -> None:
        """A walk that found fewer rows than were announced is no complete listing (fact sheet IXC 2.3).

        A total that lies in the same way every time is believed to lie: it may count rows that the key may
        not see.
        """
        n_found, total = len(tally.ids), tally.first_total
        if total is None or n_found >= total:
            self._shortfall = (0, 0)
            return
        missing, n_times = self._shortfall
        self._shortfall = (total - n_found, n_times + 1 if missing == total - n_found else 1)
        if self._shortfall[1] < N_SAME_SHORTFALLS:
            raise Transient(f"the listing of {self.source.path} ended after {n_found} of {total} rows")
        log.warning("total_not_believed", entity=self.source.entity.slug, n_rows=n_found, total=total)

    async def _tell_listed(self, tally: Tally) -> None:
        """Step 5. A source that is listed whole at every poll tells only when the last record is old."""
        memory, entity = self.known.memory, self.source.entity
        is_first = memory.listed is None
        if not is_listing_due(memory.listed, tally.begun_at, self._list_every):
            return
        listing = Listed(n_rows=len(tally.ids), started_at=tally.begun_at, ended_at=self._clock())
        await self._delivery.deliver([messages.listed(entity, listing)])
        memory.listed = listing
        if is_first:
            took_s = round((listing.ended_at - listing.started_at).total_seconds(), 1)
            log.info("source_listed", entity=entity.slug, n_rows=listing.n_rows, took_s=took_s)

    async def _move_cursor(self, tally: Tally, started_at: datetime) -> None:
        """Step 6."""
        before = self.known.cursor.through if self.known.cursor and not tally.is_whole else None
        through = self._stamps.through(started_at, tally.newest, before)
        cursor = Cursor(entity=self.source.entity.slug, through=through, at=self._clock())
        await self._delivery.deliver([messages.read_through(cursor)])
        self.known.cursor = cursor

    async def _suspect_filter(self, error: Exception) -> None:
        """After the third window in a row that failed: is it the filter? Then the source is listed whole.

        IXC's error page means "bad column" as well as "overloaded" (fact sheet IXC 4.2); that the same table
        answers without the filter at the same moment tells the one from the other.
        """
        if isinstance(error, RateLimited):
            return
        self._n_refusals += 1
        if self._n_refusals < N_REFUSALS:
            return
        async for _ in self._feed.pages(self.source, None):
            break
        self._n_refusals = 0
        self._whole_until = self._clock() + self._list_every
        log.warning(
            "stamp_filter_refused",
            entity=self.source.entity.slug,
            column=self.source.stamp,
            error=str(error),
            instead="listed whole at every poll",
        )


def _without_content(error: Exception) -> str:
    """What is wrong with a row: our own words, or where and of which kind; never a value of the row."""
    if isinstance(error, ValidationError):
        return describe_problems(error)
    return str(error) if isinstance(error, Malformed) else type(error).__name__
