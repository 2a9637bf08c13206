"""Creation and single fields against the OZmap double over HTTP: each fault, each death."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from kernel.contracts.commands import (
    EnsureClient,
    EnsureClientName,
    EnsureImplanted,
    EnsurePower,
    EnsureStatus,
)
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Refused, Transient
from kernel.domain.reasons import Reason
from sinks.effect import Effect
from sinks.ozmap.creation import ensure_client
from sinks.ozmap.fields import ensure_client_name, ensure_implanted, ensure_power, ensure_status
from tests.integration.sinks.mortal import DiedError, Mortal
from tests.integration.sinks.street import OzmapTown, ozmap_town

LOGIN = "login:maria|2"


@pytest.fixture
async def town() -> AsyncIterator[OzmapTown]:
    async with ozmap_town() as found:
        yield found


def wish(town: OzmapTown, **changes: Any) -> EnsureClient:
    """maria|2 on port 3 of the street's first splitter."""
    fields = {
        "code": "maria|2",
        "name": "Maria Souza",
        "implanted": True,
        "project_id": town.street.project,
        "host_id": town.street.box,
        "splitter_id": town.street.splitter,
        "port": 3,
        "latitude": -25.4321987,
        "longitude": -49.2345678,
        "address": "Rua Sete, 7",
    }
    return EnsureClient.model_validate({"rule": "client-creation", "subject": LOGIN, **fields, **changes})


async def assert_one_client_on_its_port(town: OzmapTown, command: EnsureClient) -> dict[str, Any]:
    (client,) = [row for row in await town.rows("ftth-clients") if row["code"] == command.code]
    (home,) = [row for row in await town.rows("properties") if row["client"] == client["id"]]
    assert [(at["id"], at["port"]) for at in home["connections"]] == [(command.splitter_id, command.port)]
    assert (home["box"], home["project"]) == (command.host_id, command.project_id)
    fiber = (await town.street.outputs(command.splitter_id))[command.port - 1]
    assert fiber == home["connections"][0]["fiber"]
    return home


async def refusal(town: OzmapTown, command: EnsureClient) -> Refused:
    with pytest.raises(Refused) as caught:
        await ensure_client(command, town.api)
    return caught.value


async def test_a_client_is_made_with_property_drop_and_port_in_one_write(town: OzmapTown) -> None:
    command = wish(town)
    effect = await ensure_client(command, town.api)
    home = await assert_one_client_on_its_port(town, command)
    assert (effect.result, effect.remote_id, effect.detail) == (Result.CREATED, home["client"], "")
    assert [(c.field, c.old, c.new) for c in effect.changed] == [("client", None, "maria|2")]
    (client,) = await town.rows("ftth-clients")
    assert (client["name"], client["implanted"]) == ("Maria Souza", True)
    assert (home["coords"], home["address"]) == ([-49.2345678, -25.4321987], "Rua Sete, 7")
    assert await ensure_client(command, town.api) == Effect(Result.ALREADY, home["client"])
    (write,) = await town.writes()
    assert (write["method"], write["path"]) == ("POST", "/api/v2/properties")


async def test_a_reservation_without_coordinates_and_address_is_made_too(town: OzmapTown) -> None:
    command = wish(town, implanted=False, latitude=None, longitude=None, address="")
    assert (await ensure_client(command, town.api)).result is Result.CREATED
    await assert_one_client_on_its_port(town, command)
    assert (await town.rows("ftth-clients"))[0]["implanted"] is False


async def test_a_client_in_a_building_is_made_on_its_splitter(town: OzmapTown) -> None:
    building = await town.person.building(town.street.project)
    splitter = await town.person.splitter(building)
    command = wish(town, host_id=building, splitter_id=splitter, port=8)
    assert (await ensure_client(command, town.api)).result is Result.CREATED
    await assert_one_client_on_its_port(town, command)


async def test_a_port_that_cannot_be_had_is_shown_and_never_forced(town: OzmapTown) -> None:
    await town.street.subscriber("joao", port=3)
    taken = await refusal(town, wish(town))
    assert taken.reason == Reason.PORT_TAKEN
    assert taken.detail.startswith("3 (")
    assert "client joao" in taken.detail
    await town.person.ok("PATCH", f"splitters/{town.street.splitter}", {"ports": [{"blocked": True}]})
    assert (await refusal(town, wish(town, port=1))).reason == Reason.PORT_BLOCKED
    for port in (0, 9, -1):
        missing = await refusal(town, wish(town, port=port))
        assert missing.reason == Reason.PORT_MISSING
        assert missing.detail.startswith(f"{port} (")
    assert (await refusal(town, wish(town, splitter_id="f" * 24))).reason == Reason.PORT_MISSING
    moved = await refusal(town, wish(town, splitter_id=town.street.other_splitter))
    assert moved.reason == Reason.FOREIGN_CHANGE
    assert await town.writes() == []


async def test_an_empty_property_of_others_on_the_port_takes_it_too(town: OzmapTown) -> None:
    place = {"box": town.street.box, "connector": town.street.splitter, "port": 3}
    await town.person.home(town.street.project, address="Rua Oito, 8", **place)
    taken = await refusal(town, wish(town))
    assert taken.reason == Reason.PORT_TAKEN
    assert "without client" in taken.detail
    assert await town.writes() == []


async def test_what_ozmap_itself_refuses_is_told_in_its_words(town: OzmapTown) -> None:
    refused = await refusal(town, wish(town, splitter_id=town.street.plain, port=1))
    assert refused.reason == Reason.REJECTED
    assert "does not allow client connections" in refused.detail


async def test_two_clients_of_the_code_are_not_guessed(town: OzmapTown) -> None:
    await town.person.switch(duplicate_codes=True)
    for _ in range(2):
        await town.person.draw("ftth-clients", {"code": "maria|2"})
    assert (await refusal(town, wish(town))).reason == Reason.AMBIGUOUS_CLIENT
    assert await town.writes() == []


async def test_a_client_that_somebody_made_meanwhile_is_left_where_it_is(town: OzmapTown) -> None:
    await town.street.subscriber("maria|2", port=6)
    effect = await ensure_client(wish(town), town.api)
    assert effect.result is Result.ALREADY
    assert "port 6" in effect.detail
    assert await town.writes() == []


async def test_a_property_of_another_that_ozmap_shows_under_the_code_is_not_the_clients(
    town: OzmapTown,
) -> None:
    client = await town.person.draw("ftth-clients", {"code": "maria|2"})
    other = await town.person.stored("properties", await town.street.subscriber("MARIA|2", port=6))

    class Lax(Mortal):
        """OZmap tells no capitals apart when it looks for properties by code."""

        async def properties_of(self, code: str) -> Any:
            return await self._api.properties_of(code.upper())

    assert other["client"] != client
    effect = await ensure_client(wish(town), Lax(town.api))
    assert (effect.remote_id, effect.detail) == (client, "the client has no property")


async def test_a_client_without_a_place_or_off_its_port_by_hand_is_left_alone(town: OzmapTown) -> None:
    client = await town.person.draw("ftth-clients", {"code": "maria|2"})
    assert await ensure_client(wish(town), town.api) == Effect(
        Result.ALREADY, client, detail="the client has no property"
    )
    home = await town.person.home(town.street.project, client=client)
    effect = await ensure_client(wish(town), town.api)
    assert (effect.result, effect.detail) == (Result.ALREADY, "the client is connected to no port")
    await town.person.ok("PATCH", f"properties/{home}", {"address": "elsewhere"})
    assert await town.writes() == []


@pytest.mark.parametrize("after", [True, False])
async def test_a_death_at_the_creation_ends_with_one_client(town: OzmapTown, after: bool) -> None:
    command = wish(town)
    with pytest.raises(DiedError):
        await ensure_client(command, Mortal(town.api, 1, after=after))
    effect = await ensure_client(command, town.api)
    assert effect.result is (Result.ALREADY if after else Result.CREATED)
    await assert_one_client_on_its_port(town, command)
    assert len(await town.rows("properties")) == 1
    assert len(await town.writes()) == 1


@pytest.mark.parametrize("status", [500, 422])
async def test_an_error_that_created_all_the_same_is_a_success(town: OzmapTown, status: int) -> None:
    await town.fault("error_but_written", "properties", "POST", status=status)
    command = wish(town)
    effect = await ensure_client(command, town.api)
    assert effect.result is Result.CREATED
    assert "all the same" in effect.detail
    await assert_one_client_on_its_port(town, command)


class Halving(Mortal):
    """OZmap that makes only a part of a property, and may answer an error: the caller may die then, too."""

    def __init__(self, api: Any, lost: str, dies_at: int | None, failure: Exception | None = None) -> None:
        super().__init__(_Half(api, lost, failure), dies_at)


class _Half:
    def __init__(self, api: Any, lost: str, failure: Exception | None) -> None:
        self._api, self._lost, self._failure = api, lost, failure

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    async def create(self, route: str, body: dict[str, Any]) -> Any:
        gone = {"client": {"client"}, "link": {"client"}, "port": {"connector", "port"}}
        gone |= {"box": {"box", "connector", "port"}, "both": {"client", "connector", "port"}}
        if self._lost == "link":
            await self._api.create("ftth-clients", body["client"])
        made = await self._api.create(route, {k: v for k, v in body.items() if k not in gone[self._lost]})
        if self._failure is not None:
            raise self._failure
        return made


@pytest.mark.parametrize("failure", [None, Transient("504"), Refused(Reason.REJECTED, "erro interno")])
@pytest.mark.parametrize("dies_at", [None, 1, 2])
@pytest.mark.parametrize("lost", ["client", "link", "port", "box", "both"])
async def test_a_half_of_it_is_completed_and_never_made_again(
    town: OzmapTown, lost: str, dies_at: int | None, failure: Exception | None
) -> None:
    command = wish(town)
    api = Halving(town.api, lost, dies_at, failure)
    if dies_at is None:
        effect = await ensure_client(command, api)
        assert effect.result is Result.CREATED
        assert ("all the same" in effect.detail) == (failure is not None)
    elif dies_at == 1 and failure is not None:
        return  # the answer never comes: as without it
    else:
        with pytest.raises(DiedError):
            await ensure_client(command, api)
        effect = await ensure_client(command, town.api)
        assert effect.result is (Result.CREATED if dies_at == 1 else Result.ALREADY)
    home = await assert_one_client_on_its_port(town, command)
    assert (home["address"], home["coords"]) == (command.address, [command.longitude, command.latitude])
    assert len(await town.rows("properties")) == 1
    (client,) = await town.rows("ftth-clients")
    assert (client["name"], client["implanted"]) == (command.name, command.implanted)
    assert (await ensure_client(command, town.api)).result is Result.ALREADY


@pytest.mark.parametrize(
    "changes", [{"address": "Rua Oito, 8"}, {"lat": -25.5}, {"observation": "obra"}, {"box": None}]
)
async def test_an_empty_property_that_is_not_just_so_is_somebodys_and_stays_empty(
    town: OzmapTown, changes: dict[str, Any]
) -> None:
    empty = {"lat": -25.4321987, "lng": -49.2345678, "address": "Rua Sete, 7", "box": town.street.box}
    home = await town.person.home(town.street.project, **{**empty, **changes})
    assert (await ensure_client(wish(town), town.api)).result is Result.CREATED
    assert (await town.person.stored("properties", home))["client"] is None


async def test_a_property_that_somebody_left_is_not_taken_for_a_half(town: OzmapTown) -> None:
    place = {"lat": -25.4321987, "lng": -49.2345678, "address": "Rua Sete, 7", "box": town.street.box}
    home = await town.person.home(town.street.project, client={"code": "maria|2"}, **place)
    client = (await town.person.stored("properties", home))["client"]
    await town.person.ok("DELETE", f"ftth-clients/{client}")
    assert (await ensure_client(wish(town), town.api)).result is Result.CREATED
    assert (await town.person.stored("properties", home))["client"] is None


async def test_a_half_whose_port_was_taken_meanwhile_is_refused_with_the_reason(town: OzmapTown) -> None:
    place = {"lat": -25.4321987, "lng": -49.2345678, "address": "Rua Sete, 7", "box": town.street.box}
    await town.person.home(town.street.project, client={"code": "maria|2"}, **place)
    await town.street.subscriber("joao", port=3)
    assert (await refusal(town, wish(town))).reason == Reason.PORT_TAKEN
    assert await town.writes() == []


@pytest.mark.parametrize("field", ["address", "coords"])
async def test_a_field_that_did_not_come_through_is_named(town: OzmapTown, field: str) -> None:
    await town.fault("success_but_dropped_field", "properties", "POST", field=field)
    refused = await refusal(town, wish(town))
    assert (refused.reason, refused.detail) == (Reason.NOT_WRITTEN, field)
    assert (await ensure_client(wish(town), town.api)).result is Result.ALREADY
    await assert_one_client_on_its_port(town, wish(town))


async def test_of_two_that_want_one_port_one_gets_it_and_the_other_is_told(town: OzmapTown) -> None:
    wishes = [wish(town), wish(town, code="joao", address="Rua Dez, 10")]
    results = await asyncio.gather(*(ensure_client(one, town.api) for one in wishes), return_exceptions=True)
    (refused,) = [one for one in results if isinstance(one, Refused)]
    assert refused.reason == Reason.PORT_TAKEN
    assert len(await town.rows("ftth-clients")) == 1


SINGLE = ["name", "implanted", "status", "power"]


async def single(town: OzmapTown, what: str) -> tuple[Any, Any, str, str, Any]:
    """(executor, command, entity, field, wanted) for joao, who has none of it yet."""
    home = await town.person.stored("properties", await town.street.subscriber("joao"))
    client = home["client"]
    await town.person.ok("PATCH", f"ftth-clients/{client}", {"implanted": False})
    about = {"rule": "r", "subject": "login:joao"}
    return {
        "name": (
            ensure_client_name,
            EnsureClientName(**about, client_id=client, name="João Silva"),
            "ftth-clients",
            "name",
            "João Silva",
        ),
        "implanted": (
            ensure_implanted,
            EnsureImplanted(**about, client_id=client),
            "ftth-clients",
            "implanted",
            True,
        ),
        "status": (
            ensure_status,
            EnsureStatus(**about, client_id=client, status=1),
            "ftth-clients",
            "status",
            1,
        ),
        "power": (
            ensure_power,
            EnsurePower(**about, property_id=home["id"], power_dbm=-21.37, step_db=0.5),
            "properties",
            "potencyRead",
            -21.37,
        ),
    }[what]


@pytest.mark.parametrize("what", SINGLE)
@pytest.mark.parametrize("dies", [None, True, False])
async def test_one_field_is_written_once_whatever_dies(town: OzmapTown, what: str, dies: bool | None) -> None:
    ensure, command, entity, field, wanted = await single(town, what)
    if dies is not None:
        with pytest.raises(DiedError):
            await ensure(command, Mortal(town.api, 1, after=dies))
    effect = await ensure(command, town.api)
    assert effect.result is (Result.ALREADY if dies else Result.UPDATED)
    assert (await ensure(command, town.api)).result is Result.ALREADY
    (write,) = await town.writes()
    assert (write["entity"], write["changed"]) == (entity, sorted([field, "updatedAt"]))
    assert write["after"][field] == wanted


@pytest.mark.parametrize("what", SINGLE)
async def test_one_field_in_an_error_that_wrote_and_in_a_success_that_did_not(
    town: OzmapTown, what: str
) -> None:
    ensure, command, entity, field, _ = await single(town, what)
    await town.fault("success_but_dropped_field", entity, "PATCH", field=field)
    with pytest.raises(Refused) as caught:
        await ensure(command, town.api)
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_WRITTEN, field)
    await town.fault("error_but_written", entity, "PATCH")
    effect = await ensure(command, town.api)
    assert effect.result is Result.UPDATED
    assert "all the same" in effect.detail


async def test_a_smaller_change_of_power_is_not_written(town: OzmapTown) -> None:
    ensure, command, *_ = await single(town, "power")
    await ensure(command, town.api)
    near = command.model_copy(update={"power_dbm": -21.86})
    assert (await ensure(near, town.api)).result is Result.ALREADY
    a_step = command.model_copy(update={"power_dbm": -21.87})
    assert (await ensure(a_step, town.api)).result is Result.UPDATED
    assert len(await town.writes()) == 2
