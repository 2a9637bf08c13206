"""IXC's rows in our words, and our box fields in IXC's; its habits end here (sheet IXC 3, 5, 7).

``"0"``, ``""`` and zero dates for none, text for numbers, ``S``/``N``: nothing of it passes this module.
"""

from typing import Any

from kernel.contracts.changes import IXC_BOX, IXC_CUSTOMER, IXC_LOGIN, IXC_PROJECT, IXC_TRANSMITTER
from kernel.contracts.commands import BoxFields
from kernel.domain.coordinates import parse_latitude, parse_longitude, render_degrees
from kernel.domain.plant import IxcBox, IxcBoxStatus, IxcProject, IxcTransmitter
from kernel.domain.subscriber import IxcCustomer, IxcLogin
from kernel.vendors.ixc.local_time import parse_local, render_local, render_local_floor
from kernel.vendors.ixc.models import BoxRow, CustomerRow, LoginRow, ProjectRow, TransmitterRow
from kernel.vendors.rows import Source

__all__ = [
    "TABLES",
    "parse_box",
    "parse_count",
    "parse_customer",
    "parse_local",
    "parse_login",
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


def parse_login(raw: LoginRow) -> IxcLogin:
    """``radusuarios``."""
    return IxcLogin(
        id=raw.id,
        login=raw.login,
        active=parse_yes(raw.ativo),
        connection=raw.tipo_conexao_mapa or "",
        customer_id=parse_reference(raw.id_cliente),
    )


def parse_customer(raw: CustomerRow) -> IxcCustomer:
    """``cliente``: only its name."""
    return IxcCustomer(id=raw.id, name=raw.razao or "")


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
    IXC_PROJECT.slug: Source("df_projeto", ProjectRow, parse_project, None),
    IXC_TRANSMITTER.slug: Source("radpop_radio", TransmitterRow, parse_transmitter, None),
    IXC_BOX.slug: Source("rad_caixa_ftth", BoxRow, parse_box, CHANGED_AT),
    IXC_LOGIN.slug: Source("radusuarios", LoginRow, parse_login, CHANGED_AT),
    IXC_CUSTOMER.slug: Source("cliente", CustomerRow, parse_customer, CHANGED_AT),
}
"""Entity slug → its table. df_projeto and radpop_radio show no stamp column (sheet 6.6, 6.7)."""
