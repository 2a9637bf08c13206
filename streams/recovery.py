"""Recovery: at start the tables are made equal to the fold of the topics, whatever the folder held."""

import time
from dataclasses import dataclass

import structlog

from kernel.domain.errors import Malformed
from kernel.runtime.fold import read_to_end
from kernel.settings import Settings
from streams.engine import STATE_TOPICS, Engine
from streams.messages import Event

log = structlog.get_logger()

_COMMIT_EVERY = 20_000
_MOST_TOLD = 20
"""Records told one by one; the others are only counted."""


@dataclass(slots=True)
class Recovered:
    """What a recovery read. ``ends`` maps a topic (without prefix) to the first offset not folded."""

    ends: dict[str, int]
    n_records: int = 0
    n_malformed: int = 0
    n_forgotten: int = 0


def recover(engine: Engine, settings: Settings) -> Recovered:
    """Fold :data:`STATE_TOPICS` into ``engine``; returns how far each topic was read.

    What the folder held beyond the topics (an old copy, another stack's) is forgotten and counted. A record
    that cannot be understood is passed over and told; one that came while streams ran is in the dead letters.

    :raises confluent_kafka.KafkaException: when Kafka cannot be reached or a topic is missing.
    """
    started_s = time.monotonic()
    recovered = Recovered(dict.fromkeys(STATE_TOPICS, 0))
    alive: dict[str, set[str]] = {topic: set() for topic in STATE_TOPICS}
    for record in read_to_end(settings, STATE_TOPICS):
        event = Event(record.topic, record.key, record.value, (), record.offset)
        recovered.n_records += 1
        recovered.ends[event.topic] = event.offset + 1
        if event.value is None:
            alive[event.topic].discard(event.key)
        else:
            alive[event.topic].add(event.key)
        try:
            engine.restore(event)
        except Malformed as error:
            recovered.n_malformed += 1
            if recovered.n_malformed <= _MOST_TOLD:
                log.warning("record_passed_over", topic=event.topic, offset=event.offset, error=str(error))
        if recovered.n_records % _COMMIT_EVERY == 0:
            engine.commit()
    for topic, keys in alive.items():
        recovered.n_forgotten += engine.forget_all_but(topic, keys)
    engine.commit()
    log.info(
        "streams_recovered",
        n_records=recovered.n_records,
        n_malformed=recovered.n_malformed,
        n_forgotten=recovered.n_forgotten,
        took_s=round(time.monotonic() - started_s, 2),
    )
    return recovered
