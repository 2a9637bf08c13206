"""Messages of finished jobs on their way to Kafka: acknowledged in groups, then their offsets are free."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from confluent_kafka import KafkaException

from kernel.contracts.envelope import Message
from kernel.runtime.kafka import KafkaUndelivered
from sinks.offsets import Mark

log = structlog.get_logger()

AGAIN_AFTER_S = 1.0

Ship = Callable[[Sequence[Message]], None]
"""Sends messages and returns once all are acknowledged; blocks, raises KafkaUndelivered or KafkaException."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One offset that is done once ``messages`` are acknowledged; none when there is nothing to say."""

    mark: Mark
    messages: tuple[Message, ...] = ()


class Reporter:
    """Ships what finished since the last round, all of it with one flush, for as long as :meth:`run` runs.

    A round that fails is shipped again, whole: outcomes may come twice, never not at all. Meanwhile the
    next round gathers; back-pressure bounds it, since offsets that are not free keep counting as open.
    """

    def __init__(self, ship: Ship, on_acked: Callable[[Mark], None]) -> None:
        self._ship = ship
        self._on_acked = on_acked
        self._gathered: list[Finished] = []
        self._wanted = asyncio.Event()
        self._n_unacked = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._thread = ThreadPoolExecutor(1, "reporter")

    @property
    def n_unacked(self) -> int:
        """Offsets that finished and are not free yet."""
        return self._n_unacked

    def finished(self, mark: Mark, *messages: Message) -> None:
        """``mark`` may be committed once ``messages`` are in Kafka."""
        self._gathered.append(Finished(mark, messages))
        self._n_unacked += 1
        self._idle.clear()
        self._wanted.set()

    async def settled(self, within_s: float) -> bool:
        """Whether all that finished so far was acknowledged ``within_s`` seconds."""
        try:
            await asyncio.wait_for(self._idle.wait(), within_s)
        except TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """Ship round after round until cancelled."""
        try:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                round_, self._gathered = self._gathered, []
                await self._ship_round(round_)
                for done in round_:
                    self._on_acked(done.mark)
                self._n_unacked -= len(round_)
                if not self._gathered:
                    self._idle.set()
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _ship_round(self, round_: list[Finished]) -> None:
        messages = [message for done in round_ for message in done.messages]
        loop = asyncio.get_running_loop()
        while messages:
            try:
                await loop.run_in_executor(self._thread, self._ship, messages)
            except (KafkaUndelivered, KafkaException) as error:
                log.warning("outcomes_not_delivered", n_messages=len(messages), error=str(error))
                await asyncio.sleep(AGAIN_AFTER_S)
            else:
                return
