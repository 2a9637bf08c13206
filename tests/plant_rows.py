"""Rows of a small plant with sensible defaults: a box with one fed service splitter, its project, its OLT."""

from typing import Any

from kernel.contracts import changes
from kernel.contracts.changes import Entity
from kernel.domain.observed import Observed
from kernel.domain.plant import (
    IxcBox,
    IxcProject,
    IxcTransmitter,
    OzmapBox,
    OzmapOlt,
    OzmapProject,
    OzmapSplitter,
)
from kernel.domain.subscriber import IxcCustomer, IxcLogin, OzmapClient

Seen = tuple[Entity, Observed]


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
