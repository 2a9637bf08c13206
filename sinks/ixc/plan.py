"""What to write to IXC so that a box is as wished, and nothing but that. Pure.

IXC takes whole records only, so an update is the record as it was read with the differing owned fields
replaced: the rest goes back byte for byte. Fields are compared by meaning, each in its own way, so that
IXC's habits ("0" and empty for none, trailing blanks, comma coordinates) cause no write.

Source: spec box-sync, Who owns which field; fact sheet IXC 5 and 6.1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kernel.contracts.commands import EnsureBox
from kernel.contracts.outcomes import FieldChange
from kernel.domain.coordinates import parse_latitude, parse_longitude, same_degrees
from kernel.domain.plant import IxcBoxStatus
from kernel.domain.text import same_text, trimmed
from kernel.vendors.ixc.translate import CHANGED_AT, parse_count, parse_reference, render_box_fields

Row = Mapping[str, str]

MOVES_BY_ITSELF = frozenset({"id", CHANGED_AT})
"""IXC sets these; that they differ after a write says nothing."""

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


@dataclass(frozen=True, slots=True)
class Nothing:
    """The box is as wished."""


@dataclass(frozen=True, slots=True)
class Create:
    """Insert ``record``."""

    record: dict[str, str]


@dataclass(frozen=True, slots=True)
class Update:
    """Put ``record``, the whole row as it is to be, ``id`` included; ``changed`` says where it differs."""

    record: dict[str, str]
    changed: tuple[FieldChange, ...]


Plan = Nothing | Create | Update

Same = Callable[[str | None, str], bool]


def _same_latitude(held: str | None, wished: str) -> bool:
    return same_degrees(parse_latitude(held), parse_latitude(wished))


def _same_longitude(held: str | None, wished: str) -> bool:
    return same_degrees(parse_longitude(held), parse_longitude(wished))


def _same_reference(held: str | None, wished: str) -> bool:
    return parse_reference(held) == parse_reference(wished)


def _same_count(held: str | None, wished: str) -> bool:
    return parse_count(held) == parse_count(wished)


def _same_status(held: str | None, wished: str) -> bool:
    return trimmed(held) == wished


OWNED: dict[str, Same] = {
    "descricao": same_text,
    "id_projeto": _same_reference,
    "id_transmissor": _same_reference,
    "latitude": _same_latitude,
    "longitude": _same_longitude,
    "obs_caixa_ftth": same_text,
    "capacidade": _same_count,
    "status": _same_status,
}
"""The fields that OZmap owns, and how each is compared with what IXC holds."""


def plan(command: EnsureBox, remote: Row | None, creation: BoxCreation) -> Plan:
    """What to write so that IXC holds the box of ``command``; ``remote`` is its row, None without one."""
    wished = wished_of(command)
    if remote is None:
        return Create(
            {
                **dict.fromkeys(FORM_WITHOUT_VALUE, ""),
                "latitude": "",
                "longitude": "",
                "tipo": creation.tipo,
                "codigo_estilo_caixa": creation.style,
                **wished,
            }
        )
    differing = unlike(command, remote)
    if not differing:
        return Nothing()
    changed = tuple(FieldChange(field=f, old=remote.get(f), new=wished[f]) for f in differing)
    return Update({**remote, **{f: wished[f] for f in differing}}, changed)


def wished_of(command: EnsureBox) -> dict[str, str]:
    """The owned fields as they are to be, as IXC's text. Where OZmap has no coordinate, IXC's stays."""
    wished = {**render_box_fields(command.fields), "status": IxcBoxStatus.ACTIVE.value}
    return {f: text for f, text in wished.items() if text or f not in ("latitude", "longitude")}


def unlike(command: EnsureBox, row: Row) -> list[str]:
    """The owned fields in which ``row`` is not as wished."""
    return [f for f, text in wished_of(command).items() if not OWNED[f](row.get(f), text)]


def strayed(sent: Row, row: Row) -> list[str]:
    """The fields we do not own in which ``row``, read after the write, is not what we sent back."""
    return sorted(
        f
        for f in sent.keys() | row.keys()
        if f not in OWNED and f not in MOVES_BY_ITSELF and sent.get(f) != row.get(f)
    )


def is_named(command: EnsureBox, row: Row) -> bool:
    """Whether ``row`` has the wished name in the wished project (spec, Match with doubt: exact, trimmed)."""
    fields = command.fields
    return trimmed(row.get("descricao")) == trimmed(fields.name) and _same_reference(
        row.get("id_projeto"), fields.project_id
    )
