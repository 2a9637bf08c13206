"""A lease on being the active one: whoever has the one partition of a topic, by Kafka's group membership.

Nobody has to be asked and nothing to be cleaned up: a holder that dies or hangs loses the partition when
its session ends, and a standby gets it. A holder that was stopped and wakes up notices by the clock that
its session must have ended, before Kafka tells it (proven with SIGSTOP and SIGCONT).
"""

import asyncio
import contextvars
import socket
import threading
import time
from hashlib import blake2b
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from kernel.runtime.kafka import make_consumer
from kernel.settings import Settings

log = structlog.get_logger()

SESSION_S = 10.0
"""So long after its death a holder's lease goes to a standby; the same replica restarted has it at once."""

_POLL_S = 0.5
_MARGIN_S = 3.0
"""A holder gives up this long before its session can have ended, for clocks that are not one."""


class Lease:
    """Membership of one replica in the group that shares the lease of ``topic`` (without prefix).

    Use: ``await acquire(stopping)``; then ask ``is_held`` before every act that only the active one may do;
    while it is not and ``is_lost`` is not either, Kafka does not answer: wait. A lease once lost is not
    regained by the same object: end, and start again as a standby.
    """

    def __init__(self, settings: Settings, topic: str) -> None:
        self._topic = settings.topic_prefix + topic
        self._consumer: Consumer = make_consumer(
            settings,
            topic,
            **{
                "group.instance.id": _replica(settings),
                "session.timeout.ms": int(SESSION_S * 1000),
                "heartbeat.interval.ms": 1000,
            },
        )
        self._assigned = threading.Event()
        self._lost = threading.Event()
        self._closing = threading.Event()
        self._heard_at_s = float("-inf")
        context = contextvars.copy_context()  # the log lines of the thread carry the stage too
        self._thread = threading.Thread(target=lambda: context.run(self._attend), name="lease", daemon=True)

    @property
    def is_held(self) -> bool:
        """Whether this replica is the active one, for certain: the group said so a moment ago."""
        is_fresh = time.monotonic() - self._heard_at_s < SESSION_S - _MARGIN_S
        return self._assigned.is_set() and is_fresh

    @property
    def is_lost(self) -> bool:
        """Whether the lease was ours and is another's now."""
        return self._lost.is_set()

    async def acquire(self, stopping: asyncio.Event) -> bool:
        """True once the lease is ours; False when ``stopping`` was set first."""
        self._consumer.subscribe(
            [self._topic], on_assign=self._on_assign, on_revoke=self._on_loss, on_lost=self._on_loss
        )
        self._thread.start()
        told = False
        started_s = time.monotonic()
        while not stopping.is_set():
            if self.is_held:
                return True
            if not told and time.monotonic() - started_s > SESSION_S / 2:
                log.info("standing_by", lease=self._topic)
                told = True
            await asyncio.sleep(0.05)
        return False

    async def lost(self) -> None:
        """Returns when the lease, which was ours, is another's."""
        await asyncio.to_thread(self._lost.wait)

    def close(self) -> None:
        """Leave. A standby has the lease when the session ends; this replica, started again, at once."""
        self._lost.set()
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _attend(self) -> None:
        try:
            while not self._closing.is_set():
                message = self._consumer.poll(_POLL_S)
                error = message.error() if message is not None else None
                if error is not None and error.fatal():
                    raise KafkaException(error)
                if self._assigned.is_set() and self._is_member():
                    self._heard_at_s = time.monotonic()
        except KafkaException as error:
            log.error("lease_lost", lease=self._topic, trouble=str(error))
            self._assigned.clear()
            self._lost.set()
        finally:
            self._consumer.close()

    def _is_member(self) -> bool:
        """Whether the group still counts us as a member: asked of the broker, not of our memory."""
        try:
            self._consumer.committed([TopicPartition(self._topic, 0)], timeout=_MARGIN_S)
        except KafkaException as error:
            return error.args[0].code() not in (
                KafkaError._TRANSPORT,
                KafkaError._TIMED_OUT,
                KafkaError.UNKNOWN_MEMBER_ID,
                KafkaError.FENCED_INSTANCE_ID,
                KafkaError.ILLEGAL_GENERATION,
            )
        return True

    def _on_assign(self, _consumer: Any, partitions: list[TopicPartition]) -> None:
        if partitions:
            self._heard_at_s = time.monotonic()
            self._assigned.set()
            log.info("lease_held", lease=self._topic)

    def _on_loss(self, _consumer: Any, partitions: list[TopicPartition]) -> None:
        if partitions:
            self._assigned.clear()
            self._lost.set()
            if self._closing.is_set():
                return
            log.warning("lease_lost", lease=self._topic)


def _replica(settings: Settings) -> str:
    """The name of this replica, the same after a restart: its host and data folder, not readable from it."""
    place = f"{socket.gethostname()}:{settings.data_dir.resolve()}"
    return blake2b(place.encode(), digest_size=8).hexdigest()
