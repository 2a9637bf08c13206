"""Every source, in the order of the first listing: one per entity, no more and no less."""

from kernel.contracts.changes import ENTITIES
from pollers import ixc, ozmap
from pollers.source import Source

_BY_ENTITY = {source.entity: source for source in (*ozmap.SOURCES, *ixc.SOURCES)}

SOURCES: tuple[Source, ...] = tuple(_BY_ENTITY[entity] for entity in ENTITIES)
