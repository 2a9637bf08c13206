"""The IXC double of a whole city: all is listed once, put back unharmed, and a delta poll stays cheap."""

from __future__ import annotations

import time

import pytest

from sandbox.chassis import Setup
from sandbox.city import build
from sandbox.ixc.columns import SECRET_MARK
from sandbox.ixc.double import IxcDouble
from sandbox.ixc.listing import Filter, ListRequest
from sandbox.ixc.query import Query
from sandbox.ixc.tables import STAMP, TABLES
from sandbox.store import Store
from sandbox.switches import SwitchBoard
from tests.integration.sandbox.ixc_asking import BOX, LOGIN, ixc_double

CITY_TABLES = [name for name in TABLES if name != "ixc_logs"]


@pytest.mark.parametrize("table", CITY_TABLES)
async def test_paging_through_a_table_meets_every_row_of_the_city_once(table: str) -> None:
    async with ixc_double(city="small", seed=7, rows={}) as ixc:
        wanted = {row["id"] for row in build("small", 7).ixc[table]}
        met: list[str] = []
        for page in range(1, 100):
            answer = await ixc.list(table, page=page, rp=37, sortname=f"{table}.id", sortorder="asc")
            met += answer.ids
            if not answer.ids:
                break
        assert len(met) == len(wanted) == int(answer.json["total"])
        assert set(met) == wanted


@pytest.mark.parametrize("table", CITY_TABLES)
async def test_any_record_of_the_city_put_back_as_listed_is_unharmed(table: str) -> None:
    async with ixc_double(city="small", seed=7, rows={}) as ixc:
        for before in (await ixc.list(table, rp=60)).json["registros"]:
            answer = await ixc.put(table, before["id"], before)
            after = await ixc.row(table, before["id"])
            assert answer.json["type"] == "success", answer.text
            assert {**after, STAMP: ""} == {**before, STAMP: ""}


def test_every_password_of_the_city_is_a_marked_fake() -> None:
    store = IxcDouble(Setup(city="small", seed=7)).store
    for table, spec in TABLES.items():
        secrets = [column.name for column in spec.columns if column.is_secret]
        cells = [row[name] for row in store.rows(table) for name in secrets]
        assert all(SECRET_MARK in cell for cell in cells if cell)
        assert not secrets or cells


def test_a_row_the_double_would_understand_otherwise_is_refused_at_the_start() -> None:
    double = IxcDouble(Setup())
    with pytest.raises(ValueError, match="rad_caixa_ftth has no column cor"):
        double.seed({BOX: [{"id": "1", "cor": "azul"}]})
    with pytest.raises(ValueError, match="rad_projeto"):
        double.seed({"rad_projeto": [{"id": "1"}]})


def test_a_delta_poll_costs_a_few_bare_passes_over_the_rows() -> None:
    store, switches = Store(TABLES, id_order=int), SwitchBoard(IxcDouble.declared_switches)
    unset = {column.name: column.default for column in TABLES[LOGIN].columns}
    stamps = [f"2025-{1 + n % 12:02d}-{1 + n % 28:02d} 10:00:00" for n in range(20_000)]
    for number, stamp in enumerate(stamps, start=1):
        store.put(LOGIN, str(number), {**unset, "id": str(number), "login": f"u{number}", STAMP: stamp})
    query = Query(store, switches)
    since = Filter(f"{LOGIN}.{STAMP}", ">=", "2025-12-28 00:00:00")
    delta = ListRequest((since, Filter("id", ">", "5")), rp=500, sortname="id")
    ours_s, bare_s = [], []
    for _ in range(7):
        start_s = time.perf_counter()
        selection = query.select(TABLES[LOGIN], delta)
        ours_s.append(time.perf_counter() - start_s)
        start_s = time.perf_counter()
        bare = [row for row in store.rows(LOGIN) if row[STAMP] >= "2025-12-28 00:00:00"]
        bare_s.append(time.perf_counter() - start_s)
    assert selection.total == len([row for row in bare if int(row["id"]) > 5]) > 0
    assert min(ours_s) / min(bare_s) < 6
