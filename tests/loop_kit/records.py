"""What Kafka holds: every record of a stack's topics, keys, values and headers, read beside any group."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from kernel.runtime.topics import load_topics
from tests.loop_kit.until import until

ALL_TOPICS = tuple(topic.name for topic in load_topics().topics)


@dataclass(frozen=True)
class Letter:
    """One record as it lies in Kafka; ``topic`` without the stack's prefix."""

    topic: str
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    @property
    def content(self) -> Any:
        """The JSON object in the body; None when there is none."""
        try:
            found = json.loads(self.value or b"")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    @property
    def text_key(self) -> str:
        """The key as text."""
        return self.key.decode(errors="replace")

    def header(self, name: str) -> str:
        """The first header of this name, empty when there is none."""
        return next((value.decode() for key, value in self.headers if key == name), "")

    @property
    def everything(self) -> bytes:
        """Key, value and headers in one, to be searched."""
        said = [self.key, self.value or b""]
        for name, value in self.headers:
            said += [name.encode(), value]
        return b"\n".join(said)


class Records:
    """The topics of one prefix on one cluster. Use as a ``with`` block."""

    def __init__(self, bootstrap_servers: str, prefix: str) -> None:
        self._prefix = prefix
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap_servers,
                "group.id": f"look-{uuid.uuid4().hex}",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 20,
                "log_level": 0,
            }
        )
        self._producer = Producer({"bootstrap.servers": bootstrap_servers, "log_level": 0, "linger.ms": 0})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def count(self, *topics: str) -> int:
        """How many records ``topics`` hold, all together, transaction marks aside."""
        places = [place for topic in topics for place in self._places(topic)]
        return sum(high - low for low, high in map(self._ends, places))

    def all_of(self, topic: str) -> list[Letter]:
        """Every record of ``topic``, oldest first in each partition."""
        found: list[Letter] = []
        for place in self._places(topic):
            low, high = self._ends(place)
            if high == low:
                continue
            self._consumer.assign([TopicPartition(place.topic, place.partition, low)])
            reached = low
            while reached < high:
                for message in self._consumer.consume(min(high - reached, 5_000), 1.0):
                    if message.error() is None and (offset := message.offset()) is not None:
                        reached = max(reached, offset + 1)
                        found.append(self._letter(message))
        return found

    def latest(self, topic: str) -> dict[str, Any]:
        """The last value under each key, tombstones and what is no JSON object aside."""
        last: dict[str, Any] = {}
        for letter in self.all_of(topic):
            content = letter.content
            if letter.value is None:
                last.pop(letter.text_key, None)
            elif content:
                last[letter.text_key] = content
        return last

    def links(self) -> dict[str, str]:
        """OZmap box id → IXC box id, as the product wrote them."""
        found = self.latest("integrator.link.changes.v1")
        return {link["ozmap_id"]: link["ixc_id"] for link in found.values()}

    def decisions(self, rule: str) -> dict[str, dict[str, Any]]:
        """The last decision of ``rule`` on each subject."""
        found = self.latest("integrator.decision.changes.v1").values()
        return {said["subject"]: said for said in found if said["rule"] == rule}

    def put(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Mapping[str, bytes] | None = None
    ) -> None:
        """Somebody who is no part of the product has written this to ``topic``."""
        told: dict[str, str | bytes | None] = dict(headers or {})
        errors: list[object] = []
        self._producer.produce(
            self._prefix + topic, key, value, headers=told, on_delivery=lambda error, _: errors.append(error)
        )
        assert self._producer.flush(30) == 0
        assert errors == [None], f"{topic} refuses it: {errors}"

    def _places(self, topic: str) -> Iterable[TopicPartition]:
        name = self._prefix + topic

        def known() -> list[int]:
            found = self._consumer.list_topics(name, timeout=15).topics[name]
            return [] if found.error is not None else sorted(found.partitions)

        return [TopicPartition(name, number) for number in until(known, f"{name} is there")]

    def _ends(self, place: TopicPartition) -> tuple[int, int]:
        """First and next offset; a topic just made, or a broker just back, may need a moment."""

        def asked() -> tuple[int, int] | None:
            try:
                return self._consumer.get_watermark_offsets(place, timeout=15)
            except KafkaException:
                return None

        found = until(asked, f"{place.topic} [{place.partition}] has a leader")
        assert found is not None
        return found

    def _letter(self, message: Message) -> Letter:
        key, value = message.key() or b"", message.value()
        headers = message.headers() or []
        pairs = headers.items() if isinstance(headers, dict) else headers
        return Letter(
            topic=(message.topic() or "").removeprefix(self._prefix),
            key=key.encode() if isinstance(key, str) else key,
            value=value.encode() if isinstance(value, str) else value,
            headers=tuple((name, _bytes(value)) for name, value in pairs),
        )


def _bytes(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""
