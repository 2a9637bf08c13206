"""Edits on either side show on the other: each field of a box, what a box hangs on, and names."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest

from sandbox.demo.doubles import PERSON, PRODUCT
from sandbox.demo.person import Person
from standalone.running import RunningKafka
from tests.loop_kit import journal
from tests.loop_kit.city import City
from tests.loop_kit.edits import BOXES, CLIENTS, Edit, Made, Places, Row, await_effects, make
from tests.loop_kit.figures import shown, tell
from tests.loop_kit.loop import POLL_INTERVAL_S, Loop, own_prefix

pytestmark = pytest.mark.kafka

BETWEEN_EDITS_S = 0.37
"""No divisor of the interval, so that edits fall on all its phases."""

LONGEST_LATENCY_S = 3 * POLL_INTERVAL_S
"""1.5 intervals are promised and printed beside; a busy machine must not turn a test red."""


@pytest.fixture(scope="module")
def loop(kafka: RunningKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    """The small city, equal and settled; each test edits places of its own."""
    folder = tmp_path_factory.mktemp("edits")
    with City("small", folder) as city, Loop(city, kafka.bootstrap_servers, own_prefix(), folder) as running:
        running.await_equal()
        running.await_settled()
        yield running


def _on_box(title: str, box: Row, ixc_id: str, field: str, wanted: str, **fields: object) -> Edit:
    return Edit(
        title=title,
        system="ozmap",
        entity=BOXES,
        act=lambda person: person.patch_ozmap("boxes", box["id"], **fields),
        shows=lambda row: row["id"] == ixc_id and row[field] == wanted,
    )


def _seven_fields(places: Places) -> list[Edit]:
    """One edit for each field of a box that OZmap owns, each on a box of its own."""
    by = {
        name: places.box()
        for name in ("name", "project", "transmitter", "latitude", "longitude", "comments", "capacity")
    }
    ids = {name: places.ixc_id(box) for name, box in by.items()}
    project, project_id = places.project_beside(by["project"])
    olt, transmitter_id = places.olt_beside(by["transmitter"])
    (lng_1, lat_1), (lng_2, lat_2) = by["latitude"]["coords"], by["longitude"]["coords"]
    capacity, splitter = by["capacity"], places.splitter_of(by["capacity"])
    fed = places.splitter_of(by["transmitter"])
    return [
        _on_box("name", by["name"], ids["name"], "descricao", "CTO Rebatizada", name="CTO Rebatizada"),
        _on_box("project", by["project"], ids["project"], "id_projeto", project_id, project=project["id"]),
        Edit(
            "transmitter",
            "ozmap",
            BOXES,
            lambda person: person.patch_ozmap("splitters", fed["id"], olt=olt["id"]),
            lambda row: row["id"] == ids["transmitter"] and row["id_transmissor"] == transmitter_id,
        ),
        Edit(
            "latitude",
            "ozmap",
            BOXES,
            lambda person: person.patch_ozmap("boxes", by["latitude"]["id"], coords=[lng_1, lat_1 + 0.001]),
            lambda row: row["id"] == ids["latitude"] and abs(float(row["latitude"]) - lat_1 - 0.001) < 1e-7,
        ),
        Edit(
            "longitude",
            "ozmap",
            BOXES,
            lambda person: person.patch_ozmap("boxes", by["longitude"]["id"], coords=[lng_2 + 0.001, lat_2]),
            lambda row: row["id"] == ids["longitude"] and abs(float(row["longitude"]) - lng_2 - 0.001) < 1e-7,
        ),
        _on_box(
            "comments",
            by["comments"],
            ids["comments"],
            "obs_caixa_ftth",
            "Poste trocado — ligação ok",
            observation="Poste trocado — ligação ok",
        ),
        Edit(
            "capacity",
            "ozmap",
            BOXES,
            lambda person: person.add_ozmap(
                "splitters",
                parent=capacity["id"],
                splitterType=splitter["splitterType"],
                isDrop=True,
                implanted=True,
                index=9,
            ),
            lambda row: (
                row["id"] == ids["capacity"]
                and int(row["capacidade"]) == 2 * len(splitter["connectables"]["output"])
            ),
        ),
    ]


def _names(places: Places) -> list[Edit]:
    """A customer renamed in the ERP, and a client's name typed over on the map."""
    client, customer = places.client()
    typed, its_customer = places.client()
    return [
        Edit(
            "customer's name",
            "ixc",
            CLIENTS,
            lambda person: person.put_ixc("cliente", customer["id"], razao="Nome Novo Ltda"),
            lambda row: row["id"] == client["id"] and row["name"] == "Nome Novo Ltda",
        ),
        Edit(
            "client's name typed over",
            "ozmap",
            CLIENTS,
            lambda person: person.patch_ozmap("ftth-clients", typed["id"], name="digitado à mão"),
            lambda row: row["id"] == typed["id"] and row["name"] == its_customer["razao"],
        ),
    ]


def _typed_over_in_ixc(places: Places) -> Edit:
    box = places.box()
    ixc_id = places.ixc_id(box)
    return Edit(
        "box typed over in IXC",
        "ixc",
        BOXES,
        lambda person: person.put_ixc(BOXES, ixc_id, obs_caixa_ftth="digitado à mão"),
        lambda row: row["id"] == ixc_id and row["obs_caixa_ftth"] == box["observation"],
    )


def _what_appears_later(loop: Loop, places: Places) -> list[Edit]:
    """A transmitter and a project that IXC gets while boxes wait for them."""
    waiting = [d for d in loop.records.decisions("box-sync").values() if d["kind"] == "wait"]
    ip = next(d["about"] for d in waiting if d["reason"] == "transmitter_not_found")
    name = next(d["about"] for d in waiting if d["reason"] == "project_not_found")
    known = {row["name"] for row in places.ozmap["boxes"]}
    radio = places.ixc["radpop_radio"][0] | {"descricao": "OLT nova", "ip": ip}
    project = places.ixc["df_projeto"][0] | {"nome": name}
    return [
        Edit(
            "a transmitter that appears later",
            "ixc",
            BOXES,
            lambda person: person.add_ixc("radpop_radio", **_without_id(radio)),
            lambda row: row["descricao"] in known and row["id_transmissor"] == _radio_id(loop, ip),
        ),
        Edit(
            "a project that appears later",
            "ixc",
            BOXES,
            lambda person: person.add_ixc("df_projeto", **_without_id(project)),
            lambda row: row["descricao"] in known and row["id_projeto"] == _project_id(loop, name),
        ),
    ]


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}


def _radio_id(loop: Loop, ip: str) -> str:
    return next(str(row["id"]) for row in loop.city.rows("ixc")["radpop_radio"] if row["ip"].strip() == ip)


def _project_id(loop: Loop, name: str) -> str:
    return next(str(row["id"]) for row in loop.city.rows("ixc")["df_projeto"] if row["nome"].strip() == name)


def _olt_ip(places: Places) -> Edit:
    """An OLT gets the IP of a transmitter that fed nothing so far."""
    box = places.box()
    ixc_id, olt_id = places.ixc_id(box), places.splitter_of(box)["olt"]
    fed_ips = {olt["ip"] for olt in places.ozmap["olts"]}
    free = next(r for r in places.ixc["radpop_radio"] if r["ip"].strip() not in fed_ips and r["ativo"] == "S")
    return Edit(
        "its OLT's IP",
        "ozmap",
        BOXES,
        lambda person: person.patch_ozmap("olts", olt_id, ip=free["ip"].strip()),
        lambda row: row["id"] == ixc_id and row["id_transmissor"] == free["id"],
    )


def test_every_edit_shows_on_the_other_side(loop: Loop) -> None:
    places = Places(loop.city, loop.records.links())
    edits = [
        *_seven_fields(places),
        *_names(places),
        _typed_over_in_ixc(places),
        *_what_appears_later(loop, places),
        _olt_ip(places),
    ]
    made = _make_all(edits, loop)
    await_effects(made, loop.city, 30)
    told = "".join(f"\n  {one.latency_s:5.2f} s {one.edit.title}" for one in made)
    tell(f"edits at {POLL_INTERVAL_S:g} s, {shown([one.latency_s for one in made])}{told}")
    assert max(one.latency_s for one in made) <= LONGEST_LATENCY_S
    loop.await_equal()
    loop.await_settled()
    assert loop.flaws() == []


def test_writes_stop_within_two_polls_of_the_last_edit(loop: Loop) -> None:
    places = Places(loop.city, loop.records.links())
    with Person(loop.city) as person:
        for act in _storm(places):
            act(person)
    loop.await_equal()
    loop.await_settled()
    edited_at = journal.at(journal.effects_of(loop.city, PERSON)[-1])
    written_at = journal.at(journal.effects_of(loop.city)[-1])
    n_polls = _n_polls_between(loop, edited_at, written_at)
    after_s = (written_at - edited_at).total_seconds()
    tell(f"the last write {after_s:.2f} s and {n_polls} polls after the last edit")
    assert after_s > 0
    assert n_polls <= 2
    assert loop.flaws() == []


def _make_all(edits: list[Edit], loop: Loop) -> list[Made]:
    made: list[Made] = []
    with Person(loop.city) as person:
        for edit in edits:
            made.append(make(edit, person, loop.city))
            time.sleep(BETWEEN_EDITS_S)  # not to wait for anything: to meet the interval's phases
    return made


def _storm(places: Places) -> Iterator[Callable[[Person], None]]:
    """Edits of the same boxes and clients on both sides, round after round, so that echoes cross."""
    boxes = [(box["id"], places.ixc_id(box)) for box in (places.box() for _ in range(8))]
    clients = [(client["id"], customer["id"]) for client, customer in (places.client() for _ in range(8))]
    for turn in range(3):
        for n, ((box, ixc_box), (client, customer)) in enumerate(zip(boxes, clients, strict=True)):
            name = f"{n} {turn}"
            yield partial(Person.patch_ozmap, route="boxes", row_id=box, name=f"CTO Tempestade {name}")
            yield partial(Person.put_ixc, table=BOXES, row_id=ixc_box, descricao=f"outra {name}")
            yield partial(Person.patch_ozmap, route="boxes", row_id=box, observation=f"nota {name}")
            yield partial(Person.patch_ozmap, route=CLIENTS, row_id=client, name=f"digitado {name}")
            yield partial(Person.put_ixc, table="cliente", row_id=customer, razao=f"Razão {name}")


def _n_polls_between(loop: Loop, start: datetime, end: datetime) -> int:
    """How often the product asked OZmap for changed boxes between two moments: once a poll."""
    asked = [e for e in loop.city.journal("ozmap") if e["actor"] == PRODUCT and e["entity"] == "boxes"]
    return sum(start < journal.at(e) <= end for e in asked)
