"""Bad things that come while all runs well: each is said, the rest goes on, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kernel.contracts.changes import LISTED_KEY
from kernel.runtime.topics import load_topics
from sandbox.demo.person import Person
from standalone.running import RunningKafka
from tests.loop_kit import journal
from tests.loop_kit.city import City
from tests.loop_kit.edits import BOXES, CLIENTS, Edit, Places, await_effects, make
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import Loop, own_prefix
from tests.loop_kit.until import until

pytestmark = pytest.mark.kafka

STAGES = ("pollers", "streams", "sinks")
READ = {topic.name: topic for topic in load_topics().topics if set(topic.consumers) & set(STAGES)}
COMMANDS = tuple(name for name in READ if name.endswith(".commands.v1"))
LIVE = tuple(name for name in READ if name.startswith(("ozmap.", "ixc.")) and name not in COMMANDS)
"""Streams read these as they come; what is left is read at a start alone."""

GARBAGE: tuple[bytes | None, ...] = (b"<html>erro</html>", b"{}", b"\xff\xfe\x00", b'"text"', b"")
LONGEST = 300


@pytest.fixture(scope="module")
def loop(kafka: RunningKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    """The small city, equal and settled; the tests follow one another on it."""
    folder = tmp_path_factory.mktemp("bad")
    with City("small", folder) as city, Loop(city, kafka.bootstrap_servers, own_prefix(), folder) as running:
        running.await_equal()
        running.await_settled()
        yield running


@pytest.fixture(scope="module")
def places(loop: Loop) -> Places:
    """Gives every test boxes and clients of its own."""
    return Places(loop.city, loop.records.links())


def _both_directions_go_on(loop: Loop, places: Places, word: str) -> None:
    """An edit on each side shows on the other."""
    box, (client, customer) = places.box(), places.client()
    ixc_id = places.ixc_id(box)
    edits = [
        Edit(
            "box",
            "ozmap",
            BOXES,
            lambda person: person.patch_ozmap("boxes", box["id"], observation=word),
            lambda row: row["id"] == ixc_id and row["obs_caixa_ftth"] == word,
        ),
        Edit(
            "customer",
            "ixc",
            CLIENTS,
            lambda person: person.put_ixc("cliente", customer["id"], razao=word),
            lambda row: row["id"] == client["id"] and row["name"] == word,
        ),
    ]
    with Person(loop.city) as person:
        await_effects([make(edit, person, loop.city) for edit in edits], loop.city, 60)
    loop.await_equal()


def test_a_name_of_300_characters_is_told_and_the_box_goes_on_once_it_is_shorter(
    loop: Loop, places: Places
) -> None:
    box = places.box()
    subject, ixc_id = f"box:{box['id']}", places.ixc_id(box)
    with Person(loop.city) as person:
        person.patch_ozmap("boxes", box["id"], name="x" * LONGEST)
        told = until(
            lambda: _told(loop, subject, "name_too_long"), "the decision says what is wrong", every_s=0.3
        )
        assert told is not None
        tell(f"300 characters: {told['kind']} {told['reason']} ({told['about']})")
        _both_directions_go_on(loop, places, "apesar do nome")
        assert _ixc_name(loop, ixc_id) == box["name"]
        person.patch_ozmap("boxes", box["id"], name="CTO Curta")
    loop.await_equal()
    assert _ixc_name(loop, ixc_id) == "CTO Curta"


def _ixc_name(loop: Loop, ixc_id: str) -> str:
    (row,) = (row for row in loop.city.rows("ixc", (BOXES,))[BOXES] if row["id"] == ixc_id)
    return str(row["descricao"])


def _told(loop: Loop, subject: str, reason: str) -> dict[str, str] | None:
    said = loop.records.decisions("box-sync")[subject]
    return said if said["reason"] == reason else None


def test_html_in_the_place_of_json_is_told_and_repeated_until_it_is_json(loop: Loop, places: Places) -> None:
    for seed, system in enumerate(("ozmap", "ixc")):
        loop.city.fault(system, "html200", rate=0.3, seed=seed)
    _both_directions_go_on(loop, places, "apesar do HTML")
    assert loop.city.n_met()["html200"] > 5
    loop.city.clear_faults()
    said = [line for stage in ("pollers", "sinks") for line in loop.said(stage, "vendor_read_repeated")]
    assert {line["system"] for line in said} == {"ozmap", "ixc"}
    tell("HTML: " + said[-1]["error"])
    loop.await_settled()
    assert loop.flaws() == []


def _put_garbage(loop: Loop, name: str) -> int:
    """Garbage lies on the topic under a key that is in use and under others; how many records."""
    in_use = next(iter(loop.records.latest(name)), "somebody")
    keys: list[bytes | None] = [in_use.encode(), b"nobody", LISTED_KEY.encode()]
    if READ[name].configs["cleanup.policy"] != "compact":  # Kafka itself refuses them there
        keys.append(None)
    for key in keys:
        for value in GARBAGE:
            loop.records.put(name, key, value, {"x-by": b"test"})
    return len(keys) * len(GARBAGE)


def test_a_malformed_message_on_any_topic_is_put_aside_and_the_rest_goes_on(
    loop: Loop, places: Places
) -> None:
    links = loop.records.links()
    n_put = {name: _put_garbage(loop, name) for name in READ}
    _both_directions_go_on(loop, places, "apesar do lixo")
    n_wanted = sum(n_put[name] for name in LIVE)
    until(lambda: loop.records.count("streams.dlq.v1") >= n_wanted, "all is put aside")
    letters = loop.records.all_of("streams.dlq.v1")
    assert len(letters) == n_wanted
    assert {letter.header("topic") for letter in letters} == set(LIVE)
    assert all(letter.header("error") for letter in letters)
    for name in COMMANDS:
        aside = loop.records.all_of(f"{name}.dlq.v1")
        assert len(aside) == n_put[name]
        assert all(letter.header("error") and letter.header("x-by") == "test" for letter in aside)
    shown = loop.metrics("streams")
    assert shown['ozmap_ixc_dead_letters_total{topic="streams.dlq.v1"}'] == len(letters)
    assert loop.supervisor.restarts == dict.fromkeys(STAGES, 0)
    tell(f"garbage: {len(letters)} dead letters of streams, first: {letters[0].header('error')}")
    # And what is read at a start alone: cursors, links, decisions, and the changes once more.
    for stage in STAGES:
        loop.kill(stage, forget=True)
    for stage in STAGES:
        loop.await_restarted(stage, 1)
    _both_directions_go_on(loop, places, "depois do lixo")
    assert loop.said("streams", "streams_recovered")[-1]["n_malformed"] > 0
    assert all(line["error"] for line in loop.said("streams", "record_passed_over"))
    assert loop.supervisor.restarts == dict.fromkeys(STAGES, 1)
    loop.await_settled()
    assert loop.records.links() == links
    assert loop.flaws() == []


def test_a_key_that_stops_working_pauses_its_system_and_all_goes_on_when_it_works_again(
    loop: Loop, places: Places
) -> None:
    box, (_client, customer) = places.box(), places.client()
    with Person(loop.city) as person:
        loop.city.fault("ixc", "status", status=401, match={"method": "PUT"})
        person.patch_ozmap("boxes", box["id"], observation="sem chave")
        ixc = loop.await_said("sinks", "system_paused", system="ixc")
        loop.city.fault("ozmap", "status", status=401)
        person.put_ixc("cliente", customer["id"], razao="Sem Chave")
        ozmap = loop.await_said("sinks", "system_paused", system="ozmap")
        unread = loop.await_said("pollers", "system_unauthorized")
    for line in (ixc, ozmap, unread):
        assert "401" in line["error"]
        assert "is wrong or expired" in line["error"]
    n_before = len(journal.effects_of(loop.city))
    loop.city.clear_faults()
    for system in ("ixc", "ozmap"):
        loop.await_said("sinks", "system_resumed", 90, system=system)
    loop.await_said("pollers", "source_works_again", 90, after="system_unauthorized")
    loop.await_equal(90)
    assert len(journal.effects_of(loop.city)) == n_before + 2
    assert loop.flaws() == []
