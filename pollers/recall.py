"""What Kafka already holds, read back: each change topic folded to a memory, and the cursors.

This is all the state a poller has; there is no file to lose.
"""

import asyncio
import ctypes
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from confluent_kafka import KafkaException
from pydantic import ValidationError

from kernel.contracts.changes import Entity
from kernel.contracts.cursors import CURSOR_TOPIC, Cursor
from kernel.runtime.arrival import await_kafka
from kernel.runtime.fold import read_to_end
from kernel.settings import Settings
from pollers.memory import Memory

log = structlog.get_logger()


@dataclass(slots=True)
class Known:
    """What is known of one source: its topic as a memory, and how far it has been read (None: unknown)."""

    memory: Memory = field(default_factory=Memory)
    cursor: Cursor | None = None


def recall(settings: Settings, entities: Sequence[Entity]) -> dict[str, Known]:
    """Everything Kafka holds of ``entities`` now, by slug. Blocks while it reads.

    One topic after the other, and what its reading took is given back before the next: the buffers of
    Kafka's client for all topics at once are several times what is remembered of them.

    :raises KafkaException: when Kafka cannot be reached or a topic is missing.
    """
    cursors = {record.key: _parse_cursor(record.value) for record in read_to_end(settings, [CURSOR_TOPIC])}
    known: dict[str, Known] = {}
    for entity in entities:
        known[entity.slug] = Known(cursor=cursors.get(entity.slug))
        for record in read_to_end(settings, [entity.topic]):
            known[entity.slug].memory.fold(record.key, record.value)
        _give_back_memory()
    return known


def _give_back_memory() -> None:
    """What was freed is the system's again. glibc keeps what the threads of Kafka's client freed."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
        if trim is not None:
            trim(0)


def _parse_cursor(value: bytes | None) -> Cursor | None:
    """The cursor, or None for one that cannot be read: its source is listed whole then."""
    try:
        return Cursor.model_validate_json(value or b"")
    except ValidationError:
        return None


async def recall_patiently(
    settings: Settings, entities: Sequence[Entity], stopping: asyncio.Event
) -> dict[str, Known] | None:
    """:func:`recall`, once Kafka and the topics are there; None when ``stopping`` was set first."""
    topics = [*(entity.topic for entity in entities), CURSOR_TOPIC]
    while await await_kafka(settings, topics, stopping):
        try:
            return await asyncio.to_thread(recall, settings, entities)
        except KafkaException as error:
            log.warning("kafka_awaited", trouble=f"reading back what it holds: {error}")
    return None
