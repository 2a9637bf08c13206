"""Listings of OZmap: what is asked, when they end, and that they never run in circles."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest

from kernel.domain.errors import Malformed, Misconfigured, Transient
from kernel.vendors.ozmap.client import OzmapApi
from kernel.vendors.ozmap.models import ProjectRow
from kernel.vendors.ozmap.paging import BY_ID, FilterForm
from kernel.vendors.rows import RawRow
from tests.unit.kernel.vendors.wire import Wire, http_over, says, told

ROWS = [{"id": f"{n:024x}", "name": f"P{n}"} for n in range(23)]
SINCE = {"property": "updatedAt", "operator": ">=", "value": "2026-03-01T00:00:00.000Z"}

Server = Callable[[httpx.Request], httpx.Response]


def query_of(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(str(request.url)).query).items()}


def old_server(most: int = 10) -> Server:
    """Without hasNextPage and nextUrl; pages are smaller than asked for."""

    def answer(request: httpx.Request) -> httpx.Response:
        query = query_of(request)
        start = (int(query["page"]) - 1) * most
        rows = ROWS[start : start + most]
        return says({"total": len(ROWS), "count": len(rows), "start": start, "limit": most, "rows": rows})

    return answer


def new_server(most: int = 10) -> Server:
    """With a cursor of its own that is not ``page``, and without the filter in nextUrl."""

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(query_of(request).get("after", "0"))
        rows = ROWS[start : start + most]
        body: dict[str, Any] = {"total": len(ROWS), "count": len(rows), "rows": rows}
        body["hasNextPage"] = start + most < len(ROWS)
        if body["hasNextPage"]:
            body["nextUrl"] = f"/api/v2/projects?after={start + most}&limit={most}"
        return says(body)

    return answer


async def listed(wire: Wire, *, total_binds: bool = True, **asked: Any) -> list[str]:
    async with http_over(wire) as http:
        api = OzmapApi(http, total_binds=total_binds)
        return [row.id async for page in api.pages("projects", ProjectRow, **asked) for row in page.rows]


@pytest.mark.parametrize("server", [old_server, new_server])
@pytest.mark.parametrize("most", [1, 7, 10, 22, 23, 24, 500])
async def test_every_row_comes_whatever_the_size_of_pages(server: Callable[[int], Server], most: int) -> None:
    assert await listed(Wire(server(most))) == [row["id"] for row in ROWS]


async def test_an_old_server_is_asked_until_a_page_is_empty() -> None:
    wire = Wire(old_server())
    await listed(wire)
    assert [query_of(request)["page"] for request in wire.requests] == ["1", "2", "3", "4"]


async def test_a_new_server_names_what_comes_next_and_page_is_not_repeated() -> None:
    wire = Wire(new_server())
    await listed(wire, filters=[SINCE])
    queries = [query_of(request) for request in wire.requests]
    assert [query.get("after") for query in queries] == [None, "10", "20"]
    assert ["page" in query for query in queries] == [True, False, False]
    assert all(orjson.loads(query["filter"]) == [SINCE] for query in queries)
    assert all(orjson.loads(query["sort"]) == BY_ID for query in queries)


async def test_a_next_url_elsewhere_gets_no_request() -> None:
    body = {"total": 2, "rows": ROWS[:1], "hasNextPage": True, "nextUrl": "https://evil.example/api/v2/x?c=1"}
    wire = Wire(says(body), says({"total": 2, "rows": ROWS[1:2], "hasNextPage": False}))
    assert len(await listed(wire)) == 2
    assert {request.url.host for request in wire.requests} == {"vendor.example"}
    assert query_of(wire.requests[1])["c"] == "1"


async def test_filter_and_sort_travel_in_the_url_by_default_and_in_the_body_by_choice() -> None:
    url, body = Wire(old_server()), Wire(old_server())
    async with http_over(url) as http:
        [_ async for _ in OzmapApi(http).pages("projects", RawRow, filters=[SINCE], select=("id", "name"))]
    async with http_over(body) as http:
        api = OzmapApi(http, filter_form=FilterForm.BODY)
        [_ async for _ in api.pages("projects", RawRow, filters=[SINCE], limit=7)]
    asked = query_of(url.requests[0])
    assert (orjson.loads(asked["filter"]), orjson.loads(asked["sort"])) == ([SINCE], BY_ID)
    assert (asked["select"], asked["limit"], url.requests[0].content) == ("id name", "500", b"")
    assert orjson.loads(body.requests[0].content) == {"filter": [SINCE], "sort": BY_ID}
    assert query_of(body.requests[0]) == {"limit": "7", "page": "1"}
    assert body.requests[0].method == url.requests[0].method == "GET"


async def test_a_server_that_ignores_page_is_noticed() -> None:
    wire = Wire(says({"total": 23, "rows": ROWS[:10]}))
    with pytest.raises(Malformed, match="repeats itself"):
        await listed(wire)
    assert len(wire.requests) == 2


async def test_a_next_url_that_comes_back_is_noticed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        rows = ROWS[len(wire.requests) : len(wire.requests) + 1]
        return says({"total": 23, "rows": rows, "hasNextPage": True, "nextUrl": "/api/v2/projects?c=1"})

    wire = Wire(answer)
    with pytest.raises(Malformed, match="same next page twice"):
        await listed(wire)


async def test_a_listing_that_ends_short_of_its_total_is_not_whole() -> None:
    with pytest.raises(Transient, match="ended after 10 of 23 rows"):
        await listed(Wire(says({"total": 23, "rows": ROWS[:10], "hasNextPage": False})))


async def test_a_listing_that_ends_though_more_was_announced_is_not_whole() -> None:
    with pytest.raises(Transient, match="more was announced"):
        await listed(Wire(says({"rows": [], "hasNextPage": True, "nextUrl": "/api/v2/projects?c=1"})))


async def test_a_tenant_whose_total_counts_more_than_it_shows_can_be_taken_at_its_rows() -> None:
    wire = Wire(says({"total": 23, "rows": ROWS[:10], "hasNextPage": False}))
    assert len(await listed(wire, total_binds=False)) == 10


async def test_rows_that_enter_or_leave_while_pages_are_read_are_no_alarm() -> None:
    grown = Wire(
        says({"total": 4, "rows": ROWS[:2]}),
        says({"total": 6, "rows": ROWS[1:4]}),
        says({"total": 6, "rows": []}),
    )
    shrunk = Wire(
        says({"total": 4, "rows": ROWS[:2]}),
        says({"total": 3, "rows": ROWS[3:4]}),
        says({"total": 3, "rows": []}),
    )
    assert len(set(await listed(grown))) == 4
    assert len(await listed(shrunk)) == 3


async def test_a_page_that_holds_less_than_it_counts_is_asked_for_again() -> None:
    wire = Wire(
        says({"total": 3, "count": 3, "rows": ROWS[:1]}),
        says({"total": 3, "count": 3, "rows": ROWS[:3], "hasNextPage": False}),
    )
    assert len(await listed(wire)) == 3


async def test_an_empty_listing_has_no_pages() -> None:
    assert await listed(Wire(says({"total": 0, "count": 0, "rows": []}))) == []


async def test_a_bad_row_is_told_and_the_others_come_through() -> None:
    body = {
        "total": 3,
        "rows": [ROWS[0], {"id": "bad", "name": {"x": "FAKE-SECRET"}}, ROWS[1]],
        "hasNextPage": False,
    }
    async with http_over(Wire(says(body))) as http:
        pages = [page async for page in OzmapApi(http).pages("projects", ProjectRow)]
    assert [row.id for row in pages[0].rows] == [ROWS[0]["id"], ROWS[1]["id"]]
    assert [(bad.id, bad.position, bad.error) for bad in pages[0].bad] == [("bad", 1, "name: string_type")]
    assert pages[0].total == 3


async def test_bad_rows_without_id_count_towards_the_total() -> None:
    body = {"total": 3, "rows": [{"name": "x"}, {"name": "y"}, ROWS[1]], "hasNextPage": False}
    assert await listed(Wire(says(body))) == [ROWS[1]["id"]]


@pytest.mark.parametrize("body", ["{}", "[]", '{"rows": 5}', "null", '"x"', '{"rows": [', b"\xff\xfe"])
async def test_what_is_no_listing_is_malformed_and_not_quoted(body: str | bytes) -> None:
    with pytest.raises(Malformed, match="not a listing of projects"):
        await listed(Wire(told(body)))


async def test_a_page_of_html_is_repeated_and_then_said_so() -> None:
    wire = Wire(told("  <html>maintenance</html>"))
    with pytest.raises(Transient, match="HTML"):
        await listed(wire)
    assert len(wire.requests) == 4


async def test_an_address_without_the_api_names_the_setting() -> None:
    with pytest.raises(Misconfigured, match=r"OZMAP_URL.*/api/v2/projects"):
        await listed(Wire(told("Not Found", 404)))
