"""Subscribers in the OZmap double: properties, clients, drops and ports (ozmap-api 3.8 to 3.11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.mapping import PLAIN_TYPE, OzmapPerson
from tests.integration.sandbox.speaking import Api


class Street:
    """A box with a service splitter of 8 and one that serves nobody, another box with its own."""

    def __init__(self, person: OzmapPerson) -> None:
        self.person = person
        self.project = self.box = self.splitter = self.plain = self.other_box = self.other_splitter = ""

    async def build(self) -> Street:
        self.project = await self.person.project()
        self.box = await self.person.box(self.project, "CTO-1")
        self.splitter = await self.person.splitter(self.box, index=1)
        self.plain = await self.person.splitter(self.box, PLAIN_TYPE)
        self.other_box = await self.person.box(self.project, "CTO-2")
        self.other_splitter = await self.person.splitter(self.other_box)
        return self

    async def subscriber(self, code: str = "joao", port: int = 1, **fields: Any) -> str:
        """A connected subscriber's property."""
        place = {"box": self.box, "connector": self.splitter, "port": port}
        client = {"code": code, "name": code.title(), "implanted": True}
        return await self.person.home(self.project, client=client, **place, **fields)

    async def outputs(self, splitter: str = "") -> list[Any]:
        row = await self.person.stored("splitters", splitter or self.splitter)
        return list(row["connectables"]["output"])


@pytest.fixture
async def street(ozmap: OzmapPerson) -> Street:
    return await Street(ozmap).build()


async def updated(api: Api, entity: str, row_id: str) -> str:
    return str((await api.stored(entity, row_id))["updatedAt"])


async def test_a_subscriber_is_made_in_one_request_with_client_drop_and_port(street: Street) -> None:
    person = street.person
    body = {"project": street.project, "lat": -25.41, "lng": -49.21, "address": "Rua A, 1"}
    body |= {"box": street.box, "connector": street.splitter, "port": 3, "client": {"code": "joao"}}
    answer = await person.ask("POST", "properties", body)
    assert answer.status == 201
    made = answer.json
    assert isinstance(made["client"], str)
    assert made["_id"] == made["id"]
    home = await person.ok("GET", f"properties/{made['id']}")
    assert (home["client"]["code"], home["client"]["implanted"], home["client"]["status"]) == (
        "joao",
        False,
        0,
    )
    assert (home["lat"], home["lng"], home["coords"]) == (-25.41, -49.21, [-49.21, -25.41])
    assert home["potencyRead"] is None
    fiber = (await street.outputs())[2]
    assert home["connections"] == [
        {
            "id": street.splitter,
            "kind": "Splitter",
            "port": 3,
            "name": (await person.stored("splitters", street.splitter))["name"],
            "implanted": True,
            "fiber": fiber,
        }
    ]
    drop = await person.ok("GET", f"cables/{home['drop']}")
    assert home["cables"] == [drop["id"]]
    assert (drop["kind"], drop["boxA"], drop["boxB"]) == ("Drop", street.box, home["id"])
    row = await person.ok("GET", f"fibers/{fiber}")
    assert (row["parent"], row["connectors"], row["isDrop"]) == (drop["id"], [street.splitter], True)
    stay = home["history"]["clients"]
    assert [(one["code"], one["id"], one["exit_date"]) for one in stay] == [("joao", made["client"], None)]


async def test_properties_of_a_client_code_come_as_an_array_with_the_client_inside(street: Street) -> None:
    home = await street.subscriber("joao|casa 2")
    found = await street.person.ok("GET", "properties/client/joao%7Ccasa%202")
    assert [row["id"] for row in found] == [home]
    assert found[0]["client"]["_id"] == found[0]["client"]["id"]
    assert found[0]["_id"] == home
    assert await street.person.ok("GET", "properties/client/nobody") == []
    await street.person.switch(no_client_status=404)
    await street.person.refused("GET", "properties/client/nobody", status=404)


async def test_a_property_is_found_by_its_clients_id_its_box_and_its_fibre(street: Street) -> None:
    person, home = street.person, await street.subscriber()
    row = await person.stored("properties", home)
    for name, value in (("client", row["client"]), ("box", street.box), ("connections.id", street.splitter)):
        assert [found["id"] for found in await person.rows("properties", (name, "=", value))] == [home]
    serial = {"onu": {"user_PPPoE": "j", "serial_number": "FAKE1", "mac_address": ""}}
    await person.ok("PATCH", f"ftth-clients/{row['client']}", serial)
    (client,) = await person.rows("clients", ("onu.serial_number", "=", "FAKE1"))
    assert client["id"] == row["client"]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"port": 1}, "already in use"),
        ({"port": 2}, "is blocked"),
        ({"port": 0}, "does not exist"),
        ({"port": 9}, "does not exist"),
        ({"port": "3"}, "port must be an integer"),
        ({}, "connector needs its port"),
        ({"connector": "plain", "port": 1}, "does not allow client connections"),
        ({"connector": "other_splitter", "port": 1}, "does not belong to the box"),
        ({"connector": None, "box": None, "port": 3, "auto_connect": False}, None),
        ({"box": None, "port": 3}, "without box"),
    ],
)
async def test_a_port_that_cannot_be_had_is_refused_with_422_and_a_message(
    street: Street, wish: dict[str, Any], says: str | None
) -> None:
    person = street.person
    await street.subscriber("first", port=1)
    await person.ok("PATCH", f"splitters/{street.splitter}", {"ports": [{"index": 2, "blocked": True}]})
    wish = {n: getattr(street, str(v), v) if n == "connector" and v else v for n, v in wish.items()}
    body = {"project": street.project, "lat": -25.4, "lng": -49.2, "client": {"code": "second"}}
    answer = await person.ask(
        "POST", "properties", {**body, "box": street.box, "connector": street.splitter, **wish}
    )
    if says is None:
        assert answer.status == 201
        return
    assert answer.status == 422
    assert says in answer.json["message"]
    assert await person.ok("GET", "properties/client/second") == []


async def test_an_empty_property_on_a_port_takes_it_too(street: Street) -> None:
    place = {"box": street.box, "connector": street.splitter, "port": 1}
    await street.person.home(street.project, **place)
    body = {"project": street.project, "coords": [-49.2, -25.4], "client": {"code": "x"}, **place}
    assert "already in use" in await street.person.refused("POST", "properties", body)


async def test_force_on_a_taken_or_blocked_port_is_a_switch(street: Street) -> None:
    person, first = street.person, await street.subscriber("first", port=1)
    await person.ok("PATCH", f"splitters/{street.splitter}", {"ports": [{"index": 2, "blocked": True}]})
    await person.switch(force="refuses")
    place = {"box": street.box, "connector": street.splitter, "force": True}
    body = {"project": street.project, "coords": [-49.2, -25.4], **place}
    assert "already in use" in await person.refused("POST", "properties", {**body, "port": 1})
    assert "blocked" in await person.refused("POST", "properties", {**body, "port": 2})
    await person.switch(force="evicts")
    second = await person.draw("properties", {**body, "port": 1})
    assert (await person.stored("properties", first))["connections"] == []
    assert (await person.stored("properties", second))["connections"][0]["port"] == 1
    await person.draw("properties", {**body, "port": 2})


async def test_auto_connect_takes_the_first_free_unblocked_port_of_the_service_splitters(
    street: Street,
) -> None:
    person = street.person
    await street.subscriber("first", port=1)
    await person.ok("PATCH", f"splitters/{street.splitter}", {"ports": [{"index": 2, "blocked": True}]})
    wish = {"box": street.box, "auto_connect": True, "force": True}
    reservation = {"code": "reserva", "implanted": False}
    home = await person.home(street.project, client=reservation, **wish)
    connection = (await person.stored("properties", home))["connections"][0]
    assert (connection["id"], connection["port"]) == (street.splitter, 3)
    await person.ok("PATCH", f"properties/{home}", wish)
    assert (await person.stored("properties", home))["connections"] == [connection]
    for _ in range(5):
        await person.home(street.project, **wish)
    body = {"project": street.project, "lat": -25.4, "lng": -49.2, **wish}
    assert "no free port" in await person.refused("POST", "properties", body)


async def test_a_subscriber_moves_to_another_port_and_another_box(street: Street) -> None:
    person, home = street.person, await street.subscriber(port=1)
    drop = (await person.stored("properties", home))["drop"]
    assert (
        await person.ask("PATCH", f"properties/{home}", {"connector": street.splitter, "port": 5})
    ).status == 204
    outputs = await street.outputs()
    assert (outputs[0], bool(outputs[4])) == (None, True)
    await person.ok("PATCH", f"properties/{home}", {"port": 6})
    assert (await person.stored("properties", home))["connections"][0]["port"] == 6
    await person.refused("PATCH", f"properties/{home}", {"connector": street.other_splitter, "port": 1})
    move = {"box": street.other_box, "connector": street.other_splitter, "port": 2}
    await person.ok("PATCH", f"properties/{home}", move)
    row = await person.stored("properties", home)
    assert (row["box"], row["drop"], row["connections"][0]["id"]) == (
        street.other_box,
        drop,
        street.other_splitter,
    )
    assert await street.outputs() == [None] * 8
    assert (await person.stored("cables", drop))["boxA"] == street.other_box
    await person.ok("PATCH", f"properties/{home}", {"box": street.box})
    row = await person.stored("properties", home)
    assert (row["box"], row["connections"]) == (street.box, [])


async def test_client_null_takes_the_client_off_and_history_remembers_the_code(street: Street) -> None:
    person, home = street.person, await street.subscriber("joao")
    client = (await person.stored("properties", home))["client"]
    await person.ok("PATCH", f"properties/{home}", {"client": None, "observation": "saiu"})
    row = await person.ok("GET", f"properties/{home}")
    assert (row["client"], row["observation"], row["connections"][0]["port"]) == (None, "saiu", 1)
    (stay,) = row["history"]["clients"]
    assert (stay["code"], stay["id"]) == ("joao", client)
    assert stay["exit_date"] >= stay["enter_date"]
    assert await person.ok("GET", "properties/client/joao") == []
    assert await person.stored("ftth-clients", client) is not None
    await person.ok("PATCH", f"properties/{home}", {"client": client})
    assert [
        bool(one["exit_date"]) for one in (await person.ok("GET", f"properties/{home}"))["history"]["clients"]
    ] == [
        True,
        False,
    ]
    await person.switch(detached_client="deleted")
    await person.ok("PATCH", f"properties/{home}", {"client": None})
    assert await person.stored("ftth-clients", client) is None


async def test_box_null_takes_the_drop_away_and_frees_the_port(street: Street) -> None:
    person, home = street.person, await street.subscriber()
    drop = (await person.stored("properties", home))["drop"]
    await person.ok("PATCH", f"properties/{home}", {"box": None})
    row = await person.stored("properties", home)
    assert (row["box"], row["drop"], row["cables"], row["connections"]) == (None, None, [], [])
    assert await street.outputs() == [None] * 8
    assert await person.stored("cables", drop) is None
    assert row["client"] is not None


async def test_deleting_a_property_deletes_client_and_drop_and_frees_the_port(street: Street) -> None:
    person, home = street.person, await street.subscriber()
    row = await person.stored("properties", home)
    assert (await person.ask("DELETE", f"properties/{home}")).status == 204
    assert await street.outputs() == [None] * 8
    assert await person.stored("ftth-clients", row["client"]) is None
    assert await person.stored("cables", row["drop"]) is None
    assert await person.sandbox("GET", "rows/fibers") == []
    entry = (await person.journal())[-1]
    assert {change["entity"] for change in entry["also"]} == {"splitters", "ftth-clients", "cables", "fibers"}
    await street.subscriber("joao", port=1)


async def test_deleting_a_client_keeps_property_and_port_unless_switched(street: Street) -> None:
    person, home = street.person, await street.subscriber()
    client = (await person.stored("properties", home))["client"]
    assert (await person.ask("DELETE", f"ftth-clients/{client}")).status == 204
    row = await person.ok("GET", f"properties/{home}")
    assert (row["client"], row["connections"][0]["port"]) == (None, 1)
    assert row["history"]["clients"][0]["exit_date"]
    await person.switch(deleted_client="takes_property")
    home = await street.subscriber("maria", port=2)
    await person.ok("DELETE", f"ftth-clients/{(await person.stored('properties', home))['client']}")
    assert await person.stored("properties", home) is None


async def test_a_drop_is_disconnected_with_its_box_link_kept_by_cable_or_by_pair(street: Street) -> None:
    person, home = street.person, await street.subscriber()
    row = await person.stored("properties", home)
    answer = await person.ask("POST", f"cables/{row['drop']}/fibers/disconnect")
    assert (answer.status, answer.body) == (204, b"")
    row = await person.stored("properties", home)
    assert (row["box"], row["connections"], bool(row["drop"])) == (street.box, [], True)
    assert await street.outputs() == [None] * 8
    await person.ok("PATCH", f"properties/{home}", {"connector": street.splitter, "port": 4})
    fiber = (await street.outputs())[3]
    pair = {
        "elementA": {"id": street.splitter, "kind": "splitter"},
        "elementB": {"id": fiber, "kind": "fiber"},
    }
    assert (await person.ask("POST", "disconnect", pair)).status == 204
    assert (await person.stored("properties", home))["connections"] == []
    entry = (await person.journal())[-1]
    assert (entry["entity"], entry["id"]) == ("splitters", street.splitter)
    assert set(entry["changed"]) - {"updatedAt"} == {"connectables"}
    await person.refused("POST", f"cables/{'a' * 24}/fibers/disconnect", status=404)


async def test_deleting_the_drop_parts_property_and_box(street: Street) -> None:
    person, home = street.person, await street.subscriber()
    await person.ok("DELETE", f"cables/{(await person.stored('properties', home))['drop']}")
    row = await person.stored("properties", home)
    assert (row["box"], row["drop"], row["connections"]) == (None, None, [])
    assert await street.outputs() == [None] * 8


async def test_connecting_moves_updated_at_of_splitter_and_property_unless_switched_off(
    street: Street,
) -> None:
    person, home = street.person, await street.subscriber(port=1)
    for switched, moves in ((True, True), (False, False)):
        await person.switch(connections_touch=switched)
        stamps = [
            await updated(person, "splitters", street.splitter),
            await updated(person, "properties", home),
        ]
        box_stamp = await updated(person, "boxes", street.box)
        await person.sandbox("POST", "clock", {"offset_s": 7200 if switched else 14400})
        await person.ok(
            "PATCH", f"properties/{home}", {"port": 2 if switched else 3, "connector": street.splitter}
        )
        again = [
            await updated(person, "splitters", street.splitter),
            await updated(person, "properties", home),
        ]
        assert [new > old for new, old in zip(again, stamps, strict=True)] == [moves, moves]
        assert await updated(person, "boxes", street.box) == box_stamp
    await person.switch(touch_parents=True)
    await person.ok("PATCH", f"properties/{home}", {"port": 4, "connector": street.splitter})
    assert await updated(person, "boxes", street.box) > box_stamp


async def test_a_client_code_is_there_once_unless_switched(street: Street) -> None:
    person = street.person
    await street.subscriber("joao")
    client = await person.draw("ftth-clients", {"code": "maria"})
    body = {"project": street.project, "coords": [-49.2, -25.4], "client": {"code": "joao"}}
    assert "already a client with code 'joao'" in await person.refused("POST", "properties", body)
    assert "already" in await person.refused("PATCH", f"ftth-clients/{client}", {"code": "joao"})
    assert await person.rows("properties", ("box", "=", None)) == []
    await person.switch(duplicate_codes=True)
    await person.draw("properties", body)
    assert len(await person.ok("GET", "properties/client/joao")) == 2


async def test_a_client_lives_in_one_property_and_a_property_has_one_client(street: Street) -> None:
    person, home = street.person, await street.subscriber("joao")
    client = (await person.stored("properties", home))["client"]
    empty = await person.home(street.project)
    assert "property already" in await person.refused("PATCH", f"properties/{empty}", {"client": client})
    body = {"client": {"code": "maria"}}
    assert "client already" in await person.refused("PATCH", f"properties/{home}", body)
    await person.ok("PATCH", f"properties/{empty}", body)
    assert (await person.ok("GET", f"properties/{empty}"))["client"]["code"] == "maria"


async def test_a_client_alone_is_made_renamed_and_activated(ozmap: OzmapPerson) -> None:
    body = {"code": "ana", "name": "Ana", "implanted": False, "onu": {"serial_number": "FAKE2"}}
    made = await ozmap.ok("POST", "ftth-clients", body)
    assert made["kind"] == "ftth"
    assert made["onu"] == {"user_PPPoE": "", "serial_number": "FAKE2", "mac_address": ""}
    await ozmap.ok(
        "PATCH", f"ftth-clients/{made['id']}", {"name": "Ana Maria", "implanted": True, "status": 1}
    )
    row = await ozmap.ok("GET", f"clients/{made['id']}")
    assert (row["name"], row["implanted"], row["status"], row["code"]) == ("Ana Maria", True, 1, "ana")
    changed = (await ozmap.journal())[-2]["changed"]
    assert set(changed) - {"updatedAt"} == {"implanted", "name", "status"}
    path = f"ftth-clients/{made['id']}"
    assert "status must be 0 or 1" in await ozmap.refused("PATCH", path, {"status": 2})
    assert "code must not be empty" in await ozmap.refused("PATCH", path, {"code": ""})
    assert "code" in await ozmap.refused("POST", "ftth-clients", {"name": "x"})
    await ozmap.switch(client_kind="FTTHClient")
    assert (await ozmap.ok("GET", path))["kind"] == "FTTHClient"


async def test_batches_write_the_fields_they_may_carry_to_all_that_the_filter_finds(
    small: OzmapPerson,
) -> None:
    clients = (await small.ok("GET", "ftth-clients?limit=3"))["rows"]
    chosen = [{"property": "id", "operator": "in", "value": [row["id"] for row in clients]}]
    update = {"status": 1, "certified": True, "name": "não passa"}
    answer = await small.ask("POST", "ftth-clients/batch-update", {"filter": chosen, "update": update})
    assert (answer.status, answer.body) == (204, b"")
    for row in clients:
        now = await small.stored("ftth-clients", row["id"])
        assert (now["status"], now["certified"], now["name"]) == (1, True, row["name"])
    entry = (await small.journal())[-1]
    assert (entry["entity"], entry["id"], len(entry["also"])) == ("ftth-clients", None, 3)
    by_code = [{"property": "address", "operator": "exists", "value": True}]
    body = {"filter": by_code, "update": {"potencyRead": -21.5}}
    await small.ok("POST", "properties/batch-update", body)
    homes = await small.sandbox("GET", "rows/properties")
    assert {row["potencyRead"] for row in homes if row["address"] is not None} == {-21.5}
    await small.refused("POST", "properties/batch-update", {"update": {}})


async def test_a_property_shows_its_client_as_it_is_now(street: Street) -> None:
    person, home = street.person, await street.subscriber("joao")
    (row,) = await person.rows("properties")
    await person.ok("PATCH", f"ftth-clients/{row['client']['id']}", {"name": "João da Silva"})
    (row,) = await person.rows("properties")
    assert row["client"]["name"] == "João da Silva"
    assert (await person.ok("GET", f"properties/{home}"))["client"] == row["client"]


async def test_power_is_a_number_or_null(street: Street) -> None:
    person, home = street.person, await street.subscriber()
    for value in (-21.37, 0, None):
        await person.ok("PATCH", f"properties/{home}", {"potencyRead": value})
        assert (await person.ok("GET", f"properties/{home}"))["potencyRead"] == value
    assert "potencyRead" in await person.refused("PATCH", f"properties/{home}", {"potencyRead": "-21"})


async def test_an_apartment_has_its_building_as_parent_and_box_and_no_coordinates(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    building = await ozmap.building(project)
    splitter = await ozmap.splitter(building)
    body = {"project": project, "box": building, "connector": splitter, "port": 2, "client": {"code": "ap11"}}
    row = await ozmap.ok("GET", f"properties/{await ozmap.draw('properties', body)}")
    assert (row["parent"], row["box"], row["lat"], row["lng"]) == (building, building, None, None)
    assert row["connections"][0]["port"] == 2


async def test_a_splitters_new_name_and_box_show_in_the_connections(street: Street) -> None:
    person, home = street.person, await street.subscriber()
    await person.ok("PATCH", f"splitters/{street.splitter}", {"name": "Novo"})
    assert (await person.ok("GET", f"properties/{home}"))["connections"][0]["name"] == "Novo"
    await person.ok("PATCH", f"splitters/{street.splitter}", {"parent": street.other_box})
    assert (await person.stored("properties", home))["box"] == street.other_box


async def test_a_deleted_splitter_or_box_leaves_its_drops_loose_and_properties_standing(
    street: Street,
) -> None:
    person, home = street.person, await street.subscriber()
    await person.ok("DELETE", f"splitters/{street.splitter}")
    row = await person.stored("properties", home)
    assert (row["box"], bool(row["drop"]), row["connections"]) == (street.box, True, [])
    await person.ok("DELETE", f"boxes/{street.box}")
    row = await person.stored("properties", home)
    assert (row["box"], row["drop"]) == (None, None)


async def test_the_small_city_agrees_with_itself_on_every_port(small: OzmapPerson) -> None:
    fibers = {row["id"]: row for row in await small.sandbox("GET", "rows/fibers")}
    splitters = {row["id"]: row for row in await small.sandbox("GET", "rows/splitters")}
    homes = await small.sandbox("GET", "rows/properties")
    n_connected = 0
    for home in homes:
        for connection in home["connections"]:
            n_connected += 1
            output = splitters[connection["id"]]["connectables"]["output"]
            assert output[connection["port"] - 1] == connection["fiber"]
            assert fibers[connection["fiber"]]["parent"] == home["drop"]
    assert n_connected > 200
