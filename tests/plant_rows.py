"""Rows of a small plant with sensible defaults: a box with one fed service splitter, its project, its OLT.

A subscriber of that plant: Ana, whom both systems know.
"""

from datetime import UTC, datetime
from typing import Any

from kernel.contracts import changes
from kernel.contracts.changes import Entity
from kernel.domain.observed import Observed
from kernel.domain.plant import (
    IxcBox,
    IxcProject,
    IxcTransmitter,
    OzmapBox,
    OzmapBuilding,
    OzmapOlt,
    OzmapProject,
    OzmapSplitter,
)
from kernel.domain.subscriber import (
    Connection,
    IxcContract,
    IxcCustomer,
    IxcLogin,
    IxcOnu,
    OzmapClient,
    OzmapProperty,
)

Seen = tuple[Entity, Observed]

READ_AT = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


def ozmap_project(**fields: Any) -> Seen:
    return changes.OZMAP_PROJECT, OzmapProject(**{"id": "p1", "name": "Centro"} | fields)


def ozmap_olt(**fields: Any) -> Seen:
    return changes.OZMAP_OLT, OzmapOlt(**{"id": "olt1", "name": "OLT Centro", "ip": "10.0.0.1"} | fields)


def ozmap_box(**fields: Any) -> Seen:
    defaults = {
        "id": "b1",
        "project_id": "p1",
        "name": "CTO-01",
        "latitude": -23.5,
        "longitude": -46.6,
        "observation": "na esquina",
    }
    return changes.OZMAP_BOX, OzmapBox(**defaults | fields)


def splitter(**fields: Any) -> Seen:
    defaults = {
        "id": "s1",
        "parent_id": "b1",
        "name": "S1",
        "is_drop": True,
        "n_outputs": 8,
        "index": 1,
        "olt_id": "olt1",
    }
    return changes.OZMAP_SPLITTER, OzmapSplitter(**defaults | fields)


def building(**fields: Any) -> Seen:
    defaults = {"id": "e1", "project_id": "p1", "name": "Ed. Sol", "latitude": -23.4, "longitude": -46.5}
    return changes.OZMAP_BUILDING, OzmapBuilding(**defaults | fields)


def condominium_splitter(**fields: Any) -> Seen:
    return splitter(**{"id": "s9", "parent_id": "e1", "name": "Bloco A", "n_outputs": 4} | fields)


def ixc_project(**fields: Any) -> Seen:
    return changes.IXC_PROJECT, IxcProject(**{"id": "7", "name": "Centro"} | fields)


def transmitter(**fields: Any) -> Seen:
    return changes.IXC_TRANSMITTER, IxcTransmitter(
        **{"id": "3", "description": "OLT Centro", "ip": "10.0.0.1"} | fields
    )


def ixc_box(**fields: Any) -> Seen:
    defaults = {
        "id": "100",
        "name": "CTO-01",
        "project_id": "7",
        "transmitter_id": "3",
        "latitude": -23.5,
        "longitude": -46.6,
        "comments": "na esquina",
        "capacity": 8,
        "status": "A",
    }
    return changes.IXC_BOX, IxcBox(**defaults | fields)


def login(**fields: Any) -> Seen:
    defaults = {"id": "50", "login": "ana", "active": True, "connection": "F", "customer_id": "9"}
    return changes.IXC_LOGIN, IxcLogin(**defaults | fields)


def customer(**fields: Any) -> Seen:
    return changes.IXC_CUSTOMER, IxcCustomer(**{"id": "9", "name": "Ana Souza"} | fields)


def client(**fields: Any) -> Seen:
    return changes.OZMAP_CLIENT, OzmapClient(**{"id": "c1", "code": "ana", "name": "ana"} | fields)


def contract(**fields: Any) -> Seen:
    return changes.IXC_CONTRACT, IxcContract(**{"id": "20", "status": "A"} | fields)


def onu(**fields: Any) -> Seen:
    defaults = {"id": "70", "login_id": "50", "box_id": "100", "port": 3, "rx_dbm": -20.0, "read_at": READ_AT}
    return changes.IXC_ONU, IxcOnu(**defaults | fields)


def at(*places: tuple[str, int]) -> tuple[Connection, ...]:
    """The connections of a property: splitter and port each."""
    return tuple(Connection(splitter_id=splitter_id, port=port) for splitter_id, port in places)


def home(**fields: Any) -> Seen:
    """The property of a client."""
    defaults = {
        "id": "h1",
        "client_id": "c1",
        "box_id": "b1",
        "latitude": -23.51,
        "longitude": -46.61,
        "drop_id": "d1",
        "connections": at(("s1", 3)),
    }
    return changes.OZMAP_PROPERTY, OzmapProperty(**defaults | fields)


PLANT: tuple[Seen, ...] = (
    ozmap_project(),
    ozmap_olt(),
    ozmap_box(),
    splitter(),
    ixc_project(),
    transmitter(),
)
"""A box that box-sync creates in IXC."""

SUBSCRIBER: tuple[Seen, ...] = (login(), customer(), client())
"""A login whose client in OZmap has another name."""

PLACED: dict[str, Any] = {
    "contract_id": "20",
    "box_id": "100",
    "port": 3,
    "latitude": -23.51,
    "longitude": -46.61,
    "online": "S",
    "address": "Rua A, 1",
}
"""A login that is served: its contract, box, port, place and state."""

SERVED: tuple[Seen, ...] = (
    *PLANT,
    ixc_box(),
    login(**PLACED),
    customer(address="Rua B, 2"),
    contract(),
    onu(),
    client(name="Ana Souza", implanted=True, status=0),
    home(potency_dbm=-20.0),
)
"""A linked box and a subscriber on it, about whom both systems say the same: no rule wishes anything."""
