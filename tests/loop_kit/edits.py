"""Edits that a person makes in one system, each with the write by which it shows in the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.demo.doubles import PERSON, PRODUCT
from sandbox.demo.person import Person
from tests.loop_kit import journal
from tests.loop_kit.city import SYSTEMS, City
from tests.loop_kit.until import until

BOXES, CLIENTS = journal.BOXES, journal.CLIENTS


Row = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """What a person does in ``system``; its effect is a write of ``entity`` after which ``shows`` is true."""

    title: str
    system: str
    entity: str
    act: Callable[[Person], object]
    shows: Callable[[Row], bool]


@dataclass
class Made:
    """An edit that was made. ``shown_in`` is the system of its effect, ``after_seq`` its journal before."""

    edit: Edit
    shown_in: str
    after_seq: int
    edited_at: datetime
    effect: dict[str, Any] | None = field(default=None)

    @property
    def latency_s(self) -> float:
        """From the person's request to the product's write, by the machine's clock."""
        assert self.effect is not None, f"{self.edit.title}: no effect"
        return (journal.at(self.effect) - self.edited_at).total_seconds()


def make(edit: Edit, person: Person, city: City) -> Made:
    """The person has made ``edit``; its moment is that of their last request that changed a row."""
    shown_in = "ixc" if edit.entity == BOXES else "ozmap"
    before = {system: city.n_requests(system) for system in SYSTEMS}
    edit.act(person)
    own = city.journal(edit.system, before[edit.system], effects=True)
    moments = [journal.at(e) for e in own if e["actor"] == PERSON]
    assert moments, f"{edit.title}: changed nothing"
    return Made(edit, shown_in, before[shown_in], max(moments))


def await_effects(made: list[Made], city: City, within_s: float) -> None:
    """Each edit has the write of the product that shows it."""

    def have_all() -> bool:
        for one in made:
            if one.effect is None:
                found = city.journal(one.shown_in, one.after_seq, effects=True)
                one.effect = next((e for e in found if _shows(one.edit, e)), None)
        return all(one.effect is not None for one in made)

    try:
        until(have_all, "all effects", within_s, every_s=0.2)
    except AssertionError as error:
        missing = ", ".join(one.edit.title for one in made if one.effect is None)
        raise AssertionError(f"{error}; missing: {missing}") from None


def _shows(edit: Edit, entry: dict[str, Any]) -> bool:
    is_write = entry["actor"] == PRODUCT and entry["entity"] == edit.entity and entry["changed"]
    return bool(is_write) and edit.shows(entry["after"])


class Places:
    """Plain boxes and clients of a city, each given out once: linked, fed, with one owner on both sides."""

    def __init__(self, city: City, links: dict[str, str]) -> None:
        self.ozmap, self.ixc = city.rows("ozmap"), city.rows("ixc")
        self._links = links
        self._splitters: dict[str, list[Row]] = defaultdict(list)
        for splitter in self.ozmap["splitters"]:
            self._splitters[splitter["parent"]].append(splitter)
        self._boxes = self._plain_boxes()
        self._clients = self._plain_clients()

    def box(self) -> Row:
        """A linked OZmap box whose only splitter is a service splitter that is fed."""
        return next(self._boxes)

    def splitter_of(self, box: Row) -> Row:
        """The only splitter of a plain box."""
        (splitter,) = self._splitters[box["id"]]
        return splitter

    def client(self) -> tuple[Row, Row]:
        """An OZmap client and the IXC customer of its login, called alike."""
        return next(self._clients)

    def ixc_id(self, box: Row) -> str:
        """The id of the box in IXC."""
        return self._links[box["id"]]

    def project_beside(self, box: Row) -> tuple[Row, str]:
        """Another OZmap project that IXC knows, and its id there."""
        known = {row["nome"].strip(): row["id"] for row in self.ixc["df_projeto"]}
        found = (p for p in self.ozmap["projects"] if p["name"] in known and p["id"] != box["project"])
        other = next(found)
        return other, known[other["name"]]

    def olt_beside(self, box: Row) -> tuple[Row, str]:
        """Another OZmap OLT whose IP is one transmitter's, and that transmitter's id."""
        by_ip: dict[str, list[str]] = defaultdict(list)
        for radio in self.ixc["radpop_radio"]:
            by_ip[radio["ip"].strip()].append(radio["id"])
        now = self.splitter_of(box)["olt"]
        other = next(o for o in self.ozmap["olts"] if len(by_ip[o["ip"]]) == 1 and o["id"] != now)
        return other, by_ip[other["ip"]][0]

    def _plain_boxes(self) -> Iterator[Row]:
        for box in self.ozmap["boxes"]:
            splitters = self._splitters[box["id"]]
            if box["id"] in self._links and len(splitters) == 1 and splitters[0]["isDrop"]:
                yield box

    def _plain_clients(self) -> Iterator[tuple[Row, Row]]:
        customers = {row["id"]: row for row in self.ixc["cliente"]}
        clients = {row["code"]: row for row in self.ozmap["ftth-clients"]}
        codes = Counter(row["code"].strip() for row in self.ozmap["ftth-clients"])
        logins = Counter(row["login"].strip() for row in self.ixc["radusuarios"])
        owners = Counter(row["id_cliente"] for row in self.ixc["radusuarios"])
        for login in self.ixc["radusuarios"]:
            name, owner = login["login"], login["id_cliente"]
            is_plain = (codes[name], logins[name], owners[owner]) == (1, 1, 1)
            if is_plain and login["tipo_conexao_mapa"] == "F":
                client, customer = clients[name], customers[owner]
                if customer["razao"] == client["name"]:
                    yield client, customer
