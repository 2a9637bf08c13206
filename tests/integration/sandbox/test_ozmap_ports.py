"""Ports and drops in the OZmap double: connecting, moving, taking off (ozmap-api 3.9 to 3.11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.mapping import OzmapPerson, Street
from tests.integration.sandbox.speaking import Api


async def updated(api: Api, entity: str, row_id: str) -> str:
    return str((await api.stored(entity, row_id))["updatedAt"])


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
    block: Street, wish: dict[str, Any], says: str | None
) -> None:
    person = block.person
    await block.subscriber("first", port=1)
    await person.ok("PATCH", f"splitters/{block.splitter}", {"ports": [{"index": 2, "blocked": True}]})
    wish = {n: getattr(block, str(v), v) if n == "connector" and v else v for n, v in wish.items()}
    body = {"project": block.project, "lat": -25.4, "lng": -49.2, "client": {"code": "second"}}
    answer = await person.ask(
        "POST", "properties", {**body, "box": block.box, "connector": block.splitter, **wish}
    )
    if says is None:
        assert answer.status == 201
        return
    assert answer.status == 422
    assert says in answer.json["message"]
    assert await person.ok("GET", "properties/client/second") == []


async def test_an_empty_property_on_a_port_takes_it_too(block: Street) -> None:
    place = {"box": block.box, "connector": block.splitter, "port": 1}
    await block.person.home(block.project, **place)
    body = {"project": block.project, "coords": [-49.2, -25.4], "client": {"code": "x"}, **place}
    assert "already in use" in await block.person.refused("POST", "properties", body)


async def test_force_on_a_taken_or_blocked_port_is_a_switch(block: Street) -> None:
    person, first = block.person, await block.subscriber("first", port=1)
    await person.ok("PATCH", f"splitters/{block.splitter}", {"ports": [{"index": 2, "blocked": True}]})
    await person.switch(force="refuses")
    place = {"box": block.box, "connector": block.splitter, "force": True}
    body = {"project": block.project, "coords": [-49.2, -25.4], **place}
    assert "already in use" in await person.refused("POST", "properties", {**body, "port": 1})
    assert "blocked" in await person.refused("POST", "properties", {**body, "port": 2})
    await person.switch(force="evicts")
    second = await person.draw("properties", {**body, "port": 1})
    assert (await person.stored("properties", first))["connections"] == []
    assert (await person.stored("properties", second))["connections"][0]["port"] == 1
    await person.draw("properties", {**body, "port": 2})


async def test_auto_connect_takes_the_first_free_unblocked_port_of_the_service_splitters(
    block: Street,
) -> None:
    person = block.person
    await block.subscriber("first", port=1)
    await person.ok("PATCH", f"splitters/{block.splitter}", {"ports": [{"index": 2, "blocked": True}]})
    wish = {"box": block.box, "auto_connect": True, "force": True}
    reservation = {"code": "reserva", "implanted": False}
    home = await person.home(block.project, client=reservation, **wish)
    connection = (await person.stored("properties", home))["connections"][0]
    assert (connection["id"], connection["port"]) == (block.splitter, 3)
    await person.ok("PATCH", f"properties/{home}", wish)
    assert (await person.stored("properties", home))["connections"] == [connection]
    for _ in range(5):
        await person.home(block.project, **wish)
    body = {"project": block.project, "lat": -25.4, "lng": -49.2, **wish}
    assert "no free port" in await person.refused("POST", "properties", body)


async def test_a_subscriber_moves_to_another_port_and_another_box(block: Street) -> None:
    person, home = block.person, await block.subscriber(port=1)
    drop = (await person.stored("properties", home))["drop"]
    assert (
        await person.ask("PATCH", f"properties/{home}", {"connector": block.splitter, "port": 5})
    ).status == 204
    outputs = await block.outputs()
    assert (outputs[0], bool(outputs[4])) == (None, True)
    await person.ok("PATCH", f"properties/{home}", {"port": 6})
    assert (await person.stored("properties", home))["connections"][0]["port"] == 6
    await person.refused("PATCH", f"properties/{home}", {"connector": block.other_splitter, "port": 1})
    move = {"box": block.other_box, "connector": block.other_splitter, "port": 2}
    await person.ok("PATCH", f"properties/{home}", move)
    row = await person.stored("properties", home)
    assert (row["box"], row["drop"], row["connections"][0]["id"]) == (
        block.other_box,
        drop,
        block.other_splitter,
    )
    assert await block.outputs() == [None] * 8
    assert (await person.stored("cables", drop))["boxA"] == block.other_box
    await person.ok("PATCH", f"properties/{home}", {"box": block.box})
    row = await person.stored("properties", home)
    assert (row["box"], row["connections"]) == (block.box, [])


async def test_box_null_takes_the_drop_away_and_frees_the_port(block: Street) -> None:
    person, home = block.person, await block.subscriber()
    drop = (await person.stored("properties", home))["drop"]
    await person.ok("PATCH", f"properties/{home}", {"box": None})
    row = await person.stored("properties", home)
    assert (row["box"], row["drop"], row["cables"], row["connections"]) == (None, None, [], [])
    assert await block.outputs() == [None] * 8
    assert await person.stored("cables", drop) is None
    assert row["client"] is not None


async def test_a_drop_is_disconnected_with_its_box_link_kept_by_cable_or_by_pair(block: Street) -> None:
    person, home = block.person, await block.subscriber()
    row = await person.stored("properties", home)
    answer = await person.ask("POST", f"cables/{row['drop']}/fibers/disconnect")
    assert (answer.status, answer.body) == (204, b"")
    row = await person.stored("properties", home)
    assert (row["box"], row["connections"], bool(row["drop"])) == (block.box, [], True)
    assert await block.outputs() == [None] * 8
    await person.ok("PATCH", f"properties/{home}", {"connector": block.splitter, "port": 4})
    fiber = (await block.outputs())[3]
    pair = {
        "elementA": {"id": block.splitter, "kind": "splitter"},
        "elementB": {"id": fiber, "kind": "fiber"},
    }
    assert (await person.ask("POST", "disconnect", pair)).status == 204
    assert (await person.stored("properties", home))["connections"] == []
    entry = (await person.journal())[-1]
    assert (entry["entity"], entry["id"]) == ("splitters", block.splitter)
    assert set(entry["changed"]) - {"updatedAt"} == {"connectables"}
    await person.refused("POST", f"cables/{'a' * 24}/fibers/disconnect", status=404)


async def test_deleting_the_drop_parts_property_and_box(block: Street) -> None:
    person, home = block.person, await block.subscriber()
    await person.ok("DELETE", f"cables/{(await person.stored('properties', home))['drop']}")
    row = await person.stored("properties", home)
    assert (row["box"], row["drop"], row["connections"]) == (None, None, [])
    assert await block.outputs() == [None] * 8


async def test_connecting_moves_updated_at_of_splitter_and_property_unless_switched_off(
    block: Street,
) -> None:
    person, home = block.person, await block.subscriber(port=1)
    for switched, moves in ((True, True), (False, False)):
        await person.switch(connections_touch=switched)
        stamps = [
            await updated(person, "splitters", block.splitter),
            await updated(person, "properties", home),
        ]
        box_stamp = await updated(person, "boxes", block.box)
        await person.sandbox("POST", "clock", {"offset_s": 7200 if switched else 14400})
        await person.ok(
            "PATCH", f"properties/{home}", {"port": 2 if switched else 3, "connector": block.splitter}
        )
        again = [
            await updated(person, "splitters", block.splitter),
            await updated(person, "properties", home),
        ]
        assert [new > old for new, old in zip(again, stamps, strict=True)] == [moves, moves]
        assert await updated(person, "boxes", block.box) == box_stamp
    await person.switch(touch_parents=True)
    await person.ok("PATCH", f"properties/{home}", {"port": 4, "connector": block.splitter})
    assert await updated(person, "boxes", block.box) > box_stamp


async def test_a_splitters_new_name_and_box_show_in_the_connections(block: Street) -> None:
    person, home = block.person, await block.subscriber()
    await person.ok("PATCH", f"splitters/{block.splitter}", {"name": "Novo"})
    assert (await person.ok("GET", f"properties/{home}"))["connections"][0]["name"] == "Novo"
    await person.ok("PATCH", f"splitters/{block.splitter}", {"parent": block.other_box})
    assert (await person.stored("properties", home))["box"] == block.other_box


async def test_a_deleted_splitter_or_box_leaves_its_drops_loose_and_properties_standing(
    block: Street,
) -> None:
    person, home = block.person, await block.subscriber()
    await person.ok("DELETE", f"splitters/{block.splitter}")
    row = await person.stored("properties", home)
    assert (row["box"], bool(row["drop"]), row["connections"]) == (block.box, True, [])
    await person.ok("DELETE", f"boxes/{block.box}")
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
