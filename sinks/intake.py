"""The consumer of the command topics on its own thread: reads, commits, gains and loses partitions."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Protocol, TypeVar

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from sinks.offsets import Place

log = structlog.get_logger()

T = TypeVar("T")

POLL_S = 0.2
BATCH = 500
COMPLAIN_EVERY_S = 10.0
CLOSE_WITHIN_S = 4.0
SESSION_S = 10
"""So long do the keys of a sink that was killed wait until others, or it itself, get them."""


class MakeConsumer(Protocol):
    """Makes the consumer of our group with these settings put over its own."""

    def __call__(self, **overrides: Any) -> Consumer:
        """A consumer that is not subscribed yet."""


class Owner(Protocol):
    """Who works on what was read. Called in the event loop while the consumer's thread waits."""

    async def give_back(self, places: Collection[Place]) -> Mapping[Place, int]:
        """Nothing of ``places`` is worked on any longer; returns the offsets to commit for them."""

    async def lose(self, places: Collection[Place]) -> None:
        """``places`` are someone else's already; nothing of them is worked on any longer."""

    def committed(self, offsets: Mapping[Place, int]) -> None:
        """Kafka has these offsets."""

    def assigned(self, places: Collection[Place]) -> None:
        """These partitions are ours now, and no others."""


class Intake:
    """Records of ``topics`` (as the broker names them), of partitions that are ours at the moment of return.

    Methods are called in the event loop, one at a time; each runs in the consumer's thread.
    """

    def __init__(self, make_consumer: MakeConsumer, topics: Collection[str], owner: Owner) -> None:
        self._topics = list(topics)
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, "consumer")
        self._assigned: set[Place] = set()
        self._held_back: frozenset[str] = frozenset()
        self._complained_at_s = float("-inf")
        self._is_closing = False
        self.was_assigned = False
        self._consumer = make_consumer(
            error_cb=self._complain,
            on_commit=self._on_commit,
            **{
                "session.timeout.ms": SESSION_S * 1000,
                "queued.min.messages": 2000,
                "queued.max.messages.kbytes": 16 * 1024,
            },
        )

    async def open(self) -> None:
        """We are a member of the group, or will be as soon as Kafka answers."""
        await self._in_thread(self._subscribe)

    async def read(self, held_back: Collection[str]) -> list[Message]:
        """What came within a moment, at most :data:`BATCH`; nothing new of the topics that are held back."""
        return await self._in_thread(self._read, frozenset(held_back))

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        """The offsets are on their way; ``owner.committed`` is called once they arrived."""
        await self._in_thread(self._commit, offsets)

    async def close(self, offsets: Mapping[Place, int]) -> bool:
        """Nothing more is read; whether the offsets are committed and the group knows that we left.

        False when Kafka does not answer: the commands will come again, and the thread may outlive the call.
        """
        closing = self._in_thread(self._close, offsets)
        self._thread.shutdown(wait=False)
        try:
            return await asyncio.wait_for(closing, CLOSE_WITHIN_S)
        except TimeoutError:
            return False

    def _in_thread(self, call: Callable[..., T], *arguments: object) -> asyncio.Future[T]:
        # With our context, or the log lines of this thread would not say of which stage they are.
        return self._loop.run_in_executor(self._thread, copy_context().run, call, *arguments)

    # Below, everything runs in the consumer's thread.

    def _subscribe(self) -> None:
        self._consumer.subscribe(
            self._topics, on_assign=self._gained, on_revoke=self._revoked, on_lost=self._lost
        )

    def _read(self, held_back: frozenset[str]) -> list[Message]:
        self._hold_back(held_back)
        first = self._consumer.poll(POLL_S)
        if first is None:
            return []
        # consume() alone would wait for a full batch; poll() returns with the first message.
        read = [first, *self._consumer.consume(BATCH - 1, 0)]
        # A partition may have been taken away after its messages were put into this very batch.
        return [message for message in read if self._is_sound(message) and _place(message) in self._assigned]

    def _is_sound(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return True
        if error.fatal():
            raise KafkaException(error)
        self._complain(error)
        return False

    def _hold_back(self, topics: frozenset[str]) -> None:
        if topics != self._held_back:
            self._consumer.pause(self._partitions_of(topics - self._held_back))
            self._consumer.resume(self._partitions_of(self._held_back - topics))
            self._held_back = topics

    def _partitions_of(self, topics: Collection[str]) -> list[TopicPartition]:
        return [TopicPartition(*place) for place in self._assigned if place[0] in topics]

    def _commit(self, offsets: Mapping[Place, int]) -> None:
        if offsets:
            told = [TopicPartition(*place, offset) for place, offset in offsets.items()]
            self._consumer.commit(offsets=told, asynchronous=True)

    def _commit_now(self, offsets: Mapping[Place, int]) -> bool:
        told = [TopicPartition(*place, offset) for place, offset in offsets.items()]
        try:
            if told:
                self._consumer.commit(offsets=told, asynchronous=False)
        except KafkaException as error:
            log.warning("commit_failed", error=str(error), consequence="these commands will be read again")
            return False
        return True

    def _close(self, offsets: Mapping[Place, int]) -> bool:
        is_committed = self._commit_now(offsets)
        self._is_closing = True
        self._consumer.close()
        return is_committed

    def _on_commit(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        kept = {(p.topic, p.partition): p.offset for p in partitions if error is None and p.error is None}
        if kept:
            self._loop.call_soon_threadsafe(self._owner.committed, kept)

    def _gained(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        consumer.incremental_assign(partitions)
        self._assigned |= {(p.topic, p.partition) for p in partitions}
        self.was_assigned = True
        self._tell_assigned()
        consumer.pause([p for p in partitions if p.topic in self._held_back])
        log.info("partitions_gained", n_gained=len(partitions), n_assigned=len(self._assigned))

    def _revoked(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        places = {(p.topic, p.partition) for p in partitions}
        self._assigned -= places
        offsets = self._ask_owner(self._owner.give_back(places))
        if not self._is_closing:  # then they were committed, or cannot be
            self._commit_now(offsets)
        self._tell_assigned()
        log.info("partitions_given_back", n_given_back=len(places), n_assigned=len(self._assigned))

    def _lost(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        places = {(p.topic, p.partition) for p in partitions}
        self._assigned -= places
        self._ask_owner(self._owner.lose(places))
        self._tell_assigned()
        log.warning("partitions_lost", n_lost=len(places), n_assigned=len(self._assigned))

    def _tell_assigned(self) -> None:
        self._loop.call_soon_threadsafe(self._owner.assigned, frozenset(self._assigned))

    def _ask_owner(self, question: Awaitable[T]) -> T:
        async def ask() -> T:
            return await question

        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result()

    def _complain(self, error: KafkaError) -> None:
        now_s = time.monotonic()
        if now_s - self._complained_at_s >= COMPLAIN_EVERY_S:
            self._complained_at_s = now_s
            log.warning("kafka_troubled", error=error.str(), consequence="it is tried until it works again")


def _place(message: Message) -> Place:
    return message.topic() or "", message.partition() or 0
