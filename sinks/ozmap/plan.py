"""What to write to OZmap so that a client is as wished, and nothing but that. Pure.

OZmap takes single fields, so a patch holds the differing owned fields alone (fact sheet OZmap 2.1).
Source: spec client-name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.contracts.commands import EnsureClientName
from kernel.contracts.outcomes import FieldChange
from kernel.domain.text import trimmed

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Nothing:
    """The client is as wished."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Send ``fields``; ``changed`` says what they replace."""

    fields: dict[str, Any]
    changed: tuple[FieldChange, ...]


Plan = Nothing | Patch


def plan(command: EnsureClientName, remote: Row) -> Plan:
    """What to write so that the client ``remote`` has the wished name; outer blanks carry no meaning."""
    if is_named(command, remote):
        return Nothing()
    name = trimmed(command.name)
    held = remote.get("name")
    changed = FieldChange(field="name", old=None if held is None else str(held), new=name)
    return Patch({"name": name}, (changed,))


def is_named(command: EnsureClientName, row: Row) -> bool:
    """Whether the client has the wished name."""
    held = row.get("name")
    return isinstance(held, str) and trimmed(held) == trimmed(command.name)
