"""Withdrawal and cancellation against the OZmap double over HTTP: each switch, each fault, each death."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from kernel.contracts.commands import EnsureClient, EnsureNoClient, EnsureNoReservation
from kernel.contracts.outcomes import RemovedRow, Result
from kernel.domain.errors import Refused, Transient
from kernel.domain.reasons import Reason
from sandbox.oracle.cancellation import compare_cancellations
from sandbox.oracle.withdrawal import compare_withdrawals
from sinks.ozmap.cancellation import ensure_no_client
from sinks.ozmap.creation import ensure_client
from sinks.ozmap.withdrawal import ensure_no_reservation
from tests.integration.sinks.mortal import DiedError, Mortal
from tests.integration.sinks.street import OzmapTown, ozmap_town

CODE = "maria.souza"
KINDS = ("properties", "ftth-clients", "splitters", "cables", "fibers", "boxes")


@pytest.fixture
async def town() -> AsyncIterator[OzmapTown]:
    async with ozmap_town() as found:
        yield found


async def everything(town: OzmapTown) -> dict[str, list[dict[str, Any]]]:
    return {kind: await town.rows(kind) for kind in KINDS}


def ixc_rows(contract: str) -> dict[str, list[dict[str, str]]]:
    """An inactive fibre login whose contract has this status; empty: it has none."""
    login = {"id": "1", "login": CODE, "ativo": "N", "tipo_conexao_mapa": "F", "id_cliente": "1"}
    contracts = [{"id": "5", "id_cliente": "1", "status": contract}] if contract else []
    return {
        "radusuarios": [{**login, "id_contrato": "5" if contract else "0"}],
        "cliente_contrato": contracts,
        "cliente": [{"id": "1", "razao": "Maria"}],
        "radpop_radio_cliente_fibra": [],
    }


# Withdrawal


async def reserve(town: OzmapTown, *, implanted: bool = False) -> EnsureNoReservation:
    """maria.souza reserves port 4; the command to take that back."""
    client = {"code": CODE, "name": "Maria", "implanted": implanted}
    place = {"box": town.street.box, "connector": town.street.splitter, "port": 4}
    home_id = await town.person.home(town.street.project, client=client, **place)
    home = await town.person.stored("properties", home_id)
    return EnsureNoReservation(
        rule="client-withdrawal",
        subject=f"login:{CODE}",
        client_id=home["client"],
        property_id=home_id,
        code=CODE,
    )


async def assert_nothing_is_left(town: OzmapTown, before: dict[str, Any]) -> None:
    after = await everything(town)
    assert compare_withdrawals(before, after, ixc_rows("D")) == []
    for kind in ("properties", "ftth-clients", "cables", "fibers"):
        assert after[kind] == []
    assert await town.street.outputs() == [None] * 8


async def test_a_reservation_goes_with_property_drop_and_port(town: OzmapTown) -> None:
    command = await reserve(town)
    before = await everything(town)
    effect = await ensure_no_reservation(command, town.api)
    assert (effect.result, effect.remote_id, effect.detail) == (Result.UPDATED, command.client_id, "")
    assert [(c.field, c.old, c.new) for c in effect.changed] == [("client", CODE, None)]
    gone = (
        RemovedRow(entity="ozmap.client", id=command.client_id),
        RemovedRow(entity="ozmap.property", id=command.property_id or ""),
    )
    assert effect.removed == gone
    await assert_nothing_is_left(town, before)
    again = await ensure_no_reservation(command, town.api)
    assert (again.result, again.removed) == (Result.ALREADY, gone)
    (write,) = await town.writes()
    assert (write["method"], write["entity"]) == ("DELETE", "properties")


async def test_a_reservation_without_property_goes_alone(town: OzmapTown) -> None:
    client = await town.person.draw("ftth-clients", {"code": CODE})
    command = EnsureNoReservation(
        rule="client-withdrawal", subject=f"login:{CODE}", client_id=client, property_id=None, code=CODE
    )
    effect = await ensure_no_reservation(command, town.api)
    assert effect.result is Result.UPDATED
    assert await town.rows("ftth-clients") == []


async def test_a_client_implanted_meanwhile_is_no_reservation(town: OzmapTown) -> None:
    command = await reserve(town, implanted=True)
    with pytest.raises(Refused) as caught:
        await ensure_no_reservation(command, town.api)
    assert caught.value.reason == Reason.NOT_A_RESERVATION
    assert await town.writes() == []


@pytest.mark.parametrize("what", ["code", "property", "moved out", "unknown property"])
async def test_what_is_not_as_it_was_decided_is_not_removed(town: OzmapTown, what: str) -> None:
    command = await reserve(town)
    if what == "code":
        command = command.model_copy(update={"code": "maria"})
    elif what == "property":
        command = command.model_copy(update={"property_id": await town.person.home(town.street.project)})
    elif what == "moved out":
        await town.person.ok("PATCH", f"properties/{command.property_id}", {"client": None})
    else:
        command = command.model_copy(update={"property_id": None})
    with pytest.raises(Refused) as caught:
        await ensure_no_reservation(command, town.api)
    assert caught.value.reason == Reason.FOREIGN_CHANGE
    assert await town.writes() == []


async def test_a_client_in_two_properties_is_not_guessed(town: OzmapTown) -> None:
    command = await reserve(town)

    class Doubling(Mortal):
        """OZmap shows the client in two properties."""

        async def properties_of(self, code: str) -> Any:
            (home,) = await self._api.properties_of(code)
            return [home, {**home, "id": "f" * 24}]

    with pytest.raises(Refused) as caught:
        await ensure_no_reservation(command, Doubling(town.api))
    assert caught.value.reason == Reason.AMBIGUOUS_PROPERTY
    assert await town.writes() == []


@pytest.mark.parametrize("after", [True, False])
async def test_a_death_at_the_removal_is_repaired(town: OzmapTown, after: bool) -> None:
    command = await reserve(town)
    before = await everything(town)
    with pytest.raises(DiedError):
        await ensure_no_reservation(command, Mortal(town.api, 1, after=after))
    effect = await ensure_no_reservation(command, town.api)
    assert effect.result is (Result.ALREADY if after else Result.UPDATED)
    await assert_nothing_is_left(town, before)


@pytest.mark.parametrize("dies_at", [None, 1, 2])
async def test_a_server_that_leaves_the_client_behind_is_helped(town: OzmapTown, dies_at: int | None) -> None:
    command = await reserve(town)
    before = await everything(town)

    class Server:
        """A property goes, its client stays."""

        def __getattr__(self, name: str) -> Any:
            return getattr(town.api, name)

        async def delete(self, route: str, row_id: str) -> bool:
            if route == "properties":
                await town.person.ok("PATCH", f"properties/{row_id}", {"client": None})
            return await town.api.delete(route, row_id)

    api = Mortal(Server(), dies_at)
    if dies_at is None:
        assert (await ensure_no_reservation(command, api)).result is Result.UPDATED
    else:
        with pytest.raises(DiedError):
            await ensure_no_reservation(command, api)
        result = (await ensure_no_reservation(command, town.api)).result
        assert result is (Result.UPDATED if dies_at == 1 else Result.ALREADY)
    await assert_nothing_is_left(town, before)


async def test_an_error_that_removed_is_a_success_and_a_drop_that_stayed_is_named(town: OzmapTown) -> None:
    command = await reserve(town)
    await town.fault("error_but_written", "properties", "DELETE")
    effect = await ensure_no_reservation(command, town.api)
    assert effect.result is Result.UPDATED
    assert "all the same" in effect.detail

    second = await reserve(town)
    home = await town.person.stored("properties", second.property_id or "")

    class Sloppy(Mortal):
        """The drop's row is still shown, and so is its fibre on the port."""

        async def read(self, route: str, row_id: str) -> Any:
            if route == "cables" and row_id == home["drop"]:
                return {"id": row_id}
            row = await self._api.read(route, row_id)
            if route == "splitters" and row is not None:
                row["connectables"]["output"][3] = home["connections"][0]["fiber"]
            return row

    with pytest.raises(Refused) as caught:
        await ensure_no_reservation(second, Sloppy(town.api))
    assert caught.value.reason == Reason.NOT_WRITTEN
    assert f"cables/{home['drop']}" in caught.value.detail
    assert "port 4 of Splitter" in caught.value.detail


async def test_a_property_kept_by_whoever_took_the_client_away_stays(town: OzmapTown) -> None:
    command = await reserve(town)
    await town.person.ok("DELETE", f"ftth-clients/{command.client_id}")
    effect = await ensure_no_reservation(command, town.api)
    assert effect.result is Result.ALREADY
    assert "still there" in effect.detail
    assert effect.removed == (RemovedRow(entity="ozmap.client", id=command.client_id),)
    assert await town.writes() == []


# Cancellation

SWITCHES = [
    {"detached_client": detached, "deleted_client": deleted}
    for detached in ("kept", "deleted")
    for deleted in ("keeps_property", "takes_property")
]


async def subscribe(town: OzmapTown, *, disconnects: bool = True, observation: str = "") -> EnsureNoClient:
    """maria.souza is on port 5; the command to take her off."""
    place = {"box": town.street.box, "connector": town.street.splitter, "port": 5}
    client = {"code": CODE, "name": "Maria", "implanted": True}
    home_id = await town.person.home(town.street.project, client=client, observation=observation, **place)
    home = await town.person.stored("properties", home_id)
    return EnsureNoClient(
        rule="client-cancellation",
        subject=f"login:{CODE}",
        client_id=home["client"],
        property_id=home_id,
        code=CODE,
        farewell=f"Cliente {CODE} cancelado; última conexão: splitter Splitter 1, porta 5",
        disconnects=disconnects,
    )


async def assert_left(town: OzmapTown, before: dict[str, Any], command: EnsureNoClient) -> None:
    after = await everything(town)
    assert compare_cancellations(before, after, ixc_rows(""), disconnect_drop=command.disconnects) == []
    (home,) = after["properties"]
    assert (home["client"], home["box"], home["drop"]) == (None, town.street.box, home["drop"])
    assert home["drop"] is not None
    assert after["ftth-clients"] == [], "the code is free again"


@pytest.mark.parametrize("switches", SWITCHES)
@pytest.mark.parametrize("disconnects", [True, False])
@pytest.mark.parametrize("observation", ["", "portão azul", "duas\r\nlinhas\n", f"{CODE}-2 morou aqui"])
async def test_a_client_leaves_and_the_property_stays_and_remembers(
    town: OzmapTown, switches: dict[str, str], disconnects: bool, observation: str
) -> None:
    await town.person.switch(**switches)
    command = await subscribe(town, disconnects=disconnects, observation=observation)
    before = await everything(town)
    effect = await ensure_no_client(command, town.api)
    assert (effect.result, effect.remote_id, effect.detail) == (Result.UPDATED, command.client_id, "")
    assert effect.removed == (RemovedRow(entity="ozmap.client", id=command.client_id),)
    fields = ["observation", "connections", "client"] if disconnects else ["observation", "client"]
    assert [change.field for change in effect.changed] == fields
    await assert_left(town, before, command)
    home = (await town.rows("properties"))[0]
    assert home["observation"].startswith(observation)
    n_writes = len(await town.writes())
    again = await ensure_no_client(command, town.api)
    assert (again.result, again.removed) == (Result.ALREADY, effect.removed)
    assert len(await town.writes()) == n_writes


@pytest.mark.parametrize("switches", SWITCHES)
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
@pytest.mark.parametrize("anew", [True, False])
async def test_a_death_at_any_step_is_repaired_by_the_next_delivery(
    town: OzmapTown, switches: dict[str, str], dies_at: int, after: bool, anew: bool
) -> None:
    """``anew``: what comes next is not the same command but one decided on what is there then."""
    await town.person.switch(**switches)
    command = await subscribe(town, observation="portão azul")
    before = await everything(town)
    n_steps = 3 if switches["detached_client"] == "deleted" else 4
    if dies_at > n_steps:
        return
    with pytest.raises(DiedError):
        await ensure_no_client(command, Mortal(town.api, dies_at, after=after))
    n_done = dies_at if after else dies_at - 1
    if anew and n_done >= 2:
        told = f"Cliente {CODE} cancelado; última conexão: nenhuma"
        command = command.model_copy(update={"farewell": told})
    effect = await ensure_no_client(command, town.api)
    assert effect.result is (Result.ALREADY if n_done == n_steps else Result.UPDATED)
    await assert_left(town, before, command)
    writes = await town.writes()
    assert len(writes) == n_steps, "nothing is written twice"


FAULTS = [
    ("properties", "PATCH", 0),
    ("cables", "POST", 0),
    ("properties", "PATCH", 1),
    ("ftth-clients", "DELETE", 0),
]


@pytest.mark.parametrize(("entity", "method", "skip"), FAULTS)
async def test_an_error_that_wrote_is_a_success_at_every_step(
    town: OzmapTown, entity: str, method: str, skip: int
) -> None:
    command = await subscribe(town)
    before = await everything(town)
    await town.fault("error_but_written", entity, method, skip=skip)
    effect = await ensure_no_client(command, town.api)
    assert effect.result is Result.UPDATED
    assert effect.detail.count("all the same") == 1
    await assert_left(town, before, command)


@pytest.mark.parametrize(("entity", "method", "skip"), FAULTS)
async def test_an_error_that_did_not_write_is_raised_and_a_later_try_goes_on(
    town: OzmapTown, entity: str, method: str, skip: int
) -> None:
    command = await subscribe(town)
    before = await everything(town)
    await town.fault("status", entity, method, skip=skip, status=503)
    with pytest.raises(Transient):
        await ensure_no_client(command, town.api)
    assert (await ensure_no_client(command, town.api)).result is Result.UPDATED
    await assert_left(town, before, command)


@pytest.mark.parametrize("field", ["observation", "client"])
async def test_a_success_that_did_not_write_is_named_and_the_property_stays(
    town: OzmapTown, field: str
) -> None:
    await town.person.switch(deleted_client="takes_property")
    command = await subscribe(town)
    await town.fault("success_but_dropped_field", "properties", "PATCH", field=field, times=2)
    with pytest.raises(Refused) as caught:
        await ensure_no_client(command, town.api)
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_WRITTEN, field)
    (home,) = await town.rows("properties")
    assert home["client"] == command.client_id


async def test_who_lives_there_now_keeps_drop_port_and_observation(town: OzmapTown) -> None:
    command = await subscribe(town)
    await town.person.ok("PATCH", f"properties/{command.property_id}", {"client": None})
    await town.person.ok("DELETE", f"ftth-clients/{command.client_id}")
    await town.person.ok("PATCH", f"properties/{command.property_id}", {"client": {"code": "joao"}})
    effect = await ensure_no_client(command, town.api)
    assert effect.result is Result.ALREADY
    assert await town.writes() == []


async def test_a_client_that_moved_to_another_property_is_left_there(town: OzmapTown) -> None:
    command = await subscribe(town)
    await town.person.ok("PATCH", f"properties/{command.property_id}", {"client": None})
    await town.person.home(town.street.project, client=command.client_id)
    with pytest.raises(Refused) as caught:
        await ensure_no_client(command, town.api)
    assert caught.value.reason == Reason.FOREIGN_CHANGE
    assert await town.writes() == []


async def test_a_client_that_somebody_took_off_keeps_its_record(town: OzmapTown) -> None:
    command = await subscribe(town)
    await town.person.ok("PATCH", f"properties/{command.property_id}", {"client": None})
    effect = await ensure_no_client(command, town.api)
    assert (effect.result, effect.removed) == (Result.ALREADY, ())
    assert "record is kept" in effect.detail
    assert await town.writes() == []


async def test_a_client_with_another_code_by_now_is_not_touched(town: OzmapTown) -> None:
    command = await subscribe(town)
    await town.person.ok("PATCH", f"ftth-clients/{command.client_id}", {"code": "joao"})
    with pytest.raises(Refused) as caught:
        await ensure_no_client(command, town.api)
    assert caught.value.reason == Reason.FOREIGN_CHANGE
    assert await town.writes() == []


async def test_a_property_that_is_gone_with_its_client_is_already_so(town: OzmapTown) -> None:
    command = await subscribe(town)
    await town.person.ok("DELETE", f"properties/{command.property_id}")
    effect = await ensure_no_client(command, town.api)
    assert effect.result is Result.ALREADY
    assert effect.removed == (RemovedRow(entity="ozmap.client", id=command.client_id),)


async def test_the_drop_is_found_by_its_fibre_where_the_property_does_not_name_it(town: OzmapTown) -> None:
    command = await subscribe(town)
    before = await everything(town)

    class Terse(Mortal):
        """A property shows neither drop nor cables."""

        async def read(self, route: str, row_id: str) -> Any:
            row = await self._api.read(route, row_id)
            return row and {k: v for k, v in row.items() if k not in ("drop", "cables")}

    assert (await ensure_no_client(command, Terse(town.api))).result is Result.UPDATED
    await assert_left(town, before, command)


async def test_a_drop_that_is_gone_cannot_be_disconnected(town: OzmapTown) -> None:
    with pytest.raises(Refused) as caught:
        await town.api.disconnect_drop("f" * 24)
    assert (caught.value.reason, caught.value.detail) == (Reason.REMOTE_MISSING, f"cables/{'f' * 24}")


async def test_who_returns_after_a_cancellation_is_made_anew_and_may_be_cancelled_again(
    town: OzmapTown,
) -> None:
    first = await subscribe(town)
    await ensure_no_client(first, town.api)
    back = EnsureClient(
        rule="client-creation",
        subject=first.subject,
        code=CODE,
        name="Maria",
        implanted=True,
        project_id=town.street.project,
        host_id=town.street.box,
        splitter_id=town.street.splitter,
        port=5,
        latitude=-25.41,
        longitude=-49.21,
        address="",
    )
    effect = await ensure_client(back, town.api)
    assert effect.result is Result.CREATED
    assert len(await town.rows("properties")) == 2
    (home,) = [row for row in await town.rows("properties") if row["client"]]
    second = first.model_copy(update={"client_id": home["client"], "property_id": home["id"]})
    assert (await ensure_no_client(second, town.api)).result is Result.UPDATED
    assert await town.rows("ftth-clients") == []
    assert await town.street.outputs() == [None] * 8
