"""The IXC double on the wire: tokens, verbs, bodies, headers and the pages of errors."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.chassis import Setup
from sandbox.ixc.double import IxcDouble
from tests.integration.sandbox.ixc_asking import BOX, NEW_BOX, PRODUCT, Ixc, ixc_double


@pytest.fixture
async def ixc() -> AsyncIterator[Ixc]:
    async with ixc_double() as asked:
        yield asked


ASKED = {
    "qtype": f"{BOX}.id_projeto",
    "query": "1",
    "oper": "=",
    "page": "1",
    "rp": "10",
    "sortname": f"{BOX}.id",
}


async def test_a_listing_is_a_get_with_a_json_body_and_the_header(ixc: Ixc) -> None:
    answer = await ixc.ask("GET", BOX, listar="listar", json=ASKED)
    assert answer.status == 200
    assert answer.ids == ["1", "2", "3"]


@pytest.mark.parametrize(
    "body",
    [
        {"json": ASKED},
        {"data": ASKED},
        {"data": json.dumps(ASKED), "headers": {"Content-Type": "text/plain"}},
        {"data": json.dumps(ASKED), "headers": {"Content-Type": "application/json, multipart/form-data"}},
        {"data": json.dumps(ASKED), "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    ],
    ids=["json", "form", "json as text/plain", "json under two types", "json as a form"],
)
async def test_a_listing_by_post_takes_any_body_whatever_its_content_type(
    ixc: Ixc, body: dict[str, Any]
) -> None:
    answer = await ixc.ask("POST", BOX, listar="listar", **body)
    assert answer.ids == ["1", "2", "3"]


async def test_a_listing_by_multipart_form_works_as_the_official_class_sends_it(ixc: Ixc) -> None:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in {**ASKED, "qtype": f"{BOX}.descricao", "query": "Caixa São João"}.items():
        form.add_field(name, value)
    assert (await ixc.ask("POST", BOX, listar="listar", data=form)).ids == ["4"]


async def test_a_trailing_slash_changes_nothing(ixc: Ixc) -> None:
    assert (await ixc.ask("GET", f"{BOX}/", listar="listar", json=ASKED)).ids == ["1", "2", "3"]
    box = await ixc.row(BOX, "1")
    assert (await ixc.put(BOX, "1/", box)).json["type"] == "success"


async def test_a_get_without_the_header_is_404(ixc: Ixc) -> None:
    assert (await ixc.ask("GET", BOX, json=ASKED)).status == 404


@pytest.mark.parametrize("header", [None, "", "inserir", "incluir", "alterar"])
async def test_a_post_without_listar_inserts_even_if_a_query_was_meant(ixc: Ixc, header: str | None) -> None:
    asked = await ixc.ask("POST", BOX, listar=header, json={**ASKED, **NEW_BOX})
    assert asked.json["type"] == "success"
    assert (await ixc.row(BOX, asked.json["id"]))["descricao"] == "CTO 50"


@pytest.mark.parametrize("token", ["1:" + "c" * 64, "a" * 64, ":", ""])
async def test_a_bad_token_gets_the_web_servers_401_page(ixc: Ixc, token: str) -> None:
    answer = await ixc.ask("GET", BOX, token=token, listar="listar", json=ASKED)
    assert answer.status == 401
    assert answer.text.startswith("<html>")
    assert "401 Authorization Required" in answer.text


async def test_a_token_that_is_not_basic_is_400_and_none_at_all_401(ixc: Ixc) -> None:
    bearer = {"Authorization": f"Bearer {PRODUCT}"}
    assert (await ixc.ask("GET", BOX, headers=bearer, listar="listar", json={})).status == 400
    assert (await ixc.ask("GET", BOX, token=None, listar="listar", json={})).status == 401


async def test_an_unknown_table_is_a_json_error_in_html_with_http_200(ixc: Ixc) -> None:
    answer = await ixc.ask("GET", "rad_caixa", listar="listar", json={})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.json == {"type": "error", "message": "Recurso rad_caixa não está disponível!"}
    assert b"n\\u00e3o est\\u00e1" in answer.body


async def test_another_version_segment_is_a_json_error_and_another_path_404(ixc: Ixc) -> None:
    wrong = await ixc.ask("GET", f"/webservice/v1xxx/{BOX}", listar="listar", json={})
    assert (wrong.status, wrong.json["message"]) == (200, "Versão v1xxx do webservice não está disponível!")
    assert (await ixc.ask("GET", f"/api/v1/{BOX}", token=None)).status == 404
    assert (await ixc.ask("PUT", BOX, json=NEW_BOX)).status == 404


async def test_a_listing_is_x_json_with_phps_headers(ixc: Ixc) -> None:
    headers = (await ixc.list(BOX)).headers
    assert headers["Content-Type"] == "text/x-json; charset=utf-8"
    assert headers["Expires"] == "Mon, 26 Jul 1997 05:00:00 GMT"
    assert headers["Server"] == "nginx"
    assert headers["Last-Modified"].endswith("GMT")
    assert " GMT" not in headers["Last-Modified"]
    assert headers["Set-Cookie"].startswith("IXC_Session=")
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_every_value_is_a_text_and_an_empty_result_has_no_registros(ixc: Ixc) -> None:
    full = (await ixc.list(BOX, rp=2)).json
    assert (full["page"], full["total"]) == ("1", "5")
    assert {type(value) for row in full["registros"] for value in row.values()} == {str}
    assert (await ixc.list(BOX, qtype="id", query="777", oper="=")).json == {"page": "1", "total": "0"}


async def test_a_broken_json_body_counts_as_empty(ixc: Ixc) -> None:
    listed = await ixc.ask("POST", BOX, listar="listar", data=b'{"qtype": "id", ')
    assert listed.json["total"] == "5"
    inserted = await ixc.ask("POST", BOX, data=b'{"descricao": "\xff"}')
    assert inserted.json["message"].startswith("Preencha ")


async def test_the_double_speaks_https_with_a_certificate_of_its_own() -> None:
    async with ixc_double(tls=True) as ixc:
        assert ixc.url.startswith("https://")
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await ixc.list(BOX)
        assert (await ixc.ask("GET", BOX, listar="listar", json=ASKED, ssl=False)).ids == ["1", "2", "3"]


async def test_the_command_line_serves_and_says_so_until_it_is_told_to_stop() -> None:
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "sandbox", "ixc", "--key", f"{PRODUCT}=product", "--switch", "total=int"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert started.stdout is not None
    try:
        ready = json.loads(await asyncio.wait_for(started.stdout.readline(), 20))
        assert (ready["system"], ready["keys"]) == ("ixc", {"product": PRODUCT})
        async with aiohttp.ClientSession() as session:
            ixc = Ixc(ready["url"], session)
            assert (await ixc.list(BOX)).json == {"page": "1", "total": 0}
    finally:
        started.terminate()
        assert await asyncio.wait_for(started.wait(), 10) == 0


def test_a_key_that_is_no_ixc_token_is_refused_at_the_start_without_being_shown() -> None:
    for key in ("abc", "1:", "1:xyz", ":ab"):
        with pytest.raises(ValueError, match="userId:hex") as refused:
            IxcDouble(Setup(keys={key: "product"}))
        assert refused.value.args == ("an IXC key has the form userId:hex, such as 1:9f3c",)
