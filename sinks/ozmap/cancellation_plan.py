"""The next step towards a client being off its property, which stays and remembers it. Pure.

In this order, so that a death anywhere is repaired by looking again: the farewell line, which alone knows
the last port once the drop is off; the drop; the client off the property; the client's record.

Source: spec client-cancellation; fact sheet OZmap 3.8 to 3.11, 4 (cancellation policies).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.contracts.changes import OZMAP_CLIENT
from kernel.contracts.commands import EnsureNoClient
from kernel.contracts.outcomes import FieldChange, RemovedRow
from kernel.domain.errors import Refused
from kernel.domain.reasons import Reason
from kernel.domain.text import trimmed
from sinks.ozmap.rows import Row, client_of, code_of, connections_of
from sinks.ozmap.steps import CLIENTS, PROPERTIES, Delete, Disconnect, Done, Patch


@dataclass(frozen=True, slots=True)
class Tenancy:
    """What OZmap shows: the property, the client, the drop between property and splitter, and, when the
    client is not in this property, those it lives in."""

    home: Row | None
    client: Row | None
    drop_id: str | None = None
    elsewhere: Sequence[Row] = ()


def plan_cancellation(command: EnsureNoClient, seen: Tenancy) -> Patch | Disconnect | Delete | Done:
    """The next step, or that nothing is left to do.

    :raises Refused: foreign_change when the client is another or elsewhere by now; not_written when the
        drop cannot be told.
    """
    home, client = seen.home, seen.client
    if client is not None and code_of(client) != trimmed(command.code):
        raise Refused(Reason.FOREIGN_CHANGE, f"the client's code is {code_of(client)}")
    if home is None or client_of(home) != command.client_id:
        return _off(command, seen)
    if not remembers(home, command):
        return _farewell(command, home)
    if command.disconnects and connections_of(home):
        if seen.drop_id is None:
            raise Refused(Reason.NOT_WRITTEN, "connections (OZmap names no drop of the property)")
        places = ", ".join(f"port {at}" for at in connections_of(home))
        return Disconnect(seen.drop_id, (FieldChange(field="connections", old=places, new=None),))
    return Patch(
        PROPERTIES,
        command.property_id,
        {"client": None},
        (FieldChange(field="client", old=command.code, new=None),),
    )


def _off(command: EnsureNoClient, seen: Tenancy) -> Delete | Done:
    """The client is not in the property. Its record goes too, if it was we who took it off.

    Both in two steps because it is UNKNOWN what each does alone: to delete a client may take the property
    along, which must stay, and to take it off may keep the record, whose code then stays taken. Where a
    server deletes the record with the first step, the second finds nothing to do.
    """
    if seen.client is None:
        return Done(command.client_id, removed=(RemovedRow(entity=OZMAP_CLIENT.slug, id=command.client_id),))
    if seen.elsewhere:
        ids = ", ".join(str(home["id"]) for home in seen.elsewhere)
        raise Refused(Reason.FOREIGN_CHANGE, f"the client is in property {ids} now")
    if seen.home is not None and remembers(seen.home, command):
        return Delete(CLIENTS, command.client_id)
    return Done(command.client_id, "somebody else took the client off; its record is kept")


def remembers(home: Row, command: EnsureNoClient) -> bool:
    """Whether the property's observation carries the farewell: exactly it, or, once the drop is off and the
    port can no longer be told, any line with the client's code."""
    lines = [line.strip() for line in _observation(home).splitlines()]
    if _line(command) in lines:
        return True
    return not connections_of(home) and any(_names(line, command.code) for line in lines)


def _farewell(command: EnsureNoClient, home: Row) -> Patch:
    """The line below whatever is there; what is there stays as it is."""
    kept = _observation(home)
    gap = "" if not kept or kept.endswith("\n") else "\n"
    said = f"{kept}{gap}{_line(command)}"
    changed = FieldChange(field="observation", old=kept or None, new=said)
    return Patch(PROPERTIES, command.property_id, {"observation": said}, (changed,))


def _line(command: EnsureNoClient) -> str:
    return " ".join(part.strip() for part in command.farewell.splitlines()).strip()


def _observation(home: Row) -> str:
    held = home.get("observation")
    return held if isinstance(held, str) else ""


def _names(line: str, code: str) -> bool:
    """Whether the code stands in the line as a word of its own, not as a part of another code."""
    word = re.escape(trimmed(code))
    return re.search(rf"(?:^|[\s,;:(]){word}(?:$|[\s,;:)])", line) is not None
