"""What figures are taken on: one Kafka, doubles and other processes, a folder; all gone at the end."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import NewTopic  # type: ignore[attr-defined]  # exported there without __all__

from kernel.contracts.envelope import Message
from kernel.runtime.kafka import Outbox, make_admin, make_consumer, make_producer
from kernel.runtime.topics import apply, load_topics
from kernel.settings import Settings
from standalone.kafka import require_kafka
from standalone.running import RunningKafka

OZMAP_KEY = "product-key"
IXC_TOKEN = "1:" + "ab" * 32
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.01

Say = Callable[[str], None]


def until(condition: Callable[[], bool], what: str, within_s: float = PATIENCE_S) -> None:
    """``condition`` holds.

    :raises TimeoutError: naming ``what``, when it does not in time.
    """
    give_up_at_s = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > give_up_at_s:
            raise TimeoutError(f"not within {within_s:g} s: {what}")
        time.sleep(LOOK_EVERY_S)


@dataclass(frozen=True, slots=True)
class DoubleProcess:
    """A double that serves: its address and the header that shows who we are."""

    url: str
    auth: dict[str, str]

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """All rows as stored."""
        answer = httpx.get(f"{self.url}/__sandbox__/rows/{entity}", timeout=60)
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found

    def journal(self, since: int) -> list[dict[str, Any]]:
        """Every request after the one numbered ``since``."""
        answer = httpx.get(f"{self.url}/__sandbox__/journal", params={"since": since}, timeout=60)
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found


@dataclass(frozen=True, slots=True)
class Process:
    """A process of ours. ``frozen`` lets its work be laid out before it begins."""

    child: subprocess.Popen[bytes]
    log: Path

    def freeze(self) -> None:
        """It does nothing until :meth:`thaw`; keep it short, or its group takes it for dead."""
        self.child.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood."""
        self.child.send_signal(signal.SIGCONT)

    def cpu_s(self) -> float:
        """Seconds of processor time it has used, all threads; 0 where the system does not tell (no /proc)."""
        try:
            told = Path(f"/proc/{self.child.pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return 0.0
        user, system = told.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def await_line(self, words: str) -> None:
        """It logged a line with ``words``."""

        def is_logged() -> bool:
            self.check()
            return words in self.log.read_text(encoding="utf-8", errors="replace")

        until(is_logged, f"{self.log.name} says {words}")

    def check(self) -> None:
        """It runs.

        :raises RuntimeError: with its last words, when it ended.
        """
        if self.child.poll() is not None:
            last = self.log.read_text(encoding="utf-8", errors="replace")[-1500:]
            raise RuntimeError(f"{self.log.name} ended with code {self.child.returncode}: {last}")


class Topics:
    """The product's topics under a prefix of their own, and what a figure lays into them or looks up."""

    def __init__(self, bootstrap_servers: str) -> None:
        self.prefix = f"bench{uuid.uuid4().hex[:8]}."
        self.settings = Settings(kafka_bootstrap_servers=bootstrap_servers, topic_prefix=self.prefix)
        self._admin = make_admin(self.settings)
        apply(self._admin, load_topics(), prefix=self.prefix)
        self._outbox = Outbox(make_producer(self.settings), self.prefix)
        self._looking: Consumer = make_consumer(self.settings, "look")

    def create(self, topic: str) -> None:
        """A topic of one partition beside the product's."""
        made = self._admin.create_topics([NewTopic(self.prefix + topic, 1, 1)])
        for created in made.values():
            created.result(timeout=30)

    def put(self, messages: list[Message]) -> None:
        """All of ``messages`` are in Kafka."""
        for message in messages:
            self._outbox.send(message)
        self._outbox.flush()

    def end(self, topic: str, partition: int = 0) -> int:
        """The next offset of ``topic`` (without prefix)."""
        with suppress(KafkaException):  # a topic made a moment ago has no leader yet
            place = TopicPartition(self.prefix + topic, partition)
            return int(self._looking.get_watermark_offsets(place, timeout=15)[1])
        return 0

    def await_end(self, topic: str, end: int, process: Process) -> None:
        """``topic`` has reached ``end``, or beyond."""

        def is_there() -> bool:
            process.check()
            return self.end(topic) >= end

        until(is_there, f"{topic} reaches {end}, is at {self.end(topic)}")

    def close(self) -> None:
        """The looking consumer is gone."""
        self._looking.close()


class Bench:
    """Use in a ``with`` block. ``say`` gets a line for each thing that takes time."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self._kafka: RunningKafka | None = None
        self._started: list[Process] = []
        self._topics: list[Topics] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_processes()
        for topics in self._topics:
            topics.close()
        if self._kafka is not None:
            self._kafka.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def kafka(self) -> RunningKafka:
        """The run's Kafka, started when it is first wanted."""
        if self._kafka is None:
            self._kafka = require_kafka(self.folder / "kafka", say=self.say)
        return self._kafka

    def topics(self) -> Topics:
        """Topics that nobody else uses."""
        self._topics.append(Topics(self.kafka.bootstrap_servers))
        return self._topics[-1]

    def start(self, name: str, arguments: list[str], environment: Mapping[str, str]) -> Process:
        """``python -m`` these arguments, with this environment on top of ours."""
        log = self.folder / f"{name}-{len(self._started)}.log"
        with log.open("wb") as written:
            child = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", *arguments],
                env=os.environ | environment | {"DATA_DIR": str(self.folder / log.stem)},
                stdout=written,
                stderr=written,
            )
        self._started.append(Process(child, log))
        return self._started[-1]

    def end_processes(self) -> None:
        """Nothing that :meth:`start` started runs any longer."""
        for process in self._started:
            if process.child.poll() is None:
                process.child.kill()
            process.child.wait()

    @contextmanager
    def double(self, system: str, city: str) -> Iterator[DoubleProcess]:
        """A double as a process of its own, with ``city`` in it."""
        key = OZMAP_KEY if system == "ozmap" else IXC_TOKEN
        child = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "sandbox", system, "--city", city, "--key", f"{key}=product"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            line = child.stdout.readline() if child.stdout else ""
            shown = key if system == "ozmap" else f"Basic {b64encode(key.encode()).decode()}"
            yield DoubleProcess(json.loads(line)["url"], {"Authorization": shown})
        finally:
            child.terminate()
            child.wait(20)
            if child.stdout:
                child.stdout.close()
