"""The chassis under a double of one entity: journal, faults, clock and the sandbox's own side, over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from sandbox.chassis import Call, Double, Reply, Setup, json_reply
from sandbox.serving import serving
from sandbox.store import Store


class Shelf(Double):
    """A double with one entity, ``books``: list, read, create, patch, delete."""

    system = "shelf"

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup, Store(["books"]))
        for number in range(1, 5):
            self.store.put(
                "books", str(number), {"id": str(number), "title": f"book {number}", "pages": number}
            )

    def made_keys(self) -> dict[str, str]:
        return {"k-product": "product", "k-person": "person"}

    def actor_of(self, call: Call) -> str | None:
        return self.keys.get(call.headers.get("Authorization", ""))

    def locate(self, call: Call) -> None:
        parts = call.path.strip("/").split("/")
        call.entity = "books" if parts[0] == "books" else None
        call.id = parts[1] if len(parts) > 1 else None
        by_method = {"POST": "create", "PATCH": "update", "DELETE": "delete"}
        call.purpose = by_method.get(call.method, "read" if call.id else "list")  # type: ignore[assignment]

    def answer(self, call: Call) -> Reply:
        hides = self.hides(call)
        if call.purpose == "list":
            rows = [row for row in self.store.rows("books") if hides is None or not hides("books", row)]
            shown, total = call.shape_page(rows, len(rows))
            return json_reply({"rows": shown, "total": total})
        row = self.store.get("books", call.id)
        if row is not None and hides is not None and hides("books", row):
            row = None
        if call.purpose == "create":
            call.id = "9"
            row = {"id": "9", "at": self.clock.iso_ms(), **call.json()}
            return json_reply(self.store.put("books", "9", row), 201)
        if row is None or call.id is None:
            return self.failure(call, 404, "no such book")
        if call.purpose == "update":
            self.store.put("books", call.id, {**row, **call.json()})
            return Reply(204)
        return json_reply(row)

    def failure(self, call: Call, status: int, message: str) -> Reply:
        return json_reply({"message": message}, status)

    def unauthorized(self, call: Call) -> Reply:
        return self.failure(call, 401, "who are you")


class Client:
    """A person at the shelf, and the sandbox's own side beside it."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session

    async def ask(
        self, method: str, path: str, json: Any = None, key: str = "k-person"
    ) -> tuple[int, Any, Any]:
        headers = {"Authorization": key}
        async with self.session.request(method, self.url + path, json=json, headers=headers) as reply:
            body = await reply.read()
            is_json = body and reply.content_type == "application/json"
            return reply.status, (await reply.json() if is_json else body), reply.headers

    async def sandbox(self, method: str, path: str, json: Any = None) -> Any:
        status, content, _ = await self.ask(method, f"/__sandbox__/{path}", json)
        assert status == 200, content
        return content

    async def fault(self, kind: str, **spec: Any) -> None:
        await self.sandbox("POST", "faults", {"kind": kind, **spec})


@pytest.fixture
async def shelf() -> AsyncIterator[Client]:
    async with serving(Shelf(Setup())) as served, aiohttp.ClientSession() as session:
        yield Client(served.url, session)


async def test_the_journal_tells_who_changed_which_field_of_which_row(shelf: Client) -> None:
    await shelf.ask("GET", "/books?page=1")
    await shelf.ask("PATCH", "/books/2", {"title": "new"})
    await shelf.ask("PATCH", "/books/2", {"title": "new"}, key="k-product")
    await shelf.ask("GET", "/books", key="wrong")
    entries = await shelf.sandbox("GET", "journal?since=0")
    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
    listed, wrote, again, stranger = entries
    assert (listed["before"], listed["after"], listed["changed"]) == (None, None, [])
    assert (wrote["actor"], wrote["entity"], wrote["id"], wrote["status"]) == ("person", "books", "2", 204)
    assert wrote["before"] == {"id": "2", "title": "book 2", "pages": 2}
    assert wrote["after"] == {"id": "2", "title": "new", "pages": 2}
    assert wrote["changed"] == ["title"]
    assert again["changed"] == []
    assert again["before"] == again["after"] == wrote["after"]
    assert (stranger["actor"], stranger["status"]) == (None, 401)
    assert [entry["seq"] for entry in await shelf.sandbox("GET", "journal?since=2")] == [3, 4]


async def test_a_created_row_is_in_the_journal_under_its_new_id(shelf: Client) -> None:
    await shelf.ask("POST", "/books", {"title": "t"})
    (entry,) = await shelf.sandbox("GET", "journal?since=0")
    assert (entry["id"], entry["before"], entry["after"]["title"]) == ("9", None, "t")


async def test_a_status_fault_meets_only_what_it_matches_and_only_so_often(shelf: Client) -> None:
    await shelf.fault("status", status=503, match={"method": "PATCH", "id": "2"}, times=1)
    assert (await shelf.ask("PATCH", "/books/1", {"title": "a"}))[0] == 204
    status, body, _ = await shelf.ask("PATCH", "/books/2", {"title": "a"})
    assert (status, body["message"]) == (503, "Service unavailable")
    assert (await shelf.ask("PATCH", "/books/2", {"title": "a"}))[0] == 204
    assert [entry["fault"] for entry in await shelf.sandbox("GET", "journal?since=0")] == [
        None,
        "status",
        None,
    ]


async def test_a_rate_meets_a_share_of_the_requests_and_skip_lets_the_first_pass(shelf: Client) -> None:
    await shelf.fault("status", rate=0.5, seed=3)
    statuses = [(await shelf.ask("GET", "/books"))[0] for _ in range(60)]
    assert 15 < statuses.count(503) < 45
    await shelf.sandbox("DELETE", "faults")
    await shelf.fault("status", skip=2, times=1)
    assert [(await shelf.ask("GET", "/books"))[0] for _ in range(4)] == [200, 200, 503, 200]


async def test_too_many_requests_says_when_to_come_back_in_both_forms(shelf: Client) -> None:
    await shelf.fault("rate_limited", retry_after_s=7, times=1)
    status, _, headers = await shelf.ask("GET", "/books")
    assert (status, headers["Retry-After"]) == (429, "7")
    await shelf.fault("rate_limited", retry_after_s=60, form="date", times=1)
    _, _, headers = await shelf.ask("GET", "/books")
    wait = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(headers["Date"])
    assert 59 <= wait.total_seconds() <= 61
    await shelf.fault("rate_limited", form="none", times=1)
    assert "Retry-After" not in (await shelf.ask("GET", "/books"))[2]


async def test_html_comes_with_status_200_where_json_belongs(shelf: Client) -> None:
    await shelf.fault("html200", times=1)
    status, body, headers = await shelf.ask("GET", "/books")
    assert status == 200
    assert b"<html>" in body
    assert headers["Content-Type"].startswith("text/html")


async def test_an_error_may_have_written_all_the_same(shelf: Client) -> None:
    await shelf.fault("error_but_written", times=1)
    assert (await shelf.ask("GET", "/books/1"))[0] == 200  # reads are not met
    assert (await shelf.ask("PATCH", "/books/1", {"title": "written"}))[0] == 500
    assert (await shelf.ask("GET", "/books/1"))[1]["title"] == "written"


async def test_a_success_may_have_dropped_a_field(shelf: Client) -> None:
    await shelf.fault("success_but_dropped_field", field="title")
    assert (await shelf.ask("PATCH", "/books/1", {"title": "x", "pages": 7}))[0] == 204
    assert (await shelf.ask("GET", "/books/1"))[1] == {"id": "1", "title": "book 1", "pages": 7}
    assert "title" not in (await shelf.ask("POST", "/books", {"title": "t", "pages": 1}))[1]


async def test_a_listing_may_be_truncated_or_announce_a_wrong_total(shelf: Client) -> None:
    await shelf.fault("truncated_page", keep_ratio=0.5, times=1)
    body = (await shelf.ask("GET", "/books"))[1]
    assert (len(body["rows"]), body["total"]) == (2, 4)
    await shelf.fault("wrong_total", delta=-3, times=1)
    body = (await shelf.ask("GET", "/books"))[1]
    assert (len(body["rows"]), body["total"]) == (4, 1)


async def test_a_lost_permission_hides_rows_from_one_key_or_refuses_it(shelf: Client) -> None:
    await shelf.fault("lost_permission", where={"pages": 2}, match={"actor": "product"})
    body = (await shelf.ask("GET", "/books", key="k-product"))[1]
    assert ([row["id"] for row in body["rows"]], body["total"]) == (["1", "3", "4"], 3)
    assert (await shelf.ask("GET", "/books/2", key="k-product"))[0] == 404
    assert len((await shelf.ask("GET", "/books"))[1]["rows"]) == 4
    await shelf.sandbox("DELETE", "faults")
    await shelf.fault("lost_permission", form="refused", match={"actor": "product"})
    assert (await shelf.ask("GET", "/books", key="k-product"))[0] == 403


@pytest.mark.parametrize(("when", "title"), [("before", "book 1"), ("after", "x")])
async def test_a_reset_before_the_work_writes_nothing_and_after_it_all(
    shelf: Client, when: str, title: str
) -> None:
    await shelf.fault("reset", when=when, match={"method": "PATCH"}, times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await shelf.ask("PATCH", "/books/1", {"title": "x"})
    assert (await shelf.ask("GET", "/books/1"))[1]["title"] == title


async def test_a_reset_is_one_on_the_wire_not_an_orderly_end(shelf: Client) -> None:
    await shelf.fault("reset", times=1)
    host, port = shelf.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /books HTTP/1.1\r\nHost: shelf\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_reset_may_come_midway_through_the_body(shelf: Client) -> None:
    await shelf.fault("reset", when="midway", times=1)
    with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ClientConnectionError)):
        await shelf.ask("GET", "/books")


@pytest.mark.parametrize(("when", "title"), [("before", "book 1"), ("after", "x")])
async def test_a_hang_gives_no_answer(shelf: Client, when: str, title: str) -> None:
    await shelf.fault("hang", when=when, times=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(shelf.ask("PATCH", "/books/1", {"title": "x"}), 0.3)
    assert (await shelf.ask("GET", "/books/1"))[1]["title"] == title


async def test_a_late_commit_has_an_early_stamp_and_is_seen_later(shelf: Client) -> None:
    await shelf.fault("late_commit", delay_s=0.6, times=1)
    started = time.monotonic()
    writing = asyncio.create_task(shelf.ask("POST", "/books", {"title": "late"}))
    await asyncio.sleep(0.2)
    assert (await shelf.ask("GET", "/books/9"))[0] == 404
    await shelf.ask("PATCH", "/books/1", {"title": "meanwhile"})
    status, created, _ = await writing
    assert status == 201
    assert time.monotonic() - started >= 0.55
    row = (await shelf.ask("GET", "/books/9"))[1]
    assert row == created
    effects = await shelf.sandbox("GET", "journal?since=0&effects=1")
    assert [(entry["method"], entry["fault"]) for entry in effects] == [
        ("PATCH", None),
        ("POST", "late_commit"),
    ]
    seen_at = datetime.fromisoformat(effects[1]["at"])
    assert (seen_at - datetime.fromisoformat(row["at"])).total_seconds() >= 0.5


async def test_a_late_commit_leaves_what_others_wrote_to_other_fields_meanwhile(shelf: Client) -> None:
    await shelf.fault("late_commit", delay_s=0.4, reply="at_once", times=1)
    await shelf.ask("PATCH", "/books/1", {"title": "late"})
    await shelf.ask("PATCH", "/books/1", {"pages": 99})
    row: dict[str, Any] = {}
    deadline = time.monotonic() + 5
    while row.get("title") != "late" and time.monotonic() < deadline:
        row = (await shelf.ask("GET", "/books/1"))[1]
        await asyncio.sleep(0.02)
    assert row == {"id": "1", "title": "late", "pages": 99}


async def test_latency_and_slow_drip_cost_time_and_nothing_else(shelf: Client) -> None:
    for spec in (
        {"kind": "latency", "delay_s": 0.3},
        {"kind": "slow_drip", "piece_bytes": 10, "pause_s": 0.05},
    ):
        await shelf.fault(**spec, times=1)  # type: ignore[arg-type]
        started = time.monotonic()
        assert len((await shelf.ask("GET", "/books"))[1]["rows"]) == 4
        assert time.monotonic() - started >= 0.25


async def test_a_body_may_be_huge_or_no_utf8(shelf: Client) -> None:
    await shelf.fault("big_body", times=1)
    async with shelf.session.get(shelf.url + "/books", headers={"Authorization": "k-person"}) as reply:
        assert len(await reply.read()) > 10_000_000
    await shelf.fault("invalid_utf8", times=1)
    async with shelf.session.get(shelf.url + "/books", headers={"Authorization": "k-person"}) as reply:
        body = await reply.read()
    with pytest.raises(UnicodeDecodeError):
        body.decode()


async def test_the_clock_drives_stamps_and_the_date_header(shelf: Client) -> None:
    await shelf.sandbox("POST", "clock", {"at": "2020-02-29T12:00:00Z"})
    _, row, headers = await shelf.ask("POST", "/books", {"title": "t"})
    assert row["at"].startswith("2020-02-29T12:00:0")
    assert headers["Date"].startswith("Sat, 29 Feb 2020 12:00:0")
    await shelf.sandbox("POST", "clock", {"offset_s": -3600})
    _, _, headers = await shelf.ask("GET", "/books")
    assert abs(parsedate_to_datetime(headers["Date"]).timestamp() - (time.time() - 3600)) < 5


async def test_clock_skew_is_for_one_request_and_may_spare_the_stamps(shelf: Client) -> None:
    await shelf.fault("clock_skew", offset_s=-86400, of="date", times=1)
    _, row, headers = await shelf.ask("POST", "/books", {"title": "t"})
    assert abs(parsedate_to_datetime(headers["Date"]).timestamp() - (time.time() - 86400)) < 5
    assert row["at"][:4] == (await shelf.ask("POST", "/books", {}))[1]["at"][:4]
    await shelf.fault("clock_skew", offset_s=-86400 * 400, of="stamps", times=1)
    _, row, headers = await shelf.ask("POST", "/books", {"title": "t"})
    assert int(row["at"][:4]) < parsedate_to_datetime(headers["Date"]).year


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"kind": "gremlin"}, "unknown fault kind 'gremlin'; there are: latency"),
        ({"kind": "status", "colour": 1}, "status knows no colour"),
        ({"kind": "status", "match": {"path": "/"}}, "match knows no path"),
        ({"kind": "status", "times": 1, "rate": 0.5}, "not both"),
        ({"kind": "status", "rate": 2}, "between 0 and 1"),
        ({"kind": "success_but_dropped_field"}, "needs field"),
        ({"kind": "hang", "when": "midway"}, "when of hang is one of before, after"),
        ({"kind": "latency", "delay_s": "long"}, "delay_s of latency is a number"),
    ],
)
async def test_an_unusable_fault_is_refused_with_the_reason(shelf: Client, spec: Any, says: str) -> None:
    status, body, _ = await shelf.ask("POST", "/__sandbox__/faults", spec)
    assert status == 400
    assert says in body["message"]


async def test_rows_are_shown_as_stored_and_unknown_entities_refused(shelf: Client) -> None:
    assert len(await shelf.sandbox("GET", "rows/books")) == 4
    status, body, _ = await shelf.ask("GET", "/__sandbox__/rows/boats")
    assert (status, body["message"]) == (400, "no entity 'boats'; there are: books")
    assert (await shelf.ask("GET", "/__sandbox__/nothing"))[0] == 404
    assert await shelf.sandbox("GET", "journal?since=0") == []
