"""Two replicas of streams on one Kafka: one decides, the other takes over, never both."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from kernel.contracts.changes import ENTITIES
from kernel.contracts.commands import parse_command
from kernel.contracts.envelope import Message
from kernel.runtime.kafka import Outbox, make_consumer, make_producer
from kernel.runtime.lease import SESSION_S
from kernel.runtime.topics import apply, load_topics
from kernel.settings import Settings
from standalone.running import RunningKafka
from tests.plant_rows import SUBSCRIBER, customer
from tests.topology import listed, observed

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]


class Replica:
    """One `python -m streams` with a folder and a log of its own."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        folder.mkdir()
        self.log = folder / "log"
        env = os.environ | {
            "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
            "TOPIC_PREFIX": settings.topic_prefix,
            "DATA_DIR": str(folder / "data"),
        }
        with self.log.open("wb") as out:
            self.process = subprocess.Popen([sys.executable, "-m", "streams"], env=env, stderr=out)

    def says(self, event: str) -> bool:
        return f'"{event}"' in self.log.read_text()


class Pair:
    """Two replicas, and a way to edit and to see commands."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.outbox = Outbox(make_producer(settings), settings.topic_prefix)
        self._send(*(observed(*seen) for seen in SUBSCRIBER), *(listed(entity) for entity in ENTITIES))
        self.consumer = make_consumer(settings, "test")
        self.consumer.subscribe([f"{settings.topic_prefix}ozmap.client.commands.v1"])
        self.first = Replica(settings, folder / "first")
        until(lambda: self.first.says("streams_started"), 30)
        self.second = Replica(settings, folder / "second")
        until(lambda: self.second.says("standing_by"), 30)

    def rename(self, name: str) -> None:
        self._send(observed(*customer(name=name)))

    def names_until(self, name: str, within_s: float) -> list[str]:
        """The names commanded, in order, up to ``name``."""
        names: list[str] = []

        def has_come() -> bool:
            self._read_into(names)
            return name in names

        until(has_come, within_s)
        return names

    def _read_into(self, names: list[str]) -> None:
        for message in self.consumer.consume(10, 0.2):
            if message.error() is None:
                command = parse_command(message.value())
                if command.type == "ensure_client_name":
                    names.append(command.name)

    def _send(self, *events: object) -> None:
        for event in events:
            self.outbox.send(Message(event.topic, event.key, event.value, list(event.headers)))  # type: ignore[attr-defined]
        self.outbox.flush()


def until(holds: Callable[[], object], within_s: float) -> None:
    give_up_at = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up_at, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def pair(kafka: RunningKafka, prefix: str, admin: AdminClient, tmp_path: Path) -> Iterator[Pair]:
    apply(admin, load_topics(), prefix=prefix, replication_factor=1)
    settings = Settings(kafka_bootstrap_servers=kafka.bootstrap_servers, topic_prefix=prefix)
    two = Pair(settings, tmp_path)
    yield two
    for replica in (two.first, two.second):
        replica.process.send_signal(signal.SIGCONT)
        replica.process.kill()
        replica.process.wait()
    two.consumer.close()


def test_a_standby_decides_once_the_active_one_is_killed(pair: Pair) -> None:
    pair.names_until("Ana Souza", 10)
    pair.first.process.kill()
    pair.rename("Ana Lima")
    assert pair.names_until("Ana Lima", 2 * SESSION_S + 10)[-1] == "Ana Lima"
    assert pair.second.says("lease_held")


def test_an_active_one_that_slept_past_its_session_sends_nothing_when_it_wakes(pair: Pair) -> None:
    pair.names_until("Ana Souza", 10)
    pair.first.process.send_signal(signal.SIGSTOP)
    pair.rename("Ana Lima")
    pair.names_until("Ana Lima", 2 * SESSION_S + 10)
    pair.first.process.send_signal(signal.SIGCONT)
    assert pair.first.process.wait(20) == 1
    pair.rename("Ana Dias")
    assert pair.names_until("Ana Dias", 10) == ["Ana Dias"]
    assert pair.first.says("lease_lost")
