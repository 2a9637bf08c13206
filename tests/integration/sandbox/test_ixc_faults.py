"""The faults of the sandbox as an IXC client meets them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.integration.sandbox.ixc_asking import BOX, NEW_BOX, Ixc, ixc_double


@pytest.fixture
async def ixc() -> AsyncIterator[Ixc]:
    async with ixc_double() as asked:
        yield asked


async def test_an_error_may_hide_a_row_that_was_written(ixc: Ixc) -> None:
    message = "Ocorreu um erro ao processar. Contate o suporte IXC Soft."
    await ixc.fault("error_but_written", status=200, message=message, times=1)
    answer = await ixc.insert(BOX, NEW_BOX)
    assert (answer.status, answer.json) == (200, {"type": "error", "message": message, "id": "10"})
    assert (await ixc.row(BOX, "10"))["descricao"] == "CTO 50"
    await ixc.fault("error_but_written", match={"method": "PUT", "id": "2"}, times=1)
    assert (await ixc.change(BOX, "2", numero="5")).status == 500
    assert (await ixc.row(BOX, "2"))["numero"] == "5"


async def test_success_may_hide_a_field_that_was_dropped(ixc: Ixc) -> None:
    await ixc.fault("success_but_dropped_field", field="numero", match={"entity": BOX}, times=2)
    assert (await ixc.change(BOX, "2", numero="5", bairro="Sul")).json["type"] == "success"
    box = await ixc.row(BOX, "2")
    assert (box["numero"], box["bairro"]) == ("", "Sul")
    assert (await ixc.insert(BOX, {**NEW_BOX, "numero": "7"})).json["type"] == "success"
    assert (await ixc.row(BOX, "10"))["numero"] == ""


async def test_overload_answers_the_red_page_with_http_200_and_does_nothing(ixc: Ixc) -> None:
    await ixc.fault("html200", match={"method": "PUT"}, times=1)
    before = await ixc.row(BOX, "2")
    assert (await ixc.put(BOX, "2", {**before, "numero": "5"})).is_error_page
    assert await ixc.row(BOX, "2") == before


async def test_a_page_may_be_short_and_the_total_wrong(ixc: Ixc) -> None:
    await ixc.fault("truncated_page", keep_ratio=0.5, times=1)
    assert (await ixc.list(BOX, rp=4)).ids == ["1", "2"]
    await ixc.fault("wrong_total", delta=-2, times=1)
    assert (await ixc.list(BOX)).json["total"] == "3"
    await ixc.fault("truncated_page", keep_ratio=0, times=1)
    assert (await ixc.list(BOX)).json == {"page": "1", "total": "5"}


async def test_a_lost_permission_makes_rows_vanish_or_is_refused_in_json(ixc: Ixc) -> None:
    await ixc.fault("lost_permission", match={"entity": BOX}, where={"id_projeto": "2"})
    listed = await ixc.list(BOX)
    assert (listed.ids, listed.json["total"]) == (["1", "2", "3"], "3")
    assert (await ixc.put(BOX, "4", NEW_BOX)).json["type"] == "error"
    await ixc.sandbox("DELETE", "faults")
    await ixc.fault("lost_permission", match={"entity": BOX}, form="refused")
    refused = await ixc.list(BOX)
    assert (refused.status, refused.json["type"]) == (200, "error")


async def test_a_late_commit_is_seen_later_under_an_earlier_stamp(ixc: Ixc) -> None:
    await ixc.fault("late_commit", delay_s=0.3, reply="at_once", times=1)
    await ixc.freeze()
    inserted = await ixc.insert(BOX, NEW_BOX)
    assert (await ixc.list(BOX, qtype="id", query=inserted.json["id"])).ids == []
    second = await ixc.insert(BOX, NEW_BOX)
    assert second.json["id"] != inserted.json["id"]
    await ixc.freeze("2025-11-24T15:00:09Z")
    deadline_s = time.monotonic() + 5
    while not (await ixc.list(BOX, qtype="id", query=inserted.json["id"])).ids:
        assert time.monotonic() < deadline_s
        await asyncio.sleep(0.02)
    assert (await ixc.row(BOX, inserted.json["id"]))["ultima_atualizacao"] == "2025-11-24 12:00:00"


async def test_a_fault_finds_the_row_a_listing_reads_by_id(ixc: Ixc) -> None:
    await ixc.fault("status", status=504, match={"entity": BOX, "id": "2"})
    assert (await ixc.list(BOX, qtype=f"{BOX}.id", query="1", oper="=")).status == 200
    broken = await ixc.list(BOX, qtype=f"{BOX}.id", query="2", oper="=")
    assert (broken.status, "504 Gateway Time-out" in broken.text) == (504, True)


async def test_a_refusal_of_ixc_itself_leaves_no_change_in_the_journal(ixc: Ixc) -> None:
    await ixc.put(BOX, "2", {})
    entry = (await ixc.sandbox("GET", "journal?since=0"))[-1]
    assert (entry["status"], entry["changed"], entry["also"]) == (200, [], [])
    assert entry["before"] == entry["after"] is not None
