"""Count what the engine said: the metrics of decisions and commands."""

from collections.abc import Iterable

import orjson

from kernel.contracts.commands import COMMAND_TOPICS
from kernel.contracts.decisions import DECISION_TOPIC
from kernel.contracts.envelope import Message
from kernel.runtime import metrics
from streams.engine import Engine
from streams.messages import DEAD_LETTERS


def tally(engine: Engine, messages: Iterable[Message]) -> None:
    """Add ``messages`` to the counters and set the gauges to what ``engine`` holds open."""
    for message in messages:
        if message.topic == DECISION_TOPIC:
            record = orjson.loads(message.value or b"{}")
            metrics.DECISIONS.labels(record["rule"], record["kind"], record["reason"]).inc()
        elif message.topic in COMMAND_TOPICS:
            metrics.COMMANDS_SENT.labels(orjson.loads(message.value or b"{}")["rule"]).inc()
        elif message.topic == DEAD_LETTERS:
            metrics.DEAD_LETTERS.labels(DEAD_LETTERS).inc()
    for rule, n_open in engine.n_open().items():
        metrics.PENDING.labels(rule).set(n_open)
