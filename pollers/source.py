"""A source: one entity of one system and how its rows are read. One declaration per entity."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from kernel.contracts.changes import Entity
from kernel.domain.errors import System
from kernel.vendors.ixc.translate import TABLES
from kernel.vendors.ozmap.translate import ROUTES
from kernel.vendors.rows import Parse, RawRow


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of ``entity`` come from.

    ``path`` is the route or table, ``model`` the raw row (only the columns that are used), ``parser`` what
    turns one into our words where the system's clock runs in the given zone. ``stamp`` is the column that
    moves with each change; without one the source is listed whole at every poll.
    """

    entity: Entity
    path: str
    model: type[RawRow]
    parser: Callable[[ZoneInfo], Parse[Any]]
    stamp: str | None


def source_of(entity: Entity) -> Source:
    """The source of ``entity``, as its vendor's sheet says where it is and what it shows."""
    at = {System.OZMAP: ROUTES, System.IXC: TABLES}[entity.system][entity.slug]
    return Source(entity, at.path, at.model, at.parser, at.stamp)
