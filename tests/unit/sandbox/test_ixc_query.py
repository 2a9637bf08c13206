"""Laws of the IXC double's listings: short cuts never change an answer, pages never lose a row."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.ixc.comparison import cell_test
from sandbox.ixc.declared import SWITCHES
from sandbox.ixc.listing import Filter, ListRequest
from sandbox.ixc.query import Query
from sandbox.ixc.tables import TABLES
from sandbox.store import Store
from sandbox.switches import SwitchBoard

BOX = TABLES["rad_caixa_ftth"]
UNSET = {column.name: column.default for column in BOX.columns}

names = st.sampled_from(["CTO 1", "cto 1 ", "CTO 2", "", "Poste é", "a,b"])
numbers = st.integers(-1, 6).map(str)
stamps = st.sampled_from(["0000-00-00 00:00:00", "2025-01-01 00:00:00", "2025-01-02 10:00:00"])
edits = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 5).map(str), names, numbers, stamps),
        st.tuples(st.just("remove"), st.integers(1, 5).map(str)),
    ),
    min_size=2,
    max_size=20,
)
compares = st.sampled_from(["=", "=", "=", "IN", "!=", ">", "<", ">=", "<=", "IN", "NI", "L", "NL"])
filters = st.one_of(
    st.builds(Filter, st.sampled_from(["id", "id_projeto", "idx"]), compares, numbers),
    st.builds(Filter, st.just("descricao"), compares, names),
    st.builds(Filter, st.just("ultima_atualizacao"), compares, stamps),
)


def follow(store: Store, steps: list[tuple[Any, ...]]) -> None:
    for step in steps:
        if step[0] == "remove":
            store.remove(BOX.name, step[1])
            continue
        _, row_id, name, number, stamp = step
        idx = "" if number.startswith("-") else number
        row = {**UNSET, "id": row_id, "descricao": name, "id_projeto": number, "idx": idx}
        store.put(BOX.name, row_id, {**row, "ultima_atualizacao": stamp})


@settings(max_examples=300, deadline=None)
@given(edits, edits, st.lists(filters, min_size=1, max_size=3))
def test_indexes_and_ranges_find_what_a_plain_scan_finds(
    first: list[tuple[Any, ...]], then: list[tuple[Any, ...]], conditions: list[Filter]
) -> None:
    store, switches = Store(TABLES, id_order=int), SwitchBoard(SWITCHES)
    query = Query(store, switches)
    request = ListRequest(tuple(conditions), rp=100)
    follow(store, first)
    query.select(BOX, request)  # from here on the indexes must follow
    follow(store, then)
    tests = [
        (wanted.column, cell_test(BOX.by_name[wanted.column], wanted, switches)) for wanted in conditions
    ]
    scanned = [row for row in store.rows(BOX.name) if all(test(row[name]) for name, test in tests)]
    assert list(query.select(BOX, request).rows) == scanned


def test_an_index_follows_rows_that_move_come_and_go() -> None:
    store, switches = Store(TABLES, id_order=int), SwitchBoard(SWITCHES)
    query = Query(store, switches)
    request = ListRequest((Filter("descricao", "=", "CTO 1"),), rp=100)
    stamp = "2025-01-01 00:00:00"

    def found() -> list[str]:
        return [row["id"] for row in query.select(BOX, request).rows]

    follow(store, [("put", "1", "CTO 1", "1", stamp), ("put", "2", "CTO 2", "1", stamp)])
    assert found() == ["1"]
    follow(store, [("put", "2", "cto 1 ", "1", stamp), ("put", "1", "CTO 2", "1", stamp)])
    assert found() == ["2"]
    follow(store, [("put", "3", "CTO 1", "1", stamp), ("remove", "2")])
    assert found() == ["3"]


@settings(max_examples=100, deadline=None)
@given(edits, st.integers(1, 4), st.sampled_from(["id", "descricao", "capacidade", "ultima_atualizacao"]))
def test_pages_until_the_total_hold_every_row_once(
    steps: list[tuple[Any, ...]], rp: int, sortname: str
) -> None:
    store = Store(TABLES, id_order=int)
    query = Query(store, SwitchBoard(SWITCHES))
    follow(store, steps)
    met: list[str] = []
    page, total = 1, 1
    while (page - 1) * rp < total:
        selection = query.select(BOX, ListRequest((), page, rp, sortname))
        met += [row["id"] for row in selection.rows]
        page, total = page + 1, selection.total
    assert sorted(met, key=int) == [row["id"] for row in store.rows(BOX.name)]
