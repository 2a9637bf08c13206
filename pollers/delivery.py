"""Messages to Kafka, acknowledged or not at all, without holding up the event loop.

One thread does everything with the producer, one delivery after the other: so a failure that is reported
belongs to the delivery that asked, and a cursor cannot overtake the rows it stands for.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import structlog
from confluent_kafka import KafkaError, KafkaException

from kernel.contracts.envelope import Message
from kernel.runtime.kafka import KafkaUndelivered, Outbox, make_producer
from kernel.settings import Settings

TELL_EVERY_S = 10.0
"""Seconds between two lines that say that Kafka is being waited for."""

log = structlog.get_logger()


class ProducerBroken(Exception):
    """The producer will never deliver again (its order is lost): the process must start anew."""


class Delivery(Protocol):
    """Where a poller's messages go."""

    async def deliver(self, messages: Sequence[Message]) -> None:
        """All of ``messages`` are acknowledged, in their order.

        :raises KafkaUndelivered: when one was not; which of them arrived is unknown then.
        """
        ...


class KafkaDelivery:
    """A :class:`Delivery` to the settings' cluster."""

    def __init__(self, settings: Settings) -> None:
        self._servers = settings.kafka_bootstrap_servers
        self._producer = make_producer(settings)
        self._outbox = Outbox(self._producer, settings.topic_prefix)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="delivery")
        self._told_s = float("-inf")

    async def deliver(self, messages: Sequence[Message]) -> None:
        """See :class:`Delivery`. Once begun it ends by itself, though the caller be cancelled.

        :raises ProducerBroken: when only a new producer could go on.
        """
        delivery = asyncio.get_running_loop().run_in_executor(self._thread, self._deliver, messages)
        while not (await asyncio.wait({delivery}, timeout=TELL_EVERY_S))[0]:
            self._tell_waiting()
        delivery.result()

    def _deliver(self, messages: Sequence[Message]) -> None:
        try:
            for message in messages:
                self._outbox.send(message)
        except KafkaException as error:
            self._settle()
            raise _named(error) from error
        self._outbox.flush()

    def _settle(self) -> None:
        """What was queued before the failure ends now; its own failures say no more than the first one."""
        try:
            self._outbox.flush()
        except KafkaUndelivered:
            return

    def _tell_waiting(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._told_s >= TELL_EVERY_S:  # several sources wait for the one thread
            self._told_s = now_s
            log.warning("kafka_awaited", bootstrap_servers=self._servers, trouble="no acknowledgement yet")

    async def aclose(self, grace_s: float) -> None:
        """Every delivery that was begun has ended, at most ``grace_s`` from now.

        What is not acknowledged by then is given up: no cursor says that it was delivered.
        """
        loop = asyncio.get_running_loop()
        ended = loop.run_in_executor(self._thread, self._producer.flush, 0.0)
        if not (await asyncio.wait({ended}, timeout=grace_s))[0]:
            log.warning("kafka_given_up", bootstrap_servers=self._servers, seconds=grace_s)
            while not (await asyncio.wait({ended}, timeout=0.1))[0]:
                self._producer.purge()
        self._thread.shutdown(wait=True)


def _named(error: KafkaException) -> Exception:
    cause = error.args[0] if error.args else None
    if isinstance(cause, KafkaError) and (cause.fatal() or cause.code() == KafkaError._FATAL):
        return ProducerBroken(cause.str())
    return KafkaUndelivered(f"not accepted: {cause.str() if isinstance(cause, KafkaError) else error}")
