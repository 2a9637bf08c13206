"""What the rows of IXC shall hold for each command, and what a new box is made with. Pure.

Source: spec box-sync, port-move, coordinates; fact sheet IXC 5, 6.1 to 6.3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kernel.contracts.commands import EnsureBox, EnsureCoordinates, EnsurePlacement
from kernel.domain.coordinates import (
    distance_m,
    parse_latitude,
    parse_longitude,
    render_degrees,
    same_degrees,
)
from kernel.domain.plant import IxcBoxStatus
from kernel.domain.text import same_text, trimmed
from kernel.vendors.ixc.translate import CHANGED_AT, render_box_fields
from sinks.ixc.wish import (
    BOXES,
    LOGINS,
    ONUS,
    Row,
    Same,
    Wish,
    columnwise,
    same_code,
    same_count,
    same_reference,
)

_PLACE = ("latitude", "longitude")

FORM_WITHOUT_VALUE = (
    "id_interface",
    "id_tecnologia",
    "idx",
    CHANGED_AT,
    "cep",
    "endereco",
    "numero",
    "bairro",
    "id_cidade",
)
"""Fields of IXC's form that a new box has no value for, sent empty (fact sheet IXC 5, official CTO form)."""


@dataclass(frozen=True, slots=True)
class BoxCreation:
    """What IXC demands of a new box beyond what OZmap knows: settings, used at creation only."""

    tipo: str
    style: str


def _same_latitude(held: str | None, wished: str) -> bool:
    return same_degrees(parse_latitude(held), parse_latitude(wished))


def _same_longitude(held: str | None, wished: str) -> bool:
    return same_degrees(parse_longitude(held), parse_longitude(wished))


BOX_COLUMNS: Mapping[str, Same] = {
    "descricao": same_text,
    "id_projeto": same_reference,
    "id_transmissor": same_reference,
    "latitude": _same_latitude,
    "longitude": _same_longitude,
    "obs_caixa_ftth": same_text,
    "capacidade": same_count,
    "status": same_code,
}
"""How each column of a box is compared with what IXC holds."""

_PORT_COLUMNS: Mapping[str, Same] = {
    "id_caixa_ftth": same_reference,
    "ftth_porta": same_count,
    "porta_ftth": same_count,
}
"""One thing, two names: the port is ``ftth_porta`` of a login, ``porta_ftth`` of an ONU (sheet 7.14)."""


def box_wish(command: EnsureBox, row_id: str) -> Wish:
    """The box has the fields that OZmap owns, active. Where OZmap has no coordinate, IXC's stays."""
    texts = {**render_box_fields(command.fields), "status": IxcBoxStatus.ACTIVE.value}
    wanted = {column: text for column, text in texts.items() if text or column not in _PLACE}
    if command.keep_transmitter:
        del wanted["id_transmissor"]
    return Wish(BOXES, row_id, wanted, columnwise(BOX_COLUMNS, wanted))


def new_box(command: EnsureBox, creation: BoxCreation) -> dict[str, str]:
    """The record to insert so that IXC holds the box of ``command``."""
    return {
        **dict.fromkeys(FORM_WITHOUT_VALUE, ""),
        **dict.fromkeys(_PLACE, ""),
        "tipo": creation.tipo,
        "codigo_estilo_caixa": creation.style,
        **render_box_fields(command.fields),
        "status": IxcBoxStatus.ACTIVE.value,
    }


def is_named(command: EnsureBox, row: Row) -> bool:
    """Whether ``row`` has the wished name in the wished project (spec, Match with doubt: exact, trimmed)."""
    fields = command.fields
    return trimmed(row.get("descricao")) == trimmed(fields.name) and same_reference(
        row.get("id_projeto"), fields.project_id
    )


def login_port(command: EnsurePlacement) -> Wish:
    """The login is on the box and port."""
    wanted = {"id_caixa_ftth": command.box_id, "ftth_porta": str(command.port)}
    return Wish(LOGINS, command.login_id, wanted, columnwise(_PORT_COLUMNS, wanted))


def onu_port(command: EnsurePlacement, onu_id: str) -> Wish:
    """The ONU row is on the box and port."""
    wanted = {"id_caixa_ftth": command.box_id, "porta_ftth": str(command.port)}
    return Wish(ONUS, onu_id, wanted, columnwise(_PORT_COLUMNS, wanted))


def login_place(command: EnsureCoordinates) -> Wish:
    """The login is within the tolerance of the coordinates; if not, it is put right there."""
    wanted = {
        "latitude": render_degrees(command.latitude),
        "longitude": render_degrees(command.longitude),
    }
    return Wish(LOGINS, command.login_id, wanted, _away(command, wanted))


def _away(command: EnsureCoordinates, wanted: Mapping[str, str]) -> Callable[[Row], list[str]]:
    # Not column by column: nearness is of both together.
    exactly = columnwise(BOX_COLUMNS, wanted)

    def unlike(row: Row) -> list[str]:
        latitude, longitude = parse_latitude(row.get("latitude")), parse_longitude(row.get("longitude"))
        if latitude is not None and longitude is not None:
            away_m = distance_m(latitude, longitude, command.latitude, command.longitude)
            if away_m <= command.tolerance_m:
                return []
        return exactly(row)

    return unlike
