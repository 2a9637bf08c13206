"""The switches of listings: one test shows how each answer IXC is not known to give looks, either way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.ixc_asking import BOX, LOGIN, ONU, ixc_double


async def ids_under(switch: str, *grid: tuple[str, ...], **asked: Any) -> list[str]:
    async with ixc_double(switch) as ixc:
        return (await ixc.list(BOX, *grid, **asked)).ids


async def test_a_page_may_carry_more_rows_than_asked_and_the_next_repeats_them() -> None:
    async with ixc_double("overrun_rows=2") as ixc:
        assert (await ixc.list(BOX, rp=2, page=1)).ids == ["1", "2", "3", "4"]
        assert (await ixc.list(BOX, rp=2, page=2)).ids == ["3", "4", "9"]


async def test_an_installation_may_cap_the_page_size() -> None:
    async with ixc_double("max_rp=2") as ixc:
        assert (await ixc.list(BOX, rp=500, page=1)).ids == ["1", "2"]
        assert (await ixc.list(BOX, rp=500, page=2)).ids == ["3", "4"]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("empty", {"page": "4", "total": "5"}),
        ("zero", {"page": "4", "total": "0"}),
    ],
)
async def test_a_page_beyond_the_end_has_no_registros(form: str, shown: dict[str, str]) -> None:
    async with ixc_double(f"beyond_end={form}") as ixc:
        assert (await ixc.list(BOX, rp=2, page=4)).json == shown


async def test_a_page_beyond_the_end_may_repeat_the_last_or_fail() -> None:
    assert await ids_under("beyond_end=last", rp=2, page=4) == ["9"]
    assert await ids_under("beyond_end=last", rp=5, page=2) == ["1", "2", "3", "4", "9"]
    async with ixc_double("beyond_end=html") as ixc:
        assert (await ixc.list(BOX, rp=2, page=4)).is_error_page


async def test_total_may_be_a_number() -> None:
    async with ixc_double("total=int") as ixc:
        assert (await ixc.list(BOX)).json["total"] == 5
        assert (await ixc.list(BOX, qtype="id", query="777")).json == {"page": "1", "total": 0}


async def test_registros_may_be_an_object() -> None:
    async with ixc_double("registros=object") as ixc:
        assert list((await ixc.list(BOX, rp=2)).json["registros"]) == ["0", "1"]


async def test_page_or_filters_may_be_ignored() -> None:
    assert await ids_under("ignore_page=true", rp=2, page=2) == ["1", "2"]
    assert len(await ids_under("ignore_filter=true", qtype="id", query="1")) == 5


async def test_order_without_a_sort_is_a_choice_and_ties_may_swap() -> None:
    assert await ids_under("default_sort=desc", rp=2) == ["9", "4"]
    async with ixc_double("unstable_ties=true") as ixc:
        first = (await ixc.list(BOX, sortname="status")).ids
        second = (await ixc.list(BOX, sortname="status")).ids
    assert first == second[::-1]


async def test_text_may_be_compared_exactly_or_without_accents() -> None:
    assert await ids_under("text_compare=exact", qtype="descricao", query="cto 01") == []
    assert await ids_under("text_compare=exact", qtype="descricao", query="CTO 02") == []
    assert await ids_under("text_compare=general_ci", qtype="descricao", query="caixa sao joao") == ["4"]


async def test_in_with_one_text_value_may_fail_though_ids_do_not() -> None:
    async with ixc_double("in_single_text_error=true") as ixc:
        assert (await ixc.list(BOX, ("status", "IN", "A"))).is_error_page
        assert len((await ixc.list(BOX, ("status", "IN", "A,I"))).ids) == 5
        assert (await ixc.list(BOX, ("id", "IN", "3"))).ids == ["3"]


async def test_a_second_value_of_l_is_ignored_or_an_alternative() -> None:
    two = ("descricao", "L", "CTO 01", "Caixa")
    assert await ids_under("l_with_p2=ignored", two) == ["1"]
    assert await ids_under("l_with_p2=either", two) == ["1", "4"]


async def test_a_grid_param_that_is_no_text_may_be_ignored() -> None:
    assert len(await ids_under("bad_grid_param=ignored", grid_param=[{"TB": "id", "OP": "=", "P": "1"}])) == 5


async def test_a_version_may_neither_list_nor_filter_the_onus_stamp() -> None:
    stamp = f"{ONU}.ultima_atualizacao"
    async with ixc_double(f"unlisted={stamp}", f"unfilterable={stamp},{BOX}.ultima_atualizacao") as ixc:
        assert "ultima_atualizacao" not in await ixc.row(ONU, "21")
        assert "ultima_atualizacao" in await ixc.row(BOX, "1")
        assert (await ixc.list(ONU, (stamp, ">=", "2025-01-01"))).is_error_page
        assert (await ixc.list(BOX, sortname=f"{BOX}.ultima_atualizacao")).is_error_page


async def test_db_columns_may_be_shown_and_logs_be_registros_and_few() -> None:
    async with ixc_double("show_hidden=true", "logs_form=registros", "logs_kept=2") as ixc:
        assert (await ixc.row(BOX, "1"))["external_id"] == ""
        for number in range(3):
            await ixc.change(BOX, "1", numero=str(number))
        assert (await ixc.list("ixc_logs")).ids == ["2", "3"]


async def test_a_default_page_size_and_the_type_header_are_choices() -> None:
    async with ixc_double("default_rp=2", "type_response=content_type") as ixc:
        assert (await ixc.list(BOX)).ids == ["1", "2"]
        header = {"ixc-type-response": "application/json"}
        answer = await ixc.ask("GET", BOX, listar="listar", headers=header, json={})
        assert answer.headers["Content-Type"].startswith("application/json")


async def test_permissions_are_per_table_and_refused_in_several_ways() -> None:
    async with ixc_double(f"deny={BOX}:read,{LOGIN}:write,{ONU}:all") as ixc:
        assert (await ixc.list(BOX)).json["type"] == "error"
        assert (await ixc.list(ONU)).json["type"] == "error"
        login = await ixc.row(LOGIN, "11")
        assert (await ixc.put(LOGIN, "11", {**login, "ftth_porta": "9"})).json["type"] == "error"
        assert (await ixc.row(LOGIN, "11"))["ftth_porta"] == "3"
        await ixc.sandbox("POST", "switches", {"denied_form": "empty"})
        assert (await ixc.list(BOX)).json == {"page": "1", "total": "0"}
        await ixc.sandbox("POST", "switches", {"denied_form": "resource"})
        assert (await ixc.list(BOX)).json["message"].startswith("Recurso rad_caixa_ftth")


async def test_a_source_address_may_be_refused_with_http_200() -> None:
    async with ixc_double("ip_allowed=false") as ixc:
        answer = await ixc.list(BOX)
        assert (answer.status, answer.json["type"]) == (200, "error")
        assert answer.json["message"] == "Seu IP não está liberado para efetuar login!"


async def test_messages_follow_the_language_of_the_api_user() -> None:
    async with ixc_double("language=en") as ixc:
        inserted = await ixc.insert(BOX, {"descricao": "x"})
        assert inserted.json["message"].startswith("Fill in ")
        changed = await ixc.change(BOX, "1", numero="5")
        assert changed.json["message"] == "Record successfully updated!"
