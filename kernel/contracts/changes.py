"""Changes: the latest known state of every row that the rules use, one compacted topic per entity.

A poller sees states, so it says ``observed`` and ``removed`` (a tombstone), never created or updated.
Besides the rows each topic holds one record under :data:`LISTED_KEY`: the last complete listing of that
entity. Until it has been seen, an unknown row is "not yet known", never "no" (spec, What every flow owes).
"""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from kernel.domain.errors import System
from kernel.domain.observed import Observed
from kernel.domain.plant import (
    IxcBox,
    IxcProject,
    IxcTransmitter,
    OzmapBox,
    OzmapBuilding,
    OzmapOlt,
    OzmapProject,
    OzmapSplitter,
)
from kernel.domain.subscriber import (
    IxcContract,
    IxcCustomer,
    IxcLogin,
    IxcOnu,
    OzmapClient,
    OzmapProperty,
)

LISTED_KEY = "@listed"


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of row of one system, named as in topics, metrics and messages: ``ozmap.box``."""

    system: System
    name: str
    model: type[Observed]
    slug: str = field(init=False)
    """``<system>.<entity>``; kept, because streams ask for it hundreds of times a decision."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "slug", f"{self.system}.{self.name}")

    @property
    def topic(self) -> str:
        """The topic of its changes, without the stack's prefix."""
        return f"{self.slug}.changes.v1"

    @property
    def observed_type(self) -> str:
        """CloudEvents type of a row as it was seen."""
        return f"{self.slug}.observed.v1"

    @property
    def removed_type(self) -> str:
        """CloudEvents type of a tombstone: the row is proven gone."""
        return f"{self.slug}.removed.v1"

    @property
    def listed_type(self) -> str:
        """CloudEvents type of the record under :data:`LISTED_KEY`."""
        return f"{self.slug}.listed.v1"


class Listed(BaseModel):
    """A complete listing of an entity ended: every row it had is in the topic before this record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    n_rows: int
    started_at: datetime
    ended_at: datetime


OZMAP_PROJECT = Entity(System.OZMAP, "project", OzmapProject)
OZMAP_BOX = Entity(System.OZMAP, "box", OzmapBox)
OZMAP_BUILDING = Entity(System.OZMAP, "building", OzmapBuilding)
OZMAP_SPLITTER = Entity(System.OZMAP, "splitter", OzmapSplitter)
OZMAP_OLT = Entity(System.OZMAP, "olt", OzmapOlt)
OZMAP_CLIENT = Entity(System.OZMAP, "client", OzmapClient)
OZMAP_PROPERTY = Entity(System.OZMAP, "property", OzmapProperty)
IXC_PROJECT = Entity(System.IXC, "project", IxcProject)
IXC_TRANSMITTER = Entity(System.IXC, "transmitter", IxcTransmitter)
IXC_BOX = Entity(System.IXC, "box", IxcBox)
IXC_LOGIN = Entity(System.IXC, "login", IxcLogin)
IXC_CUSTOMER = Entity(System.IXC, "customer", IxcCustomer)
IXC_CONTRACT = Entity(System.IXC, "contract", IxcContract)
IXC_ONU = Entity(System.IXC, "onu", IxcOnu)

ENTITIES: tuple[Entity, ...] = (
    OZMAP_PROJECT,
    OZMAP_BOX,
    OZMAP_BUILDING,
    OZMAP_SPLITTER,
    OZMAP_OLT,
    OZMAP_CLIENT,
    OZMAP_PROPERTY,
    IXC_PROJECT,
    IXC_TRANSMITTER,
    IXC_BOX,
    IXC_LOGIN,
    IXC_CUSTOMER,
    IXC_CONTRACT,
    IXC_ONU,
)
"""Every entity that is polled; the order is the order of the first listing."""

ENTITY_BY_SLUG = {entity.slug: entity for entity in ENTITIES}
