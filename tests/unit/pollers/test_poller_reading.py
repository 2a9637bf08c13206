"""One pass: what is said, in which order, and what is remembered when something breaks on the way."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from structlog.testing import capture_logs

from kernel.contracts.changes import IXC_BOX, IXC_PROJECT, LISTED_KEY, Listed
from kernel.contracts.cursors import CURSOR_TOPIC, Cursor
from kernel.contracts.envelope import Message, parse_headers
from kernel.domain.errors import Transient
from kernel.domain.observed import Observed
from kernel.runtime.kafka import KafkaUndelivered
from kernel.vendors.rows import BadRow, Page, Parse
from pollers.detect import LONGEST_BODY_BYTES
from pollers.newcomers import FIRST_LOOKBACK, HighestIds
from pollers.reading import Reader
from pollers.recall import Known
from pollers.source import Source, source_of
from pollers.stamps import LocalStamps

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")
BOX = source_of(IXC_BOX)
PROJECT = source_of(IXC_PROJECT)
TOO_LONG = "x" * (LONGEST_BODY_BYTES + 1)
STAMP = "2026-11-24 10:50:00"  # in America/Sao_Paulo, ten minutes before NOW


def raw(row_id: int, name: str = "CTO", stamp: str = STAMP, source: Source = BOX) -> Any:
    return source.model.model_validate(
        {"id": str(row_id), "descricao": name, "nome": name, "ultima_atualizacao": stamp}
    )


@dataclass
class ScriptedFeed:
    """Pages as scripted, an exception in their place raised; what was asked for is noted."""

    whole: list[Any] = field(default_factory=list)
    windows: list[Any] = field(default_factory=list)
    new: list[Any] = field(default_factory=list)
    bounds: list[str | None] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    clock: datetime | None = NOW

    async def pages(self, source: Source, bound: str | None) -> AsyncIterator[Page[Any]]:
        self.bounds.append(bound)
        async for page in _play(self.whole if bound is None else self.windows):
            yield page

    async def newcomers(self, source: Source, above_id: int) -> AsyncIterator[Page[Any]]:
        self.above.append(above_id)
        async for page in _play(self.new):
            yield page

    def server_time(self) -> datetime | None:
        return self.clock


async def _play(script: list[Any]) -> AsyncIterator[Page[Any]]:
    for step in script:
        if isinstance(step, Exception):
            raise step
        yield step if isinstance(step, Page) else Page(step)


@dataclass
class Letters:
    """Every delivery, whole; ``refuses`` counts down to the one that fails."""

    sent: list[list[Message]] = field(default_factory=list)
    refuses: int = -1

    async def deliver(self, messages: Sequence[Message]) -> None:
        self.refuses -= 1
        if self.refuses == 0:
            raise KafkaUndelivered("nobody there")
        self.sent.append(list(messages))

    @property
    def keys(self) -> list[list[str]]:
        return [[message.key for message in delivery] for delivery in self.sent]


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def reader_of(
    feed: ScriptedFeed, letters: Letters, source: Source = BOX, known: Known | None = None
) -> Reader:
    return Reader(
        source,
        feed,
        LocalStamps(ZONE),
        letters,
        known or Known(),
        zone=ZONE,
        overlap=timedelta(seconds=120),
        full_listing_every=timedelta(hours=6),
        clock=Time(),
    )


def listed_known(through: datetime = NOW - timedelta(minutes=10)) -> Known:
    known = Known(cursor=Cursor(entity="ixc.box", through=through, at=NOW))
    known.memory.listed = Listed(n_rows=1, started_at=NOW, ended_at=NOW)
    return known


async def test_the_first_pass_lists_everything_then_says_so_then_moves_the_cursor() -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1), raw(2)], [raw(3)]]), Letters()
    tally = await reader_of(feed, letters).read()
    assert letters.keys == [["1", "2"], ["3"], [LISTED_KEY], ["ixc.box"]]
    assert [letters.sent[n][0].topic for n in (0, 2, 3)] == [IXC_BOX.topic, IXC_BOX.topic, CURSOR_TOPIC]
    listed = Listed.model_validate_json(letters.sent[2][0].value or b"")
    assert (listed.n_rows, tally.n_emitted, tally.n_read) == (3, 3, 3)


async def test_a_message_is_a_cloud_event_of_its_row() -> None:
    letters = Letters()
    await reader_of(ScriptedFeed(whole=[[raw(7, "CTO 7")]]), letters).read()
    message = letters.sent[0][0]
    envelope = parse_headers(message.headers)
    assert (envelope.type, envelope.source, envelope.subject) == (
        "ixc.box.observed.v1",
        "/ozmap-ixc/pollers",
        "7",
    )
    assert b'"name":"CTO 7"' in (message.value or b"")
    assert b"ultima_atualizacao" not in (message.value or b"")


async def test_the_next_pass_asks_for_the_window_and_for_new_ids() -> None:
    known = listed_known()
    known.memory.highest_id = 500
    feed = ScriptedFeed()
    await reader_of(feed, Letters(), known=known).read()
    assert feed.bounds == ["2026-11-24 10:48:00"]
    assert feed.above == [500 - FIRST_LOOKBACK]


async def test_a_new_row_without_stamp_is_found_by_its_id() -> None:
    feed, letters = ScriptedFeed(new=[[raw(9, stamp="0000-00-00 00:00:00")]]), Letters()
    tally = await reader_of(feed, letters, known=listed_known()).read()
    assert letters.keys == [["9"], ["ixc.box"]]
    assert tally.n_emitted == 1


async def test_a_quiet_pass_only_moves_the_cursor() -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1)]], windows=[[raw(1)]]), Letters()
    reader = reader_of(feed, letters)
    await reader.read()
    letters.sent.clear()
    tally = await reader.read()
    assert letters.keys == [["ixc.box"]]
    assert (tally.n_read, tally.n_emitted, tally.n_suppressed) == (1, 0, 1)


@dataclass
class CountingParser:
    """The parser of a source; counts the rows it turned into our words."""

    source: Source
    n_parsed: int = 0

    def __call__(self, zone: ZoneInfo) -> Parse[Any]:
        parse = self.source.parser(zone)

        def counted(row: Any) -> Observed:
            self.n_parsed += 1
            return parse(row)

        return counted


async def test_a_row_that_says_the_same_under_a_newer_stamp_is_not_even_translated() -> None:
    parser, feed = CountingParser(BOX), ScriptedFeed(whole=[[raw(1), raw(2)]])
    reader = reader_of(feed, Letters(), replace(BOX, parser=parser))
    await reader.read()
    feed.windows = [[raw(1, stamp="2026-11-24 10:59:59"), raw(2, "CTO B")]]
    tally = await reader.read()
    assert parser.n_parsed == 3
    assert (tally.n_read, tally.n_emitted, tally.n_suppressed) == (2, 1, 1)


async def test_what_kafka_holds_is_compared_anew_after_it_was_recalled() -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1)]], windows=[[raw(1)]]), Letters()
    reader = reader_of(feed, letters)
    await reader.read()
    reader.known = listed_known()
    letters.sent.clear()
    await reader.read()
    assert letters.keys == [["1"], ["ixc.box"]]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["A"], []),
        (["B"], ["B"]),
        (["B", "B"], ["B"]),
        (["B", "A"], ["B", "A"]),
        (["A", "B", "A"], ["B", "A"]),
        (["B", TOO_LONG, "A"], ["B", "A"]),
        ([TOO_LONG, "A"], []),
    ],
)
async def test_of_several_readings_on_a_page_the_last_is_the_last_word(
    names: list[str], said: list[str]
) -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1, "A")]]), Letters()
    reader = reader_of(feed, letters)
    await reader.read()
    letters.sent.clear()
    feed.windows = [[raw(1, name) for name in names]]
    await reader.read()
    values = [orjson.loads(m.value or b"") for sent in letters.sent for m in sent if m.key == "1"]
    assert [value["name"] for value in values] == said


async def test_after_a_row_that_could_not_travel_the_one_before_it_is_compared_anew() -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1, "A")]]), Letters()
    reader = reader_of(feed, letters)
    await reader.read()
    feed.windows = [[raw(1, "B"), raw(1, TOO_LONG)]]
    await reader.read()
    feed.windows = [[raw(1, "A")]]
    letters.sent.clear()
    await reader.read()
    assert letters.keys == [["1"], ["ixc.box"]]


async def test_a_row_that_was_bad_is_told_anew_when_it_turns_bad_again() -> None:
    feed = ScriptedFeed(whole=[[raw(1, "A")]])
    reader = reader_of(feed, Letters())
    with capture_logs() as logs:
        await reader.read()
        for name in (TOO_LONG, TOO_LONG, "A", TOO_LONG):
            feed.windows = [[raw(1, name)]]
            assert (await reader.read()).n_bad == (name == TOO_LONG)
    assert [line["row_id"] for line in logs if line["event"] == "row_not_understood"] == ["'1'", "'1'"]


async def test_the_cursor_follows_the_newest_stamp_seen() -> None:
    known = listed_known(NOW - timedelta(minutes=30))
    await reader_of(
        ScriptedFeed(windows=[[raw(1), raw(2, stamp="2026-11-24 10:57:00")], [raw(3)]]),
        Letters(),
        known=known,
    ).read()
    assert known.cursor is not None
    assert known.cursor.through == NOW - timedelta(minutes=3)


async def test_a_stamp_of_the_year_9999_or_2030_moves_no_cursor() -> None:
    known = listed_known(NOW - timedelta(minutes=30))
    rows = [raw(1, stamp="9999-12-31 23:59:59"), raw(2, stamp="2030-01-01 00:00:00"), raw(3)]
    await reader_of(ScriptedFeed(windows=[rows]), Letters(), known=known).read()
    assert known.cursor is not None
    assert known.cursor.through == NOW - timedelta(minutes=10)


async def test_a_pass_that_breaks_leaves_the_cursor_and_keeps_what_was_acknowledged() -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1)], Transient("reset"), [raw(2)]]), Letters()
    reader = reader_of(feed, letters)
    with pytest.raises(Transient):
        await reader.read()
    assert letters.keys == [["1"]]
    assert reader.known.cursor is None
    feed.whole = [[raw(1)], [raw(2)]]
    await reader.read()
    assert letters.keys == [["1"], ["2"], [LISTED_KEY], ["ixc.box"]]


async def test_what_kafka_did_not_acknowledge_is_said_again_with_the_same_id() -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1)]]), Letters(refuses=1)
    reader = reader_of(feed, letters)
    with pytest.raises(KafkaUndelivered):
        await reader.read()
    await reader.read()
    again = Letters()
    await reader_of(feed, again).read()
    assert letters.keys[0] == ["1"]
    ids = [parse_headers(sent[0][0].headers).id for sent in (letters.sent, again.sent)]
    assert ids[0] == ids[1]


async def test_a_source_without_stamp_is_listed_whole_and_says_so_once_an_hour() -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1, source=PROJECT)]]), Letters()
    reader = reader_of(feed, letters, PROJECT)
    for _ in range(3):
        await reader.read()
    assert letters.keys == [["1"], [LISTED_KEY], ["ixc.project"], ["ixc.project"], ["ixc.project"]]
    reader._clock.now += timedelta(hours=1)  # type: ignore[attr-defined]
    await reader.read()
    assert letters.keys[-2:] == [[LISTED_KEY], ["ixc.project"]]


async def test_a_source_with_stamp_is_listed_whole_again_when_the_setting_says_so() -> None:
    feed = ScriptedFeed(whole=[[raw(1)]])
    reader = reader_of(feed, Letters())
    await reader.read()
    await reader.read()
    reader._clock.now += timedelta(hours=6)  # type: ignore[attr-defined]
    await reader.read()
    assert [bound is None for bound in feed.bounds] == [True, False, True]


async def test_bad_rows_are_counted_and_the_rest_goes_on() -> None:
    page = Page(
        [raw(1), raw(2)], None, [BadRow("3", 2, "descricao: missing"), BadRow(None, 3, "id: missing")]
    )
    letters = Letters()
    tally = await reader_of(ScriptedFeed(whole=[page]), letters).read()
    assert letters.keys[0] == ["1", "2"]
    assert (tally.n_bad, tally.n_read) == (2, 4)


async def test_a_listing_shorter_than_announced_is_no_complete_listing() -> None:
    feed, letters = ScriptedFeed(whole=[Page([raw(1)], 2)]), Letters()
    reader = reader_of(feed, letters)
    for _ in range(2):
        with pytest.raises(Transient, match="1 of 2"):
            await reader.read()
    assert letters.keys == [["1"]]


async def test_a_total_that_lies_alike_three_times_is_not_believed() -> None:
    feed, letters = ScriptedFeed(whole=[Page([raw(1)], 2)]), Letters()
    reader = reader_of(feed, letters)
    for _ in range(2):
        with pytest.raises(Transient):
            await reader.read()
    await reader.read()
    assert letters.keys == [["1"], [LISTED_KEY], ["ixc.box"]]


async def test_a_filter_that_never_works_is_given_up_for_whole_listings() -> None:
    feed = ScriptedFeed(whole=[[raw(1)]], windows=[Transient("error page")])
    reader = reader_of(feed, Letters(), known=listed_known())
    for _ in range(3):
        with pytest.raises(Transient):
            await reader.read()
    tally = await reader.read()
    assert tally.is_whole
    assert tally.n_read == 1


async def test_a_system_that_is_down_does_not_look_like_a_refused_filter() -> None:
    feed = ScriptedFeed(whole=[Transient("down")], windows=[Transient("down")])
    reader = reader_of(feed, Letters(), known=listed_known())
    for _ in range(5):
        with pytest.raises(Transient):
            await reader.read()
    feed.windows, feed.whole = [[raw(1)]], [[raw(1)]]
    assert not (await reader.read()).is_whole


async def test_the_first_answer_ever_dates_the_pass_from_its_begin() -> None:
    feed, letters = ScriptedFeed(whole=[[raw(1, stamp="")]], clock=None), Letters()
    reader = reader_of(feed, letters)
    tally = await reader.read()
    assert tally.started_at == NOW
    assert tally.skew_s is None


def test_new_ids_are_looked_for_above_what_was_known_an_overlap_ago() -> None:
    ids, minute = HighestIds(timedelta(seconds=120)), timedelta(minutes=1)
    assert ids.search_above(NOW, 500) == 400
    assert ids.search_above(NOW + minute, 500) == 400
    assert ids.search_above(NOW + 2 * minute, 510) == 500
    assert ids.search_above(NOW + 3 * minute, 510) == 500
    assert ids.search_above(NOW + 4 * minute, 510) == 510
    assert ids.search_above(NOW + 9 * minute, 510) == 510
