"""A source: one entity of one system and how its rows are read. One declaration per entity."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kernel.contracts.changes import Entity
from kernel.domain.errors import System
from kernel.domain.observed import Observed
from kernel.vendors.ixc.translate import TABLES
from kernel.vendors.ozmap.translate import ROUTES
from kernel.vendors.rows import RawRow
from pollers.cursor import FULL_LISTING_EVERY, LISTED_QUIET


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of ``entity`` come from.

    ``path`` is the route or table, ``model`` the raw row (only the columns that are used), ``parse`` turns
    one into our words. ``stamp`` is the column that moves with each change; without one the source is
    listed whole at every poll. ``list_every`` is how often it is listed whole all the same (with a stamp),
    or how old its record of the last listing may grow (without).
    """

    entity: Entity
    path: str
    model: type[RawRow]
    parse: Callable[[Any], Observed]
    stamp: str | None
    list_every: timedelta


def source_of(entity: Entity) -> Source:
    """The source of ``entity``, as its vendor's sheet says where it is and what it shows."""
    at = {System.OZMAP: ROUTES, System.IXC: TABLES}[entity.system][entity.slug]
    return Source(
        entity, at.path, at.model, at.parse, at.stamp, FULL_LISTING_EVERY if at.stamp else LISTED_QUIET
    )
