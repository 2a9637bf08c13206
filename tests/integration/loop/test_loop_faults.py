"""The first load against an IXC that lies: it ends where the oracle says, and nothing is made twice."""

from __future__ import annotations

from pathlib import Path

from standalone.running import RunningKafka
from tests.loop_kit import journal
from tests.loop_kit.city import City
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import Loop, seconds_of

RATE = 0.1
WRITES = ("POST", "PUT")


def _end_equal(loop: Loop, city: City, what: str) -> None:
    took_s = seconds_of(lambda: loop.await_equal(150))
    n_met = city.clear_faults()
    loop.await_settled()
    effects = journal.effects_of(city)
    tell(f"{what}: {n_met} requests met, equal after {took_s:.1f} s, {len(effects)} writes")
    assert n_met > 0
    assert loop.flaws() == []


def test_errors_that_were_written_all_the_same_make_nothing_twice(
    kafka: RunningKafka, prefix: str, tmp_path: Path
) -> None:
    with City("town", tmp_path) as city, Loop(city, kafka.bootstrap_servers, prefix, tmp_path) as loop:
        for seed, (method, status) in enumerate((m, s) for m in WRITES for s in (200, 500)):
            match = {"method": method, "entity": journal.BOXES}
            city.fault("ixc", "error_but_written", rate=RATE, seed=seed, status=status, match=match)
        _end_equal(loop, city, "errors written all the same")
        assert journal.written_twice(journal.effects_of(city)) == []


def test_successes_that_dropped_a_field_are_written_again_until_it_is_there(
    kafka: RunningKafka, prefix: str, tmp_path: Path
) -> None:
    with (
        City("town", tmp_path) as city,
        Loop(city, kafka.bootstrap_servers, prefix, tmp_path, settings={"RESEND_AFTER_S": "3"}) as loop,
    ):
        for seed, field in enumerate(("capacidade", "obs_caixa_ftth", "latitude")):
            match = {"entity": journal.BOXES}
            city.fault("ixc", "success_but_dropped_field", rate=RATE, seed=seed, field=field, match=match)
        _end_equal(loop, city, "successes that dropped a field")
