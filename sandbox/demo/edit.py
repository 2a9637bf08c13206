"""One edit of the scripted person, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.demo.person import Person

Act = Callable[[Person], object]

Draw = Callable[[str, float | None, float], None]
"""Is told the rule, after how many seconds it decided (None: not yet), and the seconds since the edit."""


@dataclass(frozen=True)
class Edit:
    """``act`` edits ``where`` (a system). What must follow is the oracle's to say, not the script's.

    ``tail`` ends the title and is shown though the title is too long for its column.
    """

    where: str
    title: str
    act: Act
    tail: str = ""


@dataclass
class Played:
    """An edit that was made. Seconds count from the edit to the last of its effects; None: not seen.

    ``n_effects`` is what the oracle said must follow; ``missing`` tells in words what did not.
    """

    edit: Edit
    at: datetime
    n_effects: int
    rule: str = ""
    decided_s: float | None = None
    effect_s: float | None = None
    missing: list[str] = field(default_factory=list)

    @property
    def has_arrived(self) -> bool:
        """Every effect was seen in the other system."""
        return self.n_effects > 0 and not self.missing


def patches_ozmap(route: str, row: Mapping[str, Any], **fields: Any) -> Act:
    """Changes fields of an OZmap row."""
    return lambda person: person.patch_ozmap(route, str(row["id"]), **fields)


def adds_ozmap(route: str, **fields: Any) -> Act:
    """Creates an OZmap row."""
    return lambda person: person.add_ozmap(route, **fields)


def puts_ixc(table: str, row_id: str, **fields: str) -> Act:
    """Changes fields of an IXC record."""
    return lambda person: person.put_ixc(table, row_id, **fields)


def adds_ixc(table: str, **fields: str) -> Act:
    """Inserts an IXC record."""
    return lambda person: person.add_ixc(table, **fields)
