"""Listings of the IXC double: operators, filters, order, pages, and the ways installations differ."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from tests.integration.sandbox.ixc_asking import BOX, LOGIN, NOON, ONU, Ixc, ixc_double


@pytest.fixture
async def ixc() -> AsyncIterator[Ixc]:
    async with ixc_double() as asked:
        yield asked


@pytest.mark.parametrize(
    ("column", "oper", "value", "ids"),
    [
        ("id", "=", "3", ["3"]),
        ("id", "!=", "3", ["1", "2", "4", "9"]),
        ("id", ">", "3", ["4", "9"]),
        ("id", ">=", "3", ["3", "4", "9"]),
        ("id", "<", "3", ["1", "2"]),
        ("id", "<=", "3", ["1", "2", "3"]),
        ("id", "IN", "9,1,777", ["1", "9"]),
        ("id", "NI", "9,1,777", ["2", "3", "4"]),
        ("id", "=", "3abc", ["3"]),  # MariaDB's cast of text to number
        ("capacidade", ">", "9", ["2", "4"]),  # as numbers: as texts "8" > "16"
        ("capacidade", "=", "08", ["1", "3"]),
        ("descricao", "L", "CTO", ["1", "2", "3", "9"]),
        ("descricao", "L", "C%1", ["1", "3"]),
        ("descricao", "L", "CTO_0", ["1", "2"]),  # _ is any one character
        ("descricao", "NL", "CTO", ["4"]),
        ("descricao", "L", "O 02  ", ["2"]),
        ("descricao", "IN", "CTO 01,CTO 10", ["1", "3"]),
        ("status", "=", "A", ["1", "2", "3", "4", "9"]),
        ("status", "NI", "A", []),
        ("ultima_atualizacao", ">=", "2025-11-22 10:00:00", ["4", "9"]),
        ("ultima_atualizacao", ">=", "2025-11-22", ["4", "9"]),
        ("ultima_atualizacao", ">", "22/11/2025 10:00:00", ["9"]),
        ("ultima_atualizacao", "<", "2025-11-21", ["1", "2"]),
        ("ultima_atualizacao", "=", "0000-00-00 00:00:00", ["1"]),
        ("ultima_atualizacao", ">=", "yesterday", []),
    ],
)
async def test_operators_compare_by_the_type_of_the_column(
    ixc: Ixc, column: str, oper: str, value: str, ids: list[str]
) -> None:
    by_query = await ixc.list(BOX, qtype=f"{BOX}.{column}", oper=oper, query=value)
    by_grid = await ixc.list(BOX, (column, oper, value))
    assert by_query.ids == by_grid.ids == ids
    assert by_grid.json["total"] == str(len(ids))


async def test_between_takes_p_and_p2_in_grid_param(ixc: Ixc) -> None:
    stamp = "rad_caixa_ftth.ultima_atualizacao"
    inside = ("2025-11-20", "2025-11-22 10:00:00")
    assert (await ixc.list(BOX, (stamp, "BE", *inside))).ids == ["2", "3", "4"]
    assert (await ixc.list(BOX, (stamp, "NBE", *inside))).ids == ["1", "9"]


async def test_between_in_qtype_misbehaves_and_finds_zero_dates(ixc: Ixc) -> None:
    asked = await ixc.list(BOX, qtype="ultima_atualizacao", oper="BE", query="2025-11-20,2025-11-22")
    assert asked.ids == ["1"]


@pytest.mark.parametrize(
    "asked",
    [
        {"qtype": f"{BOX}.nonsense", "query": "1", "oper": "="},
        {"qtype": "cliente.id", "query": "1", "oper": "="},
        {"qtype": f"{BOX}.id", "query": "1", "oper": "<>"},
        {"qtype": f"{BOX}.id", "query": "1", "oper": "GE"},
        {"qtype": "", "query": "1", "oper": "="},
        {"sortname": f"{BOX}.nonsense"},
        {"grid_param": '[{"TB":"rad_caixa_ftth.id","OP":"<>","P":"1"}]'},
        {"grid_param": [{"TB": "rad_caixa_ftth.id", "OP": "=", "P": "1"}]},
        {"grid_param": "[{"},
    ],
    ids=str,
)
async def test_what_sql_cannot_take_is_the_html_page_with_http_200(
    ixc: Ixc, asked: dict[str, object]
) -> None:
    assert (await ixc.list(BOX, **asked)).is_error_page


async def test_a_column_that_was_removed_is_an_error_page_too(ixc: Ixc) -> None:
    assert (await ixc.list(LOGIN, qtype="radusuarios.ultima_conexao", query="x", oper="=")).is_error_page


async def test_an_empty_query_is_no_filter_but_an_empty_p_is_one(ixc: Ixc) -> None:
    assert (await ixc.list(BOX, qtype=f"{BOX}.cep", query="", oper="=")).json["total"] == "5"
    assert (await ixc.list(BOX, qtype="", query="")).json["total"] == "5"
    assert (await ixc.list(BOX, qtype=BOX, query="", oper="=")).json["total"] == "5"
    assert (await ixc.list(BOX, (f"{BOX}.obs_caixa_ftth", "=", ""))).json["total"] == "0"
    assert (await ixc.list(BOX, (f"{BOX}.cep", "=", ""))).json["total"] == "5"


async def test_all_conditions_hold_at_once_and_foreign_members_are_tolerated(ixc: Ixc) -> None:
    grid = [
        {"TB": f"{BOX}.id_projeto", "OP": "=", "P": 1, "C": "AND", "G": "x"},
        {"TB": "capacidade", "OP": ">=", "P": "8"},
    ]
    body = {"qtype": f"{BOX}.descricao", "query": "cto 0", "oper": "L", "grid_param": json.dumps(grid)}
    assert (await ixc.list(BOX, **body, qtype2="id", query2="1", oper2="=")).ids == ["1", "2"]


async def test_text_is_compared_without_case_and_trailing_blanks_but_kept_with_them(ixc: Ixc) -> None:
    found = await ixc.list(BOX, qtype="descricao", query="cto 02", oper="=")
    assert [row["descricao"] for row in found.json["registros"]] == ["CTO 02  "]
    assert (await ixc.list(BOX, qtype="descricao", query="caixa sao joao", oper="=")).ids == []


async def test_a_date_part_may_stand_where_a_column_stands(ixc: Ixc) -> None:
    assert (await ixc.list("cliente", ("MONTH(cliente.data_nascimento)", "=", "3"))).ids == ["1"]


async def test_numbers_dates_and_unset_values_keep_the_form_of_the_db(ixc: Ixc) -> None:
    onu = await ixc.row(ONU, "21")
    assert (onu["sinal_rx"], onu["sinal_tx"]) == ("-21.50", "0.00")
    assert onu["data_sinal"] == "2025-11-24 06:30:00"
    login = await ixc.row(LOGIN, "12")
    assert (login["id_transmissor"], login["online"], login["fixar_ip"]) == ("0", "SS", "H")
    assert login["ultima_conexao_inicial"] == "0000-00-00 00:00:00"


async def test_passwords_come_back_in_clear_and_are_marked_fakes(ixc: Ixc) -> None:
    login = await ixc.row(LOGIN, "12")
    secrets = {login[name] for name in ("senha", "senha_rede_sem_fio", "senha_router1")}
    secrets.add((await ixc.row("radpop_radio", "1"))["senha_hw"])
    secrets.add((await ixc.row("cliente", "1"))["senha"])
    secrets.add((await ixc.row(ONU, "21"))["senha_onu_cliente"])
    assert len(secrets) == 6
    assert all("FAKE-SECRET" in secret for secret in secrets)


async def test_the_keys_of_a_row_are_the_forms_not_the_dbs(ixc: Ixc) -> None:
    box = await ixc.row(BOX, "1")
    assert list(box)[:3] == ["codigo_estilo_caixa", "id", "status"]
    assert len(box) == 20
    assert "external_id" not in box
    assert len(await ixc.row("cliente", "1")) == 157
    assert (await ixc.list(BOX, qtype="external_id", query="", oper="=")).json["total"] == "5"


async def test_pages_are_plain_offsets_of_twenty_rows_unless_asked(ixc: Ixc) -> None:
    second = await ixc.list(BOX, page="2", rp=2)
    assert (second.json["page"], second.json["total"], second.ids) == ("2", "5", ["3", "4"])
    assert len((await ixc.list(BOX, rp="10000000")).ids) == 5
    for number in range(60, 80):
        await ixc.insert(BOX, {**_new_box(), "descricao": f"CTO {number}"})
    assert len((await ixc.list(BOX)).ids) == 20


async def test_rows_sort_by_any_column_in_its_own_order(ixc: Ixc) -> None:
    async def ids(name: str, order: str) -> list[str]:
        return (await ixc.list(BOX, sortname=name, sortorder=order)).ids

    assert await ids(f"{BOX}.id", "desc") == ["9", "4", "3", "2", "1"]
    assert await ids("capacidade", "asc") == ["9", "1", "3", "2", "4"]
    assert await ids(f"{BOX}.descricao", "asc") == ["4", "1", "2", "3", "9"]
    assert await ids("ultima_atualizacao", "desc") == ["9", "4", "3", "2", "1"]


async def test_every_write_leaves_a_row_in_the_audit_log_in_flexigrid_form(ixc: Ixc) -> None:
    await ixc.freeze(NOON)
    await ixc.change(BOX, "1", descricao="CTO 01 nova")
    await ixc.insert(
        "df_projeto", {"nome": "Sul", "latitude": "0", "longitude": "0", "zoom": "14", "status": "A"}
    )
    await ixc.delete("df_projeto", "3")
    logs = (await ixc.list("ixc_logs", sortname="ixc_logs.id", sortorder="desc")).json
    assert logs["total"] == "3"
    assert "registros" not in logs
    kinds = [(row["cell"][3], row["cell"][6], row["cell"][5]) for row in logs["rows"]]
    assert kinds == [
        ("excluiu", "df_projeto", "3"),
        ("inseriu", "df_projeto", "3"),
        ("editou", BOX, "1"),
    ]
    assert logs["rows"][0]["cell"][1] == "24/11/2025 12:00:00"
    newer = await ixc.list("ixc_logs", ("ixc_logs.data", ">", "2025-11-24 12:00:00"), qtype="ixc_logs.tabela")
    assert newer.json == {"page": "1", "total": "0", "rows": []}


def _new_box() -> dict[str, str]:
    return {"id_projeto": "1", "id_transmissor": "1", "codigo_estilo_caixa": "50r7nh0u", "tipo": "P"}
