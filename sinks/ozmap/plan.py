"""What one field of a row of OZmap shall hold, and when it does by meaning. Pure.

Source: spec client-name, client-activation, client-status, client-power.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kernel.contracts.commands import EnsureClientName, EnsureImplanted, EnsurePower, EnsureStatus
from kernel.contracts.outcomes import FieldChange
from kernel.domain.text import trimmed
from sinks.ozmap.steps import CLIENTS, PROPERTIES, Done, Patch

ROUNDING_DB = 1e-6
"""Readings have two decimals: what differs by less than this differs by the rounding of floats."""

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class FieldWish:
    """``field`` of the row holds ``wanted``; ``is_held`` says whether a value means that."""

    route: str
    row_id: str
    field: str
    wanted: Value
    is_held: Callable[[Any], bool]


def plan_field(wish: FieldWish, row: Mapping[str, Any]) -> Patch | Done:
    """What to write so that ``row`` is as wished: the one field, or nothing."""
    held = row.get(wish.field)
    if wish.is_held(held):
        return Done(wish.row_id)
    return Patch(wish.route, wish.row_id, {wish.field: wish.wanted}, (change(wish.field, held, wish.wanted),))


def change(field: str, old: object, new: object) -> FieldChange:
    """A change as an outcome shows it: values as text."""
    return FieldChange(
        field=field, old=None if old is None else str(old), new=None if new is None else str(new)
    )


def name(command: EnsureClientName) -> FieldWish:
    """The client's name; outer blanks carry no meaning."""
    wanted = trimmed(command.name)
    return FieldWish(
        CLIENTS,
        command.client_id,
        "name",
        wanted,
        lambda held: isinstance(held, str) and trimmed(held) == wanted,
    )


def implanted(command: EnsureImplanted) -> FieldWish:
    """The client is implanted; it is never set back."""
    return FieldWish(CLIENTS, command.client_id, "implanted", True, lambda held: held is True)


def status(command: EnsureStatus) -> FieldWish:
    """The client's status: 0 OK, 1 ERROR (fact sheet OZmap 3.8)."""
    return FieldWish(
        CLIENTS,
        command.client_id,
        "status",
        command.status,
        lambda held: _is_number(held) and held == command.status,
    )


def power(command: EnsurePower) -> FieldWish:
    """The property's power. A smaller difference than the step is none; exactly the step is one."""
    nearest_db = max(command.step_db - ROUNDING_DB, ROUNDING_DB)
    return FieldWish(
        PROPERTIES,
        command.property_id,
        "potencyRead",
        command.power_dbm,
        lambda held: _is_number(held) and abs(held - command.power_dbm) < nearest_db,
    )


def _is_number(held: object) -> bool:
    return isinstance(held, int | float) and not isinstance(held, bool)
