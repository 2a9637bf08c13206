"""Reading from the OZmap double: envelope, filters, sort, pages, select, populate, keys (ozmap-api 1, 2)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.sandbox.mapping import BOX_TYPE, OzmapPerson
from tests.integration.sandbox.speaking import Api


def spec(*conditions: Any) -> str:
    return quote(json.dumps(list(conditions)))


def where(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"property": name, "operator": operator, "value": value}


async def names(api: Api, *conditions: Any, route: str = "boxes") -> list[str]:
    listed = await api.ok("GET", f"{route}?limit=500&filter={spec(*conditions)}")
    return [row["name"] for row in listed["rows"]]


@pytest.fixture
async def street(ozmap: OzmapPerson) -> OzmapPerson:
    """Four boxes in two projects."""
    project, other = await ozmap.project("Centro"), await ozmap.project("Bairro")
    await ozmap.box(project, "CTO-1", observation="na esquina", coords=[-49.20, -25.40], default_reserve=5)
    await ozmap.box(project, "CTO-2", draft=True, coords=[-49.21, -25.41], default_reserve=10)
    await ozmap.box(project, "cto-3", implanted=False, coords=[-49.30, -25.50])
    await ozmap.box(other, "CE-1", coords=[-49.20, -25.40], external_id="x-1")
    return ozmap


async def test_the_bare_key_opens_and_any_other_is_a_stranger(ozmap: OzmapPerson) -> None:
    assert (await ozmap.ask("GET", "authenticated")).status == 200
    for wrong in ("nobody", "", "Bearer k-person"):
        answer = await ozmap.ask("GET", "boxes", headers={"Authorization": wrong})
        assert (answer.status, answer.json) == (401, {"message": "Unauthorized"})
        assert (await ozmap.ask("GET", "authenticated", headers={"Authorization": wrong})).status == 401
    await ozmap.switch(bearer=True)
    assert (await ozmap.ask("GET", "boxes", key="Bearer k-person")).status == 200


async def test_a_login_gives_a_token_that_is_a_key(ozmap: OzmapPerson) -> None:
    assert (await ozmap.ask("POST", "users/login", {"login": "person", "password": "no"})).status == 401
    double_users = [entry for entry in await ozmap.journal() if entry["path"].endswith("users/login")]
    assert double_users[0]["actor"] == "person"  # the wrong password came with a good key
    answer = await ozmap.ask("POST", "users/login", {"login": "person"}, key="none")
    assert answer.status == 401
    assert answer.json["message"]


async def test_a_list_comes_in_the_envelope_25_rows_at_a_time(small: OzmapPerson) -> None:
    listed = await small.ok("GET", "boxes")
    assert {name: listed[name] for name in ("total", "count", "start", "limit", "hasNextPage")} == {
        "total": 60,
        "count": 25,
        "start": 0,
        "limit": 25,
        "hasNextPage": True,
    }
    assert len(listed["rows"]) == 25
    assert listed["nextUrl"].startswith("/api/v2/boxes?")


async def test_pages_by_number_go_on_until_an_empty_one(small: OzmapPerson) -> None:
    seen: list[str] = []
    for page in range(1, 10):
        listed = await small.ok("GET", f"boxes?page={page}&limit=25")
        assert listed["start"] == (page - 1) * 25
        if not listed["rows"]:
            break
        seen += [row["id"] for row in listed["rows"]]
    assert page == 4
    assert len(set(seen)) == len(seen) == 60
    assert (listed["count"], listed["hasNextPage"]) == (0, False)


async def test_next_url_leads_through_everything_without_the_word_page(small: OzmapPerson) -> None:
    url, seen = "/api/v2/properties?page=1&limit=100", []
    while url:
        listed = await small.ok("GET", url)
        assert "page" not in listed.get("nextUrl", "")
        seen += [row["id"] for row in listed["rows"]]
        assert listed["hasNextPage"] == ("nextUrl" in listed)
        url = listed.get("nextUrl")
    assert len(set(seen)) == len(seen) == listed["total"]


async def test_the_cursor_skips_and_repeats_nothing_while_rows_come_and_go(street: OzmapPerson) -> None:
    sort = quote(json.dumps([{"property": "name", "direction": -1}]))
    first = await street.ok("GET", f"boxes?limit=2&sort={sort}")
    assert [row["name"] for row in first["rows"]] == ["cto-3", "CTO-2"]
    await street.ok("DELETE", f"boxes/{first['rows'][0]['id']}")
    await street.ok("DELETE", f"boxes/{first['rows'][1]['id']}")
    rest = await street.ok("GET", first["nextUrl"])
    assert [row["name"] for row in rest["rows"]] == ["CTO-1", "CE-1"]
    assert rest["start"] == 2


async def test_next_url_keeps_the_query_but_not_the_body(street: OzmapPerson) -> None:
    by_query = await street.ok(
        "GET", f"boxes?limit=1&select=name&filter={spec(where('name', 'like', 'CTO'))}"
    )
    rest = await street.ok("GET", by_query["nextUrl"])
    assert (rest["rows"][0]["name"], rest["total"]) == ("CTO-2", 3)
    assert "boxType" not in rest["rows"][0]
    by_body = await street.ok("GET", "boxes?limit=1", {"filter": [where("name", "like", "CTO")]})
    assert by_body["total"] == 3
    assert (await street.ok("GET", by_body["nextUrl"]))["total"] == 4


async def test_an_old_server_shows_neither_has_next_page_nor_next_url(small: OzmapPerson) -> None:
    await small.switch(old_server=True)
    assert set(await small.ok("GET", "boxes")) == {"total", "count", "start", "limit", "rows"}


async def test_limit_minus_one_means_everything_unless_switched_off(small: OzmapPerson) -> None:
    listed = await small.ok("GET", "boxes?limit=-1")
    assert (len(listed["rows"]), listed["hasNextPage"]) == (60, False)
    await small.switch(limit_minus_one=False)
    assert "limit" in await small.refused("GET", "boxes?limit=-1")
    await small.switch(max_limit=10)
    assert (await small.ok("GET", "boxes?limit=500"))["limit"] == 10


async def test_filter_and_sort_are_read_from_the_body_of_a_get_and_from_the_query(
    street: OzmapPerson,
) -> None:
    conditions = [where("draft", "=", False)]
    order = [{"property": "name", "direction": -1}]
    by_body = await street.ok("GET", "boxes", {"filter": conditions, "sort": order})
    by_query = await street.ok("GET", f"boxes?filter={spec(*conditions)}&sort={quote(json.dumps(order))}")
    assert [row["name"] for row in by_body["rows"]] == ["cto-3", "CTO-1", "CE-1"]
    assert by_query["rows"] == by_body["rows"]


async def test_which_filter_counts_when_both_are_sent_is_a_switch(street: OzmapPerson) -> None:
    body = {"filter": [where("name", "=", "CTO-1")]}
    path = f"boxes?filter={spec(where('name', '=', 'CE-1'))}"
    assert [row["name"] for row in (await street.ok("GET", path, body))["rows"]] == ["CTO-1"]
    await street.switch(filter_precedence="query")
    assert [row["name"] for row in (await street.ok("GET", path, body))["rows"]] == ["CE-1"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (where("name", "=", "CTO-1"), ["CTO-1"]),
        (where("name", "eq", "CTO-1"), ["CTO-1"]),
        (where("name", "!=", "CTO-1"), ["CTO-2", "cto-3", "CE-1"]),
        (where("name", "ne", "CTO-1"), ["CTO-2", "cto-3", "CE-1"]),
        (where("draft", "=", True), ["CTO-2"]),
        (where("name", "like", "cto"), ["CTO-1", "CTO-2", "cto-3"]),
        (where("name", "like", "C%-1"), ["CTO-1", "CE-1"]),
        (where("default_reserve", "<", 5), ["cto-3", "CE-1"]),
        (where("default_reserve", "<=", 5), ["CTO-1", "cto-3", "CE-1"]),
        (where("default_reserve", ">", 5), ["CTO-2"]),
        (where("default_reserve", ">=", 5), ["CTO-1", "CTO-2"]),
        (where("name", "in", ["CTO-1", "CE-1", "none"]), ["CTO-1", "CE-1"]),
        (where("name", "notin", ["CTO-1", "CE-1"]), ["CTO-2", "cto-3"]),
        (where("coords", "all", [-49.2, -25.4]), ["CTO-1", "CE-1"]),
        (where("external_id", "exists", True), ["CE-1"]),
        (where("external_id", "exists", False), ["CTO-1", "CTO-2", "cto-3"]),
        (where("external_id", "=", None), ["CTO-1", "CTO-2", "cto-3"]),
        (where("boxType", "=", BOX_TYPE), ["CTO-1", "CTO-2", "cto-3", "CE-1"]),
        (where("creatorData.username", "=", "person"), ["CTO-1", "CTO-2", "cto-3", "CE-1"]),
        (where("coords", "near", {"lat": "-25.4", "lng": "-49.2", "radius": "500"}), ["CTO-1", "CE-1"]),
        (where("coords", "near", {"coords": [-49.21, -25.41], "radius": 2000}), ["CTO-1", "CTO-2", "CE-1"]),
        (
            where(
                "coords",
                "within",
                {
                    "type": "Polygon",
                    "coordinates": [[[-49.4, -25.6], [-49.4, -25.45], [-49.25, -25.45], [-49.25, -25.6]]],
                },
            ),
            ["cto-3"],
        ),
    ],
)
async def test_each_operator_finds_what_it_says(
    street: OzmapPerson, condition: Any, found: list[str]
) -> None:
    assert await names(street, condition) == found


async def test_conditions_join_by_and_while_a_nested_array_is_an_or(street: OzmapPerson) -> None:
    either = [where("name", "=", "CTO-1"), where("draft", "=", True)]
    assert await names(street, either) == ["CTO-1", "CTO-2"]
    assert await names(street, either, where("implanted", "=", True), where("draft", "=", False)) == ["CTO-1"]


async def test_the_polygon_of_a_project_can_be_asked_for_a_point_and_a_point_for_the_project(
    street: OzmapPerson,
) -> None:
    ring = [[-49.22, -25.42], [-49.22, -25.39], [-49.19, -25.39], [-49.19, -25.42]]
    area = {"type": "Polygon", "coordinates": [ring]}
    project = await street.draw("projects", {"name": "Mapa", "area": area})
    within = where("coords", "within", {"id": project, "model": "project"})
    assert await names(street, within) == ["CTO-1", "CTO-2", "CE-1"]
    hit = where("area", "point-intersect", {"lat": -25.4, "lng": -49.2})
    assert await names(street, hit, route="projects") == ["Mapa"]


async def test_updated_at_is_compared_as_time_however_the_date_is_written(street: OzmapPerson) -> None:
    await street.sandbox("POST", "clock", {"at": "2030-05-05T10:00:00.250Z", "freeze": True})
    (row,) = await street.rows("boxes", ("name", "=", "CTO-1"))
    await street.ok("PATCH", f"boxes/{row['id']}", {"observation": "mudou"})
    assert (await street.stored("boxes", row["id"]))["updatedAt"] == "2030-05-05T10:00:00.250Z"
    for same in ("2030-05-05T10:00:00.250Z", "2030-05-05T07:00:00.250-03:00", "2030-05-05T10:00:00.250999"):
        assert await names(street, where("updatedAt", ">=", same)) == ["CTO-1"]
        assert await names(street, where("updatedAt", ">", same)) == []
        assert await names(street, where("updatedAt", "=", same)) == ["CTO-1"]
        assert "CTO-1" in await names(street, where("updatedAt", "<=", same))
        assert "CTO-1" not in await names(street, where("updatedAt", "<", same))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (f"filter={spec(where('name', '~', 'x'))}", "unknown operator '~'"),
        ("filter=[{]", "filter is no JSON"),
        ('filter={"property":"name"}', "filter must be an array"),
        (f"filter={spec(where('name', 'in', 'x'))}", "takes an array"),
        (f"filter={spec(where('updatedAt', '>', 'ontem'))}", "no ISO-8601 date"),
        (f"filter={spec(where('coords', 'near', 'here'))}", "a point is"),
        ("sort=[1]", "sort is"),
        ("page=0", "page must be a whole number from 1"),
        ("limit=many", "limit must be a whole number from 1"),
        ("cursor=!", "cursor is none of ours"),
    ],
)
async def test_an_unusable_question_is_refused_with_a_message(
    street: OzmapPerson, query: str, says: str
) -> None:
    assert says in await street.refused("GET", f"boxes?{query}")


async def test_select_leaves_kind_id_and_empty_coordinates(street: OzmapPerson) -> None:
    listed = await street.ok("GET", f"boxes?select=name&filter={spec(where('name', '=', 'CTO-1'))}")
    (row,) = listed["rows"]
    assert row == {"kind": "Box", "id": row["id"], "name": "CTO-1", "lng": None, "lat": None}
    for separator in ("%20", ","):
        (row,) = (await street.ok("GET", f"boxes?limit=1&select=name{separator}coords"))["rows"]
        assert (row["lat"], row["lng"], row["coords"]) == (-25.4, -49.2, [-49.2, -25.4])
        assert "boxType" not in row


@pytest.mark.parametrize(
    "populate",
    [
        "populate=project%20boxType",
        "populate[]=project&populate[]=boxType",
        "populate=project&populate=boxType",
        'populate=["project","boxType"]',
        "populate[path]=project,boxType",
    ],
)
async def test_populate_puts_objects_where_ids_were(street: OzmapPerson, populate: str) -> None:
    (plain,) = (await street.ok("GET", "boxes?limit=1"))["rows"]
    assert isinstance(plain["project"], str)
    (row,) = (await street.ok("GET", f"boxes?limit=1&{populate}"))["rows"]
    assert (row["project"]["id"], row["project"]["name"]) == (plain["project"], "Centro")
    assert row["boxType"]["code"] == "CTO"
    one = await street.ok("GET", f"boxes/{row['id']}?{populate}")
    assert one == row


async def test_olt_slot_and_pon_of_a_splitter_can_be_populated(small: OzmapPerson) -> None:
    (row,) = (
        await small.ok(
            "GET", f"splitters?limit=1&populate=olt%20slot%20pon&filter={spec(where('olt', 'exists', True))}"
        )
    )["rows"]
    assert (row["olt"]["kind"], row["slot"]["kind"], row["pon"]["kind"]) == ("OLT", "Slot", "PON")


async def test_one_record_is_a_bare_object_and_a_missing_one_is_404_with_a_message(
    street: OzmapPerson,
) -> None:
    (row,) = await street.rows("boxes", ("name", "=", "CTO-1"))
    assert await street.ok("GET", f"boxes/{row['id']}") == row
    assert (row["lat"], row["lng"]) == (-25.4, -49.2)
    assert "no boxes" in await street.refused("GET", f"boxes/{'a' * 24}", status=404)
    assert await street.refused("GET", "boxes/short", status=404)
    await street.switch(bad_id_status=422)
    assert await street.refused("GET", "boxes/short", status=422) == "invalid id"
    assert await street.refused("GET", "no-such-route", status=404)
    assert await street.refused("PUT", f"boxes/{row['id']}", {}, status=404)


async def test_aliases_list_the_same_rows(small: OzmapPerson) -> None:
    clients = await small.ok("GET", "clients?limit=500")
    assert clients["rows"] == (await small.ok("GET", "ftth-clients?limit=500"))["rows"]
    drops = await small.ok("GET", "drops?limit=500")
    cables = await small.ok("GET", "cables?limit=500")
    assert [row["id"] for row in drops["rows"]] == [
        row["id"] for row in cables["rows"] if row["kind"] == "Drop"
    ]
    assert 0 < drops["total"] < cables["total"]


async def test_olts_are_read_with_their_secrets_in_clear_and_each_is_marked(small: OzmapPerson) -> None:
    for olt in (await small.ok("GET", "olts"))["rows"]:
        assert olt["password"].startswith("FAKE-SECRET")
        assert olt["snmp"]["community"].startswith("FAKE-SECRET")


async def test_a_lost_project_makes_its_rows_vanish_for_that_key_only(small: OzmapPerson) -> None:
    projects = (await small.ok("GET", "projects"))["rows"]
    lost = projects[0]["id"]
    await small.fault("lost_permission", where={"project": lost}, match={"actor": "product"})
    small.key, mine = "k-product", small.key
    for route in ("boxes", "splitters", "properties", "projects", "olts", "cables"):
        mine_rows = {
            row["id"] for row in (await small.ask("GET", f"{route}?limit=500", key=mine)).json["rows"]
        }
        seen = await small.ok("GET", f"{route}?limit=500")
        gone = mine_rows - {row["id"] for row in seen["rows"]}
        stored = {row["id"]: row for row in await small.sandbox("GET", f"rows/{route}")}
        assert gone == {i for i, row in stored.items() if lost in (row.get("project"), i)}, route
        assert seen["total"] == len(stored) - len(gone)
    box = next(row for row in await small.sandbox("GET", "rows/boxes") if row["project"] == lost)
    assert (await small.ask("GET", f"boxes/{box['id']}")).status == 404
    assert (await small.ask("PATCH", f"boxes/{box['id']}", {"name": "x"})).status == 404
    clients = await small.ok("GET", "clients?limit=500")
    assert clients["total"] < len(await small.sandbox("GET", "rows/ftth-clients"))


async def test_a_truncated_page_and_a_wrong_total_look_like_good_ones(small: OzmapPerson) -> None:
    await small.fault("truncated_page", keep_ratio=0.4, match={"entity": "boxes"}, times=1)
    listed = await small.ok("GET", "boxes?limit=50")
    assert (len(listed["rows"]), listed["count"], listed["total"]) == (20, 20, 60)
    await small.fault("wrong_total", delta=-10, match={"entity": "boxes"}, times=1)
    assert (await small.ok("GET", "boxes"))["total"] == 50


async def test_system_configs_is_one_object_with_the_levels(ozmap: OzmapPerson) -> None:
    levels = (await ozmap.ok("GET", "system-configs"))["hierarchyLevels"]
    assert {"id": 3, "name": "CTO"} in levels["boxes"]
