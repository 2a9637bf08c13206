"""A stack to try sinks on: both doubles as processes, topics of one prefix, sinks as processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from kernel.contracts.commands import COMMAND_TOPICS, BoxFields, Command, EnsureBox, event_type
from kernel.contracts.envelope import Envelope, Headers, render_headers
from kernel.contracts.envelope import Message as Letter
from kernel.contracts.outcomes import Outcome
from kernel.runtime.kafka import Outbox, make_admin, make_producer
from kernel.runtime.topics import apply, load_topics
from kernel.settings import Settings

OZMAP_KEY = "product-key"
IXC_TOKEN = "1:" + "ab" * 32
BOXES = "rad_caixa_ftth"
NO_LEADER_YET = {KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE}

T = TypeVar("T")


def until(condition: Callable[[], T], what: str, within_s: float = 30.0) -> T:
    """The first true answer of ``condition``; fails naming ``what`` when none comes."""
    give_up_at = time.monotonic() + within_s
    while not (met := condition()):
        assert time.monotonic() < give_up_at, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)
    return met


def ends(consumer: Consumer, place: TopicPartition) -> tuple[int, int]:
    """The first offset of a partition and the one after its last; a new topic may need a moment to know."""

    def asked() -> tuple[int, int] | None:
        try:
            return consumer.get_watermark_offsets(place, timeout=15)
        except KafkaException as error:
            if error.args[0].code() not in NO_LEADER_YET:
                raise
            return None

    found = until(asked, f"{place.topic} [{place.partition}] has a leader")
    assert found is not None
    return found


@dataclass(frozen=True)
class Double:
    """One double: its address, and the sandbox's own side."""

    url: str

    def rows(self, entity: str) -> dict[str, dict[str, Any]]:
        """All rows as stored, by id."""
        return {row["id"]: row for row in self._get(f"rows/{entity}")}

    def writes(self) -> list[dict[str, Any]]:
        """Every request that changed something, from the journal."""
        return [entry for entry in self._get("journal") if entry["changed"]]

    def requests(self) -> list[dict[str, Any]]:
        """Every request, from the journal."""
        return list(self._get("journal"))

    def fault(self, kind: str, **parameters: Any) -> None:
        """Switch a fault on."""
        httpx.post(f"{self.url}/__sandbox__/faults", json={"kind": kind, **parameters}).raise_for_status()

    def clear_faults(self) -> None:
        """All faults are off."""
        httpx.delete(f"{self.url}/__sandbox__/faults").raise_for_status()

    def _get(self, what: str) -> Any:
        return httpx.get(f"{self.url}/__sandbox__/{what}", timeout=60).raise_for_status().json()


@contextmanager
def double(system: str, key: str, city: str = "small") -> Iterator[Double]:
    """A double as a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", system, "--city", city, "--key", f"{key}=product"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Double(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(20)


class Stack:
    """Topics of one prefix, both doubles, and the sinks started on them."""

    def __init__(self, bootstrap_servers: str, prefix: str, ixc: Double, ozmap: Double, folder: Path) -> None:
        self.ixc = ixc
        self.ozmap = ozmap
        self.prefix = prefix
        self.settings = Settings(kafka_bootstrap_servers=bootstrap_servers, topic_prefix=prefix)
        self._folder = folder
        self._sinks: list[subprocess.Popen[bytes]] = []
        admin = make_admin(self.settings)
        apply(admin, load_topics(), prefix=prefix)
        producer = make_producer(self.settings)
        self._outbox = Outbox(producer, prefix)

    def start_sink(self, **environment: str) -> Sink:
        """A sink as a process of its own; ``environment`` is put over the stack's settings."""
        log = self._folder / f"sink-{len(self._sinks)}.log"
        settings = {
            "OZMAP_URL": self.ozmap.url,
            "OZMAP_KEY": OZMAP_KEY,
            "IXC_URL": self.ixc.url,
            "IXC_TOKEN": IXC_TOKEN,
            "KAFKA_BOOTSTRAP_SERVERS": self.settings.kafka_bootstrap_servers,
            "TOPIC_PREFIX": self.prefix,
            "IXC_REQUESTS_PER_S": "5000",
            "OZMAP_REQUESTS_PER_S": "5000",
            **environment,
        }
        with log.open("wb") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "sinks"],
                env={**os.environ, **settings},
                stdout=written,
                stderr=written,
            )
        self._sinks.append(process)
        return Sink(process, log)

    def stop(self) -> None:
        """No sink runs any longer."""
        for process in self._sinks:
            if process.poll() is None:
                process.kill()
            process.wait(20)

    def send(self, *commands: Command, cause: str = "") -> list[str]:
        """The commands are in Kafka; their ids."""
        ids = []
        for command in commands:
            ids.append(command.id)
            envelope = Envelope(
                id=command.id,
                type=event_type(command),
                source="/ozmap-ixc/streams",
                subject=command.subject,
                time=datetime.now(UTC),
                cause=cause,
            )
            self.send_raw(
                command.topic, command.key, command.model_dump_json().encode(), render_headers(envelope)
            )
        self._outbox.flush()
        return ids

    def send_raw(self, topic: str, key: str, value: bytes | None, headers: Headers) -> None:
        """Anything at all is on its way."""
        self._outbox.send(Letter(topic, key, value, headers))

    def flush(self) -> None:
        """What was sent is in Kafka."""
        self._outbox.flush()

    def read(self, topic: str) -> list[Message]:
        """Every message of ``topic``, all partitions, oldest first in each."""
        name = self.prefix + topic
        consumer = Consumer(
            {
                "bootstrap.servers": self.settings.kafka_bootstrap_servers,
                "group.id": f"look-{uuid.uuid4().hex}",
                "enable.auto.commit": False,
            }
        )
        try:
            found: list[Message] = []
            partitions = consumer.list_topics(name, timeout=15).topics[name].partitions
            for number in partitions:
                low, high = ends(consumer, TopicPartition(name, number))
                if high == low:
                    continue
                consumer.assign([TopicPartition(name, number, low)])
                n_before = len(found)
                while len(found) - n_before < high - low:
                    found += consumer.consume(high - low, 1.0)
            return found
        finally:
            consumer.close()

    def outcomes(self, topic: str = "ixc.box.outcomes.v1") -> list[Outcome]:
        """Every outcome so far, oldest first."""
        return [Outcome.model_validate_json(m.value() or b"") for m in self.read(topic)]

    def outcomes_of(self, ids: Iterable[str], topic: str = "ixc.box.outcomes.v1") -> dict[str, Outcome]:
        """The first outcome of each of these commands, once all have one."""
        wanted = set(ids)

        def found() -> dict[str, Outcome]:
            first: dict[str, Outcome] = {}
            for outcome in self.outcomes(topic):
                first.setdefault(outcome.command_id, outcome)
            return first if wanted <= first.keys() else {}

        return until(found, f"outcomes of {len(wanted)} commands", 90)

    def lag(self) -> int:
        """Commands not committed by the group of the sinks."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.settings.kafka_bootstrap_servers,
                "group.id": f"{self.prefix}sinks",
                "enable.auto.commit": False,
            }
        )
        try:
            behind = 0
            for topic in COMMAND_TOPICS:
                name = self.prefix + topic
                places = [
                    TopicPartition(name, number)
                    for number in consumer.list_topics(name, timeout=15).topics[name].partitions
                ]
                for place in consumer.committed(places, timeout=15):
                    low, high = ends(consumer, place)
                    behind += high - (place.offset if place.offset >= 0 else low)
            return behind
        finally:
            consumer.close()


@dataclass(frozen=True)
class Sink:
    """A sink as a process."""

    process: subprocess.Popen[bytes]
    log: Path

    def events(self) -> list[dict[str, Any]]:
        """What it logged so far; lines of others (librdkafka) are left out."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def said(self, event: str) -> list[dict[str, Any]]:
        """Its log lines of this event."""
        return [line for line in self.events() if line.get("event") == event]


def box_command(number: int, ixc_id: str | None = None, **changes: Any) -> EnsureBox:
    """A wish for a box of its own, in IXC's first project."""
    fields = {
        "name": f"CTO prova {number:04}",
        "project_id": "1",
        "transmitter_id": "1",
        "latitude": -23.5 - number / 10_000,
        "longitude": -46.6,
        "comments": "",
        "capacity": 16,
        **changes,
    }
    return EnsureBox(
        rule="box-sync", subject=f"box:{number:024x}", ixc_id=ixc_id, fields=BoxFields.model_validate(fields)
    )
