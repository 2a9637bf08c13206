"""Writes of the IXC double: inserts, whole-record PUTs, deletes, what they demand and what else they move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.sandbox.ixc_asking import BOX, LOGIN, NEW_BOX, ONU, PERSON, Ixc, ixc_double

STAMP = "ultima_atualizacao"
NOON_LOCAL = "2025-11-24 12:00:00"
OFFICIAL_BOX_EDIT = {
    "descricao": "CTO 01 editada",
    "tipo": "P",
    "id_projeto": "1",
    "id_transmissor": "1",
    "id_interface": "",
    "id_tecnologia": "",
    "capacidade": "16",
    "latitude": "-23.5505",
    "longitude": "-46.6333",
    "codigo_estilo_caixa": "7eTTWpDR",
    "obs_caixa_ftth": "",
    "status": "A",
    "idx": "",
    "ultima_atualizacao": "",
    "cep": "",
    "endereco": "",
    "numero": "",
    "bairro": "",
    "id_cidade": "",
}


@pytest.fixture
async def ixc() -> AsyncIterator[Ixc]:
    async with ixc_double() as asked:
        await asked.freeze()
        yield asked


async def test_an_insert_gives_an_id_form_defaults_and_the_local_time(ixc: Ixc) -> None:
    answer = await ixc.insert(BOX, {**NEW_BOX, "id": "3", "nonsense": "x"})
    assert answer.json["message"] == "Registro inserido com sucesso!"
    assert answer.json["id"] == "10"
    assert answer.json["atualiza_campos"][0]["valor"] == "10"
    box = await ixc.row(BOX, "10")
    assert "nonsense" not in box
    assert (box["id_interface"], box["idx"], box["cep"]) == ("0", "", "")
    assert box[STAMP] == NOON_LOCAL


@pytest.mark.parametrize(
    ("table", "fields", "label"),
    [
        (BOX, {}, "Estilo da caixa"),
        (BOX, {**NEW_BOX, "descricao": "  "}, "Descrição"),
        (BOX, {**NEW_BOX, "id_projeto": ""}, "Projeto"),
        (LOGIN, {"login": "x"}, "Cliente"),
        ("cliente", {}, "Ativo"),
        ("cliente_contrato", {"id_cliente": "1"}, "Filial"),
        ("df_projeto", {}, "Nome"),
        ("radpop_radio", {"descricao": "OLT"}, "POP"),
        (ONU, {"nome": "x", "radpop_estrutura": "N"}, "Transmissor"),
    ],
)
async def test_an_insert_without_a_demanded_field_names_its_screen_label(
    ixc: Ixc, table: str, fields: dict[str, str], label: str
) -> None:
    total = (await ixc.list(table)).json["total"]
    answer = await ixc.insert(table, fields)
    assert (answer.status, answer.json) == (200, {"type": "error", "message": f"Preencha {label}"})
    assert (await ixc.list(table)).json["total"] == total


async def test_the_official_box_edit_is_taken_with_its_empty_texts(ixc: Ixc) -> None:
    answer = await ixc.put(BOX, "1", OFFICIAL_BOX_EDIT)
    assert answer.json == {"type": "success", "message": "Registro atualizado com sucesso!", "id": "1"}
    box = await ixc.row(BOX, "1")
    assert (box["descricao"], box["id_interface"], box["idx"], box["id_cidade"]) == (
        "CTO 01 editada",
        "0",
        "",
        "0",
    )
    assert box[STAMP] == NOON_LOCAL


async def test_a_put_takes_the_whole_record_so_missing_fields_are_blanked(ixc: Ixc) -> None:
    demanded = {"descricao": "CTO 02", "id_projeto": "1", "id_transmissor": "1", "codigo_estilo_caixa": "x"}
    assert (await ixc.put(BOX, "2", demanded)).json["type"] == "success"
    box = await ixc.row(BOX, "2")
    assert (box["capacidade"], box["latitude"], box["obs_caixa_ftth"], box["status"]) == ("0", "", "", "")


async def test_a_put_of_a_whole_listed_record_changes_only_what_was_changed(ixc: Ixc) -> None:
    for table, row_id, field in (
        (BOX, "2", "obs_caixa_ftth"),
        (LOGIN, "11", "ftth_porta"),
        (ONU, "21", "porta_ftth"),
        ("cliente", "2", "obs"),
        ("cliente_contrato", "1", "obs"),
        ("df_projeto", "2", "zoom"),
        ("radpop_radio", "1", "porta_ssh"),
    ):
        before = await ixc.row(table, row_id)
        assert (await ixc.put(table, row_id, {**before, field: "7"})).json["type"] == "success"
        after = await ixc.row(table, row_id)
        stamp = {STAMP: NOON_LOCAL} if STAMP in before else {}
        assert after == {**before, field: "7", **stamp}


async def test_an_empty_demanded_field_refuses_the_put_and_writes_nothing(ixc: Ixc) -> None:
    before = await ixc.row(BOX, "2")
    answer = await ixc.put(BOX, "2", {**before, "descricao": "", "numero": "7"})
    assert answer.json == {"type": "error", "message": "Preencha Descrição"}
    assert await ixc.row(BOX, "2") == before
    unnamed = await ixc.put(BOX, "2", {"numero": "7"})
    assert unnamed.json["type"] == "error"
    assert await ixc.row(BOX, "2") == before


async def test_unknown_fields_are_dropped_in_silence(ixc: Ixc) -> None:
    before = await ixc.row(BOX, "2")
    answer = await ixc.change(BOX, "2", id_diretorio="5", endereco_cliente="x", nonsense="y")
    assert answer.json["type"] == "success"
    assert await ixc.row(BOX, "2") == {**before, STAMP: NOON_LOCAL}


async def test_trailing_blanks_line_ends_and_odd_texts_are_stored_as_sent(ixc: Ixc) -> None:
    odd = "  CTO é 1\r\n&amp; 😀 "
    await ixc.change(BOX, "2", descricao=odd, latitude="-23,5505", longitude="-466333000")
    box = await ixc.row(BOX, "2")
    assert (box["descricao"], box["latitude"], box["longitude"]) == (odd, "-23,5505", "-466333000")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("17/03/1980", "1980-03-17"),
        ("1980-03-17", "1980-03-17"),
        ("17/03/1980 10:20:30", "1980-03-17"),
        ("00/00/0000", "0000-00-00"),
        ("0000-00-00", "0000-00-00"),
        ("", "0000-00-00"),
        ("31/02/1980", "0000-00-00"),
    ],
)
async def test_brazilian_and_iso_dates_are_stored_in_iso(ixc: Ixc, written: str, stored: str) -> None:
    await ixc.change("cliente", "1", data_nascimento=written)
    assert (await ixc.row("cliente", "1"))["data_nascimento"] == stored


async def test_moments_are_taken_in_both_orders_with_and_without_a_time(ixc: Ixc) -> None:
    for written, stored in (
        ("24/11/2025 06:30:01", "2025-11-24 06:30:01"),
        ("2025-11-24 06:30", "2025-11-24 06:30:00"),
        ("24/11/2025", "2025-11-24 00:00:00"),
        ("00/00/0000 00:00:00", "0000-00-00 00:00:00"),
    ):
        await ixc.change(ONU, "21", data_sinal=written)
        assert (await ixc.row(ONU, "21"))["data_sinal"] == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("-21.5", "-21.50"),
        ("-21.005", "-21.01"),
        ("-21,5", "-21.00"),
        ("", "0.00"),
        (-19, "-19.00"),
        ("LOS", "0.00"),
    ],
)
async def test_decimals_take_a_point_and_keep_the_scale_of_the_db(
    ixc: Ixc, written: Any, stored: str
) -> None:
    await ixc.change(ONU, "21", sinal_rx=written)
    assert (await ixc.row(ONU, "21"))["sinal_rx"] == stored


async def test_numbers_and_null_in_json_become_texts(ixc: Ixc) -> None:
    await ixc.change(BOX, "2", capacidade=32, id_interface=None, obs_caixa_ftth=True)
    box = await ixc.row(BOX, "2")
    assert (box["capacidade"], box["id_interface"], box["obs_caixa_ftth"]) == ("32", "0", "1")


async def test_a_put_of_an_onu_answers_one_key_more(ixc: Ixc) -> None:
    assert (await ixc.change(ONU, "21", porta_ftth="5")).json["cliente_coord"] == "success"


async def test_a_contracts_status_and_a_login_without_contract_are_accepted(ixc: Ixc) -> None:
    assert (await ixc.change("cliente_contrato", "1", status="D")).json["type"] == "success"
    assert (await ixc.row("cliente_contrato", "1"))["status"] == "D"
    assert (await ixc.change(LOGIN, "12", id_contrato="0")).json["type"] == "success"
    assert (await ixc.row(LOGIN, "12"))["id_contrato"] == "0"


async def test_inactivating_a_login_drops_its_session(ixc: Ixc) -> None:
    await ixc.change(LOGIN, "11", ativo="N")
    login = await ixc.row(LOGIN, "11")
    assert (login["ativo"], login["online"], login["ultima_conexao_final"]) == ("N", "N", NOON_LOCAL)
    await ixc.change(LOGIN, "12", ativo="N")
    assert (await ixc.row(LOGIN, "12"))["online"] == "SS"


async def test_a_deleted_row_is_gone_and_its_id_is_not_given_again(ixc: Ixc) -> None:
    assert (await ixc.delete(BOX, "9")).json["type"] == "success"
    assert (await ixc.list(BOX, qtype="id", query="9")).json == {"page": "1", "total": "0"}
    assert (await ixc.insert(BOX, NEW_BOX)).json["id"] == "10"


async def test_a_row_that_others_refer_to_is_not_deleted(ixc: Ixc) -> None:
    for table, row_id in (
        (BOX, "1"),
        ("df_projeto", "1"),
        ("radpop_radio", "1"),
        ("cliente", "1"),
        (LOGIN, "11"),
    ):
        assert (await ixc.delete(table, row_id)).json["type"] == "error"
        await ixc.row(table, row_id)


async def test_stamps_run_in_the_providers_zone_to_the_second() -> None:
    async with ixc_double(time_zone="America/Porto_Velho") as ixc:
        await ixc.freeze("2025-11-24T15:00:00.900Z")
        await ixc.change(BOX, "1", numero="5")
        assert (await ixc.row(BOX, "1"))[STAMP] == "2025-11-24 11:00:00"


async def test_the_journal_shows_whole_rows_the_writer_and_what_differs(ixc: Ixc) -> None:
    before = await ixc.row(BOX, "2")
    await ixc.put(BOX, "2", {**before, "numero": "7"}, token=PERSON)
    entry = (await ixc.sandbox("GET", "journal?since=0"))[-1]
    assert (entry["actor"], entry["method"], entry["entity"], entry["id"]) == ("person", "PUT", BOX, "2")
    assert entry["changed"] == ["numero", STAMP]
    assert (entry["before"]["numero"], entry["after"]["numero"]) == ("", "7")
    assert len(entry["after"]) == 23
    assert [change["entity"] for change in entry["also"]] == ["ixc_logs"]


async def test_rows_shows_each_table_as_stored(ixc: Ixc) -> None:
    assert [row["id"] for row in await ixc.sandbox("GET", f"rows/{BOX}")] == ["1", "2", "3", "4", "9"]
    assert (await ixc.sandbox("GET", f"rows/{LOGIN}"))[0]["senha"] == "FAKE-SECRET-maria"
