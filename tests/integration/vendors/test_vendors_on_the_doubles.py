"""Both clients against both doubles: what they say of their rows and how they stand what goes wrong."""

from __future__ import annotations

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from kernel.domain.errors import (
    IntegratorError,
    Malformed,
    Misconfigured,
    RateLimited,
    Refused,
    Transient,
    Unauthorized,
)
from kernel.vendors.ixc.client import Condition, IxcApi, ListingForm
from kernel.vendors.ixc.translate import TABLES, render_record_for_put
from kernel.vendors.ozmap.client import OzmapApi
from kernel.vendors.ozmap.paging import FilterForm
from kernel.vendors.ozmap.translate import ROUTES
from kernel.vendors.rows import RawRow
from tests.integration.vendors.doubles import Running, settings_for, unhurried

BOXES = "rad_caixa_ftth"
ZONE = ZoneInfo("America/Sao_Paulo")


async def ids_of(pages: Any) -> list[str]:
    return [row.id async for page in pages for row in page.rows]


@pytest.mark.parametrize("slug", sorted(ROUTES))
@pytest.mark.parametrize("old_server", [False, True])
async def test_every_row_of_ozmap_is_listed_once_and_understood(
    ozmap: OzmapApi, ozmap_double: Running, slug: str, old_server: bool
) -> None:
    ozmap_double.ask("POST", "switches", {"old_server": old_server, "max_limit": 40})
    source, seen = ROUTES[slug], []
    parse = source.parser(ZONE)
    async for page in ozmap.pages(source.path, source.model):
        assert not page.bad
        seen += [parse(row).id for row in page.rows]
        assert all(row.stamp for row in page.rows)
    stored = ozmap_double.ask("GET", f"rows/{source.path}")
    assert sorted(seen) == sorted(row["id"] for row in stored)
    assert seen


@pytest.mark.parametrize("slug", sorted(TABLES))
@pytest.mark.parametrize(
    "switches",
    [{}, {"overrun_rows": 3}, {"max_rp": 20}, {"ignore_page": True}, {"registros": "object", "total": "int"}],
)
async def test_every_row_of_ixc_is_listed_once_and_understood(
    ixc: IxcApi, ixc_double: Running, slug: str, switches: dict[str, Any]
) -> None:
    ixc_double.ask("POST", "switches", switches)
    source, seen = TABLES[slug], []
    parse = source.parser(ZONE)
    async for page in ixc.rows(source.path, source.model, rp=50):
        assert not page.bad
        seen += [parse(row).id for row in page.rows]
    assert seen == [row["id"] for row in ixc_double.ask("GET", f"rows/{source.path}")]
    assert seen


@pytest.mark.parametrize("form", list(FilterForm))
async def test_ozmap_filters_in_either_form(ozmap: OzmapApi, ozmap_double: Running, form: FilterForm) -> None:
    stamps = sorted(row["updatedAt"] for row in ozmap_double.ask("GET", "rows/boxes"))
    since = {"property": "updatedAt", "operator": ">=", "value": stamps[-10]}
    api = OzmapApi(ozmap.http, filter_form=form)
    assert len(await ids_of(api.pages("boxes", RawRow, filters=[since], limit=4))) == 10


@pytest.mark.parametrize("form", list(ListingForm))
async def test_ixc_filters_in_either_form(ixc: IxcApi, ixc_double: Running, form: ListingForm) -> None:
    stamps = sorted(row["ultima_atualizacao"] for row in ixc_double.ask("GET", f"rows/{BOXES}"))
    since = Condition("ultima_atualizacao", ">=", stamps[-10])
    api = IxcApi(ixc.http, listing_form=form)
    n_wanted = sum(stamp >= stamps[-10] for stamp in stamps)
    assert len(await ids_of(api.rows(BOXES, RawRow, where=[since], rp=4))) == n_wanted


async def test_a_client_of_ozmap_is_found_by_its_code_and_renamed(
    ozmap: OzmapApi, ozmap_double: Running
) -> None:
    code = ozmap_double.ask("GET", "rows/ftth-clients")[0]["code"]
    (found,) = await ozmap.clients_with_code(code)
    await ozmap.patch("ftth-clients", found["id"], {"name": "Zé & Filhos"})
    assert (await ozmap.read("ftth-clients", found["id"]) or {})["name"] == "Zé & Filhos"
    assert await ozmap.clients_with_code("no such code") == []
    assert await ozmap.properties_of("no/such code") == []


async def test_ozmap_creates_and_deletes(ozmap: OzmapApi) -> None:
    made = await ozmap.create("projects", {"name": "Novo"})
    assert (await ozmap.read("projects", made["id"]) or {})["name"] == "Novo"
    assert await ozmap.delete("projects", made["id"]) is True
    assert await ozmap.delete("projects", made["id"]) is False
    assert await ozmap.read("projects", made["id"]) is None


async def test_ozmap_says_whether_the_key_is_good(ozmap: OzmapApi, ozmap_double: Running) -> None:
    assert await ozmap.authenticated()
    wrong = settings_for(ozmap_url=ozmap_double.url, ozmap_key="wrong-key-0000")
    async with OzmapApi.open(wrong, budget=unhurried()) as stranger:
        assert not await stranger.authenticated()
        with pytest.raises(Unauthorized, match="OZMAP_KEY"):
            await stranger.read("boxes", "b1")
    elsewhere = settings_for(ozmap_url=f"{ozmap_double.url}/nowhere", ozmap_key=ozmap_double.key)
    async with OzmapApi.open(elsewhere, budget=unhurried()) as lost:
        with pytest.raises(Misconfigured, match="OZMAP_URL"):
            await lost.authenticated()


async def test_a_wrong_token_and_a_wrong_address_of_ixc_name_their_settings(ixc_double: Running) -> None:
    wrong = settings_for(ixc_url=ixc_double.url, ixc_token="1:wrong-hash-0000")
    async with IxcApi.open(wrong, budget=unhurried()) as stranger:
        with pytest.raises(Unauthorized, match="IXC_TOKEN"):
            await stranger.read("cliente", "1")
    elsewhere = settings_for(ixc_url=f"{ixc_double.url}/nowhere", ixc_token=ixc_double.key)
    async with IxcApi.open(elsewhere, budget=unhurried()) as lost:
        with pytest.raises(Misconfigured, match="IXC_URL"):
            await lost.read("cliente", "1")


async def test_a_record_put_back_with_one_change_changes_that_one(ixc: IxcApi, ixc_double: Running) -> None:
    before = await ixc.read(BOXES, "1")
    assert before is not None
    await ixc.update(BOXES, "1", render_record_for_put(before) | {"descricao": "Caixa São João"})
    after = await ixc.read(BOXES, "1")
    assert after is not None
    assert {k for k in before if before[k] != after[k]} <= {"descricao", "ultima_atualizacao"}
    assert after["descricao"] == "Caixa São João"
    put = next(entry for entry in reversed(ixc_double.journal()) if entry["method"] == "PUT")
    assert set(put["changed"]) <= {"descricao", "ultima_atualizacao"}


async def test_a_login_put_back_as_it_was_listed_keeps_its_password_and_zero_dates(
    ixc: IxcApi, ixc_double: Running
) -> None:
    before = await ixc.read("radusuarios", "5")
    assert before is not None
    await ixc.update("radusuarios", "5", render_record_for_put(before))
    put = next(entry for entry in reversed(ixc_double.journal()) if entry["method"] == "PUT")
    assert set(put["changed"]) <= {"ultima_atualizacao"}


async def test_ixc_inserts_and_refuses_what_lacks_a_field(ixc: IxcApi) -> None:
    template = await ixc.read(BOXES, "2")
    assert template is not None
    new_id = await ixc.insert(BOXES, render_record_for_put(template) | {"descricao": "Nova"})
    assert (await ixc.read(BOXES, new_id) or {})["descricao"] == "Nova"
    assert [row["id"] for row in await ixc.find(BOXES, [Condition("descricao", "=", "Nova")])] == [new_id]
    with pytest.raises(Refused, match="Preencha"):
        await ixc.insert(BOXES, {"descricao": "x"})


async def test_ixc_says_what_is_not_allowed(ixc: IxcApi, ixc_double: Running) -> None:
    with pytest.raises(Unauthorized, match="no_such_table"):
        await ixc.read("no_such_table", "1")
    ixc_double.ask("POST", "switches", {"ip_allowed": False})
    with pytest.raises(Unauthorized, match="this machine's address"):
        await ixc.read("cliente", "1")


async def test_a_column_that_this_version_lacks_is_said_after_some_tries(ixc: IxcApi) -> None:
    where = [Condition("no_such_column", "=", "1")]
    with pytest.raises(Transient, match="lacks a column"):
        await ids_of(ixc.rows("cliente", RawRow, where=where))


async def test_an_ixc_that_ignores_filters_is_noticed(ixc: IxcApi, ixc_double: Running) -> None:
    ixc_double.ask("POST", "switches", {"ignore_filter": True})
    with pytest.raises(Malformed, match="ignored the filter"):
        await ids_of(ixc.rows("cliente", RawRow, rp=50))
    with pytest.raises(Malformed, match="ignored the filter"):
        await ixc.read("cliente", "300")


PASSING = [
    ("status", {"status": 503}),
    ("rate_limited", {"retry_after_s": 1}),
    ("rate_limited", {"retry_after_s": 1, "form": "date"}),
    ("rate_limited", {"form": "none"}),
    ("html200", {}),
    ("reset", {"when": "before"}),
    ("reset", {"when": "midway"}),
]


@pytest.mark.parametrize(("kind", "more"), PASSING)
async def test_a_reads_trouble_that_passes_is_not_seen_by_the_caller(
    ixc: IxcApi, ixc_double: Running, ozmap: OzmapApi, ozmap_double: Running, kind: str, more: dict[str, Any]
) -> None:
    for double in (ixc_double, ozmap_double):
        double.fault(kind, times=1, **more)
    box_id = ozmap_double.ask("GET", "rows/boxes")[0]["id"]
    box, row = await asyncio.gather(ozmap.read("boxes", box_id), ixc.read(BOXES, "3"))
    assert box is not None
    assert row is not None


@pytest.mark.parametrize(
    ("kind", "more", "ours"),
    [
        ("status", {"status": 500}, Transient),
        ("rate_limited", {"retry_after_s": 7}, RateLimited),
        ("html200", {}, Transient),
        ("reset", {"when": "before"}, Transient),
        ("reset", {"when": "after"}, Transient),
        ("error_but_written", {}, Transient),
        ("invalid_utf8", {}, Malformed),
    ],
)
async def test_a_writes_trouble_is_told_and_the_write_was_sent_once(
    ixc_double: Running, kind: str, more: dict[str, Any], ours: type[IntegratorError]
) -> None:
    settings = settings_for(ixc_url=ixc_double.url, ixc_token=ixc_double.key)
    async with IxcApi.open(settings, budget=unhurried()) as ixc:
        record = await ixc.read(BOXES, "4")
        assert record is not None
        n_before = len(ixc_double.journal())
        ixc_double.fault(kind, times=1, match={"method": "PUT"}, **more)
        with pytest.raises(IntegratorError) as caught:
            await ixc.update(BOXES, "4", render_record_for_put(record))
    assert type(caught.value) is ours
    assert [entry["method"] for entry in ixc_double.journal()][n_before:] == ["PUT"]


async def test_retry_after_of_a_refused_write_is_told(ozmap_double: Running) -> None:
    settings = settings_for(ozmap_url=ozmap_double.url, ozmap_key=ozmap_double.key)
    async with OzmapApi.open(settings, budget=unhurried()) as ozmap:
        ozmap_double.fault("rate_limited", times=1, retry_after_s=2, form="date")
        with pytest.raises(RateLimited) as caught:
            await ozmap.create("projects", {"name": "x"})
    assert caught.value.retry_after_s is not None
    assert 0 <= caught.value.retry_after_s <= 3


async def test_a_truncated_page_of_ozmap_is_not_taken_for_the_end(
    ozmap: OzmapApi, ozmap_double: Running
) -> None:
    ozmap_double.fault("truncated_page", keep_ratio=0.5)
    with pytest.raises(Transient):
        await ids_of(ozmap.pages("boxes", RawRow))


async def test_truncated_pages_of_ixc_lose_no_row(ixc: IxcApi, ixc_double: Running) -> None:
    ixc_double.fault("truncated_page", keep_ratio=0.6)
    stored = ixc_double.ask("GET", "rows/cliente")
    with pytest.raises(Transient, match="match and shows none"):
        await ids_of(ixc.rows("cliente", RawRow, rp=50))
    ixc_double.ask("DELETE", "faults")
    ixc_double.fault("truncated_page", keep_ratio=0.6, rate=0.5, seed=7)
    assert await ids_of(ixc.rows("cliente", RawRow, rp=50)) == [row["id"] for row in stored]


async def test_the_servers_clock_is_the_one_that_counts(ixc: IxcApi, ixc_double: Running) -> None:
    ixc_double.ask("POST", "clock", {"offset_s": -600})
    try:
        await ixc.read("cliente", "1")
        assert ixc.http.clock.skew_s == pytest.approx(-600, abs=2)
    finally:
        ixc_double.ask("POST", "clock", {"offset_s": 0})


async def test_no_secret_of_the_city_and_no_key_is_in_anything_a_client_says(
    ixc: IxcApi, ixc_double: Running, ozmap: OzmapApi, ozmap_double: Running
) -> None:
    said = [repr(ixc), repr(ozmap), repr(ixc.http), repr(ozmap.http), repr(ixc.http.address)]
    with capture_logs() as logs:
        for source in TABLES.values():
            ixc_double.fault("status", times=1, status=503)
            said += [repr(page) async for page in ixc.rows(source.path, source.model)]
        for route in ROUTES.values():
            ozmap_double.fault("status", times=1, status=503)
            said += [repr(page) async for page in ozmap.pages(route.path, route.model)]
        for kind in ("invalid_utf8", "html200", "status"):
            ixc_double.fault(kind)
            with pytest.raises(IntegratorError) as caught:
                await ixc.update("radusuarios", "5", {})
            said += [repr(caught.value), str(caught.value)]
            ixc_double.ask("DELETE", "faults")
    said.append(repr(logs))
    whole = "".join(said)
    assert logs
    assert "FAKE-SECRET" in repr(await ixc.read("radusuarios", "5")), "the city has secrets to be found"
    assert "FAKE-SECRET" not in whole
    for secret in (ixc_double.key, ixc_double.key.partition(":")[2], ozmap_double.key):
        assert secret not in whole
