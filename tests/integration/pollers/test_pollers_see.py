"""The pollers on real Kafka against both doubles: what changes is seen, once, and nothing else."""

import httpx
import pytest

from kernel.contracts.changes import (
    ENTITIES,
    IXC_BOX,
    IXC_CUSTOMER,
    IXC_LOGIN,
    IXC_PROJECT,
    LISTED_KEY,
    OZMAP_BOX,
    OZMAP_CLIENT,
    OZMAP_OLT,
    Listed,
)
from kernel.contracts.cursors import CURSOR_TOPIC, Cursor
from kernel.contracts.envelope import parse_headers
from pollers.sources import SOURCES
from tests.integration.pollers.bench import Pollers, Stack, until

pytestmark = pytest.mark.kafka


def test_a_city_is_listed_whole_and_nothing_is_said_twice(listed: tuple[Stack, Pollers]) -> None:
    stack, pollers = listed
    for source in SOURCES:
        double = stack.ozmap if source.entity.system == "ozmap" else stack.ixc
        ids = [row_id for row_id, _ in stack.observed(source.entity)]
        assert sorted(ids) == sorted(double.rows(source.path)), source.entity.slug
        said = pollers.said("source_listed", entity=source.entity.slug)
        assert [line["n_rows"] for line in said] == [len(ids)]
        last = stack.read(source.entity.topic)[-1]
        assert last.key() == LISTED_KEY.encode()
        assert Listed.model_validate_json(last.value() or b"").n_rows == len(ids)
    assert {m.key() for m in stack.read(CURSOR_TOPIC)} <= {e.slug.encode() for e in ENTITIES}


def test_a_poll_without_changes_says_nothing_and_neither_does_a_restart(stack: Stack) -> None:
    pollers = stack.start()
    stack.await_listed()
    before = {entity: stack.n_records(entity.topic) for entity in ENTITIES}
    stack.await_polls(pollers, 3)
    assert pollers.stop() == 0
    again = stack.start()
    stack.await_polls(again, 3)
    assert {entity: stack.n_records(entity.topic) for entity in ENTITIES} == before
    assert again.stop() == 0
    assert not again.said("rows_emitted")


def test_an_edit_arrives_once_in_our_words(listed: tuple[Stack, Pollers]) -> None:
    stack, pollers = listed
    box_id = min(stack.ozmap.rows("boxes"))
    olt_id = min(stack.ozmap.rows("olts"))
    customer = stack.ixc.rows("cliente")["1"]
    ixc_box = next(iter(stack.ixc.rows("rad_caixa_ftth").values()))
    n_before = {e: len(stack.observed(e)) for e in ENTITIES}
    stack.ozmap.patch("boxes", box_id, {"observation": "fachada nova"})
    stack.ozmap.patch("olts", olt_id, {"ip": "10.99.0.1"})
    stack.ixc.put("cliente", {**customer, "razao": "Nome Trocado"})
    stack.ixc.put("rad_caixa_ftth", {**ixc_box, "obs_caixa_ftth": "observada"})
    until(lambda: stack.state(OZMAP_BOX)[box_id]["observation"] == "fachada nova", "the box's text")
    until(lambda: stack.state(OZMAP_OLT)[olt_id]["ip"] == "10.99.0.1", "the OLT's IP")
    until(lambda: stack.state(IXC_CUSTOMER)["1"]["name"] == "Nome Trocado", "the customer's name")
    until(lambda: stack.state(IXC_BOX)[ixc_box["id"]]["comments"] == "observada", "the box's comments")
    stack.await_polls(pollers, 3)
    more = {e.slug: len(stack.observed(e)) - n_before[e] for e in ENTITIES}
    assert {slug: n for slug, n in more.items() if n} == {
        "ozmap.box": 1,
        "ozmap.olt": 1,
        "ixc.customer": 1,
        "ixc.box": 1,
    }


def test_a_change_in_a_field_nobody_uses_is_not_said(listed: tuple[Stack, Pollers]) -> None:
    stack, pollers = listed
    n_before = len(stack.observed(IXC_LOGIN))
    login = stack.ixc.rows("radusuarios")["1"]
    stack.ixc.put("radusuarios", {**login, "vlan": "7", "ssid_router_wifi": "casa"})
    assert stack.ixc.rows("radusuarios")["1"] != login
    stack.await_polls(pollers, 3)
    assert len(stack.observed(IXC_LOGIN)) == n_before


def test_a_new_row_arrives(listed: tuple[Stack, Pollers]) -> None:
    stack, _pollers = listed
    seen = stack.state(IXC_BOX)
    row = next(iter(stack.ixc.rows("rad_caixa_ftth").values()))
    new = {k: v for k, v in row.items() if k != "id"} | {"descricao": "CTO nova"}
    basic = httpx.BasicAuth("2", "cd" * 32)
    url = f"{stack.ixc.url}/webservice/v1/rad_caixa_ftth"
    new_id = str(httpx.post(url, json=new, auth=basic).json()["id"])
    assert new_id not in seen
    until(lambda: new_id in stack.state(IXC_BOX), "the new box")
    assert stack.state(IXC_BOX)[new_id]["name"] == "CTO nova"


def test_a_project_of_ixc_which_has_no_stamp_is_seen_to_change(listed: tuple[Stack, Pollers]) -> None:
    stack, _pollers = listed
    project = stack.ixc.rows("df_projeto")["1"]
    stack.ixc.put("df_projeto", {**project, "nome": "Projeto Novo"})
    until(lambda: stack.state(IXC_PROJECT)["1"]["name"] == "Projeto Novo", "the project's name")
    assert sum(m.key() == LISTED_KEY.encode() for m in stack.read(IXC_PROJECT.topic)) == 1


def test_messages_are_cloud_events_and_carry_no_secret(listed: tuple[Stack, Pollers]) -> None:
    stack, _pollers = listed
    marks = b"FAKE-SECRET"
    for table in ("radusuarios", "cliente", "radpop_radio", "radpop_radio_cliente_fibra"):
        assert any(marks.decode() in str(row) for row in stack.ixc.rows(table).values()), table
    for entity in ENTITIES:
        for message in stack.read(entity.topic):
            envelope = parse_headers(message.headers())  # type: ignore[arg-type]
            assert envelope.type in (entity.observed_type, entity.listed_type)
            assert envelope.subject.encode() == message.key()
            assert marks not in (message.value() or b"")
            assert marks not in str(message.headers()).encode()
    assert marks not in stack.logs
    assert b"product-key" not in stack.logs
    assert b"abab" not in stack.logs


def test_what_changes_while_the_pollers_are_down_is_seen_afterwards_and_only_that(stack: Stack) -> None:
    pollers = stack.start()
    stack.await_listed()
    pollers.stop()
    through = {
        m.key(): Cursor.model_validate_json(m.value() or b"").through for m in stack.read(CURSOR_TOPIC)
    }
    assert len(through) == len(ENTITIES)
    n_before = len(stack.observed(OZMAP_CLIENT))
    client = stack.ozmap.rows("ftth-clients")
    changed_id = min(client)
    stack.ozmap.patch("ftth-clients", changed_id, {"name": "Mudou Parado"})
    stack.start()
    until(lambda: stack.state(OZMAP_CLIENT)[changed_id]["name"] == "Mudou Parado", "what changed meanwhile")
    assert len(stack.observed(OZMAP_CLIENT)) == n_before + 1
