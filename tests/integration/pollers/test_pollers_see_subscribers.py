"""The pollers on real Kafka: what moves at a subscriber's on either side is seen, by its stamp or without."""

from collections.abc import Iterator
from typing import Any

import pytest

from kernel.contracts.changes import (
    ENTITIES,
    IXC_CONTRACT,
    IXC_LOGIN,
    IXC_ONU,
    OZMAP_BUILDING,
    OZMAP_CLIENT,
    OZMAP_PROPERTY,
    OZMAP_SPLITTER,
)
from tests.integration.pollers.bench import Pollers, Stack, until

pytestmark = pytest.mark.kafka

ONU = "radpop_radio_cliente_fibra"
Spot = tuple[str, int]


def connected(stack: Stack) -> Iterator[tuple[str, Spot]]:
    """(property, (splitter, port)) of every property of OZmap that is connected once."""
    for row_id, row in stack.ozmap.rows("properties").items():
        if len(row["connections"]) == 1 and row["client"]:
            yield row_id, (row["connections"][0]["id"], row["connections"][0]["port"])


def free_port(stack: Stack) -> tuple[str, Spot]:
    """(box, (splitter, port)) where a client may be connected."""
    boxes = stack.ozmap.rows("boxes")
    for row_id, row in stack.ozmap.rows("splitters").items():
        if row["isDrop"] and row["parent"] in boxes:
            for port, fibre in enumerate(row["connectables"]["output"], 1):
                if fibre is None and not row["ports"][port - 1]["blocked"]:
                    return row["parent"], (row_id, port)
    raise AssertionError("no port is free")


def move(stack: Stack) -> tuple[str, Spot, Spot]:
    """A person connects a property to another splitter: (property, where it was, where it is)."""
    box_id, now = free_port(stack)
    row_id, before = next(each for each in connected(stack) if each[1][0] != now[0])
    stack.ozmap.patch(
        "properties", row_id, {"box": box_id, "connector": now[0], "port": now[1], "auto_connect": True}
    )
    return row_id, before, now


def await_moved(stack: Stack, row_id: str, before: Spot, now: Spot) -> None:
    """The topics say where the property hangs and which ports have a fibre."""
    shown = [{"splitter_id": now[0], "port": now[1]}]
    until(lambda: stack.state(OZMAP_PROPERTY)[row_id]["connections"] == shown, "the property's connection")
    until(lambda: now[1] in stack.state(OZMAP_SPLITTER)[now[0]]["taken"], "the port taken")
    until(lambda: before[1] not in stack.state(OZMAP_SPLITTER)[before[0]]["taken"], "the port left")


def n_said(stack: Stack) -> dict[str, int]:
    """How often each entity's rows were said."""
    return {entity.slug: len(stack.observed(entity)) for entity in ENTITIES}


def fibre_login(stack: Stack) -> dict[str, Any]:
    """A fibre login of IXC that is offline, so that no session moves it."""
    rows = stack.ixc.rows("radusuarios").values()
    return next(row for row in rows if row["tipo_conexao_mapa"] == "F" and row["online"] == "SS")


def test_an_edit_at_ixc_arrives_once_in_our_words(listed: tuple[Stack, Pollers]) -> None:
    stack, pollers = listed
    before, login = n_said(stack), fibre_login(stack)
    contract = next(row for row in stack.ixc.rows("cliente_contrato").values() if row["status"] == "A")
    onu = next(row for row in stack.ixc.rows(ONU).values() if row["id_login"] != "0")
    seat = {"id_caixa_ftth": "3", "ftth_porta": "7", "latitude": "-24,5", "longitude": "-46800000"}
    own = {"endereco_padrao_cliente": "N", "endereco": "Rua Azul", "numero": "12", "bairro": "Centro"}
    stack.ixc.put("radusuarios", {**login, **seat, **own, "online": "S"})
    stack.ixc.put("cliente_contrato", {**contract, "status": "D"})
    stack.ixc.put(ONU, {**onu, "sinal_rx": "-20.25", "data_sinal": "2026-11-24 06:30:00"})
    until(lambda: stack.state(IXC_LOGIN)[login["id"]]["port"] == 7, "the login's port")
    until(lambda: stack.state(IXC_CONTRACT)[contract["id"]]["status"] == "D", "the contract's status")
    until(lambda: stack.state(IXC_ONU)[onu["id"]]["rx_dbm"] == -20.25, "the ONU's reading")
    seen = stack.state(IXC_LOGIN)[login["id"]]
    assert {field: seen[field] for field in ("box_id", "latitude", "longitude", "online", "address")} == {
        "box_id": "3",
        "latitude": -24.5,
        "longitude": -46.8,
        "online": "S",
        "address": f"Rua Azul, 12{', ' + login['complemento'] if login['complemento'] else ''} - Centro",
    }
    assert stack.state(IXC_ONU)[onu["id"]]["read_at"] == "2026-11-24T09:30:00Z"
    stack.await_polls(pollers, 3)
    after = n_said(stack)
    assert {slug: n - before[slug] for slug, n in after.items() if n != before[slug]} == {
        "ixc.login": 1,
        "ixc.contract": 1,
        "ixc.onu": 1,
    }


def test_an_edit_at_ozmap_arrives_once_in_our_words(listed: tuple[Stack, Pollers]) -> None:
    stack, pollers = listed
    before = n_said(stack)
    building_id, client_id = min(stack.ozmap.rows("buildings")), min(stack.ozmap.rows("ftth-clients"))
    home_id = min(stack.ozmap.rows("properties"))
    status = 1 - stack.ozmap.rows("ftth-clients")[client_id]["status"]
    stack.ozmap.patch("buildings", building_id, {"name": "Ed. Novo", "coords": [-46.5, -24.5]})
    stack.ozmap.patch("ftth-clients", client_id, {"status": status})
    stack.ozmap.patch("properties", home_id, {"potencyRead": -20.25, "coords": [-46.25, -24.25]})
    until(lambda: stack.state(OZMAP_BUILDING)[building_id]["name"] == "Ed. Novo", "the building's name")
    until(lambda: stack.state(OZMAP_CLIENT)[client_id]["status"] == status, "the client's status")
    until(lambda: stack.state(OZMAP_PROPERTY)[home_id]["potency_dbm"] == -20.25, "the measured power")
    assert stack.state(OZMAP_BUILDING)[building_id]["latitude"] == -24.5
    assert stack.state(OZMAP_PROPERTY)[home_id]["longitude"] == -46.25
    stack.await_polls(pollers, 3)
    after = n_said(stack)
    assert {slug: n - before[slug] for slug, n in after.items() if n != before[slug]} == {
        "ozmap.building": 1,
        "ozmap.client": 1,
        "ozmap.property": 1,
    }


def test_a_move_to_another_port_is_seen_at_the_property_and_at_both_splitters(
    listed: tuple[Stack, Pollers],
) -> None:
    stack, _pollers = listed
    await_moved(stack, *move(stack))


def test_a_move_that_bumps_no_stamp_is_found_by_the_next_complete_listing(stack: Stack) -> None:
    stack.ozmap.switch(connections_touch=False)
    pollers = stack.start(FULL_LISTING_INTERVAL_S="6")
    stack.await_listed()
    row_id, before, now = move(stack)
    await_moved(stack, row_id, before, now)
    until(lambda: pollers.said("rows_emitted", entity="ozmap.splitter", listing="due"), "the listing told")


@pytest.mark.parametrize("switch", ["unlisted", "unfilterable"])
def test_a_version_whose_onus_lack_the_stamp_shows_their_readings_all_the_same(
    stack: Stack, switch: str
) -> None:
    stack.ixc.switch(**{switch: f"{ONU}.ultima_atualizacao"})
    pollers = stack.start()
    stack.await_listed()
    onu = stack.ixc.rows(ONU)["1"]
    stack.ixc.put(ONU, {**onu, "sinal_rx": "-20.25", "data_sinal": "2026-11-24 06:30:00"})
    until(lambda: stack.state(IXC_ONU)["1"]["rx_dbm"] == -20.25, "the ONU's reading", within_s=60)
    assert bool(pollers.said("stamp_filter_refused", entity="ixc.onu")) is (switch == "unfilterable")
