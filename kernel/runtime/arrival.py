"""Wait for Kafka and its topics at start: a clear line every ten seconds until they are there."""

import asyncio
from collections.abc import Sequence

import structlog
from confluent_kafka import KafkaException

from kernel.runtime.kafka import make_admin
from kernel.settings import Settings

log = structlog.get_logger()

_ATTEMPT_S = 5.0
_REST_S = 5.0


async def await_kafka(settings: Settings, topics: Sequence[str], stopping: asyncio.Event) -> bool:
    """Kafka answers and has all ``topics`` (without prefix); False when ``stopping`` was set first."""
    while not stopping.is_set():
        trouble = await asyncio.to_thread(_trouble, settings, topics)
        if trouble is None:
            return True
        log.warning("kafka_awaited", bootstrap_servers=settings.kafka_bootstrap_servers, trouble=trouble)
        try:
            await asyncio.wait_for(stopping.wait(), _REST_S)
        except TimeoutError:
            continue
    return False


def _trouble(settings: Settings, topics: Sequence[str]) -> str | None:
    admin = make_admin(settings)
    try:
        known = admin.list_topics(timeout=_ATTEMPT_S).topics
    except KafkaException as error:
        return f"Kafka does not answer at {settings.kafka_bootstrap_servers}: {error.args[0].str()}"
    missing = [topic for topic in topics if settings.topic_prefix + topic not in known]
    if missing:
        return f"{len(missing)} topics missing, first {missing[0]}: run `ozmap-ixc topics apply`"
    return None
