"""The next step towards a reservation being gone: client, property, drop, and its hold on the port. Pure.

Source: spec client-withdrawal; fact sheet OZmap 2.7 (a property takes client and drop with it).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernel.contracts.changes import OZMAP_CLIENT, OZMAP_PROPERTY
from kernel.contracts.commands import EnsureNoReservation
from kernel.contracts.outcomes import FieldChange, RemovedRow
from kernel.domain.errors import Refused
from kernel.domain.reasons import Reason
from kernel.domain.text import trimmed
from sinks.ozmap.rows import Row, code_of
from sinks.ozmap.steps import CLIENTS, PROPERTIES, Delete, Done


@dataclass(frozen=True, slots=True)
class Reservation:
    """What OZmap shows: the client, the properties it lives in, the property of the command, and ``left``:
    what of a property that went is still there (its drop, its port)."""

    client: Row | None
    homes: Sequence[Row] = ()
    commanded: Row | None = None
    left: tuple[str, ...] = ()


def plan_withdrawal(command: EnsureNoReservation, seen: Reservation) -> Delete | Done:
    """The next step, or that nothing is left to do.

    :raises Refused: not_a_reservation, foreign_change, ambiguous_property.
    """
    client = seen.client
    if client is None:
        return _gone(command, seen)
    if code_of(client) != trimmed(command.code):
        raise Refused(Reason.FOREIGN_CHANGE, f"the client's code is {code_of(client)}")
    # What does not say that it is a reservation is not removed. The property, read last, may know better.
    if client.get("implanted") is not False or any(_shows_implanted(home) for home in seen.homes):
        raise Refused(Reason.NOT_A_RESERVATION, command.code)
    if len(seen.homes) > 1:
        ids = ", ".join(str(home["id"]) for home in seen.homes)
        raise Refused(Reason.AMBIGUOUS_PROPERTY, ids)
    home_id = str(seen.homes[0]["id"]) if seen.homes else None
    if home_id is not None and home_id == command.property_id:
        return Delete(PROPERTIES, home_id, _changes(command))
    if home_id is None and seen.commanded is None:
        return Delete(CLIENTS, command.client_id, _changes(command))
    where = f"property {home_id}" if home_id else "no property"
    raise Refused(Reason.FOREIGN_CHANGE, f"the client is in {where} now")


def _shows_implanted(home: Row) -> bool:
    client = home.get("client")
    return isinstance(client, Mapping) and client.get("implanted") is True


def _gone(command: EnsureNoReservation, seen: Reservation) -> Done:
    removed = [RemovedRow(entity=OZMAP_CLIENT.slug, id=command.client_id)]
    if command.property_id is None:
        return Done(command.client_id, removed=tuple(removed))
    if seen.commanded is None:
        removed.append(RemovedRow(entity=OZMAP_PROPERTY.slug, id=command.property_id))
        return Done(command.client_id, lacks=seen.left, removed=tuple(removed))
    # Whoever took the client off kept the property: it may be a place that others shall live in.
    kept = f"property {command.property_id} is still there, without this client"
    return Done(command.client_id, kept, ("property",), tuple(removed))


def _changes(command: EnsureNoReservation) -> tuple[FieldChange, ...]:
    return (FieldChange(field="client", old=command.code, new=None),)
