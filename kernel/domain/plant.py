"""The fibre plant in our words: projects, boxes, splitters, OLTs, and what IXC holds of them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from kernel.domain.observed import Observed


class OzmapProject(Observed):
    """A project of OZmap; IXC's twin has exactly the same name (spec box-sync)."""

    name: str


class OzmapBox(Observed):
    """A box of OZmap. ``draft`` is "em projeto" (fact sheet OZmap 3.1)."""

    project_id: str
    name: str
    draft: bool = False
    latitude: float | None = None
    longitude: float | None = None
    observation: str = ""


class OzmapSplitter(Observed):
    """A splitter inside a box or a building. ``is_drop`` makes it a service splitter.

    Ports count from 1; ``taken`` have a fibre, ``blocked`` are marked so in OZmap.
    """

    parent_id: str
    name: str
    is_drop: bool
    n_outputs: int
    index: float | None = None
    olt_id: str | None = None
    observation: str = ""
    taken: tuple[int, ...] = ()
    blocked: tuple[int, ...] = ()


class OzmapBuilding(Observed):
    """A building (vertical condominium) of OZmap: each of its splitters is a box in IXC."""

    project_id: str
    name: str
    latitude: float | None = None
    longitude: float | None = None


class OzmapOlt(Observed):
    """An OLT of OZmap; ``ip`` is None when OZmap has none (fact sheet 3.6: it may be an empty string)."""

    name: str
    ip: str | None = None


class IxcProject(Observed):
    """``df_projeto``."""

    name: str


class IxcTransmitter(Observed):
    """``radpop_radio``: the OLT as IXC knows it. Its passwords never leave the poller."""

    description: str
    ip: str | None = None
    active: bool = True


class IxcBoxStatus(StrEnum):
    """``rad_caixa_ftth.status``."""

    ACTIVE = "A"
    INACTIVE = "I"


class IxcBox(Observed):
    """``rad_caixa_ftth``. Coordinates are degrees, ``None`` when IXC's text is no coordinate.

    ``status`` is text: IXC's enum is A/I, a third value must show, not break.
    """

    name: str
    project_id: str | None = None
    transmitter_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    comments: str = ""
    capacity: int | None = None
    status: str = IxcBoxStatus.ACTIVE


def by_place(splitters: Iterable[OzmapSplitter]) -> list[OzmapSplitter]:
    """Splitters in the order that numbers the ports of a box: (index, name, id), without index last.

    Source: spec, "Ports of a box with several service splitters".
    """
    return sorted(splitters, key=lambda s: (s.index is None, s.index or 0, s.name, s.id))


def service_splitters(splitters: Iterable[OzmapSplitter]) -> list[OzmapSplitter]:
    """The splitters clients may be connected to (``isDrop``), in the order of their ports."""
    return by_place(s for s in splitters if s.is_drop)


def capacity_of(service: Iterable[OzmapSplitter]) -> int:
    """Ports of a box in IXC: the sum of the outputs of its service splitters (spec box-sync)."""
    return sum(s.n_outputs for s in service)


class PortOf(NamedTuple):
    """One port of one splitter, counted from 1."""

    splitter_id: str
    port: int


def box_port(service: Iterable[OzmapSplitter], splitter_id: str, port: int) -> int | None:
    """The number that IXC has for a port of one splitter of a box; None when there is no such port.

    IXC numbers a box's ports from 1 to its capacity: the splitter's port plus the outputs of the service
    splitters before it (spec, "Ports of a box with several service splitters"). :func:`splitter_port`
    undoes it: together they are a bijection for any set of splitters.
    """
    n_before = 0
    for splitter in service_splitters(service):
        if splitter.id == splitter_id:
            return n_before + port if 1 <= port <= splitter.n_outputs else None
        n_before += splitter.n_outputs
    return None


def splitter_port(service: Iterable[OzmapSplitter], port: int) -> PortOf | None:
    """The splitter and its port behind IXC's number of a box's port; None when the box has no such port."""
    left = port
    for splitter in service_splitters(service):
        if 1 <= left <= splitter.n_outputs:
            return PortOf(splitter.id, left)
        left -= splitter.n_outputs
    return None
