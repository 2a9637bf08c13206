"""The one factory of Kafka producers, consumers and admins; every setting that matters is set here."""

import logging
from typing import Any

from confluent_kafka import Consumer, KafkaError, Producer
from confluent_kafka.admin import AdminClient

from kernel.contracts.envelope import Message
from kernel.settings import Settings

MAX_MESSAGE_BYTES = 8 * 1024 * 1024


log = logging.getLogger("librdkafka")


def _complain(error: KafkaError) -> None:
    """Say what librdkafka complains of; the log's filter lets the same complaint through once in a while."""
    log.warning("kafka trouble: %s", error.name())


def _common(settings: Settings) -> dict[str, Any]:
    return {
        "bootstrap.servers": settings.kafka_bootstrap_servers,
        "client.id": "ozmap-ixc",
        # librdkafka would write a line to stderr for each refused connection; error_cb tells it once.
        "log_level": 0,
        "error_cb": _complain,
    }


def make_producer(settings: Settings) -> Producer:
    """A producer whose acknowledged messages are kept, once and in order.

    ``murmur2_random`` is the partitioner of the Java and aiokafka clients: without it the same key would
    lie on another partition than theirs (docs/adr/0005).
    """
    return Producer(
        _common(settings)
        | {
            "acks": "all",
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
            "linger.ms": 5,
            "compression.type": "lz4",
            "message.max.bytes": MAX_MESSAGE_BYTES,
            "delivery.timeout.ms": 120_000,
            "queue.buffering.max.messages": 500_000,
        }
    )


def make_consumer(settings: Settings, group: str, **overrides: Any) -> Consumer:
    """A consumer of ``group`` (the stack's prefix is put before it) that commits only when told."""
    return Consumer(
        _common(settings)
        | {
            "group.id": settings.topic_prefix + group,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "partition.assignment.strategy": "cooperative-sticky",
            "fetch.message.max.bytes": MAX_MESSAGE_BYTES,
            "enable.partition.eof": False,
        }
        | overrides
    )


def make_admin(settings: Settings) -> AdminClient:
    """An admin client; keep the reference until its futures are done."""
    return AdminClient(_common(settings))


class Outbox:
    """Messages on their way: after :meth:`flush` returned, all of them are acknowledged.

    A message that could not be delivered makes :meth:`flush` raise, so that whoever moves a cursor or
    commits an offset afterwards does not.
    """

    def __init__(self, producer: Producer, prefix: str) -> None:
        self._producer = producer
        self._prefix = prefix
        self._failures: list[str] = []

    def send(self, message: Message) -> None:
        """Queue ``message``; waits when the client's queue is full."""
        while True:
            try:
                self._producer.produce(
                    self._prefix + message.topic,
                    key=message.key.encode(),
                    value=message.value,
                    headers=list(message.headers),
                    on_delivery=self._delivered,
                )
            except BufferError:
                self._producer.poll(0.1)
            else:
                self._producer.poll(0)
                return

    def flush(self) -> None:
        """Wait until every message sent so far is acknowledged.

        :raises KafkaUndelivered: when one was not; nothing may be taken as sent then.
        """
        self._producer.flush()
        if self._failures:
            failures, self._failures = self._failures, []
            raise KafkaUndelivered(f"{len(failures)} messages not delivered, first: {failures[0]}")

    def _delivered(self, error: Any, message: Any) -> None:
        if error is not None:
            self._failures.append(f"{message.topic()}: {error}")


class KafkaUndelivered(Exception):
    """Kafka did not acknowledge a message within its delivery time-out; the caller tries the step again."""
