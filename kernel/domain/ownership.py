"""Who owns which field, and so which columns of a system a plan may write: those the other system owns.

A field has one owner; its value flows one way and the other side is overwritten. What is not named here
nobody writes: it goes back byte for byte.

Source: spec, "Who owns which field"; columns: fact sheets IXC 6, OZmap 3.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kernel.domain.errors import System


class Field(NamedTuple):
    """One field in the spec's words: ``box`` or ``subscriber``, and its name there."""

    subject: str
    name: str


def _fields(subject: str, owner: System, *names: str) -> dict[Field, System]:
    return {Field(subject, name): owner for name in names}


OWNERS: Mapping[Field, System] = {
    **_fields(
        "box",
        System.OZMAP,
        *("name", "project", "transmitter", "latitude", "longitude", "comments", "capacity", "status"),
    ),
    **_fields("subscriber", System.OZMAP, "box", "port", "coordinates"),
    **_fields(
        "subscriber",
        System.IXC,
        *("existence", "name", "activation", "online status", "power", "cancellation"),
        *("first box", "first port"),
    ),
}
"""The spec's table, one entry a field."""

Columns = Mapping[str, Field]


def _columns(subject: str, **columns: str) -> Columns:
    return {column: Field(subject, name) for column, name in columns.items()}


COLUMNS: Mapping[tuple[System, str], Columns] = {
    (System.IXC, "rad_caixa_ftth"): _columns(
        "box",
        descricao="name",
        id_projeto="project",
        id_transmissor="transmitter",
        latitude="latitude",
        longitude="longitude",
        obs_caixa_ftth="comments",
        capacidade="capacity",
        status="status",
    ),
    (System.IXC, "radusuarios"): _columns(
        "subscriber",
        login="existence",
        ativo="cancellation",
        id_contrato="cancellation",
        online="online status",
        id_caixa_ftth="box",
        ftth_porta="port",
        latitude="coordinates",
        longitude="coordinates",
    ),
    (System.IXC, "radpop_radio_cliente_fibra"): _columns(
        "subscriber", id_caixa_ftth="box", porta_ftth="port", sinal_rx="power"
    ),
    (System.IXC, "cliente"): _columns("subscriber", razao="name"),
    (System.IXC, "cliente_contrato"): _columns("subscriber", status="activation"),
    (System.OZMAP, "ftth-clients"): _columns(
        "subscriber", name="name", implanted="activation", status="online status"
    ),
    (System.OZMAP, "properties"): _columns(
        "subscriber",
        client="cancellation",
        observation="cancellation",
        potencyRead="power",
        box="box",
        connections="port",
        coords="coordinates",
    ),
}
"""(system, table or route) → column → the field it holds. ``observation`` of a property gets a line more."""

AT_CREATION: Mapping[tuple[System, str], Columns] = {
    (System.OZMAP, "properties"): _columns(
        "subscriber",
        client="existence",
        project="existence",
        address="existence",
        coords="existence",
        box="first box",
        connector="first port",
        port="first port",
    ),
    (System.OZMAP, "ftth-clients"): _columns(
        "subscriber", code="existence", name="name", implanted="activation"
    ),
}
"""What is written once, when the object comes into being, and belongs to its system from then on."""


def writable(system: System, entity: str) -> frozenset[str]:
    """The columns of ``entity`` in ``system`` that may be written there: the other system owns them."""
    return _owned_elsewhere(system, COLUMNS.get((system, entity), {}))


def writable_at_creation(system: System, entity: str) -> frozenset[str]:
    """The columns that may be written when the object is made."""
    return _owned_elsewhere(system, AT_CREATION.get((system, entity), {}))


def _owned_elsewhere(system: System, columns: Columns) -> frozenset[str]:
    return frozenset(column for column, field in columns.items() if OWNERS[field] is not system)
