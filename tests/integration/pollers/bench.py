"""A stack to try pollers on: both doubles and the pollers as processes, topics of one prefix."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from kernel.contracts.changes import ENTITIES, LISTED_KEY, Entity
from kernel.runtime.kafka import make_admin
from kernel.runtime.topics import apply, load_topics
from kernel.settings import Settings

OZMAP_KEY = "product-key"
OZMAP_PERSON = "person-key"
IXC_TOKEN = "1:" + "ab" * 32
IXC_PERSON = "2:" + "cd" * 32

T = TypeVar("T")


def until(condition: Callable[[], T | None], what: str, within_s: float = 30.0) -> T:
    """The first true answer of ``condition``; fails naming ``what`` when none comes."""
    give_up_at = time.monotonic() + within_s
    while not (met := condition()):
        assert time.monotonic() < give_up_at, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)
    return met


@dataclass(frozen=True)
class Double:
    """One double: its address, and the sandbox's own side."""

    system: str
    url: str

    def rows(self, entity: str) -> dict[str, dict[str, Any]]:
        """All rows as stored, by id."""
        return {str(row["id"]): row for row in self._get(f"rows/{entity}")}

    def lists(self, entity: str) -> list[dict[str, Any]]:
        """Every listing of ``entity`` that the product asked for."""
        return [e for e in self._get("journal") if e["entity"] == entity and e["actor"] == "product"]

    def fault(self, kind: str, **parameters: Any) -> None:
        """Switch a fault on."""
        httpx.post(f"{self.url}/__sandbox__/faults", json={"kind": kind, **parameters}).raise_for_status()

    def switch(self, **values: Any) -> None:
        """Another answer to what the fact sheets do not know."""
        httpx.post(f"{self.url}/__sandbox__/switches", json=values).raise_for_status()

    def clear_faults(self) -> None:
        """All faults are off."""
        httpx.delete(f"{self.url}/__sandbox__/faults").raise_for_status()

    def patch(self, route: str, row_id: str, body: Mapping[str, Any]) -> None:
        """A person changes a row of OZmap."""
        url = f"{self.url}/api/v2/{route}/{row_id}"
        httpx.patch(url, json=dict(body), headers={"Authorization": OZMAP_PERSON}).raise_for_status()

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        """A person changes a row of IXC: the whole record."""
        url = f"{self.url}/webservice/v1/{table}/{row['id']}"
        basic = base64.b64encode(IXC_PERSON.encode()).decode()
        answer = httpx.put(url, json=dict(row), headers={"Authorization": f"Basic {basic}"})
        assert answer.json()["type"] == "success", answer.text

    def _get(self, what: str) -> Any:
        return httpx.get(f"{self.url}/__sandbox__/{what}", timeout=60).raise_for_status().json()


@contextmanager
def double(system: str, city: str = "small", *switches: str) -> Iterator[Double]:
    """A double as a process of its own; ``switches`` as ``--time-zone Z`` or ``--switch NAME=VALUE``."""
    keys = (OZMAP_KEY, OZMAP_PERSON) if system == "ozmap" else (IXC_TOKEN, IXC_PERSON)
    given = ["--key", f"{keys[0]}=product", "--key", f"{keys[1]}=person", *switches]
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", system, "--city", city, *given], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Double(system, json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(20)


@dataclass(frozen=True)
class Pollers:
    """The pollers as a process."""

    process: subprocess.Popen[bytes]
    log: Path

    def events(self) -> list[dict[str, Any]]:
        """What it logged so far; lines of others (librdkafka) are left out."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def said(self, event: str, **facts: Any) -> list[dict[str, Any]]:
        """Its log lines of this event that carry these facts."""
        return [e for e in self.events() if e.get("event") == event and facts.items() <= e.items()]

    def stop(self) -> int:
        """Told to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """Gone in the middle of whatever it did."""
        self.process.kill()
        self.process.wait(30)

    def metrics(self) -> str:
        """What it counts."""
        url = until(lambda: self.said("health_listening"), "a health address")[0]["url"]
        return httpx.get(f"{url}/metrics").text


def _ends(consumer: Consumer, place: TopicPartition) -> tuple[int, int] | None:
    """First and next offset; None while a topic just made has no leader yet."""
    try:
        low, high = consumer.get_watermark_offsets(place, timeout=15)
    except KafkaException:
        return None
    return low, high


class Stack:
    """Topics of one prefix, both doubles, and the pollers started on them."""

    def __init__(self, bootstrap_servers: str, prefix: str, ozmap: Double, ixc: Double, folder: Path) -> None:
        self.ozmap = ozmap
        self.ixc = ixc
        self.settings = Settings(kafka_bootstrap_servers=bootstrap_servers, topic_prefix=prefix)
        self._folder = folder
        self._started: list[Pollers] = []
        self._consumer: Consumer | None = None

    def create_topics(self) -> None:
        """The topics are there."""
        apply(make_admin(self.settings), load_topics(), prefix=self.settings.topic_prefix)

    def start(self, **environment: str) -> Pollers:
        """The pollers as a process of their own; ``environment`` is put over the stack's settings."""
        log = self._folder / f"pollers-{len(self._started)}.log"
        settings = {
            "OZMAP_URL": self.ozmap.url,
            "OZMAP_KEY": OZMAP_KEY,
            "IXC_URL": self.ixc.url,
            "IXC_TOKEN": IXC_TOKEN,
            "KAFKA_BOOTSTRAP_SERVERS": self.settings.kafka_bootstrap_servers,
            "TOPIC_PREFIX": self.settings.topic_prefix,
            "IXC_REQUESTS_PER_S": "1000",
            "OZMAP_REQUESTS_PER_S": "1000",
            "POLL_INTERVAL_S": "0.5",
            **environment,
        }
        with log.open("wb") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "pollers"],
                env={**os.environ, **settings},
                stdout=written,
                stderr=written,
            )
        self._started.append(Pollers(process, log))
        return self._started[-1]

    def stop(self) -> None:
        """No pollers run any longer."""
        for pollers in self._started:
            if pollers.process.poll() is None:
                pollers.kill()
        if self._consumer is not None:
            self._consumer.close()

    @property
    def logs(self) -> bytes:
        """Everything that any of the pollers wrote."""
        return b"".join(pollers.log.read_bytes() for pollers in self._started)

    def read(self, topic: str) -> list[Message]:
        """Every message of ``topic``, oldest first."""
        consumer, place = self._looking, TopicPartition(self.settings.topic_prefix + topic, 0)
        low, high = self._ends(topic)
        consumer.assign([TopicPartition(place.topic, 0, low)])
        found: list[Message] = []
        while len(found) < high - low:
            found += [m for m in consumer.consume(high - low - len(found), 1.0) if m.error() is None]
        return found

    def n_records(self, topic: str) -> int:
        """How many records ``topic`` holds."""
        low, high = self._ends(topic)
        return high - low

    def _ends(self, topic: str) -> tuple[int, int]:
        place = TopicPartition(self.settings.topic_prefix + topic, 0)
        return until(lambda: _ends(self._looking, place), f"a leader of {topic}")

    @property
    def _looking(self) -> Consumer:
        if self._consumer is None:
            self._consumer = Consumer(
                {
                    "bootstrap.servers": self.settings.kafka_bootstrap_servers,
                    "group.id": f"look-{uuid.uuid4().hex}",
                    "enable.auto.commit": False,
                    "fetch.wait.max.ms": 20,
                }
            )
        return self._consumer

    def observed(self, entity: Entity) -> list[tuple[str, dict[str, Any]]]:
        """(id, row) of every observation of ``entity``, oldest first, repeats included."""
        return [
            (str(m.key(), "utf-8"), json.loads(m.value() or b"null"))  # type: ignore[arg-type]
            for m in self.read(entity.topic)
            if m.key() != LISTED_KEY.encode()
        ]

    def state(self, entity: Entity) -> dict[str, dict[str, Any]]:
        """The latest row of each id."""
        return dict(self.observed(entity))

    def is_listed(self, entity: Entity) -> bool:
        """Whether a complete listing of ``entity`` is on its topic."""
        return any(m.key() == LISTED_KEY.encode() for m in self.read(entity.topic))

    def await_listed(self, within_s: float = 60) -> None:
        """Every entity has been listed whole."""

        def are_listed() -> bool:
            last = self._started[-1]
            assert last.process.poll() is None, last.log.read_text()[-2000:]
            return all(self.is_listed(entity) for entity in ENTITIES)

        until(are_listed, "every entity listed", within_s)

    def await_polls(self, pollers: Pollers, n: int = 2) -> None:
        """Every source has ended ``n`` more passes well."""
        wanted = {slug: n_ended + n for slug, n_ended in self._polls(pollers).items()}

        def ended() -> bool:
            now = self._polls(pollers)
            return all(now[slug] >= n_ended for slug, n_ended in wanted.items())

        until(ended, f"{n} more polls of every source")

    def _polls(self, pollers: Pollers) -> dict[str, int]:
        counted: dict[str, int] = {}
        shown = pollers.metrics().splitlines()
        for entity in ENTITIES:
            start = f'ozmap_ixc_poller_polls_total{{end="ok",entity="{entity.slug}"}} '
            lines = [line for line in shown if line.startswith(start)]
            counted[entity.slug] = int(float(lines[0].split()[-1])) if lines else 0
        return counted
