"""The switches of writes: what IXC is not known to do, either way."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.ixc_asking import BOX, LOGIN, NEW_BOX, ONU, Ixc, ixc_double

STAMP = "ultima_atualizacao"
PARTIAL = {"descricao": "CTO 02", "id_projeto": "1", "id_transmissor": "1", "codigo_estilo_caixa": "x"}


async def stamp_after_put(ixc: Ixc, **fields: str) -> str:
    await ixc.freeze()
    await ixc.change(BOX, "2", **fields)
    return (await ixc.row(BOX, "2"))[STAMP]


async def test_omitted_fields_may_be_kept_or_be_the_html_page_per_table() -> None:
    async with ixc_double(f"put_missing={BOX}:keep,{LOGIN}:error_html") as ixc:
        before = await ixc.row(BOX, "2")
        assert (await ixc.put(BOX, "2", {"numero": "5"})).json["type"] == "success"
        after = await ixc.row(BOX, "2")
        assert after == {**before, "numero": "5", STAMP: after[STAMP]}
        login = await ixc.row(LOGIN, "11")
        assert (await ixc.put(LOGIN, "11", {"ftth_porta": "5"})).is_error_page
        assert await ixc.row(LOGIN, "11") == login
        assert (await ixc.put(LOGIN, "11", {**login, "ftth_porta": "5"})).json["type"] == "success"
        assert (await ixc.put(ONU, "21", {"nome": "x"})).json["message"].startswith("Preencha ")


async def test_text_beyond_the_column_is_refused_or_cut() -> None:
    async with ixc_double() as ixc:
        answer = await ixc.change(BOX, "2", descricao="x" * 101)
        assert answer.json["type"] == "error"
        assert (await ixc.row(BOX, "2"))["descricao"] == "CTO 02  "
        await ixc.sandbox("POST", "switches", {"long_text": "truncate"})
        assert (await ixc.change(BOX, "2", descricao="x" * 300)).json["type"] == "success"
        assert (await ixc.row(BOX, "2"))["descricao"] == "x" * 100


@pytest.mark.parametrize(("policy", "stored"), [("keep", "Z"), ("blank", ""), ("refuse", "A")])
async def test_a_value_the_enum_does_not_have(policy: str, stored: str) -> None:
    async with ixc_double(f"enums={policy}") as ixc:
        await ixc.change(BOX, "2", status="Z")
        assert (await ixc.row(BOX, "2"))["status"] == stored


async def test_a_legacy_value_put_back_as_listed_is_kept_even_where_it_could_not_be_set() -> None:
    async with ixc_double("enums=keep") as ixc:
        await ixc.change(BOX, "2", status="Z")
        await ixc.sandbox("POST", "switches", {"enums": "refuse"})
        assert (await ixc.change(BOX, "2", numero="5")).json["type"] == "success"
        assert (await ixc.row(BOX, "2"))["status"] == "Z"


async def test_iso_dates_may_be_lost_even_those_of_a_record_put_back_as_listed() -> None:
    async with ixc_double("iso_dates=zero") as ixc:
        await ixc.change("cliente", "2", obs="x")
        assert (await ixc.row("cliente", "2"))["data_nascimento"] == "0000-00-00"
        await ixc.change("cliente", "2", data_nascimento="02/01/1991")
        assert (await ixc.row("cliente", "2"))["data_nascimento"] == "1991-01-02"


async def test_iso_dates_may_be_refused() -> None:
    async with ixc_double("iso_dates=refuse") as ixc:
        assert (await ixc.change("cliente", "2", obs="x")).json["type"] == "error"
        assert (await ixc.row("cliente", "2"))["data_nascimento"] == "1990-11-02"
        assert (await ixc.change("cliente", "2", data_nascimento="02/01/1991")).json["type"] == "success"


@pytest.mark.parametrize(("policy", "stored"), [("question_mark", "CTO ? 1"), ("cut", "CTO ")])
async def test_characters_beyond_the_bmp_may_be_lost(policy: str, stored: str) -> None:
    async with ixc_double(f"emoji={policy}") as ixc:
        await ixc.change(BOX, "2", descricao="CTO 😀 1")
        assert (await ixc.row(BOX, "2"))["descricao"] == stored


async def test_a_put_or_delete_of_no_such_id_has_three_possible_answers() -> None:
    async with ixc_double() as ixc:
        for form in ("error", "success"):
            await ixc.sandbox("POST", "switches", {"missing_id": form})
            assert (await ixc.put(BOX, "777", NEW_BOX)).json["type"] == form
            assert (await ixc.delete(BOX, "777")).json["type"] == form
        await ixc.sandbox("POST", "switches", {"missing_id": "html"})
        assert (await ixc.put(BOX, "777", NEW_BOX)).is_error_page
        assert (await ixc.list(BOX)).json["total"] == "5"


async def test_dependents_may_be_left_behind() -> None:
    async with ixc_double("dependents=ignore") as ixc:
        assert (await ixc.delete(BOX, "1")).json["type"] == "success"
        assert (await ixc.row(LOGIN, "11"))["id_caixa_ftth"] == "1"


async def test_what_is_demanded_is_configured_per_installation() -> None:
    async with ixc_double("required=cliente.telefone_celular", f"not_required={BOX}.id_transmissor") as ixc:
        assert (await ixc.change("cliente", "1", obs="x")).json["message"] == "Preencha Telefone celular"
        assert (await ixc.change("cliente", "1", telefone_celular="9")).json["type"] == "success"
        assert (await ixc.insert(BOX, {**NEW_BOX, "id_transmissor": ""})).json["type"] == "success"


async def test_a_reference_of_zero_counts_as_given_unless_switched() -> None:
    async with ixc_double() as ixc:
        assert (await ixc.insert(BOX, {**NEW_BOX, "id_transmissor": "0"})).json["type"] == "success"
        await ixc.sandbox("POST", "switches", {"zero_is_empty": True})
        refused = await ixc.insert(BOX, {**NEW_BOX, "id_transmissor": "0"})
        assert refused.json["message"] == "Preencha Transmissor"


async def test_a_field_may_be_left_alone_by_a_put() -> None:
    async with ixc_double() as ixc:
        await ixc.change(BOX, "2", idx="42")
        assert (await ixc.row(BOX, "2"))["idx"] == "42"
        await ixc.sandbox("POST", "switches", {"readonly": f"{BOX}.idx"})
        assert (await ixc.change(BOX, "2", idx="43")).json["type"] == "success"
        assert (await ixc.row(BOX, "2"))["idx"] == "42"


async def test_a_put_with_listar_writes_unless_switched() -> None:
    async with ixc_double() as ixc:
        box = await ixc.row(BOX, "2")
        await ixc.ask("PUT", f"{BOX}/2", listar="listar", json={**box, "numero": "5"})
        assert (await ixc.row(BOX, "2"))["numero"] == "5"
        await ixc.sandbox("POST", "switches", {"listar_on_write": "list"})
        await ixc.ask("PUT", f"{BOX}/2", listar="listar", json={**box, "numero": "6"})
        assert (await ixc.row(BOX, "2"))["numero"] == "5"


async def test_the_answer_to_an_insert_may_hold_a_number_and_no_more() -> None:
    async with ixc_double("insert_id=int", "atualiza_campos=false") as ixc:
        answer = (await ixc.insert(BOX, NEW_BOX)).json
        assert answer == {"type": "success", "message": "Registro inserido com sucesso!", "id": 10}


async def test_the_stamp_moves_on_each_write_unless_switched() -> None:
    async with ixc_double() as ixc:
        assert await stamp_after_put(ixc) == "2025-11-24 12:00:00"
    async with ixc_double("stamp_unchanged=false") as ixc:
        assert await stamp_after_put(ixc) == "2025-11-20 08:00:00"
        assert await stamp_after_put(ixc, numero="5") == "2025-11-24 12:00:00"
    async with ixc_double(f"stamped_tables=cliente,{LOGIN}") as ixc:
        assert await stamp_after_put(ixc, numero="5") == "2025-11-20 08:00:00"
        await ixc.change(LOGIN, "11", ftth_porta="5")
        assert (await ixc.row(LOGIN, "11"))[STAMP] == "2025-11-24 12:00:00"
    async with ixc_double("stamp_from_body=true") as ixc:
        assert await stamp_after_put(ixc, numero="5") == "2025-11-20 08:00:00"
        assert await stamp_after_put(ixc, ultima_atualizacao="") == "2025-11-24 12:00:00"
    async with ixc_double("stamp_on_insert=false") as ixc:
        await ixc.insert(BOX, NEW_BOX)
        assert (await ixc.row(BOX, "10"))[STAMP] == "0000-00-00 00:00:00"


async def test_a_logins_port_may_be_mirrored_to_all_its_onu_rows() -> None:
    async with ixc_double("mirror_port=true") as ixc:
        await ixc.freeze()
        await ixc.change(LOGIN, "11", obs="no move")
        assert (await ixc.row(ONU, "21"))[STAMP] == "0000-00-00 00:00:00"
        await ixc.change(LOGIN, "11", id_caixa_ftth="2", ftth_porta="9")
        onu = await ixc.row(ONU, "21")
        assert (onu["id_caixa_ftth"], onu["porta_ftth"], onu[STAMP]) == ("2", "9", "2025-11-24 12:00:00")
        entry = (await ixc.sandbox("GET", "journal?since=0&effects=1"))[-1]
        assert {change["entity"] for change in entry["also"]} == {ONU, "ixc_logs"}
        logs = (await ixc.list("ixc_logs", ("tabela", "=", ONU))).json["rows"]
        assert [row["cell"][2] for row in logs] == ["sistema"]
    async with ixc_double() as ixc:
        await ixc.change(LOGIN, "11", id_caixa_ftth="2", ftth_porta="9")
        assert (await ixc.row(ONU, "21"))["porta_ftth"] == "3"


async def test_ports_are_not_checked_unless_switched() -> None:
    async with ixc_double() as ixc:
        assert (await ixc.change(LOGIN, "12", ftth_porta="3")).json["type"] == "success"
        assert (await ixc.change(LOGIN, "12", ftth_porta="99")).json["type"] == "success"
        await ixc.sandbox("POST", "switches", {"port_check": "both"})
        assert (await ixc.change(LOGIN, "12", ftth_porta="3")).json["type"] == "error"
        assert (await ixc.change(LOGIN, "12", ftth_porta="9")).json["type"] == "error"
        assert (await ixc.change(LOGIN, "12", ftth_porta="8")).json["type"] == "success"


async def test_taking_an_onus_port_away_may_be_refused() -> None:
    async with ixc_double("onu_port_zero=refuse") as ixc:
        assert (await ixc.change(ONU, "21", porta_ftth="0")).json["type"] == "error"
        assert (await ixc.row(ONU, "21"))["porta_ftth"] == "3"


async def test_accounting_moves_the_stamp_of_online_logins_and_nothing_else() -> None:
    async with ixc_double("churn_per_s=1") as ixc:
        await ixc.freeze("2099-01-01T00:00:00Z")
        await ixc.list(BOX)
        before, idle = await ixc.row(LOGIN, "11"), await ixc.row(LOGIN, "12")
        await ixc.freeze("2099-01-01T00:00:05Z")
        after = await ixc.row(LOGIN, "11")
        assert after == {**before, STAMP: "2098-12-31 21:00:05"}
        assert await ixc.row(LOGIN, "12") == idle
