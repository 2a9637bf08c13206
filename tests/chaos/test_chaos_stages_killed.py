"""Each stage is killed once in the middle of the first load, with and without its folder: nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.oracle.boxes import expected_boxes
from standalone.running import RunningKafka
from tests.loop_kit import journal
from tests.loop_kit.city import City
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import FOLDERS, OUTCOME_TOPICS, Loop, seconds_of
from tests.loop_kit.until import until

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

LOGINS, DECISIONS = "ixc.login.changes.v1", "integrator.decision.changes.v1"
STAGES = ("pollers", "streams", "sinks")
SLOW_WRITES_S = 0.3
"""So long each write to IXC takes: whenever the sinks are killed, some are under way."""


def _kill_each_once(loop: Loop, *, forget: bool) -> None:
    """Pollers half through the logins, streams and sinks in the middle of the commands."""
    until(lambda: loop.records.count(LOGINS) >= 3_000, "logins come in", every_s=0.01)
    loop.kill("pollers", forget=forget)
    n_logins = loop.records.count(LOGINS)
    until(lambda: loop.records.count(DECISIONS) >= 300, "decisions are taken", every_s=0.01)
    loop.kill("streams", forget=forget)
    n_decisions = loop.records.count(DECISIONS)
    until(lambda: loop.records.count(*OUTCOME_TOPICS) >= 150, "outcomes come in", every_s=0.01)
    until(lambda: _n_inserts(loop) >= 3, "boxes are inserted", every_s=0.01)
    loop.kill("sinks", forget=forget)
    n_outcomes, n_inserts = loop.records.count(*OUTCOME_TOPICS), _n_inserts(loop)
    tell(
        f"killed: pollers at {n_logins} of 10,000 logins, streams at {n_decisions} decisions, "
        f"sinks at {n_outcomes} outcomes and {n_inserts} inserts"
    )
    assert n_logins < 10_000
    for stage in STAGES:
        loop.await_restarted(stage, 1)


def _n_inserts(loop: Loop) -> int:
    inserts = (e for e in loop.city.journal("ixc", effects=True) if e["before"] is None)
    return sum(e["entity"] == journal.BOXES for e in inserts)


@pytest.mark.parametrize("forget", [False, True], ids=["folders kept", "folders deleted"])
def test_killed_stages_end_where_the_oracle_says_and_make_nothing_twice(
    kafka: RunningKafka, prefix: str, tmp_path: Path, *, forget: bool
) -> None:
    with City("town", tmp_path) as city, Loop(city, kafka.bootstrap_servers, prefix, tmp_path) as loop:
        missing = [one for one in expected_boxes(loop.before.ozmap, loop.before.ixc).values() if one.is_held]
        n_to_make = sum(one.ixc_id is None for one in missing)
        city.fault("ixc", "latency", delay_s=SLOW_WRITES_S, match={"method": "PUT"})
        city.fault("ixc", "latency", delay_s=SLOW_WRITES_S / 10, match={"entity": journal.BOXES})
        _kill_each_once(loop, forget=forget)
        took_s = seconds_of(lambda: loop.await_equal(120))
        loop.await_settled()
        assert loop.flaws() == []
        effects = journal.effects_of(city)
        assert journal.written_twice(effects) == []
        assert journal.idle_writes(city) == []
        assert _n_inserts(loop) == n_to_make
        assert {stage: loop.supervisor.restarts[stage] for stage in STAGES} == dict.fromkeys(STAGES, 1)
        kept = {path.name for path in (tmp_path / "stages").iterdir()}
        assert kept <= {name for names in FOLDERS.values() for name in names}
        tell(f"equal {took_s:.1f} s after the last death, {len(effects)} writes, {n_to_make} boxes made")
