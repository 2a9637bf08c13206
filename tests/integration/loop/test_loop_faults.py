"""The first load against an IXC that lies: it ends where the oracle says, and nothing is made twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from standalone.running import RunningKafka
from tests.loop_kit import journal
from tests.loop_kit.city import City
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import Loop, seconds_of

pytestmark = pytest.mark.kafka

RATE = 0.1
DROPPED = ("capacidade", "obs_caixa_ftth", "latitude")


def _lie(city: City) -> None:
    """Of ten writes of boxes one is answered by an error and done; of ten, three drop a field of three."""
    for seed, (method, status) in enumerate((m, s) for m in ("POST", "PUT") for s in (200, 500)):
        match = {"method": method, "entity": journal.BOXES}
        city.fault("ixc", "error_but_written", rate=RATE / 2, seed=seed, status=status, match=match)
    for seed, field in enumerate(DROPPED):
        match = {"entity": journal.BOXES}
        city.fault("ixc", "success_but_dropped_field", rate=RATE, seed=seed, field=field, match=match)
    # Where the dropped field was all that differed, nothing changes that could tell that it is missing.
    match = {"entity": journal.BOXES, "method": "PUT"}
    city.fault("ixc", "success_but_dropped_field", times=3, field="obs_caixa_ftth", match=match)


def test_an_ixc_that_writes_and_says_no_or_says_yes_and_drops_a_field_ends_equal(
    kafka: RunningKafka, prefix: str, tmp_path: Path
) -> None:
    with (
        City("town", tmp_path) as city,
        Loop(city, kafka.bootstrap_servers, prefix, tmp_path, settings={"RESEND_AFTER_S": "3"}) as loop,
    ):
        _lie(city)
        took_s = seconds_of(lambda: loop.await_equal(150))
        n_met = city.n_met()
        city.clear_faults()
        loop.await_settled()
        effects = journal.effects_of(city)
        tell(f"lies: {n_met}; equal after {took_s:.1f} s, {len(effects)} writes")
        assert min(n_met.values()) > 0
        assert loop.flaws() == []
        # A write whose field was dropped is written again: that is no second write of the same.
        kept = [e for e in effects if "dropped" not in (e["fault"] or "")]
        assert journal.written_twice(kept) == []
