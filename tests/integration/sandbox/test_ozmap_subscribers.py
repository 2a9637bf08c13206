"""Subscribers in the OZmap double: properties and their clients (ozmap-api 3.8, 3.9)."""

from __future__ import annotations

from tests.integration.sandbox.mapping import OzmapPerson, Street


async def test_a_subscriber_is_made_in_one_request_with_client_drop_and_port(block: Street) -> None:
    person = block.person
    body = {"project": block.project, "lat": -25.41, "lng": -49.21, "address": "Rua A, 1"}
    body |= {"box": block.box, "connector": block.splitter, "port": 3, "client": {"code": "joao"}}
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
    fiber = (await block.outputs())[2]
    assert home["connections"] == [
        {
            "id": block.splitter,
            "kind": "Splitter",
            "port": 3,
            "name": (await person.stored("splitters", block.splitter))["name"],
            "implanted": True,
            "fiber": fiber,
        }
    ]
    drop = await person.ok("GET", f"cables/{home['drop']}")
    assert home["cables"] == [drop["id"]]
    assert (drop["kind"], drop["boxA"], drop["boxB"]) == ("Drop", block.box, home["id"])
    row = await person.ok("GET", f"fibers/{fiber}")
    assert (row["parent"], row["connectors"], row["isDrop"]) == (drop["id"], [block.splitter], True)
    stay = home["history"]["clients"]
    assert [(one["code"], one["id"], one["exit_date"]) for one in stay] == [("joao", made["client"], None)]


async def test_properties_of_a_client_code_come_as_an_array_with_the_client_inside(block: Street) -> None:
    home = await block.subscriber("joao|casa 2")
    found = await block.person.ok("GET", "properties/client/joao%7Ccasa%202")
    assert [row["id"] for row in found] == [home]
    assert found[0]["client"]["_id"] == found[0]["client"]["id"]
    assert found[0]["_id"] == home
    assert await block.person.ok("GET", "properties/client/nobody") == []
    await block.person.switch(no_client_status=404)
    await block.person.refused("GET", "properties/client/nobody", status=404)


async def test_a_property_is_found_by_its_clients_id_its_box_and_its_fibre(block: Street) -> None:
    person, home = block.person, await block.subscriber()
    row = await person.stored("properties", home)
    for name, value in (("client", row["client"]), ("box", block.box), ("connections.id", block.splitter)):
        assert [found["id"] for found in await person.rows("properties", (name, "=", value))] == [home]
    serial = {"onu": {"user_PPPoE": "j", "serial_number": "FAKE1", "mac_address": ""}}
    await person.ok("PATCH", f"ftth-clients/{row['client']}", serial)
    (client,) = await person.rows("clients", ("onu.serial_number", "=", "FAKE1"))
    assert client["id"] == row["client"]


async def test_client_null_takes_the_client_off_and_history_remembers_the_code(block: Street) -> None:
    person, home = block.person, await block.subscriber("joao")
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


async def test_deleting_a_property_deletes_client_and_drop_and_frees_the_port(block: Street) -> None:
    person, home = block.person, await block.subscriber()
    row = await person.stored("properties", home)
    assert (await person.ask("DELETE", f"properties/{home}")).status == 204
    assert await block.outputs() == [None] * 8
    assert await person.stored("ftth-clients", row["client"]) is None
    assert await person.stored("cables", row["drop"]) is None
    assert await person.sandbox("GET", "rows/fibers") == []
    entry = (await person.journal())[-1]
    assert {change["entity"] for change in entry["also"]} == {"splitters", "ftth-clients", "cables", "fibers"}
    await block.subscriber("joao", port=1)


async def test_deleting_a_client_keeps_property_and_port_unless_switched(block: Street) -> None:
    person, home = block.person, await block.subscriber()
    client = (await person.stored("properties", home))["client"]
    assert (await person.ask("DELETE", f"ftth-clients/{client}")).status == 204
    row = await person.ok("GET", f"properties/{home}")
    assert (row["client"], row["connections"][0]["port"]) == (None, 1)
    assert row["history"]["clients"][0]["exit_date"]
    await person.switch(deleted_client="takes_property")
    home = await block.subscriber("maria", port=2)
    await person.ok("DELETE", f"ftth-clients/{(await person.stored('properties', home))['client']}")
    assert await person.stored("properties", home) is None


async def test_a_client_code_is_there_once_unless_switched(block: Street) -> None:
    person = block.person
    await block.subscriber("joao")
    client = await person.draw("ftth-clients", {"code": "maria"})
    body = {"project": block.project, "coords": [-49.2, -25.4], "client": {"code": "joao"}}
    assert "already a client with code 'joao'" in await person.refused("POST", "properties", body)
    assert "already" in await person.refused("PATCH", f"ftth-clients/{client}", {"code": "joao"})
    assert await person.rows("properties", ("box", "=", None)) == []
    await person.switch(duplicate_codes=True)
    await person.draw("properties", body)
    assert len(await person.ok("GET", "properties/client/joao")) == 2


async def test_a_client_lives_in_one_property_and_a_property_has_one_client(block: Street) -> None:
    person, home = block.person, await block.subscriber("joao")
    client = (await person.stored("properties", home))["client"]
    empty = await person.home(block.project)
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


async def test_a_property_shows_its_client_as_it_is_now(block: Street) -> None:
    person, home = block.person, await block.subscriber("joao")
    (row,) = await person.rows("properties")
    await person.ok("PATCH", f"ftth-clients/{row['client']['id']}", {"name": "João da Silva"})
    (row,) = await person.rows("properties")
    assert row["client"]["name"] == "João da Silva"
    assert (await person.ok("GET", f"properties/{home}"))["client"] == row["client"]


async def test_power_is_a_number_or_null(block: Street) -> None:
    person, home = block.person, await block.subscriber()
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
