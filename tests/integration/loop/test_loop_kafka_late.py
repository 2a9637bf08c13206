"""Kafka and its topics come after the stages: each stage says what it waits for, and goes on by itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kernel.runtime import topics
from kernel.runtime.kafka import make_admin
from kernel.settings import Settings
from standalone.kafka import start_kafka
from standalone.ports import free_port
from standalone.stack import STAGES, Stack
from standalone.supervisor import Child, Supervisor
from tests.loop_kit.city import City
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import Loop, seconds_of
from tests.loop_kit.until import until

pytestmark = [pytest.mark.kafka, pytest.mark.own_broker]


class StagesAlone(Stack):
    """The stages as a server runs them: nobody looks for Kafka before they do."""

    def prepare(self) -> None:
        env = os.environ | self._env | {"DATA_DIR": str(self.data_dir / "stages")}
        children = [Child(stage, [sys.executable, "-m", stage], env) for stage in STAGES]
        self._supervisor = Supervisor(children, logs_dir=self.data_dir / "logs", say=self._say)


def _says(loop: Loop, stage: str, words: str) -> bool:
    return any(words in line["trouble"] for line in loop.said(stage, "kafka_awaited"))


def _all_say(loop: Loop, words: str) -> None:
    for stage in STAGES:
        until(lambda stage=stage: _says(loop, stage, words), f"{stage} says: {words}")  # type: ignore[misc]


def test_stages_wait_for_kafka_and_for_its_topics_and_go_on_by_themselves(tmp_path: Path) -> None:
    port = free_port()
    servers = f"127.0.0.1:{port}"
    with (
        City("small", tmp_path) as city,
        Loop(city, servers, "", tmp_path, stack=StagesAlone) as loop,
    ):
        _all_say(loop, f"Kafka does not answer at {servers}")
        with start_kafka(tmp_path / "kafka", port):
            _all_say(loop, "run `ozmap-ixc topics apply`")
            settings = Settings(kafka_bootstrap_servers=servers)
            topics.apply(make_admin(settings), topics.load_topics())
            tell(f"equal {seconds_of(loop.await_equal):.1f} s after the topics were there")
            loop.await_settled()
            assert loop.flaws() == []
            assert loop.supervisor.restarts == dict.fromkeys(STAGES, 0)
            assert loop.stop() == 0
