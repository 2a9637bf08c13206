"""What a rule may ask: each question is remembered, hit or miss, so that a new answer wakes the rule."""

from typing import Any, TypeVar, cast
from zlib import crc32

from kernel.contracts import changes
from kernel.contracts.changes import Entity
from kernel.contracts.links import Link
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
from kernel.domain.text import trimmed
from streams import indexes
from streams.links import Links, ixc_fact, ozmap_fact
from streams.rows import Rows, index_fact, row_fact

Row = TypeVar("Row", bound=Observed)


class Answers:
    """Answers that the rules of one subject share: each is looked up once, however many rules ask."""

    def __init__(self, rows: Rows, links: Links) -> None:
        self._rows = rows
        self._links = links
        self._known: dict[str, tuple[int, Any]] = {}

    def row(self, entity: Entity, row_id: str) -> tuple[str, int, Any]:
        """The fact, the mark of its answer, and the row or None."""
        fact = row_fact(entity, row_id)
        if fact not in self._known:
            body, row = self._rows.read(entity, row_id) or (b"", None)
            self._known[fact] = _mark(fact, body), row
        return fact, *self._known[fact]

    def found(self, entity: Entity, index: str, value: str) -> tuple[str, int, Any]:
        """The fact, the mark of its answer, and the rows under ``value``."""
        fact = index_fact(entity, index, value)
        if fact not in self._known:
            ids = self._rows.found(entity, index, value)
            found = [read for read in (self._rows.read(entity, row_id) for row_id in ids) if read is not None]
            bodies = b"|".join(body for body, _row in found)
            self._known[fact] = _mark(fact, bodies), [row for _body, row in found]
        return fact, *self._known[fact]

    def link(self, fact: str, link: Link | None) -> tuple[str, int, Any]:
        """The fact, the mark of its answer, and the link or None."""
        return fact, _mark(fact, b"" if link is None else f"{link.ozmap_id}|{link.ixc_id}".encode()), link

    def link_of(self, ozmap_id: str) -> tuple[str, int, Any]:
        """The link of an OZmap box or splitter."""
        return self.link(ozmap_fact(ozmap_id), self._links.of_ozmap(ozmap_id))

    def link_to(self, ixc_id: str) -> tuple[str, int, Any]:
        """The link to an IXC box."""
        return self.link(ixc_fact(ixc_id), self._links.of_ixc(ixc_id))


def _mark(fact: str, answer: bytes) -> int:
    return crc32(answer, crc32(fact.encode()))


class View:
    """The answers one decision is built on.

    After the rule returned, ``asked`` names every fact it asked for and ``basis`` is a fingerprint of the
    answers: the same basis means the same answers (but for one chance in four thousand million).
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked: set[str] = set()
        self.basis = 0

    # OZmap

    def ozmap_box(self, box_id: str) -> OzmapBox | None:
        """The OZmap box with this id."""
        return cast(OzmapBox | None, self._row(changes.OZMAP_BOX, box_id))

    def ozmap_boxes_named(self, name: str) -> list[OzmapBox]:
        """The OZmap boxes of all projects with this name, outer blanks aside."""
        return self._found(changes.OZMAP_BOX, indexes.BY_NAME, trimmed(name), OzmapBox)

    def ozmap_project(self, project_id: str) -> OzmapProject | None:
        """The OZmap project with this id."""
        return cast(OzmapProject | None, self._row(changes.OZMAP_PROJECT, project_id))

    def splitters_of(self, parent_id: str) -> list[OzmapSplitter]:
        """The splitters inside this box or building."""
        return self._found(changes.OZMAP_SPLITTER, indexes.BY_PARENT, parent_id, OzmapSplitter)

    def ozmap_splitter(self, splitter_id: str) -> OzmapSplitter | None:
        """The OZmap splitter with this id."""
        return cast(OzmapSplitter | None, self._row(changes.OZMAP_SPLITTER, splitter_id))

    def ozmap_building(self, building_id: str) -> OzmapBuilding | None:
        """The OZmap building with this id."""
        return cast(OzmapBuilding | None, self._row(changes.OZMAP_BUILDING, building_id))

    def ozmap_buildings_named(self, name: str) -> list[OzmapBuilding]:
        """The OZmap buildings of all projects with this name, outer blanks aside."""
        return self._found(changes.OZMAP_BUILDING, indexes.BY_NAME, trimmed(name), OzmapBuilding)

    def ozmap_properties_of(self, client_id: str) -> list[OzmapProperty]:
        """The OZmap properties in which this client lives."""
        return self._found(changes.OZMAP_PROPERTY, indexes.BY_CLIENT, client_id, OzmapProperty)

    def ozmap_olt(self, olt_id: str) -> OzmapOlt | None:
        """The OZmap OLT with this id."""
        return cast(OzmapOlt | None, self._row(changes.OZMAP_OLT, olt_id))

    def ozmap_clients_coded(self, code: str) -> list[OzmapClient]:
        """The OZmap clients with this code, outer blanks aside."""
        return self._found(changes.OZMAP_CLIENT, indexes.BY_CODE, trimmed(code), OzmapClient)

    # IXC

    def ixc_projects_named(self, name: str) -> list[IxcProject]:
        """The IXC projects with exactly this name, outer blanks aside."""
        return self._found(changes.IXC_PROJECT, indexes.BY_NAME, trimmed(name), IxcProject)

    def transmitters_with_ip(self, ip: str) -> list[IxcTransmitter]:
        """The IXC transmitters with this IP."""
        return self._found(changes.IXC_TRANSMITTER, indexes.BY_IP, trimmed(ip), IxcTransmitter)

    def ixc_box(self, box_id: str) -> IxcBox | None:
        """The IXC box with this id."""
        return cast(IxcBox | None, self._row(changes.IXC_BOX, box_id))

    def ixc_boxes_named(self, project_id: str, name: str) -> list[IxcBox]:
        """The IXC boxes of this project with this name, outer blanks aside, active or not."""
        place = indexes.place_and_name(project_id, name)
        return self._found(changes.IXC_BOX, indexes.BY_PLACE_AND_NAME, place, IxcBox)

    def logins_named(self, login: str) -> list[IxcLogin]:
        """The IXC logins of this name, outer blanks aside."""
        return self._found(changes.IXC_LOGIN, indexes.BY_LOGIN, trimmed(login), IxcLogin)

    def customer(self, customer_id: str) -> IxcCustomer | None:
        """The IXC customer with this id."""
        return cast(IxcCustomer | None, self._row(changes.IXC_CUSTOMER, customer_id))

    def contract(self, contract_id: str) -> IxcContract | None:
        """The IXC contract with this id."""
        return cast(IxcContract | None, self._row(changes.IXC_CONTRACT, contract_id))

    def onus_of(self, login_id: str) -> list[IxcOnu]:
        """The ONU rows of this login, the newest (highest id) last."""
        found = self._found(changes.IXC_ONU, indexes.BY_LOGIN, login_id, IxcOnu)
        return sorted(found, key=lambda onu: (len(onu.id), onu.id))

    # Links

    def link_of(self, ozmap_id: str) -> Link | None:
        """The link of this OZmap box, or of this splitter that is a box in IXC."""
        return cast(Link | None, self._note(self._answers.link_of(ozmap_id)))

    def link_to(self, ixc_id: str) -> Link | None:
        """The link to this IXC box."""
        return cast(Link | None, self._note(self._answers.link_to(ixc_id)))

    def _row(self, entity: Entity, row_id: str) -> Observed | None:
        return cast(Observed | None, self._note(self._answers.row(entity, row_id)))

    def _found(self, entity: Entity, index: str, value: str, kind: type[Row]) -> list[Row]:
        return cast(list[Row], self._note(self._answers.found(entity, index, value)))

    def _note(self, told: tuple[str, int, Any]) -> Any:
        fact, mark, answer = told
        if fact not in self.asked:
            self.asked.add(fact)
            self.basis = (self.basis * 31 + mark) & 0xFFFFFFFF
        return answer
