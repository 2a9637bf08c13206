"""No secret in anything the product writes: topics, logs, metrics, health, files; after faults and deaths."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

import httpx
import pytest

from sandbox.demo.person import Person
from standalone.running import RunningKafka
from tests.loop_kit import journal
from tests.loop_kit.city import City
from tests.loop_kit.edits import Places
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import ALL_RULES, Loop, own_prefix
from tests.loop_kit.records import ALL_TOPICS
from tests.loop_kit.until import until

pytestmark = pytest.mark.kafka

STAGES = ("pollers", "streams", "sinks")
MARK = b"FAKE-SECRET"
"""Stands in every password that the doubles store."""

Written = dict[str, bytes]
"""Place → everything that was written there."""


def _found(written: Mapping[str, bytes], secrets: Mapping[str, bytes]) -> list[str]:
    return [
        f"{name} in {place}" for place, text in written.items() for name, s in secrets.items() if s in text
    ]


def _secrets_of(city: City) -> dict[str, bytes]:
    """The doubles' marked passwords, and every key in every form in which it travels."""
    secrets = {"a password": MARK}
    for ready in (city.ozmap, city.ixc):
        for actor, key in ready.keys.items():
            for n, form in enumerate(_forms(key)):
                secrets[f"{ready.system} key of {actor}, form {n}"] = form.encode()
    return secrets


def _forms(key: str) -> tuple[str, ...]:
    """The forms in which a key travels: as it is; IXC's also in base64 (Basic) and without its user."""
    user, colon, half = key.rpartition(":")
    return (key, base64.b64encode(key.encode()).decode(), half) if user and colon else (key,)


def _collect(loop: Loop) -> Written:
    """Everything that the product wrote so far and that can be read from outside."""
    written = {f"topic {name}": _topic(loop, name) for name in ALL_TOPICS}
    for stage in STAGES:
        (listening,) = loop.said(stage, "health_listening")[-1:]
        written[f"log of {stage}"] = loop.log_text(stage).encode()
        for path in ("metrics", "healthz", "readyz"):
            written[f"{path} of {stage}"] = httpx.get(f"{listening['url']}/{path}").content
    written["the supervisor"] = "\n".join(loop.said_by_supervisor).encode()
    files = (path for path in (loop.folder / "stages").rglob("*") if path.is_file())
    return written | {f"file {path.name}": path.read_bytes() for path in files}


def _topic(loop: Loop, name: str) -> bytes:
    return b"\n".join(letter.everything for letter in loop.records.all_of(name))


def _quoting(city: City, system: str) -> str:
    """What a system may say that quotes the product's key in each form."""
    return "no: " + " ".join(_forms((city.ozmap if system == "ozmap" else city.ixc).keys["product"]))


def _trouble(loop: Loop, city: City) -> None:
    """Every kind of answer that might be quoted, keys among them, a held command, a death of each stage."""
    places = Places(city, loop.records.links())
    box, (_client, customer), (held, its_customer) = places.box(), places.client(), places.client()
    match = {"method": "PATCH", "id": held["id"]}
    city.fault("ozmap", "status", status=500, message=_quoting(city, "ozmap"), match=match)
    for system in ("ozmap", "ixc"):
        for kind in ("html200", "invalid_utf8", "reset"):
            city.fault(system, kind, times=4)
        for status in (500, 200 if system == "ixc" else 422):
            city.fault(system, "status", times=4, status=status, message=_quoting(city, system))
    loop.records.put("ixc.box.commands.v1", b"x", b"<html>")
    loop.records.put("ixc.box.changes.v1", b"x", b"<html>")
    with Person(city) as person:
        person.patch_ozmap("boxes", box["id"], observation="segredo")
        person.put_ixc("cliente", customer["id"], razao="Sem Segredo")
        person.put_ixc("cliente", its_customer["id"], razao="Retida")
    held_topic = "ozmap.client.commands.v1.held.v1"
    until(lambda: loop.records.count(held_topic) > 0, "a command is held", 90)
    for stage in STAGES:
        loop.kill(stage)
    for stage in STAGES:
        loop.await_restarted(stage, 1)
    until(lambda: city.n_times_left() == 0, "every fault was met")
    city.clear_faults()
    loop.await_settled(120)
    for system in ("ozmap", "ixc"):
        city.fault(system, "status", status=403, message=_quoting(city, system))
    loop.await_said("pollers", "system_unauthorized")


@pytest.fixture(scope="module")
def scene(kafka: RunningKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Loop, Written]]:
    """The small city with everything logged, after trouble of every kind; and all that was written."""
    folder = tmp_path_factory.mktemp("secrets")
    settings = {"LOG_LEVEL": "DEBUG", "SINK_ATTEMPTS": "2", "RESEND_AFTER_S": "5"}
    with (
        City("small", folder) as city,
        Loop(city, kafka.bootstrap_servers, own_prefix(), folder, rules=ALL_RULES, settings=settings) as loop,
    ):
        until(lambda: len(city.journal("ozmap", effects=True)) > 10, "the first load")
        loop.await_settled()
        _trouble(loop, city)
        yield loop, _collect(loop)


def test_no_password_and_no_key_is_in_anything_that_was_written(scene: tuple[Loop, Written]) -> None:
    loop, written = scene
    tell(f"{len(written)} places, {sum(map(len, written.values()))} bytes searched")
    assert _found(written, _secrets_of(loop.city)) == []


def test_the_search_would_find_each_secret_wherever_it_was(scene: tuple[Loop, Written]) -> None:
    loop, written = scene
    for place, text in written.items():
        for name, secret in _secrets_of(loop.city).items():
            planted = text[: len(text) // 2] + secret + text[len(text) // 2 :]
            assert _found({place: planted}, {name: secret}) == [f"{name} in {place}"]


def test_what_was_searched_is_what_the_product_said(scene: tuple[Loop, Written]) -> None:
    """Searching nothing finds nothing: each place holds what it should, as it can be read."""
    loop, written = scene
    empty = {place for place, text in written.items() if place.startswith("topic ") and not text}
    assert all(place.endswith((".held.v1", ".dlq.v1", ".lease.v1")) for place in empty)
    for name in ("ozmap.client.commands.v1.held.v1", "ixc.box.commands.v1.dlq.v1", "streams.dlq.v1"):
        assert written[f"topic {name}"]
    box = loop.city.rows("ozmap", ("boxes",))["boxes"][0]
    login = loop.city.rows("ixc", ("radusuarios",))["radusuarios"][0]["login"]
    assert box["name"].encode() in written["topic ozmap.box.changes.v1"]
    assert login.encode() in written["topic ixc.login.changes.v1"]
    assert b"[secret]" in written["log of pollers"]
    assert b'"level": "error"' in written["log of pollers"]
    assert b"ozmap_ixc_poller_rows_read_total" in written["metrics of pollers"]
    # And the doubles do show what must not be found.
    assert MARK.decode() in str(loop.city.rows("ixc", ("radusuarios",)))
    assert journal.effects_of(loop.city)


def test_logs_and_files_are_where_the_search_looks(scene: tuple[Loop, Written]) -> None:
    loop, _ = scene
    ours = {"logs", "stages", "doubles"}
    assert {path.name for path in loop.folder.iterdir()} <= ours
    assert {path.stem for path in (loop.folder / "logs").iterdir()} == set(STAGES)
