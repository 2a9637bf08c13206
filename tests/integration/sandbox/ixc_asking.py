"""Ask an IXC double over HTTP, as people and products do: rows to start from, and the calls."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.chassis import Setup
from sandbox.ixc.double import IxcDouble
from sandbox.serving import serving

PRODUCT, PERSON = "1:" + "a" * 64, "2:" + "b" * 64
NOON = "2025-11-24T15:00:00Z"  # 12:00 in Sao Paulo
BOX, LOGIN, ONU = "rad_caixa_ftth", "radusuarios", "radpop_radio_cliente_fibra"

ROWS: dict[str, list[dict[str, str]]] = {
    "df_projeto": [{"id": "1", "nome": "Centro"}, {"id": "2", "nome": "Norte "}],
    "radpop_radio": [
        {"id": "1", "descricao": "OLT Centro", "ip": "10.0.0.1"},
        {"id": "2", "descricao": "OLT Norte", "ip": "10.0.0.2"},
    ],
    BOX: [
        {
            "id": str(number),
            "descricao": name,
            "id_projeto": "1" if number < 4 else "2",
            "id_transmissor": "1",
            "capacidade": capacity,
            "latitude": "-23.5505",
            "longitude": "-46.6333",
            "obs_caixa_ftth": "perto do poste",
            "idx": "",
            "ultima_atualizacao": stamp,
        }
        for number, name, capacity, stamp in (
            (1, "CTO 01", "8", "0000-00-00 00:00:00"),
            (2, "CTO 02  ", "16", "2025-11-20 08:00:00"),
            (3, "cto 10", "8", "2025-11-21 09:30:00"),
            (4, "Caixa São João", "16", "2025-11-22 10:00:00"),
            (9, "CTO_99", "", "2025-11-23 11:00:00"),
        )
    ],
    "cliente": [
        {"id": "1", "razao": "Maria da Silva", "cnpj_cpf": "111.444.777-35", "data_nascimento": "1980-03-17"},
        {"id": "2", "razao": "João  ", "cnpj_cpf": "222.333.444-05", "data_nascimento": "1990-11-02"},
    ],
    "cliente_contrato": [
        {"id": "1", "id_cliente": "1", "status": "A", "status_internet": "A", "data": "2024-01-10"},
        {"id": "2", "id_cliente": "2", "status": "P", "status_internet": "AA", "data": "2024-02-10"},
    ],
    LOGIN: [
        {
            "id": "11",
            "id_cliente": "1",
            "id_contrato": "1",
            "login": "maria",
            "senha": "FAKE-SECRET-maria",
            "online": "S",
            "tipo_conexao_mapa": "F",
            "id_caixa_ftth": "1",
            "ftth_porta": "3",
            "ultima_atualizacao": "2025-11-24 09:00:00",
        },
        {
            "id": "12",
            "id_cliente": "2",
            "id_contrato": "2",
            "login": "joao",
            "tipo_conexao_mapa": "F",
            "id_caixa_ftth": "1",
            "ftth_porta": "4",
        },
    ],
    ONU: [
        {
            "id": "21",
            "nome": "maria",
            "id_transmissor": "1",
            "id_login": "11",
            "id_caixa_ftth": "1",
            "porta_ftth": "3",
            "sinal_rx": "-21.5",
            "data_sinal": "2025-11-24 06:30:00",
        }
    ],
}

NEW_BOX = {
    "descricao": "CTO 50",
    "id_projeto": "1",
    "id_transmissor": "1",
    "codigo_estilo_caixa": "50r7nh0u",
    "tipo": "P",
    "status": "A",
    "capacidade": "8",
}


class Answer:
    """A status, headers and a body that is looked at as the test likes."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in self.json.get("registros", [])]

    @property
    def is_error_page(self) -> bool:
        return self.status == 200 and self.text.startswith('<div style="margin:40px; padding:30px;')


class Ixc:
    """One double that serves, and a session to ask it with."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session

    async def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = PRODUCT,
        listar: str | None = None,
        headers: dict[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        """Send one request to `/webservice/v1/{path}` (or to `/{path}` of the host when it begins with /)."""
        sent = dict(headers or {})
        if token is not None and "Authorization" not in sent:
            sent["Authorization"] = "Basic " + base64.b64encode(token.encode()).decode()
        if listar is not None:
            sent["ixcsoft"] = listar
        url = self.url + (path if path.startswith("/") else f"/webservice/v1/{path}")
        async with self.session.request(method, url, headers=sent, **body) as reply:
            return Answer(reply.status, reply.headers, await reply.read())

    async def list(self, table: str, *grid: tuple[str, ...], **asked: Any) -> Answer:
        """List as the official samples do: GET, JSON body, header; `grid` items are TB, OP, P[, P2]."""
        body = dict(asked)
        if grid:
            names = ("TB", "OP", "P", "P2")
            body["grid_param"] = json.dumps([dict(zip(names, item, strict=False)) for item in grid])
        return await self.ask("GET", table, listar="listar", json=body)

    async def row(self, table: str, row_id: str) -> dict[str, str]:
        """Read one row the only way there is: a listing filtered on the id."""
        answer = await self.list(table, qtype=f"{table}.id", query=row_id, oper="=")
        rows: list[dict[str, str]] = answer.json.get("registros", [])
        assert len(rows) == 1, answer.text
        return rows[0]

    async def insert(self, table: str, fields: dict[str, Any], token: str = PRODUCT) -> Answer:
        return await self.ask("POST", table, token=token, json=fields)

    async def put(self, table: str, row_id: str, fields: dict[str, Any], token: str = PRODUCT) -> Answer:
        return await self.ask("PUT", f"{table}/{row_id}", token=token, json=fields)

    async def change(self, table: str, row_id: str, **fields: Any) -> Answer:
        """Read the whole record, merge, PUT it: what a careful client does."""
        return await self.put(table, row_id, {**await self.row(table, row_id), **fields})

    async def delete(self, table: str, row_id: str) -> Answer:
        return await self.ask("DELETE", f"{table}/{row_id}")

    async def sandbox(self, method: str, path: str, content: Any = None) -> Any:
        async with self.session.request(method, f"{self.url}/__sandbox__/{path}", json=content) as reply:
            assert reply.status == 200, await reply.text()
            return await reply.json()

    async def fault(self, kind: str, **spec: Any) -> None:
        await self.sandbox("POST", "faults", {"kind": kind, **spec})

    async def freeze(self, at: str = NOON) -> None:
        await self.sandbox("POST", "clock", {"at": at, "freeze": True})


@asynccontextmanager
async def ixc_double(
    *switches: str, rows: dict[str, list[dict[str, str]]] = ROWS, **setup: Any
) -> AsyncIterator[Ixc]:
    """Inside the block a double with `rows` answers over HTTP."""
    keys = {PRODUCT: "product", PERSON: "person"}
    double = IxcDouble(Setup(keys=keys, switches=switches, **setup))
    double.seed(rows)
    async with serving(double) as served, aiohttp.ClientSession() as session:
        yield Ixc(served.url, session)
