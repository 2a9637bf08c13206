"""Listings of IXC: none leaves without its header, all end, no page size and no shift loses a row."""

import inspect
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from kernel.domain.errors import (
    IntegratorError,
    Malformed,
    Misconfigured,
    Refused,
    System,
    Transient,
    Unauthorized,
)
from kernel.vendors.ixc.client import Condition, IxcApi
from kernel.vendors.ixc.models import BoxRow, LoginRow
from kernel.vendors.ixc.requests import ListingForm
from kernel.vendors.rows import RawRow
from tests.unit.kernel.vendors.wire import Wire, http_over, says, told

TABLE = [
    {"id": str(n), "descricao": f"CTO {n}", "id_projeto": "1"} for n in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
]
ERROR_PAGE = (
    '\n <div style="background:#FF0000">Ocorreu um erro ao processar. Contate o suporte IXC Soft.</div>'
)


def asked(request: httpx.Request) -> dict[str, Any]:
    body = orjson.loads(request.content)
    assert isinstance(body, dict)
    return body


def table_server(
    most: int = 3, *, total: Callable[[int], object] = str, as_object: bool = False
) -> Callable[[httpx.Request], httpx.Response]:
    """Rows with an id beyond the query's (or equal to it), ``most`` a page whatever ``rp`` says."""

    def answer(request: httpx.Request) -> httpx.Response:
        query = asked(request)
        wanted = int(query["query"])
        found = [
            r for r in TABLE if (int(r["id"]) > wanted if query["oper"] == ">" else int(r["id"]) == wanted)
        ]
        body: dict[str, object] = {"page": "1", "total": total(len(found))}
        if found:
            shown = found[:most]
            body["registros"] = {str(n + 3): row for n, row in enumerate(shown)} if as_object else shown
        return httpx.Response(
            200, content=orjson.dumps(body), headers={"content-type": "text/x-json; charset=utf-8"}
        )

    return answer


def api(wire: Wire, form: ListingForm = ListingForm.POST) -> IxcApi:
    return IxcApi(http_over(wire, System.IXC), listing_form=form)


def error(message: str) -> httpx.Response:
    return says({"type": "error", "message": message})


async def listed(wire: Wire, **more: Any) -> list[str]:
    return [row.id async for page in api(wire).rows("rad_caixa_ftth", BoxRow, **more) for row in page.rows]


@pytest.mark.parametrize("form", list(ListingForm))
async def test_no_listing_leaves_without_the_header_that_keeps_it_from_being_an_insert(
    form: ListingForm,
) -> None:
    wire = Wire(table_server())
    ixc = api(wire, form)
    [_ async for _ in ixc.rows("cliente", RawRow, where=[Condition("razao", "=", "x")])]
    await ixc.read("cliente", "1")
    await ixc.find("cliente", [Condition("razao", "=", "x")])
    n_listings = len(wire.requests)
    assert n_listings > 4
    assert {request.headers.get("ixcsoft") for request in wire.requests} == {"listar"}
    assert {request.method for request in wire.requests} == {"POST" if form is ListingForm.POST else "GET"}
    public = {name for name, _ in inspect.getmembers(IxcApi, inspect.isfunction) if not name.startswith("_")}
    assert public == {"rows", "read", "find", "insert", "update"}, "does the new one list? test it here"


async def test_a_write_leaves_without_that_header() -> None:
    wire = Wire(says({"type": "success", "id": "5"}))
    ixc = api(wire)
    await ixc.insert("cliente", {"razao": "x"})
    await ixc.update("cliente", "5", {"razao": "x"})
    assert [(r.method, r.url.path) for r in wire.requests] == [
        ("POST", "/webservice/v1/cliente"),
        ("PUT", "/webservice/v1/cliente/5"),
    ]
    assert not [request for request in wire.requests if "ixcsoft" in request.headers]


@pytest.mark.parametrize("most", [1, 3, 9, 10, 11, 500])
async def test_every_row_comes_whatever_the_size_of_pages(most: int) -> None:
    assert await listed(Wire(table_server(most)), rp=4) == [row["id"] for row in TABLE]


async def test_total_may_be_a_number_and_registros_an_object() -> None:
    wire = Wire(table_server(4, total=int, as_object=True))
    assert await listed(wire) == [row["id"] for row in TABLE]


async def test_the_first_pages_total_is_that_of_the_listing() -> None:
    pages = [page async for page in api(Wire(table_server())).rows("rad_caixa_ftth", BoxRow)]
    assert pages[0].total == len(TABLE)


async def test_a_listing_asks_for_ids_beyond_the_last_one_sorted_by_id_first_page() -> None:
    wire = Wire(table_server())
    where = [
        Condition("ultima_atualizacao", ">=", "2026-03-01 00:00:00"),
        Condition("cliente.id", "BE", "1", "9"),
    ]
    await listed(wire, where=where, rp=3)
    first, *_, last = [asked(request) for request in wire.requests]
    assert {k: v for k, v in first.items() if k != "grid_param"} == {
        "qtype": "rad_caixa_ftth.id",
        "query": "0",
        "oper": ">",
        "page": "1",
        "rp": "3",
        "sortname": "rad_caixa_ftth.id",
        "sortorder": "asc",
    }
    assert isinstance(first["grid_param"], str)
    assert orjson.loads(first["grid_param"]) == [
        {"TB": "rad_caixa_ftth.ultima_atualizacao", "OP": ">=", "P": "2026-03-01 00:00:00"},
        {"TB": "cliente.id", "OP": "BE", "P": "1", "P2": "9"},
    ]
    assert (last["query"], last["page"]) == ("89", "1")


async def test_without_conditions_there_is_no_grid_param() -> None:
    wire = Wire(table_server())
    await listed(wire)
    assert "grid_param" not in asked(wire.requests[0])


async def test_a_server_that_ignores_the_filter_is_noticed_not_listed_for_ever() -> None:
    wire = Wire(says({"total": "10", "registros": TABLE[:3]}))
    with pytest.raises(Malformed, match=r"ignored the filter on rad_caixa_ftth\.id"):
        await listed(wire)
    assert len(wire.requests) == 2


async def test_rows_that_appear_and_vanish_while_pages_are_read_shift_nothing() -> None:
    rows = {row["id"]: row for row in TABLE}

    def answer(request: httpx.Request) -> httpx.Response:
        last = int(asked(request)["query"])
        found = [row for row in sorted(rows.values(), key=lambda r: int(r["id"])) if int(row["id"]) > last]
        shown = {"total": len(found), "registros": found[:3]} if found else {"total": 0}
        rows.pop("1", None)  # a row before the reading place goes, one before it comes
        rows["4"] = {"id": "4", "descricao": "new", "id_projeto": "1"}
        return says(shown)

    assert set(await listed(Wire(answer))) >= {row["id"] for row in TABLE}


async def test_rows_that_are_announced_and_not_shown_are_asked_for_again_and_then_missed_aloud() -> None:
    wire = Wire(says({"page": "1", "total": "7"}))
    with pytest.raises(Transient, match="7 rows of rad_caixa_ftth match and shows none"):
        await listed(wire)
    assert len(wire.requests) == 4


async def test_an_empty_table_has_no_pages() -> None:
    assert await listed(Wire(says({"page": "1", "total": "0"}))) == []
    assert await listed(Wire(says({"page": "1", "total": 0, "registros": []}))) == []


async def test_a_bad_row_is_told_and_its_id_moves_the_listing_on() -> None:
    bad = {"id": "99", "login": ["FAKE-SECRET"], "ativo": "S"}
    good = {"id": "98", "login": "a", "ativo": "S", "senha": "FAKE-SECRET"}
    wire = Wire(says({"total": "2", "registros": [good, bad]}), says({"total": "0"}))
    pages = [page async for page in api(wire).rows("radusuarios", LoginRow)]
    assert [row.id for row in pages[0].rows] == ["98"]
    assert [(b.id, b.error) for b in pages[0].bad] == [("99", "login: string_type")]
    assert asked(wire.requests[1])["query"] == "99"
    assert "FAKE-SECRET" not in repr(pages)


@pytest.mark.parametrize(
    "row", [{"descricao": "x"}, {"id": "", "descricao": "x"}, {"id": "a1", "descricao": "x"}, "x"]
)
async def test_a_row_without_a_number_as_id_ends_the_listing_aloud(row: object) -> None:
    with pytest.raises(Malformed, match="without an id"):
        await listed(Wire(says({"total": "1", "registros": [row]})))


async def test_a_row_without_a_number_as_id_does_not_stop_the_others() -> None:
    rows = [{"id": "a1", "descricao": "x"}, {"id": "7", "descricao": "y"}]
    assert "7" in await listed(Wire(says({"total": "2", "registros": rows}), says({"total": "0"})))


@pytest.mark.parametrize("row_id", ["", " ", "0", "-1", "1 or 1=1", "²", "1.0"])
async def test_what_can_be_no_id_reads_and_writes_nothing(row_id: str) -> None:
    wire = Wire(table_server())
    ixc = api(wire)
    with pytest.raises(Malformed, match="no id of IXC"):
        await ixc.read("cliente", row_id)
    with pytest.raises(Malformed, match="no id of IXC"):
        await ixc.update("cliente", row_id, {})
    assert wire.requests == []


async def test_a_row_is_read_whole_as_text() -> None:
    wire = Wire(
        says({"total": 1, "registros": [{"id": 5, "a": None, "b": "0000-00-00", "c": " x ", "d": 1.5}]})
    )
    assert await api(wire).read("cliente", "5") == {
        "id": "5",
        "a": "",
        "b": "0000-00-00",
        "c": " x ",
        "d": "1.5",
    }
    assert (asked(wire.requests[0])["oper"], asked(wire.requests[0])["query"]) == ("=", "5")


async def test_a_missing_row_is_none() -> None:
    assert await api(Wire(table_server())).read("cliente", "4") is None


async def test_other_rows_in_the_place_of_the_one_that_was_asked_for_are_not_taken() -> None:
    with pytest.raises(Malformed, match="ignored the filter"):
        await api(Wire(says({"total": "2", "registros": TABLE[:2]}))).read("cliente", "34")
    overrun = says({"total": "2", "registros": TABLE[:2]})
    assert (await api(Wire(overrun)).read("cliente", "2") or {})["descricao"] == "CTO 2"


async def test_a_search_gathers_all_pages() -> None:
    found = await api(Wire(table_server(3))).find("rad_caixa_ftth", [Condition("id_projeto", "=", "1")])
    assert [row["id"] for row in found] == [row["id"] for row in TABLE]


@pytest.mark.parametrize(
    ("reply", "ours", "words", "n_tries"),
    [
        (told(ERROR_PAGE), Transient, "its error page", 4),
        (told(""), Transient, "with nothing", 4),
        (told("  \n"), Transient, "with nothing", 4),
        (told("", 500), Transient, "HTTP 500", 4),
        (
            error("Ocorreu um erro ao processar. Contate o suporte"),
            Transient,
            "Ocorreu",
            4,
        ),
        (
            error("Recurso cliente não está disponível!"),
            Unauthorized,
            "Allow this table",
            1,
        ),
        (
            error("Resource cliente is not available!"),
            Unauthorized,
            "Allow this table",
            1,
        ),
        (
            error("Seu IP não está liberado para efetuar login!"),
            Unauthorized,
            "address",
            1,
        ),
        (says({"type": "error", "mensagem": "Sem permissão de leitura"}), Unauthorized, "the right", 1),
        (
            error("Versão v1 do webservice não está disponível!"),
            Misconfigured,
            "IXC_URL",
            1,
        ),
        (says({"type": "error", "valor": "Outra coisa<br />mais"}), Refused, "Outra coisa mais", 1),
        (says({"type": "error"}), Refused, "without a message", 1),
        (told("{"), Malformed, "no listing", 1),
        (told("null"), Malformed, "no listing", 1),
        (
            says({"page": "1", "rows": [{"id": "1", "cell": ["1"]}]}),
            Malformed,
            "no listing of rad_caixa_ftth",
            1,
        ),
        (told("<html>401 Authorization Required</html>", 401), Unauthorized, "IXC_TOKEN", 1),
        (told("<html>404</html>", 404), Misconfigured, "IXC_URL", 1),
    ],
)
async def test_a_trouble_with_a_listing_is_one_of_ours(
    reply: httpx.Response, ours: type[IntegratorError], words: str, n_tries: int
) -> None:
    wire = Wire(reply)
    with pytest.raises(IntegratorError) as caught:
        await listed(wire)
    assert type(caught.value) is ours
    assert words in str(caught.value)
    assert len(wire.requests) == n_tries


async def test_an_overload_that_passes_is_waited_for() -> None:
    wire = Wire(told(ERROR_PAGE), told(ERROR_PAGE), table_server())
    assert len(await listed(wire)) == len(TABLE)


def test_a_client_shows_its_address_only() -> None:
    assert repr(api(Wire(says({})))) == "<IxcApi https://vendor.example>"
