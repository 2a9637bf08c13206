"""What the product says of itself on its topics: decisions and links, heard as they are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from confluent_kafka import OFFSET_BEGINNING, Message, TopicPartition

from kernel.contracts.decisions import DECISION_TOPIC, DecisionRecord, Kind
from kernel.contracts.links import LINK_TOPIC, Link
from kernel.runtime.kafka import make_consumer
from kernel.settings import Settings

AT_ONCE = 5000


class Hearing:
    """``decisions``: the last record of each rule on each subject. ``links``: OZmap box id → IXC box id."""

    def __init__(self, settings: Settings) -> None:
        self.decisions: dict[tuple[str, str], DecisionRecord] = {}
        self.links: dict[str, str] = {}
        self._ensured_at: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        self._take: dict[str, Callable[[str, bytes | None], None]] = {
            settings.topic_prefix + DECISION_TOPIC: self._take_decision,
            settings.topic_prefix + LINK_TOPIC: self._take_link,
        }
        # No group: nothing is committed, and whoever looks at the cluster's groups sees the product only.
        self._consumer = make_consumer(settings, "unused", log_level=0)
        self._consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING) for topic in self._take])

    def listen(self, timeout_s: float) -> int:
        """Everything that comes within ``timeout_s`` is known; returns how many records that were."""
        messages: list[Message] = self._consumer.consume(AT_ONCE, timeout=timeout_s)
        for message in messages:
            topic, key = message.topic(), message.key()
            if message.error() is None and topic is not None and isinstance(key, bytes):
                value = message.value()
                self._take[topic](key.decode(), value if isinstance(value, bytes) else None)
        return len(messages)

    def decided_at(self, rule: str, subject: str, since: datetime) -> datetime | None:
        """When ``rule`` first decided to write ``subject``, after ``since``; None: not heard yet."""
        return next((at for at in self._ensured_at[rule, subject] if at >= since), None)

    def close(self) -> None:
        """The consumer is closed."""
        self._consumer.close()

    def _take_decision(self, key: str, value: bytes | None) -> None:
        rule, _, subject = key.partition("/")
        if value is None:
            self.decisions.pop((rule, subject), None)
            return
        record = DecisionRecord.model_validate_json(value)
        self.decisions[rule, subject] = record
        if record.kind is Kind.ENSURE:
            self._ensured_at[rule, subject].append(record.at)

    def _take_link(self, key: str, value: bytes | None) -> None:
        if value is None:
            self.links.pop(key, None)
        else:
            self.links[key] = Link.model_validate_json(value).ixc_id
