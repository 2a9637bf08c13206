"""Reporter: offsets are free only once their messages are acknowledged, many with one flush."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from kernel.contracts.envelope import Message
from kernel.runtime.kafka import KafkaUndelivered
from sinks.offsets import Mark, Offsets
from sinks.reporter import Reporter


def message(number: int) -> Message:
    return Message("t", str(number), b"", [])


class Shop:
    """Ships into a list; may be closed for a while, or fail."""

    def __init__(self) -> None:
        self.rounds: list[list[str]] = []
        self.n_failures = 0
        self.is_open = threading.Event()
        self.is_open.set()

    def ship(self, messages: Sequence[Message]) -> None:
        assert self.is_open.wait(5)
        if self.n_failures:
            self.n_failures -= 1
            raise KafkaUndelivered("1 messages not delivered")
        self.rounds.append([m.key for m in messages])


@asynccontextmanager
async def reporting(shop: Shop) -> AsyncIterator[tuple[Reporter, list[Mark]]]:
    acked: list[Mark] = []
    reporter = Reporter(shop.ship, acked.append)
    task = asyncio.create_task(reporter.run())
    try:
        yield reporter, acked
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def marks(n_marks: int) -> list[Mark]:
    offsets = Offsets()
    return [offsets.open(("t", 0), number) for number in range(n_marks)]


async def test_what_finishes_during_one_flush_goes_with_the_next_one_whole() -> None:
    shop = Shop()
    shop.is_open.clear()
    some = marks(10)
    async with reporting(shop) as (reporter, acked):
        reporter.finished(some[0], message(0))
        await asyncio.sleep(0.05)
        for mark in some[1:]:
            reporter.finished(mark, message(mark.offset))
        assert (acked, reporter.n_unacked) == ([], 10)
        assert not await reporter.settled(0.01)
        shop.is_open.set()
        assert await reporter.settled(5)
    assert shop.rounds == [["0"], [str(n) for n in range(1, 10)]]
    assert acked == some
    assert reporter.n_unacked == 0


async def test_a_round_that_failed_is_shipped_again_before_its_offsets_are_free() -> None:
    shop = Shop()
    shop.n_failures = 1
    (mark,) = marks(1)
    async with reporting(shop) as (reporter, acked):
        reporter.finished(mark, message(0))
        await asyncio.sleep(0.1)
        assert acked == []
        assert await reporter.settled(5)
    assert shop.rounds == [["0"]]
    assert acked == [mark]


async def test_an_offset_without_a_message_is_free_without_a_flush() -> None:
    shop = Shop()
    (mark,) = marks(1)
    async with reporting(shop) as (reporter, acked):
        reporter.finished(mark)
        assert await reporter.settled(5)
    assert (shop.rounds, acked) == ([], [mark])
