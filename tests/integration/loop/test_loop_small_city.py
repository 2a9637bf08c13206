"""The whole loop on the small city: what it links and writes, and that it writes nothing when run again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.oracle.boxes import expected_boxes, links_by_name
from sandbox.oracle.untouched import compare_untouched
from standalone.running import RunningKafka
from tests.loop_kit import journal
from tests.loop_kit.city import ALL_OF_IXC, City
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import Before, Loop, own_prefix, seconds_of

pytestmark = pytest.mark.kafka


class FirstRun:
    """Both doubles after the loop ran once, and what it said of their links."""

    def __init__(self, city: City, before: Before, links: dict[str, str], prefix: str, folder: Path) -> None:
        self.city = city
        self.before = before
        self.links = links
        self.prefix = prefix
        self.folder = folder


@pytest.fixture(scope="module")
def first(kafka: RunningKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstRun]:
    """The small city once the loop has run over it and was stopped."""
    folder = tmp_path_factory.mktemp("first")
    prefix = own_prefix()
    with City("small", folder) as city:
        before = Before(city)
        with Loop(city, kafka.bootstrap_servers, prefix, folder, before=before) as loop:
            took_s = seconds_of(loop.await_equal)
            loop.await_settled()
            assert loop.flaws() == []
            links = loop.records.links()
            assert loop.stop() == 0
        n_writes = len(journal.effects_of(city))
        tell(f"first run: equal after {took_s:.1f} s, {n_writes} writes, {len(links)} links")
        yield FirstRun(city, before, links, prefix, folder)


def test_the_links_are_those_that_the_oracle_computes_from_both_doubles(first: FirstRun) -> None:
    ozmap, ixc = first.city.rows("ozmap"), first.city.rows("ixc")
    assert first.links == links_by_name(ozmap, ixc)
    # And as far as adoption goes, also those that it computes from the rows before the product ran.
    found_before = expected_boxes(first.before.ozmap, first.before.ixc)
    adopted = {key: one.ixc_id for key, one in found_before.items() if one.is_held and one.ixc_id}
    assert len(adopted) > 30
    assert adopted.items() <= first.links.items()


def test_only_owned_fields_changed(first: FirstRun) -> None:
    effects = journal.effects_of(first.city)
    assert len(effects) > 10
    assert journal.strayed(effects) == []
    after = first.city.rows("ixc", ALL_OF_IXC)
    for table, rows in first.before.ixc.items():
        assert compare_untouched(table, rows, after[table]) == []
    changed = {row["entity"] for row in journal.changed_rows(effects)}
    assert changed - {journal.IXC_LOGS} == {journal.BOXES, journal.CLIENTS}


def test_nothing_was_written_twice(first: FirstRun) -> None:
    effects = journal.effects_of(first.city)
    assert journal.created_twice(effects) == []
    assert journal.written_twice(effects) == []
    assert journal.idle_writes(first.city) == []


@pytest.mark.parametrize("lost", ["nothing", "the local folder", "Kafka"])
def test_a_second_run_with_nothing_changed_writes_nothing(
    first: FirstRun, lost: str, kafka: RunningKafka, prefix: str, tmp_path: Path
) -> None:
    written_before = journal.write_requests(first.city)
    used = prefix if lost == "Kafka" else first.prefix
    folder = first.folder if lost == "nothing" else tmp_path
    with Loop(first.city, kafka.bootstrap_servers, used, folder, before=first.before) as loop:
        loop.await_settled()
        assert loop.records.links() == first.links
        assert loop.flaws() == []
        assert loop.stop() == 0
    assert journal.write_requests(first.city) == written_before
