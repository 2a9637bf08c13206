"""Rows made by hand for the oracle's own tests: only the fields the rules read."""

from __future__ import annotations

from typing import Any

Made = dict[str, list[dict[str, Any]]]


def splitter(
    row_id: str, parent: str, n: int = 8, *, index: int | None = 1, name: str = "S", is_drop: bool = True,
    olt: str | None = "olt", taken: tuple[int, ...] = (), blocked: tuple[int, ...] = (), note: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A splitter of ``n`` outputs; unfed when ``olt`` is None, without index when ``index`` is None."""
    row: dict[str, Any] = {
        "id": row_id,
        "parent": parent,
        "name": name,
        "isDrop": is_drop,
        "observation": note,
        "connectables": {
            "input": ["f"],
            "output": [f"fiber-{port}" if port in taken else None for port in range(1, n + 1)],
        },
        "ports": [{"blocked": port in blocked} for port in range(1, n + 1)],
    }
    if index is not None:
        row["index"] = index
    if olt is not None:
        row["olt"] = olt
    return row


def box(row_id: str = "box", name: str = "CTO 1", **more: Any) -> dict[str, Any]:
    return {
        "id": row_id,
        "name": name,
        "project": "p",
        "coords": [-46.5, -23.5],
        "observation": "poste",
        **more,
    }


def ixc_box(row_id: str = "7", name: str = "CTO 1", **more: Any) -> dict[str, Any]:
    """The IXC box that equals ``box()`` with one splitter of eight."""
    return {
        "id": row_id, "descricao": name, "id_projeto": "3", "id_transmissor": "5", "latitude": "-23.5",
        "longitude": "-46.5", "obs_caixa_ftth": "poste", "capacidade": "8", "status": "A", **more,
    }  # fmt: skip


def plant() -> tuple[Made, Made]:
    """One box, equal on both sides, in a project and on an OLT both know."""
    ozmap: Made = {
        "projects": [{"id": "p", "name": "Centro"}],
        "olts": [{"id": "olt", "ip": "10.0.0.2"}],
        "boxes": [box()],
        "buildings": [],
        "splitters": [splitter("s1", "box")],
        "properties": [],
        "ftth-clients": [],
        "cables": [],
    }
    ixc: Made = {
        "df_projeto": [{"id": "3", "nome": "Centro "}],
        "radpop_radio": [{"id": "5", "ip": "10.0.0.2"}],
        "rad_caixa_ftth": [ixc_box()],
        "radusuarios": [],
        "cliente_contrato": [],
        "cliente": [],
        "radpop_radio_cliente_fibra": [],
    }
    return ozmap, ixc


def subscriber() -> tuple[Made, Made]:
    """The plant with one subscriber, equal on both sides by every rule, on port 2."""
    ozmap, ixc = plant()
    ozmap["splitters"] = [splitter("s1", "box", taken=(2,))]
    ozmap["ftth-clients"] = [{"id": "c", "code": "ana", "name": "Ana Lima", "implanted": True, "status": 0}]
    ozmap["properties"] = [
        {
            "id": "h", "client": "c", "box": "box", "project": "p", "drop": "d", "coords": [-46.501, -23.501],
            "observation": "", "address": "Rua A, 1", "potencyRead": -20.0,
            "connections": [{"id": "s1", "name": "S", "port": 2, "fiber": "fiber-2"}],
        }
    ]  # fmt: skip
    ozmap["cables"] = [{"id": "d"}]
    ixc["cliente"] = [{"id": "9", "razao": "Ana Lima  ", "endereco": "Rua A"}]
    ixc["cliente_contrato"] = [{"id": "4", "status": "A"}]
    ixc["radusuarios"] = [
        {
            "id": "1", "login": "ana", "id_cliente": "9", "id_contrato": "4", "tipo_conexao_mapa": "F",
            "ativo": "S", "online": "S", "id_caixa_ftth": "7", "ftth_porta": "2",
            "latitude": "-23.501", "longitude": "-46.501",
        }
    ]  # fmt: skip
    ixc["radpop_radio_cliente_fibra"] = [
        {"id": "1", "id_login": "1", "id_caixa_ftth": "7", "porta_ftth": "2", "sinal_rx": "-20.00",
         "data_sinal": "2025-06-01 06:30:00"}
    ]  # fmt: skip
    return ozmap, ixc


LINKS = {"box": "7"}


def without_client() -> tuple[Made, Made]:
    """The subscriber as IXC has it; OZmap has neither client nor property."""
    ozmap, ixc = subscriber()
    ozmap["ftth-clients"], ozmap["properties"], ozmap["cables"] = [], [], []
    ozmap["splitters"] = [splitter("s1", "box")]
    return ozmap, ixc
