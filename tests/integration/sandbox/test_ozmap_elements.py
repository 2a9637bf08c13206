"""Drawing plant in the OZmap double: boxes, buildings, splitters, OLTs, types (ozmap-api 2, 3.1-3.7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.mapping import BOX_TYPE, OLT_TYPE, PLAIN_TYPE, SERVICE_TYPE, OzmapPerson
from tests.integration.sandbox.speaking import Api

NOBODY = "f" * 24


async def changed_stamp(api: Api, entity: str, row_id: str, method: str, path: str, json: Any = None) -> bool:
    """Whether ``updatedAt`` of a row moves when the request is made an hour later."""
    before = (await api.stored(entity, row_id))["updatedAt"]
    offset_s = (await api.sandbox("GET", "clock"))["offset_s"]
    await api.sandbox("POST", "clock", {"offset_s": offset_s + 3600})
    await api.ok(method, path, json)
    after = (await api.stored(entity, row_id))["updatedAt"]
    assert after >= before
    return bool(after != before)


async def test_a_created_box_comes_back_whole_with_defaults_and_virtuals(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    body = {"project": project, "name": "CTO-9", "lat": -25.5, "lng": -49.3, "boxType": BOX_TYPE}
    answer = await ozmap.ask("POST", "boxes", {**body, "hierarchyLevel": 3, "implanted": False})
    assert answer.status == 201
    box = answer.json
    assert box["_id"] == box["id"]
    assert len(box["id"]) == 24
    assert box["__v"] == 0
    assert box["coords"] == [-49.3, -25.5]
    assert (box["lat"], box["lng"], box["kind"], box["implanted"]) == (-25.5, -49.3, "Box", False)
    assert (box["shared"], box["draft"], box["default_reserve"], box["certified"]) == (False, False, 0, False)
    assert (box["tags"], box["cables"], box["history"]) == ([], [], [])
    assert box["creatorData"]["username"] == "person"
    assert box["createdAt"] == box["updatedAt"]
    read = await ozmap.ok("GET", f"boxes/{box['id']}")
    assert read == {name: value for name, value in box.items() if name not in ("_id", "__v")}
    stored = await ozmap.stored("boxes", box["id"])
    assert "lat" not in stored


async def test_an_update_is_partial_empty_204_and_moves_updated_at(ozmap: OzmapPerson) -> None:
    box = await ozmap.box(await ozmap.project(), observation="antes")
    before = await ozmap.stored("boxes", box)
    await ozmap.sandbox("POST", "clock", {"offset_s": 60})
    answer = await ozmap.ask("PATCH", f"boxes/{box}", {"lat": -25.0, "lng": -49.0})
    assert (answer.status, answer.body) == (204, b"")
    after = await ozmap.stored("boxes", box)
    assert after == {**before, "coords": [-49.0, -25.0], "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]
    assert (await ozmap.journal())[-1]["changed"] == ["coords", "updatedAt"]


async def test_an_update_that_changes_nothing_moves_nothing_unless_switched(ozmap: OzmapPerson) -> None:
    box = await ozmap.box(await ozmap.project(), observation="igual")
    same = ("boxes", box, "PATCH", f"boxes/{box}", {"observation": "igual"})
    assert not await changed_stamp(ozmap, *same)
    assert (await ozmap.journal())[-1]["changed"] == []
    await ozmap.switch(noop_touches=True)
    assert await changed_stamp(ozmap, *same)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": 7}, "name must be a string"),
        ({"name": " "}, "name must not be empty"),
        ({"implanted": "yes"}, "implanted must be a boolean"),
        ({"implanted": None}, "implanted must not be null"),
        ({"hierarchyLevel": "3"}, "hierarchyLevel must be a number"),
        ({"coords": [-25.0]}, "coords must be [lng, lat]"),
        ({"coords": [-49.0, 200]}, "coords must be [lng, lat]"),
        ({"lat": 91}, "lat must be a latitude"),
        ({"lat": None, "coords": None}, "lat and lng come together"),
        ({"boxType": "CTO"}, "boxType must be an ObjectId"),
        ({"boxType": NOBODY}, f"boxType: no box-types with id {NOBODY}"),
        ({"project": NOBODY}, f"project: no projects with id {NOBODY}"),
        ({"tags": "x"}, "tags must be a list"),
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused(ozmap: OzmapPerson, fields: Any, says: str) -> None:
    project = await ozmap.project()
    body = {"project": project, "name": "CTO-1", "lat": -25.4, "lng": -49.2, "boxType": BOX_TYPE}
    message = await ozmap.refused("POST", "boxes", {**body, "hierarchyLevel": 3, "implanted": True, **fields})
    assert says in message
    entry = (await ozmap.journal())[-1]
    assert (entry["status"], entry["before"], entry["after"], entry["also"]) == (422, None, None, [])
    assert await ozmap.rows("boxes") == []


async def test_missing_fields_no_json_and_no_object_are_refused(ozmap: OzmapPerson) -> None:
    message = await ozmap.refused("POST", "boxes", {"name": "CTO-1"})
    for name in ("project", "coords", "boxType", "hierarchyLevel", "implanted"):
        assert name in message
    assert "JSON object" in await ozmap.refused("POST", "boxes", [1])
    broken = ozmap.session.post(ozmap.url + "/api/v2/boxes", data=b"{", headers={"Authorization": "k-person"})
    async with broken as reply:
        assert reply.status == 400
        assert "no JSON" in (await reply.json())["message"]


async def test_what_happens_to_unknown_fields_is_a_switch(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    box = await ozmap.box(project, colour="red")
    assert "colour" not in await ozmap.ok("GET", f"boxes/{box}")
    await ozmap.switch(unknown_fields="keep")
    await ozmap.ok("PATCH", f"boxes/{box}", {"colour": "red"})
    assert (await ozmap.ok("GET", f"boxes/{box}"))["colour"] == "red"
    await ozmap.switch(unknown_fields="refuse")
    assert "colour is not allowed" in await ozmap.refused("PATCH", f"boxes/{box}", {"colour": "blue"})


async def test_a_box_name_is_there_once_in_a_project(ozmap: OzmapPerson) -> None:
    project, other = await ozmap.project(), await ozmap.project("Outro")
    box = await ozmap.box(project, "CTO-1")
    second = await ozmap.box(project, "CTO-2")
    elsewhere = await ozmap.box(other, "CTO-1")
    body = {"name": "CTO-1"}
    assert "already a box named 'CTO-1'" in await ozmap.refused("PATCH", f"boxes/{second}", body)
    assert "already" in await ozmap.refused("PATCH", f"boxes/{elsewhere}", {"project": project})
    await ozmap.ok("PATCH", f"boxes/{box}", body)
    await ozmap.switch(refusal_status=409)
    await ozmap.refused("PATCH", f"boxes/{second}", body, status=409)


async def test_a_box_without_name_gets_one_and_300_characters_are_taken(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    answer = await ozmap.ok("POST", "boxes", {"project": project, "coords": [-49, -25], "boxType": BOX_TYPE,
                                              "hierarchyLevel": 3, "implanted": True})  # fmt: skip
    assert answer["name"].startswith("CTO-")
    await ozmap.box(project, "x" * 300)


async def test_moving_a_box_to_another_project_takes_its_splitters_along(ozmap: OzmapPerson) -> None:
    old, new = await ozmap.project("A"), await ozmap.project("B")
    box = await ozmap.box(old)
    splitter = await ozmap.splitter(box)
    await ozmap.ok("PATCH", f"boxes/{box}", {"project": new})
    assert (await ozmap.stored("boxes", box))["project"] == new
    assert (await ozmap.stored("splitters", splitter))["project"] == new
    await ozmap.switch(project_update=False)
    await ozmap.ok("PATCH", f"boxes/{box}", {"project": old})
    assert (await ozmap.stored("boxes", box))["project"] == new


async def test_the_same_external_id_twice_is_an_error(ozmap: OzmapPerson) -> None:
    box = await ozmap.box(await ozmap.project(), external_id="e-1")
    assert "external_id" in await ozmap.refused("PATCH", f"boxes/{box}", {"external_id": "e-1"})
    await ozmap.ok("PATCH", f"boxes/{box}", {"external_id": "e-2"})


async def test_a_deleted_box_is_404_and_its_splitters_are_gone(ozmap: OzmapPerson) -> None:
    box = await ozmap.box(await ozmap.project())
    splitter = await ozmap.splitter(box)
    assert (await ozmap.ask("DELETE", f"boxes/{box}")).status == 204
    assert await ozmap.refused("GET", f"boxes/{box}", status=404)
    assert await ozmap.refused("DELETE", f"boxes/{box}", status=404)
    assert await ozmap.stored("splitters", splitter) is None
    entry = (await ozmap.journal())[0 - 3]
    assert (entry["method"], entry["after"], entry["before"]["id"]) == ("DELETE", None, box)
    assert [change["entity"] for change in entry["also"]] == ["splitters"]


async def test_a_box_in_use_may_be_refused_to_go(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    box = await ozmap.box(project)
    splitter = await ozmap.splitter(box)
    await ozmap.home(project, box=box, connector=splitter, port=1)
    await ozmap.switch(delete_used="refuse")
    assert "in use" in await ozmap.refused("DELETE", f"boxes/{box}")
    assert "in use" in await ozmap.refused("DELETE", f"splitters/{splitter}")


async def test_projects_and_types_in_use_do_not_go(ozmap: OzmapPerson) -> None:
    project, empty = await ozmap.project(), await ozmap.project("Vazio")
    await ozmap.box(project)
    assert "in use" in await ozmap.refused("DELETE", f"projects/{project}")
    assert "in use" in await ozmap.refused("DELETE", f"box-types/{BOX_TYPE}")
    await ozmap.ok("DELETE", f"projects/{empty}")


async def test_a_splitter_takes_ports_losses_and_service_flag_from_its_type(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    box, building = await ozmap.box(project), await ozmap.building(project)
    service = await ozmap.ok("POST", "splitters", {"parent": box, "splitterType": SERVICE_TYPE})
    plain = await ozmap.ok("POST", "splitters", {"parent": building, "splitterType": PLAIN_TYPE, "name": "S"})
    assert (service["isDrop"], plain["isDrop"]) == (True, False)
    assert service["connectables"] == {"input": [None], "output": [None] * 8}
    assert service["ratio"] == {"input": 1, "output": 8}
    assert service["ports"] == [{"blocked": False, "tags": []}] * 8
    assert len(service["attenuation"]) == len(service["currentPower"]) == len(service["installPower"]) == 8
    assert (service["project"], service["kind"], service["orientation"]) == (project, "Splitter", "right")
    assert service["name"] == "Splitter 1"
    assert "index" not in service
    for name in ("olt", "slot", "pon"):
        assert name not in service
    listed = await ozmap.rows("splitters", ("parent", "=", building), ("isDrop", "=", False))
    assert [row["id"] for row in listed] == [plain["id"]]


async def test_a_splitter_may_override_its_type(ozmap: OzmapPerson) -> None:
    box = await ozmap.box(await ozmap.project())
    body = {"parent": box, "splitterType": PLAIN_TYPE, "isDrop": True, "ratio": {"input": 2, "output": 16}}
    made = await ozmap.ok("POST", "splitters", {**body, "index": 3, "implanted": False})
    assert (made["isDrop"], made["index"], made["implanted"]) == (True, 3, False)
    assert (len(made["connectables"]["input"]), len(made["connectables"]["output"])) == (2, 16)
    assert "ratio" in await ozmap.refused("POST", "splitters", {**body, "ratio": {"input": 1, "output": 1}})
    assert "parent" in await ozmap.refused("POST", "splitters", {**body, "parent": NOBODY})


async def test_ports_are_blocked_by_place_or_by_index(ozmap: OzmapPerson) -> None:
    splitter = await ozmap.splitter(await ozmap.box(await ozmap.project()))
    await ozmap.ok("PATCH", f"splitters/{splitter}", {"ports": [{"index": 3, "blocked": True}]})
    blocked = [port["blocked"] for port in (await ozmap.stored("splitters", splitter))["ports"]]
    assert [place for place, is_blocked in enumerate(blocked, 1) if is_blocked] == [3]
    await ozmap.ok("PATCH", f"splitters/{splitter}", {"ports": [{"blocked": True}, {"blocked": False}]})
    blocked = [port["blocked"] for port in (await ozmap.stored("splitters", splitter))["ports"]]
    assert blocked == [True, False, True, False, False, False, False, False]
    assert "no port 9" in await ozmap.refused(
        "PATCH", f"splitters/{splitter}", {"ports": [{"index": 9, "blocked": True}]}
    )
    await ozmap.switch(port_index_base=0)
    await ozmap.ok("PATCH", f"splitters/{splitter}", {"ports": [{"index": 0, "blocked": False}]})
    assert not (await ozmap.stored("splitters", splitter))["ports"][0]["blocked"]


async def test_the_first_power_of_a_port_becomes_its_install_power(ozmap: OzmapPerson) -> None:
    splitter = await ozmap.splitter(await ozmap.box(await ozmap.project()))
    nothing = [None] * 7
    for power in (-20.5, -23.0):
        await ozmap.ok("PATCH", f"splitters/{splitter}", {"currentPower": [power, *nothing]})
    row = await ozmap.stored("splitters", splitter)
    assert (row["currentPower"][0], row["installPower"][0]) == (-23.0, -20.5)
    assert "one entry a port" in await ozmap.refused("PATCH", f"splitters/{splitter}", {"currentPower": [1]})


async def test_whether_a_splitter_moves_the_boxs_updated_at_is_a_switch(ozmap: OzmapPerson) -> None:
    box = await ozmap.box(await ozmap.project())
    new = ("boxes", box, "POST", "splitters", {"parent": box, "splitterType": SERVICE_TYPE})
    assert not await changed_stamp(ozmap, *new)
    await ozmap.switch(touch_parents=True)
    assert await changed_stamp(ozmap, *new)
    (splitter, _) = await ozmap.rows("splitters", ("parent", "=", box))
    path = f"splitters/{splitter['id']}"
    assert await changed_stamp(ozmap, "boxes", box, "PATCH", path, {"observation": "x"})
    assert await changed_stamp(ozmap, "boxes", box, "DELETE", path)


async def test_a_person_feeds_and_unfeeds_a_splitter_directly(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    splitter = await ozmap.splitter(await ozmap.box(project))
    olt = await ozmap.olt(project)
    path = f"splitters/{splitter}"
    assert await changed_stamp(ozmap, "splitters", splitter, "PATCH", path, {"olt": olt})
    assert (await ozmap.ok("GET", path))["olt"] == olt
    assert "no olts" in await ozmap.refused("PATCH", path, {"olt": NOBODY})
    await ozmap.ok("PATCH", path, {"olt": None})
    assert "olt" not in await ozmap.ok("GET", path)
    await ozmap.switch(feeding="path")
    await ozmap.ok("PATCH", path, {"olt": olt})
    assert "olt" not in await ozmap.ok("GET", path)


async def test_light_comes_by_the_path_through_fibres_and_splitters(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    closure, box = await ozmap.box(project, "CE-1"), await ozmap.box(project, "CTO-1")
    first, second = await ozmap.splitter(closure, PLAIN_TYPE), await ozmap.splitter(box)
    (cable_type,) = await ozmap.rows("cable-types", ("code", "=", "Drop 1FO"))
    ends = {"project": project, "cableType": cable_type["id"], "boxA": closure, "boxB": box}
    cable = await ozmap.draw("cables", {**ends, "poles": [], "hierarchyLevel": 2, "implanted": True})
    (fiber,) = await ozmap.rows("fibers", ("parent", "=", cable))
    olt = await ozmap.olt(project)
    await ozmap.pon(project, olt)
    await ozmap.ok(
        "PATCH", f"splitters/{first}", {"connectables": {"output": [fiber["id"], None, None, None]}}
    )
    await ozmap.ok("PATCH", f"splitters/{second}", {"connectables": {"input": [fiber["id"]]}})
    assert sorted((await ozmap.stored("fibers", fiber["id"]))["connectors"]) == sorted([first, second])
    assert "olt" not in await ozmap.stored("splitters", second)
    await ozmap.ok("PATCH", f"splitters/{first}", {"olt": olt})
    await ozmap.ok("PATCH", f"splitters/{second}", {"connectables": {"input": [None]}})
    await ozmap.ok("PATCH", f"splitters/{second}", {"connectables": {"input": [fiber["id"]]}})
    assert (await ozmap.stored("splitters", second))["olt"] == olt
    pair = {"elementA": {"id": first, "kind": "splitter"}, "elementB": {"id": fiber["id"], "kind": "fiber"}}
    assert (await ozmap.ask("POST", "disconnect", pair)).status == 204
    assert "olt" not in await ozmap.stored("splitters", second)
    assert "not connected" in await ozmap.refused("POST", "disconnect", pair)


async def test_a_cut_cable_leaves_what_it_fed_in_the_dark(small: OzmapPerson) -> None:
    splitters = await small.sandbox("GET", "rows/splitters")
    fed = next(
        row for row in splitters if row.get("olt") and row["isDrop"] and row["connectables"]["input"][0]
    )
    fiber = await small.stored("fibers", fed["connectables"]["input"][0])
    await small.ok("DELETE", f"cables/{fiber['parent']}")
    dark = await small.stored("splitters", fed["id"])
    assert dark["connectables"]["input"] == [None]
    assert not {"olt", "slot", "pon"} & dark.keys()
    assert dark["updatedAt"] > fed["updatedAt"]
    assert await small.stored("fibers", fiber["id"]) is None


async def test_tracing_the_small_city_anew_finds_the_equipment_its_splitters_name(small: OzmapPerson) -> None:
    splitters = await small.sandbox("GET", "rows/splitters")
    fed = [row for row in splitters if row.get("olt") and row["connectables"]["input"][0]]
    assert len(fed) > 20
    for row in fed[:8]:
        path, fibers = f"splitters/{row['id']}", row["connectables"]["input"]
        await small.ok("PATCH", path, {"connectables": {"input": [None]}})
        assert "olt" not in await small.stored("splitters", row["id"])
        await small.ok("PATCH", path, {"connectables": {"input": fibers}})
        again = await small.stored("splitters", row["id"])
        assert {n: again[n] for n in ("olt", "slot", "pon")} == {n: row[n] for n in ("olt", "slot", "pon")}


async def test_an_olt_has_an_empty_ip_until_it_gets_an_address(ozmap: OzmapPerson) -> None:
    olt = await ozmap.olt(await ozmap.project(), ip="")
    row = await ozmap.ok("GET", f"olts/{olt}")
    assert (row["ip"], row["port"], row["password"], row["kind"]) == ("", 22, "", "OLT")
    assert await changed_stamp(ozmap, "olts", olt, "PATCH", f"olts/{olt}", {"ip": "10.9.8.7"})
    assert [row["id"] for row in await ozmap.rows("olts", ("ip", "=", "10.9.8.7"))] == [olt]
    assert "ip must be an IP address" in await ozmap.refused("PATCH", f"olts/{olt}", {"ip": "10.9.8"})
    await ozmap.ok("PATCH", f"olts/{olt}", {"ip": None})
    assert await ozmap.refused("DELETE", f"olt-types/{OLT_TYPE}")


async def test_a_removed_olt_takes_slots_and_pons_and_the_light_along(small: OzmapPerson) -> None:
    splitters = await small.sandbox("GET", "rows/splitters")
    olt = next(row["olt"] for row in splitters if row.get("olt"))
    await small.ok("DELETE", f"olts/{olt}")
    assert not [row for row in await small.sandbox("GET", "rows/slots") if row["olt"] == olt]
    assert not [row for row in await small.sandbox("GET", "rows/splitters") if row.get("olt") == olt]


async def test_how_slots_and_pons_point_back_when_read_is_a_switch(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    pon = await ozmap.pon(project, await ozmap.olt(project))
    assert "slot" not in await ozmap.ok("GET", f"pons/{pon}")
    await ozmap.switch(back_references=True)
    assert "slot" in await ozmap.ok("GET", f"pons/{pon}")


async def test_buildings_may_share_a_name_and_have_no_level(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    one, other = await ozmap.building(project), await ozmap.building(project)
    assert one != other
    row = await ozmap.ok("GET", f"buildings/{one}")
    assert (row["kind"], row["implanted"], row["hasProblem"]) == ("Building", True, False)
    assert "hierarchyLevel" not in row


async def test_a_project_shows_its_drop_defaults_as_replies_do(ozmap: OzmapPerson) -> None:
    row = await ozmap.ok("GET", f"projects/{await ozmap.project()}")
    assert row["drop"]["defaults"]["cableType"]
    assert (row["parents"], row["hasLogo"], row["lat"]) == ([], False, 0)


async def test_fibres_are_renamed_but_never_made_by_hand(small: OzmapPerson) -> None:
    fiber = (await small.ok("GET", "fibers?limit=1"))["rows"][0]
    await small.ok("PATCH", f"fibers/{fiber['id']}", {"name": "verde"})
    assert (await small.stored("fibers", fiber["id"]))["name"] == "verde"
    await small.refused("POST", "fibers", {"name": "x"}, status=404)
    await small.refused("DELETE", f"fibers/{fiber['id']}", status=404)


async def test_a_refused_write_leaves_every_row_as_it_was(ozmap: OzmapPerson) -> None:
    project = await ozmap.project()
    box = await ozmap.box(project)
    splitter = await ozmap.splitter(box)
    before = {e: await ozmap.sandbox("GET", f"rows/{e}") for e in ("properties", "ftth-clients", "splitters")}
    body = {"project": project, "box": box, "connector": splitter, "port": 99, "client": {"code": "c1"}}
    assert "port 99 does not exist" in await ozmap.refused("POST", "properties", body)
    assert before == {e: await ozmap.sandbox("GET", f"rows/{e}") for e in before}
    assert await ozmap.sandbox("GET", "rows/cables") == []
