"""The next step towards a client of this code in a property of its own on this port of OZmap. Pure.

OZmap makes property, client, drop and connection in one request. Whether it makes them all or none when it
fails midway is UNKNOWN, so a half of it is completed, never doubled: a property is taken for the missing
half when it is exactly what would be created (box, address, place), nobody else ever lived in it, and it is
connected to our port or to none.

Source: spec client-creation; fact sheet OZmap 3.9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kernel.contracts.commands import EnsureClient
from kernel.contracts.outcomes import FieldChange, Result
from kernel.domain.coordinates import distance_m
from kernel.domain.errors import Refused
from kernel.domain.plant import OzmapSplitter
from kernel.domain.reasons import Reason
from kernel.domain.text import same_text
from sinks.ozmap.rows import (
    Row,
    client_of,
    code_of,
    connections_of,
    is_at,
    reference,
    stays_in,
)
from sinks.ozmap.steps import PROPERTIES, Create, Done, Patch

SAME_SPOT_M = 0.1
"""Coordinates come back as they were sent; this much is left for their rounding."""


@dataclass(frozen=True, slots=True)
class Site:
    """What OZmap shows: the clients of the code, the properties the one client lives in, and, while something
    is still to be done, the other properties of the host and the splitter."""

    clients: Sequence[Row]
    homes: Sequence[Row] = ()
    neighbours: Sequence[Row] = ()
    splitter: OzmapSplitter | None = None


def is_open(command: EnsureClient, site: Site) -> bool:
    """Whether neighbours and splitter must be looked at before anything can be planned."""
    if len(site.clients) > 1 or len(site.homes) > 1:
        return False
    return not site.homes or _is_half_made(command, site.homes[0], site.clients[0])


def plan_creation(command: EnsureClient, site: Site) -> Create | Patch | Done:
    """The next step, or that nothing is left to do.

    :raises Refused: ambiguous_client, port_missing, port_taken, port_blocked, foreign_change.
    """
    if len(site.clients) > 1:
        raise Refused(Reason.AMBIGUOUS_CLIENT, ", ".join(str(row.get("id")) for row in site.clients))
    client = site.clients[0] if site.clients else None
    if client is not None and not is_open(command, site):
        return _found(command, client, site.homes)
    home = site.homes[0] if site.homes else _left_behind(command, site)
    if client is not None and home is None:
        # Somebody's record without a place: where it belongs is not ours to say once it is there.
        return Done(str(client["id"]), "the client has no property", ("property",))
    if home is None:
        _check_port(command, site)
        body = new_property(command)
        return Create(PROPERTIES, body, (_change(command),))
    return _completion(command, site, home, client)


def new_property(command: EnsureClient) -> dict[str, Any]:
    """What is asked of OZmap: a property with its client, connected to just this port.

    UNKNOWN whether a server connects by ``connector`` and ``port`` alone. ``auto_connect`` would let it
    choose another port and ``force`` would let it take one away: neither is ever sent, and where the
    connection does not come about the outcome says so.
    """
    body: dict[str, Any] = {"project": command.project_id, **_connection(command)}
    if command.address:
        body["address"] = command.address
    if command.latitude is not None and command.longitude is not None:
        body["coords"] = [command.longitude, command.latitude]
    body["client"] = _new_client(command)
    return body


def _new_client(command: EnsureClient) -> dict[str, Any]:
    return {"code": command.code, "name": command.name, "implanted": command.implanted}


def _connection(command: EnsureClient) -> dict[str, Any]:
    return {"box": command.host_id, "connector": command.splitter_id, "port": command.port}


def _change(command: EnsureClient) -> FieldChange:
    return FieldChange(field="client", old=None, new=command.code)


def _found(command: EnsureClient, client: Row, homes: Sequence[Row]) -> Done:
    """The client is there: wherever it is, from then on that is OZmap's to say."""
    client_id = str(client["id"])
    if len(homes) > 1:
        ids = ", ".join(str(home["id"]) for home in homes)
        return Done(client_id, f"the client is in properties {ids}", ("property",))
    (home,) = homes
    lacks = []
    if not is_at(home, command.splitter_id, command.port):
        lacks.append("connections")
    if not same_text(client.get("name"), command.name):
        lacks.append("name")
    if client.get("implanted") is not command.implanted:
        lacks.append("implanted")
    if command.address and not same_text(home.get("address"), command.address):
        lacks.append("address")
    if not _is_there(command, home):
        lacks.append("coords")
    places = ", ".join(str(at) for at in connections_of(home))
    elsewhere = f"the client is on port {places}" if places else "the client is connected to no port"
    detail = elsewhere if "connections" in lacks else ""
    return Done(client_id, detail, tuple(lacks), result=Result.CREATED)


def _completion(command: EnsureClient, site: Site, home: Row, client: Row | None) -> Patch:
    """The half that is missing: the client, the connection, or both."""
    fields: dict[str, Any] = {}
    if client_of(home) is None:
        fields["client"] = _new_client(command) if client is None else str(client["id"])
    if not connections_of(home):
        _check_port(command, site)
        fields |= _connection(command)
    return Patch(PROPERTIES, str(home["id"]), fields, (_change(command),), completes=True)


def _left_behind(command: EnsureClient, site: Site) -> Row | None:
    """A property that was made for this client and did not get it."""
    found = [home for home in site.neighbours if _is_half_made(command, home, None)]
    connected = [home for home in found if connections_of(home)]
    return next(iter([*connected, *found]), None)


def _is_half_made(command: EnsureClient, home: Row, client: Row | None) -> bool:
    """Whether the property is what a creation for ``command`` leaves when it breaks off."""
    is_known_by_something = bool(command.address) or command.latitude is not None
    lives_here = client_of(home)
    own_id = str(client["id"]) if client is not None else None
    connected = bool(connections_of(home))
    return (
        is_known_by_something
        and lives_here == own_id
        and not (connected and lives_here)  # that is all of it, or somebody's own work
        and (not connected or is_at(home, command.splitter_id, command.port))
        and reference(home.get("box")) in (None, command.host_id)
        and all(own_id is not None and reference(stay) == own_id for stay in stays_in(home))
        and same_text(home.get("address"), command.address)
        and not str(home.get("observation") or "").strip()
        and _is_there(command, home)
    )


def _is_there(command: EnsureClient, home: Row) -> bool:
    """Whether the property is at the coordinates it was to get; a command without any asks for none."""
    if command.latitude is None or command.longitude is None:
        return True
    coords = home.get("coords")
    if not isinstance(coords, list) or len(coords) != 2:
        return False
    return distance_m(coords[1], coords[0], command.latitude, command.longitude) <= SAME_SPOT_M


def _check_port(command: EnsureClient, site: Site) -> None:
    """The port is there, free and not blocked, as the splitter says now.

    :raises Refused: when it is not.
    """
    splitter, port = site.splitter, command.port
    if splitter is None:
        raise Refused(Reason.PORT_MISSING, f"{port} (splitter {command.splitter_id} is gone)")
    if splitter.parent_id != command.host_id:
        raise Refused(Reason.FOREIGN_CHANGE, f"splitter {splitter.name} is in another box now")
    if not 1 <= port <= splitter.n_outputs:
        raise Refused(Reason.PORT_MISSING, f"{port} ({splitter.name} has {splitter.n_outputs})")
    if port in splitter.taken:
        raise Refused(Reason.PORT_TAKEN, f"{port} ({splitter.name}: {_occupant(command, site.neighbours)})")
    if port in splitter.blocked:
        raise Refused(Reason.PORT_BLOCKED, f"{port} ({splitter.name})")


def _occupant(command: EnsureClient, neighbours: Sequence[Row]) -> str:
    for home in neighbours:
        if any(
            (at.splitter_id, at.port) == (command.splitter_id, command.port) for at in connections_of(home)
        ):
            code = code_of(home.get("client"))
            return f"client {code}" if code else f"property {home.get('id')} without client"
    return "a fibre"
