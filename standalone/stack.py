"""The whole product on one machine: Kafka, its topics, and the three stages kept running."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from kernel.runtime import topics
from kernel.runtime.kafka import make_admin
from kernel.settings import Settings
from standalone.errors import StandaloneError, ToolMissingError
from standalone.jars import ensure_jars
from standalone.kafka import BOOTSTRAP_SERVERS, LOCAL_KAFKA, require_kafka
from standalone.running import RunningKafka, Say
from standalone.supervisor import Child, Supervisor

STAGES = ("pollers", "streams", "sinks")
MISCONFIGURED = 2
"""The exit code with which a stage says that a setting must be changed first."""


class Stack:
    """All stages against the systems that ``env`` names, from ``start`` to ``stop`` or in a ``with`` block.

    ``data_dir`` holds Kafka's log, the stages' caches and their logs. ``env`` are the settings' variables,
    on top of this process's own; ``say`` gets a line for each thing a person wants to know. ``later`` gives
    settings that are not known yet; it is asked once Kafka answers, and may wait.
    """

    def __init__(
        self,
        data_dir: Path,
        env: Mapping[str, str],
        say: Say,
        *,
        later: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.data_dir = data_dir
        self._env = dict(env)
        self._say = say
        self._later = later
        self._kafka: RunningKafka | None = None
        self._supervisor: Supervisor | None = None

    @property
    def kafka(self) -> RunningKafka:
        """The Kafka this stack runs on; there once it started."""
        if self._kafka is None:
            raise RuntimeError("the stack has not started")
        return self._kafka

    @property
    def kafka_if_running(self) -> RunningKafka | None:
        """As :attr:`kafka`, or None."""
        return self._kafka

    @property
    def supervisor(self) -> Supervisor:
        """The keeper of the stages; there once the stack started."""
        if self._supervisor is None:
            raise RuntimeError("the stack has not started")
        return self._supervisor

    @property
    def logs(self) -> dict[str, Path]:
        """Where each stage writes, whether it runs yet or not."""
        return {name: self.data_dir / "logs" / f"{name}.log" for name in STAGES}

    @property
    def has_given_up(self) -> bool:
        """Whether a stage ended for good: a setting must be changed first."""
        return self._supervisor is not None and self._supervisor.final_code is not None

    def fetch(self) -> None:
        """What a start fetches from the network is here. May be broken off: nothing half is left."""
        env = os.environ | self._env
        if env.get(BOOTSTRAP_SERVERS, "").strip() or env.get(LOCAL_KAFKA, "").strip() == "docker":
            return
        with suppress(ToolMissingError):  # told by the start, once the other ways were tried
            ensure_jars(env, self._say)

    def start(self, check: Callable[[], None] = lambda: None) -> None:
        """Kafka answers, the topics are there, the stages run. ``check`` may raise, before the stages start.

        :raises standalone.errors.StandaloneError: when no Kafka can be had; the message names the ways.
        """
        self.prepare()
        check()
        self.supervisor.start()
        pids = ", ".join(f"{name} {pid}" for name, pid in self.supervisor.pids.items())
        self._say(f"stages run: {pids}; their logs: {self.data_dir / 'logs'}")

    def prepare_folder(self) -> None:
        """The data folder is there.

        :raises StandaloneError: when it cannot be, or is a file; the message says what to do.
        """
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StandaloneError(
                f"the data folder {self.data_dir} cannot be made ({error.strerror}): choose another"
            ) from error

    def prepare(self) -> None:
        """As :meth:`start`, but the stages are not running yet: ``supervisor.start`` does that."""
        self.prepare_folder()
        self._kafka = require_kafka(
            self.data_dir / "kafka", env=os.environ | self._env, say=self._say, revive=True
        )
        self._say(f"Kafka answers at {self.kafka.bootstrap_servers} ({self.kafka.origin})")
        self._apply_topics()
        self._supervisor = Supervisor(
            self._children(),
            logs_dir=self.data_dir / "logs",
            say=self._say,
            final_codes=frozenset({MISCONFIGURED}),
        )

    def _children(self) -> list[Child]:
        env = (
            os.environ
            | self._env
            | dict(self._later())
            | {
                "KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap_servers,
                "DATA_DIR": str(self.data_dir / "stages"),
            }
        )
        port = env.get("HEALTH_PORT", "0")
        # One machine has each port once: the stages take a given port and those after it.
        ports = [str(int(port) + n) if port.isdigit() and int(port) else port for n in range(len(STAGES))]
        return [
            Child(name, [sys.executable, "-m", name], env | {"HEALTH_PORT": own})
            for name, own in zip(STAGES, ports, strict=True)
        ]

    def _apply_topics(self) -> None:
        prefix = (os.environ | self._env).get("TOPIC_PREFIX", "")
        settings = Settings(kafka_bootstrap_servers=self.kafka.bootstrap_servers, topic_prefix=prefix)
        changed = topics.apply(
            make_admin(settings),
            topics.load_topics(),
            prefix=settings.topic_prefix,
            replication_factor=settings.topic_replication,
        )
        self._say(f"topics: {len(changed)} brought in line with topics.yaml")

    def stop(self) -> int:
        """The stages have drained, Kafka has stopped; the exit code. May be called again."""
        code = self._supervisor.stop() if self._supervisor is not None else 0
        if self._kafka is not None:
            self._kafka.stop()
        return code

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
