"""port-move: box and port of a login in IXC are where OZmap has its client.

Source: spec ``port-move``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.oracle.raw import Links, Row, Rows, Subscribers, by_id, is_active, of, reference, text, whole
from sandbox.oracle.splitters import box_port, by_parent

PLACED = "placed"


@dataclass(frozen=True)
class Placement:
    """Where a login must be; ``reason`` is ``placed``, or why nothing is asked of it."""

    login_id: str
    reason: str
    box: str = ""
    port: int = 0


class Plant:
    """OZmap's splitters and where IXC has them."""

    def __init__(self, ozmap: Rows, links: Links) -> None:
        self._links = links
        self._splitters = by_id(of(ozmap, "splitters"))
        self._by_parent = by_parent(ozmap)
        self._buildings = {str(row["id"]) for row in of(ozmap, "buildings")}

    def locate(self, login_id: str, connection: Mapping[str, Any]) -> Placement:
        """The IXC box and port of an OZmap connection."""
        splitter = self._splitters.get(str(connection.get("id") or ""))
        port = int(connection.get("port") or 0)
        if splitter is None or port < 1:
            return Placement(login_id, "not_connected")
        parent = reference(splitter, "parent")
        if parent in self._buildings:
            key, box_number = str(splitter["id"]), port
        else:
            numbered = box_port(self._by_parent.get(parent, []), str(splitter["id"]), port)
            if numbered is None:
                return Placement(login_id, "not_a_service_splitter")
            key, box_number = parent, numbered
        if key not in self._links:
            return Placement(login_id, "box_not_linked")
        return Placement(login_id, PLACED, self._links[key], box_number)


def expected_placements(ozmap: Rows, ixc: Rows, links: Links) -> dict[str, Placement]:
    """Where each fibre login must be in IXC, by row id. ``links``: boxes and buildings' splitters."""
    subscribers, plant = Subscribers(ozmap, ixc), Plant(ozmap, links)
    return {
        str(login["id"]): _expected_placement(login, subscribers, plant)
        for login in subscribers.fibre_logins()
    }


def _expected_placement(login: Row, subscribers: Subscribers, plant: Plant) -> Placement:
    login_id = str(login["id"])
    if not is_active(login):
        return Placement(login_id, "inactive_login")
    found = subscribers.clients(login)
    if len(found) != 1:
        return Placement(login_id, "ambiguous_client" if found else "no_client")
    home = subscribers.home(found[0])
    if home is None:
        return Placement(login_id, "no_property")
    connections = home.get("connections") or []
    if len(connections) != 1:
        return Placement(login_id, "ambiguous_connection" if connections else "not_connected")
    return plant.locate(login_id, connections[0])


def compare_placements(ozmap: Rows, ixc: Rows, links: Links) -> list[str]:
    """What differs from port-move, in words: the login's box and port, and those of its newest ONU row."""
    logins = by_id(of(ixc, "radusuarios"))
    subscribers = Subscribers(ozmap, ixc)
    words: list[str] = []
    for login_id, placement in expected_placements(ozmap, ixc, links).items():
        if placement.reason != PLACED:
            continue
        login = logins[login_id]
        words += _at(f"login {text(login, 'login')}", login, "id_caixa_ftth", "ftth_porta", placement)
        for onu in subscribers.onus(login)[-1:]:
            words += _at(f"ONU row {onu['id']}", onu, "id_caixa_ftth", "porta_ftth", placement)
    return words


def _at(shown: str, row: Row, box_field: str, port_field: str, placement: Placement) -> list[str]:
    at = (text(row, box_field), whole(text(row, port_field)))
    wanted = (placement.box, placement.port)
    return (
        []
        if at == wanted
        else [f"{shown} is at box {at[0]} port {at[1]}, wanted {wanted[0]} port {wanted[1]}"]
    )
