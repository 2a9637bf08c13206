"""The loop: what it does after each way a pass can end, and what it tells."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from kernel.contracts.changes import ENTITIES, IXC_BOX, IXC_LOGIN
from kernel.domain.errors import (
    IntegratorError,
    Malformed,
    Misconfigured,
    RateLimited,
    Refused,
    System,
    Transient,
    Unauthorized,
)
from kernel.runtime.health import Health
from kernel.runtime.kafka import KafkaUndelivered
from pollers.cursor import Window
from pollers.delivery import ProducerBroken
from pollers.loop import LOCKED_OUT_S, Loop, trouble_of
from pollers.reading import Tally
from pollers.recall import Known
from pollers.source import Source, source_of
from pollers.sources import SOURCES
from pollers.trouble import Trouble, Troubles
from pollers.watch import Watch

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@dataclass
class ScriptedReader:
    """Ends its passes as scripted: None is well."""

    ends: list[Exception | None]
    source: Source = field(default_factory=lambda: source_of(IXC_BOX))
    known: Known = field(default_factory=Known)

    async def read(self) -> Tally:
        end = self.ends.pop(0)
        if end is not None:
            raise end
        return Tally(Window(NOW), NOW, NOW, NOW)


@dataclass
class Fresh:
    """Counts how often Kafka was asked anew."""

    n: int = 0

    async def __call__(self) -> Known:
        self.n += 1
        return Known()


def loop_of(*ends: Exception | None, interval_s: float = 300, recall: Fresh | None = None) -> Loop:
    reader = ScriptedReader(list(ends))
    watch = Watch(ZoneInfo("America/Sao_Paulo"))
    return Loop(reader, interval_s, Troubles(), watch, Health(), recall or Fresh())  # type: ignore[arg-type]


async def test_after_a_pass_that_ended_the_loop_rests_about_an_interval() -> None:
    assert 294 <= await loop_of(None).turn() <= 300


@pytest.mark.parametrize("error", [Transient("x"), Malformed("x"), Refused("rejected")])
async def test_what_may_pass_is_tried_again_soon_and_then_ever_later(error: IntegratorError) -> None:
    loop = loop_of(*[error] * 12)
    rests = [await loop.turn() for _ in range(12)]
    assert 0.5 <= rests[0] <= 1
    assert 150 <= rests[-1] <= 300


async def test_a_small_interval_is_never_exceeded_by_a_retry() -> None:
    loop = loop_of(*[Transient("x")] * 9, interval_s=2)
    assert max([await loop.turn() for _ in range(9)]) <= 2


async def test_a_wish_to_be_left_alone_is_obeyed() -> None:
    assert await loop_of(RateLimited("slow down", 120.0)).turn() == 120


@pytest.mark.parametrize("error", [Unauthorized(System.IXC, "key"), Misconfigured("redirect")])
async def test_a_refused_key_is_tried_seldom_and_makes_the_source_unready(error: IntegratorError) -> None:
    loop = loop_of(None, error, interval_s=2)
    await loop.turn()
    assert loop.health.is_ready
    assert await loop.turn() == LOCKED_OUT_S
    assert loop.health.unready == ["ixc.box"]


async def test_what_kafka_lost_is_recalled_before_the_next_pass() -> None:
    recall = Fresh()
    loop = loop_of(KafkaUndelivered("gone"), None, None, recall=recall)
    for _ in range(3):
        await loop.turn()
    assert recall.n == 1


async def test_a_broken_producer_ends_the_loop() -> None:
    with pytest.raises(ProducerBroken):
        await loop_of(ProducerBroken("fenced")).turn()


async def test_an_error_that_nobody_foresaw_stops_nothing_and_its_words_are_not_told() -> None:
    loop = loop_of(RuntimeError("FAKE-SECRET"), None)
    with capture_logs() as logs:
        await loop.turn()
        await loop.turn()
    assert "FAKE-SECRET" not in str(logs)
    assert [line["event"] for line in logs] == ["source_unread_unforeseen", "source_works_again"]


def test_a_trouble_is_told_when_it_begins_and_when_it_ends() -> None:
    troubles, wrong_key = Troubles(), Trouble("system_unauthorized", "HTTP 401; the key is wrong")
    with capture_logs() as logs:
        assert troubles.begin("ixc.box", wrong_key)
        assert not troubles.begin("ixc.login", wrong_key)
        assert not troubles.begin("ixc.box", wrong_key)
        troubles.end("ixc.box")
        troubles.end("ixc.box")
    assert [(line["event"], line["entity"]) for line in logs] == [
        ("system_unauthorized", "ixc.box"),
        ("source_works_again", "ixc.box"),
    ]


def test_a_new_kind_of_trouble_is_told() -> None:
    troubles = Troubles()
    troubles.begin("ixc.box", Trouble("source_unread", "reset"))
    assert not troubles.begin("ixc.box", Trouble("source_unread", "reset again"))
    assert troubles.begin("ixc.box", Trouble("system_unauthorized", "401"))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Unauthorized(System.IXC, "x"), "system_unauthorized"),
        (Misconfigured("x"), "system_misconfigured"),
        (RateLimited("x"), "system_rate_limited"),
        (Transient("x"), "source_unread"),
        (Malformed("x"), "source_unread"),
        (Refused("x"), "source_unread"),
        (KafkaUndelivered("x"), "kafka_undelivered"),
        (KeyError("x"), "source_unread_unforeseen"),
    ],
)
def test_each_error_has_a_name_in_the_log(error: Exception, kind: str) -> None:
    assert trouble_of(error).kind == kind


def test_every_entity_has_exactly_one_source() -> None:
    assert [source.entity for source in SOURCES] == list(ENTITIES)
    assert len({(source.entity.system, source.path) for source in SOURCES}) == len(ENTITIES)


def test_every_source_names_its_model_and_every_model_reads_an_id() -> None:
    assert all("id" in source.model.model_fields for source in SOURCES)


def test_a_wrong_zone_is_told_once_with_what_to_set() -> None:
    watch, login = Watch(ZoneInfo("America/Sao_Paulo")), source_of(IXC_LOGIN)
    ahead = NOW.replace(hour=15)
    with capture_logs() as logs:
        for _ in range(3):
            watch.ended(login, Tally(Window(NOW), NOW, NOW, read_at=NOW, newest=ahead))
    told = [line for line in logs if line["event"] == "ixc_time_zone_suspect"]
    assert len(told) == 1
    assert told[0]["ixc_clock_seems"] == "UTC-0200"
    assert "America/Noronha" in told[0]["remedy"]
