"""Laws of the cursor: whatever a table and its clock do, what it holds is what was emitted in the end.

A table in memory plays the vendor: stamps of one second in a local zone, commits that come late, rows that
change while they are being listed, a zone setting that may be wrong, clocks that go back an hour.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.contracts.cursors import Cursor
from kernel.domain.plant import OzmapProject
from pollers.cursor import FullListing, next_window
from pollers.detect import detect
from pollers.memory import Memory
from pollers.stamps import IsoStamps, LocalStamps, Stamps, is_plausible

OVERLAP = timedelta(seconds=120)
N_ROWS = 6
QUIET = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
BEFORE_FOLD = datetime(2026, 4, 5, 1, 30, tzinfo=UTC)  # Santiago repeats the hour from 03:00Z on
SPANS_BEGIN = QUIET - timedelta(days=550)
FOLD_S = int((datetime(2026, 4, 5, 3, 0, tzinfo=UTC) - SPANS_BEGIN).total_seconds())


@dataclass
class Row:
    value: int
    stamp: str


@dataclass
class Table:
    """Rows by id; ``zone`` is the one its server really runs in (None: ISO stamps in UTC)."""

    now: datetime
    zone: ZoneInfo | None
    resolution_s: int = 1
    rows: dict[int, Row] = field(default_factory=dict)
    uncommitted: list[tuple[datetime, int, Row]] = field(default_factory=list)
    n_changes: int = 0

    def stamp(self) -> str:
        if self.zone is None:
            return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        local = self.now.astimezone(self.zone)
        second = local.second // self.resolution_s * self.resolution_s
        return local.replace(second=second).strftime("%Y-%m-%d %H:%M:%S")

    def change(self, row_id: int, commit_after_s: int) -> None:
        self.n_changes += 1
        row = Row(self.n_changes, self.stamp())
        self.uncommitted.append((self.now + timedelta(seconds=commit_after_s), row_id, row))
        self.settle()

    def settle(self) -> None:
        """Commits that are due become visible, in the order of their due times."""
        due = sorted((c for c in self.uncommitted if c[0] <= self.now), key=lambda c: c[0])
        self.uncommitted = [c for c in self.uncommitted if c[0] > self.now]
        for _, row_id, row in due:
            if row_id not in self.rows or row.value > self.rows[row_id].value:
                self.rows[row_id] = row

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.settle()

    def page(self, after_id: int, bound: str | None, limit: int) -> list[tuple[int, Row]]:
        matching = [(i, r) for i, r in sorted(self.rows.items()) if bound is None or r.stamp >= bound]
        return [(i, r) for i, r in matching if i > after_id][:limit]


@dataclass
class Reader:
    """A poller reduced to its pure parts."""

    stamps: Stamps
    memory: Memory = field(default_factory=Memory)
    cursor: Cursor | None = None
    emitted: dict[str, str] = field(default_factory=dict)
    n_emitted: int = 0
    n_full: int = 0

    def poll(self, table: Table, page_size: int = 2, edits: list[int] | None = None) -> None:
        """One pass; between its pages the rows in ``edits`` change one by one."""
        edits = list(edits or [])
        started_at = table.now
        reading = next_window(self.cursor, started_at, OVERLAP)
        self.n_full += isinstance(reading, FullListing)
        bound = None if isinstance(reading, FullListing) else self.stamps.bound(reading.since)
        newest, after_id = None, -1
        while page := table.page(after_id, bound, page_size):
            after_id = page[-1][0]
            self.take([OzmapProject(id=str(i), name=str(r.value)) for i, r in page])
            seen = [s for _, r in page if (s := self.stamps.parse(r.stamp)) and is_plausible(s, started_at)]
            newest = max([*seen, *([newest] if newest else [])], default=None)
            if edits:
                table.wait(1)
                table.change(edits.pop(), 0)
        before = self.cursor.through if self.cursor and not isinstance(reading, FullListing) else None
        through = self.stamps.through(started_at, newest, before)
        self.cursor = Cursor(entity="x", through=through, at=started_at)

    def take(self, rows: list[OzmapProject]) -> None:
        for change in detect(rows, self.memory.fingerprints).changes:
            self.memory.remember([(change.id, change.mark)])
            self.emitted[change.id] = change.body.decode()
            self.n_emitted += 1


ZONE_HOURS = st.integers(-14, 12)  # as Etc/GMT counts them, sign reversed
ROW_IDS = st.integers(0, N_ROWS - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(0, 900)),
        st.tuples(st.just("change"), ROW_IDS, st.integers(0, 110)),
        st.tuples(st.just("poll"), st.integers(1, 3), st.lists(ROW_IDS, max_size=3)),
    ),
    max_size=40,
)


def play(table: Table, reader: Reader, steps: list[tuple[object, ...]]) -> None:
    """The steps, then time for the last commit, then two quiet polls."""
    for row_id in range(N_ROWS):
        table.change(row_id, 0)
    table.wait(1)
    reader.poll(table)
    for kind, *args in steps:
        if kind == "wait":
            table.wait(*args)  # type: ignore[arg-type]
        elif kind == "change":
            table.change(*args)  # type: ignore[arg-type]
        else:
            reader.poll(table, *args)  # type: ignore[arg-type]
    table.wait(111)
    reader.poll(table)
    reader.poll(table)


def assert_all_seen(table: Table, reader: Reader) -> None:
    expected = {str(i): OzmapProject(id=str(i), name=str(r.value)) for i, r in table.rows.items()}
    assert {k: OzmapProject.model_validate_json(v) for k, v in reader.emitted.items()} == expected


@given(STEPS, st.sampled_from([1, 10]))
def test_no_change_is_lost_with_local_stamps_of_one_second(
    steps: list[tuple[object, ...]], resolution_s: int
) -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    table, reader = Table(QUIET, zone, resolution_s), Reader(LocalStamps(zone))
    play(table, reader, steps)
    assert_all_seen(table, reader)


@given(STEPS)
def test_no_change_is_lost_with_iso_stamps(steps: list[tuple[object, ...]]) -> None:
    table, reader = Table(QUIET, None), Reader(IsoStamps())
    play(table, reader, steps)
    assert_all_seen(table, reader)


@given(STEPS, ZONE_HOURS, ZONE_HOURS)
def test_no_change_is_lost_though_the_zone_setting_is_wrong(
    steps: list[tuple[object, ...]], true_h: int, set_h: int
) -> None:
    table = Table(QUIET, ZoneInfo(f"Etc/GMT{true_h:+d}"))
    reader = Reader(LocalStamps(ZoneInfo(f"Etc/GMT{set_h:+d}")))
    play(table, reader, steps)
    assert_all_seen(table, reader)


@given(STEPS, st.integers(0, 3 * 3600))
@settings(max_examples=300)
def test_no_change_is_lost_when_the_clocks_go_back(steps: list[tuple[object, ...]], offset_s: int) -> None:
    zone = ZoneInfo("America/Santiago")
    table = Table(BEFORE_FOLD + timedelta(seconds=offset_s), zone)
    reader = Reader(LocalStamps(zone))
    play(table, reader, steps)
    assert_all_seen(table, reader)


@given(STEPS)
def test_two_quiet_polls_emit_nothing(steps: list[tuple[object, ...]]) -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    table, reader = Table(QUIET, zone), Reader(LocalStamps(zone))
    play(table, reader, steps)
    n_emitted = reader.n_emitted
    reader.poll(table)
    table.wait(300)
    reader.poll(table)
    assert reader.n_emitted == n_emitted


@given(STEPS)
def test_with_the_right_zone_only_the_first_pass_reads_everything(steps: list[tuple[object, ...]]) -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    table, reader = Table(QUIET, zone), Reader(LocalStamps(zone))
    play(table, reader, steps)
    assert reader.n_full == 1


def test_a_server_clock_that_jumps_back_two_hours_loses_nothing() -> None:
    table, reader = Table(QUIET, None), Reader(IsoStamps())
    play(table, reader, [])
    table.now -= timedelta(hours=2)
    table.change(1, 0)
    table.wait(60)
    reader.poll(table)
    assert_all_seen(table, reader)
    assert reader.n_full == 2


def test_a_change_in_the_second_pass_of_the_repeated_hour_is_seen() -> None:
    zone = ZoneInfo("America/Santiago")
    table, reader = Table(BEFORE_FOLD, zone), Reader(LocalStamps(zone))
    table.change(0, 0)
    table.now = datetime(2026, 4, 5, 2, 59, 30, tzinfo=UTC)  # 23:59:30, half a minute before 23:00 again
    table.change(1, 0)
    reader.poll(table)
    table.wait(60)
    table.change(2, 0)  # 23:00:30
    table.wait(600)
    reader.poll(table)
    assert_all_seen(table, reader)


SPANS = st.one_of(
    st.tuples(st.integers(0, 3 * 366 * 24 * 3600), st.integers(0, 200 * 24 * 3600)),
    st.tuples(st.integers(FOLD_S - 2 * 3600, FOLD_S + 2 * 3600), st.integers(0, 3 * 3600)),
)


@given(
    SPANS,
    st.integers(0, 10**6),
    st.sampled_from(
        ["America/Santiago", "America/Sao_Paulo", "America/Asuncion", "Australia/Lord_Howe", "UTC"]
    ),
)
def test_no_instant_from_the_start_of_a_window_on_is_below_its_bound(
    span: tuple[int, int], part: int, zone_name: str
) -> None:
    stamps, start = LocalStamps(ZoneInfo(zone_name)), SPANS_BEGIN + timedelta(seconds=span[0])
    end = start + timedelta(seconds=span[1])
    inside = start + (end - start) * (part / 10**6)
    written = inside.astimezone(stamps.zone).strftime("%Y-%m-%d %H:%M:%S")
    assert stamps.bound(start) <= written
    parsed = stamps.parse(written)
    assert parsed is not None
    assert parsed <= inside
