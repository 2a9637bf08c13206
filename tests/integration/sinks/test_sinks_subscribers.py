"""One sink on real Kafka doing what a subscriber's life asks for, in order, also when it is killed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kernel.contracts.commands import (
    EnsureClient,
    EnsureClientName,
    EnsureCoordinates,
    EnsureImplanted,
    EnsureNoClient,
    EnsurePlacement,
    EnsurePower,
    EnsureStatus,
)
from kernel.contracts.outcomes import Outcome, RemovedRow, Result
from tests.integration.sinks.bench import Stack, until

pytestmark = pytest.mark.kafka
ON_OZMAP = "ozmap.client.outcomes.v1"
ON_IXC = "ixc.login.outcomes.v1"


def free_ports(stack: Stack, n_wanted: int) -> list[tuple[dict[str, Any], dict[str, Any], int]]:
    """(box, service splitter, port) of so many ports that nobody has."""
    boxes = stack.ozmap.rows("boxes")
    found = [
        (boxes[splitter["parent"]], splitter, port)
        for splitter in stack.ozmap.rows("splitters").values()
        if splitter.get("isDrop") and splitter["parent"] in boxes
        for port, fibre in enumerate(splitter["connectables"]["output"], start=1)
        if fibre is None and not splitter["ports"][port - 1]["blocked"]
    ]
    assert len(found) >= n_wanted
    return found[:n_wanted]


def creation(code: str, box: dict[str, Any], splitter: dict[str, Any], port: int) -> EnsureClient:
    return EnsureClient(
        rule="client-creation",
        subject=f"login:{code}",
        code=code,
        name=f"Cliente {code}",
        implanted=False,
        project_id=box["project"],
        host_id=box["id"],
        splitter_id=splitter["id"],
        port=port,
        latitude=-23.5,
        longitude=-46.5,
        address=f"Rua {code}",
    )


def cancellation(code: str, home: dict[str, Any]) -> EnsureNoClient:
    return EnsureNoClient(
        rule="client-cancellation",
        subject=f"login:{code}",
        client_id=home["client"],
        property_id=home["id"],
        code=code,
        farewell=f"Cliente {code} cancelado; última conexão: {home['connections'][0]['name']}",
        disconnects=True,
    )


def homes_by_client(stack: Stack) -> dict[str, dict[str, Any]]:
    return {home["client"]: home for home in stack.ozmap.rows("properties").values() if home["client"]}


def n_effects(stack: Stack) -> int:
    """Requests that changed anything: the drop that comes off a port changes other rows than its own."""
    return len([entry for entry in stack.ozmap.requests() if entry["changed"] or entry["also"]])


def outcomes_in_order(stack: Stack, ids: list[str]) -> list[Outcome]:
    stack.outcomes_of(ids, ON_OZMAP)
    return [outcome for outcome in stack.outcomes(ON_OZMAP) if outcome.command_id in ids]


def test_a_subscriber_comes_is_shown_and_leaves_in_the_order_it_was_wished(stack: Stack) -> None:
    stack.ozmap.fault("latency", delay_s=0.02)
    stack.start_sink()
    ((box, splitter, port),) = free_ports(stack, 1)
    made = creation("prova", box, splitter, port)
    (sent,) = stack.send(made)
    created = stack.outcomes_of([sent], ON_OZMAP)[sent]
    assert created.result is Result.CREATED
    client_id = created.remote_id or ""
    home = homes_by_client(stack)[client_id]
    about = {"rule": "r", "subject": "login:prova"}
    ids = stack.send(
        EnsureClientName(**about, client_id=client_id, name="Outro Nome"),
        EnsureImplanted(**about, client_id=client_id),
        EnsureStatus(**about, client_id=client_id, status=1),
        EnsurePower(**about, property_id=home["id"], power_dbm=-21.0, step_db=0.5),
        cancellation("prova", home),
        made.model_copy(update={"name": "Voltou"}),
    )
    outcomes = outcomes_in_order(stack, ids)
    assert [outcome.command_id for outcome in outcomes] == ids
    assert [outcome.result for outcome in outcomes] == [Result.UPDATED] * 5 + [Result.CREATED]
    assert outcomes[4].removed == (RemovedRow(entity="ozmap.client", id=client_id),)
    left = stack.ozmap.rows("properties")[home["id"]]
    assert (left["client"], left["potencyRead"], left["connections"]) == (None, -21.0, [])
    (back,) = [row for row in stack.ozmap.rows("ftth-clients").values() if row["code"] == "prova"]
    assert back["name"] == "Voltou"
    assert homes_by_client(stack)[back["id"]]["connections"][0]["port"] == port


def test_placement_and_coordinates_of_one_login_follow_each_other(stack: Stack) -> None:
    stack.start_sink()
    onu = next(row for row in stack.ixc.rows("radpop_radio_cliente_fibra").values() if row["id_login"] != "0")
    before = stack.ixc.rows("radusuarios")[onu["id_login"]]
    about = {"rule": "r", "subject": f"login:{before['login'].strip()}", "login_id": before["id"]}
    ids = stack.send(
        EnsurePlacement(**about, onu_id=onu["id"], box_id="1", port=31),
        EnsureCoordinates(**about, latitude=-10.5, longitude=-50.5, tolerance_m=1.0),
    )
    outcomes = stack.outcomes_of(ids, ON_IXC)
    assert {outcome.result for outcome in outcomes.values()} == {Result.UPDATED}
    after = stack.ixc.rows("radusuarios")[before["id"]]
    changed = {column for column in after if after[column] != before[column]}
    ours = {"id_caixa_ftth", "ftth_porta", "latitude", "longitude"}
    assert changed <= ours | {"ultima_atualizacao"}
    assert (after["id_caixa_ftth"], after["ftth_porta"], after["latitude"]) == ("1", "31", "-10.5")


@pytest.mark.chaos
def test_killed_amid_creations_and_cancellations_each_step_is_done_once(stack: Stack) -> None:
    clients = stack.ozmap.rows("ftth-clients")
    leaving = [
        cancellation(clients[client_id]["code"].strip(), home)
        for client_id, home in homes_by_client(stack).items()
        if len(home["connections"]) == 1 and client_id in clients
    ][:40]
    coming = [creation(f"novo{n:03}", *place) for n, place in enumerate(free_ports(stack, 40))]
    stack.ozmap.fault("latency", delay_s=0.02, jitter_s=0.05)
    ids = stack.send(*[command for pair in zip(leaving, coming, strict=True) for command in pair])
    n_expected = 4 * len(leaving) + len(coming)
    for n_written in (30, 80, 130):
        sink = stack.start_sink(SINK_IN_FLIGHT="16")
        until(lambda n=n_written: n_effects(stack) >= n, f"{n_written} writes", 60)  # type: ignore[misc]
        sink.process.kill()
        sink.process.wait(10)
    assert n_effects(stack) < n_expected, "the last kill came too late to prove anything"
    stack.start_sink()
    outcomes = stack.outcomes_of(ids, ON_OZMAP)
    assert all(outcome.result.is_done for outcome in outcomes.values()), [
        outcome for outcome in outcomes.values() if not outcome.result.is_done
    ]
    assert n_effects(stack) == n_expected, "no step was lost and none done twice"
    codes = Counter(row["code"].strip() for row in stack.ozmap.rows("ftth-clients").values())
    properties, homes = stack.ozmap.rows("properties"), homes_by_client(stack)
    by_code = {row["code"]: row["id"] for row in stack.ozmap.rows("ftth-clients").values()}
    for command in coming:
        assert codes[command.code] == 1
        (at,) = homes[by_code[command.code]]["connections"]
        assert (at["id"], at["port"]) == (command.splitter_id, command.port)
    for left in leaving:
        assert codes[left.code] == 0
        home = properties[left.property_id]
        assert (home["client"], home["connections"]) == (None, [])
        assert home["observation"].count(left.farewell) == 1
    until(lambda: stack.lag() == 0, "all is committed")
