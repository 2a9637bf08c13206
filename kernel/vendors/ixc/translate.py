"""IXC's rows in our words, and our box fields in IXC's; its habits end here (sheet IXC 3, 5, 7).

``"0"``, ``""`` and zero dates for none, text for numbers, ``S``/``N``: nothing of it passes this module.
"""

import math
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from kernel.contracts.changes import (
    IXC_BOX,
    IXC_CONTRACT,
    IXC_CUSTOMER,
    IXC_LOGIN,
    IXC_ONU,
    IXC_PROJECT,
    IXC_TRANSMITTER,
)
from kernel.contracts.commands import BoxFields
from kernel.domain.coordinates import parse_latitude, parse_longitude, render_degrees
from kernel.domain.plant import IxcBox, IxcBoxStatus, IxcProject, IxcTransmitter
from kernel.domain.subscriber import IxcContract, IxcCustomer, IxcLogin, IxcOnu
from kernel.vendors.ixc.local_time import parse_local, render_local, render_local_floor
from kernel.vendors.ixc.models import (
    AddressedRow,
    BoxRow,
    ContractRow,
    CustomerRow,
    LoginRow,
    OnuRow,
    ProjectRow,
    TransmitterRow,
)
from kernel.vendors.rows import Parse, Source, zoneless

__all__ = [
    "TABLES",
    "parse_address",
    "parse_box",
    "parse_contract",
    "parse_count",
    "parse_customer",
    "parse_local",
    "parse_login",
    "parse_number",
    "parse_onu",
    "parse_port",
    "parse_project",
    "parse_reference",
    "parse_transmitter",
    "parse_yes",
    "render_box_fields",
    "render_local",
    "render_local_floor",
    "render_record_for_put",
]

CHANGED_AT = "ultima_atualizacao"
"""Moves with each write of the row, in local time (sheet 6.9); zero on rows never touched (6.1)."""

_NO_IP = ("", "0", "0.0.0.0")  # noqa: S104  compared, not bound


def parse_reference(text: str | None) -> str | None:
    """The id that a foreign key names; None for ``"0"`` and empty (sheet 3.1)."""
    trimmed = (text or "").strip()
    return trimmed if trimmed.strip("0") else None


def parse_count(text: str | None) -> int | None:
    """A number of things; None when the text is no whole number."""
    trimmed = (text or "").strip()
    return int(trimmed) if trimmed.isascii() and trimmed.isdigit() else None


def parse_port(text: str | None) -> int | None:
    """A port of a box, from 1; None for ``"0"``, which is no port (sheet 6.3)."""
    return parse_count(text) or None


def parse_number(text: str | None) -> float | None:
    """A number with a point or a comma; None when the text is none."""
    try:
        number = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def parse_yes(text: str | None) -> bool:
    """Whether a flag is ``S``; anything else, ``SS`` and empty too, is no."""
    return (text or "").strip().upper() == "S"


def parse_project(raw: ProjectRow) -> IxcProject:
    """``df_projeto``."""
    return IxcProject(id=raw.id, name=raw.nome)


def parse_transmitter(raw: TransmitterRow) -> IxcTransmitter:
    """``radpop_radio``. A version whose listing lacks ``ativo`` has no inactive ones."""
    ip = (raw.ip or "").strip()
    return IxcTransmitter(
        id=raw.id,
        description=raw.descricao or "",
        ip=None if ip in _NO_IP else ip,
        active=raw.ativo is None or parse_yes(raw.ativo),
    )


def parse_box(raw: BoxRow) -> IxcBox:
    """``rad_caixa_ftth``. Coordinates that are none (empty, "0", off the globe) are None."""
    return IxcBox(
        id=raw.id,
        name=raw.descricao,
        project_id=parse_reference(raw.id_projeto),
        transmitter_id=parse_reference(raw.id_transmissor),
        latitude=parse_latitude(raw.latitude),
        longitude=parse_longitude(raw.longitude),
        comments=raw.obs_caixa_ftth or "",
        capacity=parse_count(raw.capacidade),
        status=IxcBoxStatus.ACTIVE if raw.status is None else raw.status.strip(),
    )


def parse_address(raw: AddressedRow) -> str:
    """An address as OZmap's people write it, in one line: ``Rua X, 12, bloco B, apto 3 - Bairro``.

    Empty without a street. City and CEP are left out: the property stands on the map.
    """
    street = _one_line(raw.endereco)
    if not street:
        return ""
    inside = _named("bloco", _one_line(raw.bloco)), _named("apto", _one_line(raw.apartamento))
    parts = (street, _one_line(raw.numero), *inside, _one_line(raw.complemento))
    district = _one_line(raw.bairro)
    return ", ".join(filter(None, parts)) + (f" - {district}" if district else "")


def _one_line(text: str | None) -> str:
    words = " ".join((text or "").split())
    return "" if words == "0" else words


def _named(kind: str, text: str) -> str:
    """``apto 302``, also when only ``302`` was typed."""
    return text if not text or text[:2].casefold() == kind[:2] else f"{kind} {text}"


_NOT_ITS_OWN = ("S", "C")
"""``endereco_padrao_cliente``: the customer's address, the contract's (sheet 6.2)."""


def _own_address(raw: LoginRow) -> str:
    """The login's address; what its columns hold while another's counts is not valid (sheet 6.2)."""
    whose = (raw.endereco_padrao_cliente or "").strip().upper()
    return "" if whose in _NOT_ITS_OWN else parse_address(raw)


def parse_login(raw: LoginRow) -> IxcLogin:
    """``radusuarios``. Latitude and longitude that were swapped are not guessed back."""
    return IxcLogin(
        id=raw.id,
        login=raw.login,
        active=parse_yes(raw.ativo),
        connection=raw.tipo_conexao_mapa or "",
        customer_id=parse_reference(raw.id_cliente),
        contract_id=parse_reference(raw.id_contrato),
        box_id=parse_reference(raw.id_caixa_ftth),
        port=parse_port(raw.ftth_porta),
        latitude=parse_latitude(raw.latitude),
        longitude=parse_longitude(raw.longitude),
        online=(raw.online or "").strip(),
        address=_own_address(raw),
    )


def parse_customer(raw: CustomerRow) -> IxcCustomer:
    """``cliente``: its name and its address, nothing else of the person."""
    return IxcCustomer(id=raw.id, name=raw.razao or "", address=parse_address(raw))


def parse_contract(raw: ContractRow) -> IxcContract:
    """``cliente_contrato``: its status, empty on legacy rows (sheet 6.5)."""
    return IxcContract(id=raw.id, status=(raw.status or "").strip())


def parse_onu(raw: OnuRow, zone: ZoneInfo) -> IxcOnu:
    """``radpop_radio_cliente_fibra``, read by a clock in ``zone``. What is a reading, rules say."""
    return IxcOnu(
        id=raw.id,
        login_id=parse_reference(raw.id_login),
        box_id=parse_reference(raw.id_caixa_ftth),
        port=parse_port(raw.porta_ftth),
        rx_dbm=parse_number(raw.sinal_rx),
        read_at=parse_local(raw.data_sinal, zone),
    )


def onu_parser(zone: ZoneInfo) -> Parse[OnuRow]:
    """:func:`parse_onu` for an IXC whose clock runs in ``zone``."""
    return partial(parse_onu, zone=zone)


def render_box_fields(fields: BoxFields) -> dict[str, str]:
    """The seven fields of ``rad_caixa_ftth`` that OZmap owns, as IXC's text (spec box-sync)."""
    return {
        "descricao": fields.name,
        "id_projeto": fields.project_id,
        "id_transmissor": fields.transmitter_id or "0",
        "latitude": render_degrees(fields.latitude),
        "longitude": render_degrees(fields.longitude),
        "obs_caixa_ftth": fields.comments,
        "capacidade": str(fields.capacity),
    }


def render_record_for_put(row: dict[str, str]) -> dict[str, str]:
    """What of a listed record goes back in a PUT, which takes the whole of it (sheet 5).

    Everything as it was listed, its ISO and zero dates too (measured, sheet 5.3), but the id, which is in
    the URL (official). UNKNOWN 6 of the sheet: whether each table takes ISO dates; official text names
    DD/MM/YYYY. A tenant that wants those is served here and nowhere else.
    """
    return {column: text for column, text in row.items() if column != "id"}


TABLES: dict[str, Source[Any]] = {
    IXC_PROJECT.slug: Source("df_projeto", ProjectRow, zoneless(parse_project), None),
    IXC_TRANSMITTER.slug: Source("radpop_radio", TransmitterRow, zoneless(parse_transmitter), None),
    IXC_BOX.slug: Source("rad_caixa_ftth", BoxRow, zoneless(parse_box), CHANGED_AT),
    IXC_LOGIN.slug: Source("radusuarios", LoginRow, zoneless(parse_login), CHANGED_AT),
    IXC_CUSTOMER.slug: Source("cliente", CustomerRow, zoneless(parse_customer), CHANGED_AT),
    IXC_CONTRACT.slug: Source("cliente_contrato", ContractRow, zoneless(parse_contract), CHANGED_AT),
    IXC_ONU.slug: Source("radpop_radio_cliente_fibra", OnuRow, onu_parser, CHANGED_AT),
}
"""Entity slug → its table. df_projeto and radpop_radio show no stamp column (sheet 6.6, 6.7)."""
