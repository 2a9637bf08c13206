"""The broker is killed in the middle of the first load and comes back: nothing is lost or made twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from standalone.kafka import LocalKafka, start_kafka
from standalone.running import answering_cluster
from tests.loop_kit import journal
from tests.loop_kit.city import City
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import OUTCOME_TOPICS, Loop, seconds_of
from tests.loop_kit.until import until

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.own_broker]

STAGES = ("pollers", "streams", "sinks")


def _kill_broker(kafka: LocalKafka, said: list[str]) -> float:
    """The broker was killed and answers again; how many seconds it was away."""
    died_as = kafka.pid
    assert died_as is not None
    os.kill(died_as, signal.SIGKILL)

    def is_back() -> bool:
        is_new = kafka.pid != died_as and any(str(died_as) in line for line in said)
        return is_new and answering_cluster(kafka.bootstrap_servers, within_s=0.2) is not None

    return seconds_of(lambda: until(is_back, "the broker is started again"))


def test_a_killed_broker_loses_nothing_and_the_stages_live_through_it(tmp_path: Path) -> None:
    said: list[str] = []
    with (
        start_kafka(tmp_path / "kafka", say=said.append, revive=True) as kafka,
        City("town", tmp_path) as city,
        Loop(city, kafka.bootstrap_servers, "", tmp_path) as loop,
    ):
        assert isinstance(kafka, LocalKafka)
        city.fault("ixc", "latency", delay_s=0.05, match={"entity": journal.BOXES})
        until(lambda: loop.records.count(*OUTCOME_TOPICS) >= 150, "outcomes come in", every_s=0.01)
        away_s = _kill_broker(kafka, said)
        took_s = seconds_of(lambda: loop.await_equal(120))
        loop.await_settled(120)
        assert loop.flaws() == []
        assert journal.written_twice(journal.effects_of(city)) == []
        assert journal.idle_writes(city) == []
        tell(f"broker back after {away_s:.1f} s, equal {took_s:.1f} s later; {loop.supervisor.restarts}")
        for stage in STAGES:
            told = [line["event"] for line in loop.lines(stage) if line["level"] in ("warning", "error")]
            assert any("kafka" in event for event in told), f"{stage} told nothing: {told}"
