"""Both systems as the oracle sees them at one moment: what is held, and what is still to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.demo.doubles import IXC, OZMAP
from sandbox.demo.mirror import Change, Mirror, Row
from sandbox.oracle.boxes import Expected, compare_boxes, differences, expected_boxes
from sandbox.oracle.names import compare_names, expected_names
from sandbox.oracle.raw import text

BOX_SYNC, CLIENT_NAME = "box-sync", "client-name"
BOXES, CLIENTS = "rad_caixa_ftth", "ftth-clients"

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Edited = tuple[str, str, Row]
"""A row as it would be after an edit: system, entity, row."""


@dataclass(frozen=True)
class Wish:
    """One write that the rules still owe; ``is_met_by`` says whether a change is that write."""

    rule: str
    subject: str
    system: str
    entity: str
    shows: Callable[[Row], bool]

    def is_met_by(self, change: Change) -> bool:
        """Whether after ``change`` the row is as wished."""
        return change.entity == self.entity and change.after is not None and self.shows(change.after)


class World:
    """Two mirrors and ``links``, the pairs that the product wrote: OZmap box id → IXC box id."""

    def __init__(self, ozmap: Mirror, ixc: Mirror) -> None:
        self.mirrors = {OZMAP: ozmap, IXC: ixc}
        self.links: Mapping[str, str] = {}

    def load(self) -> None:
        """Both mirrors show their doubles as they are, and this is where all comparisons start from."""
        self.load_again()
        self.first_boxes = list(self.ixc[BOXES])
        self.first_clients = list(self.ozmap[CLIENTS])

    @property
    def ozmap(self) -> Rows:
        return self.mirrors[OZMAP].rows

    @property
    def ixc(self) -> Rows:
        return self.mirrors[IXC].rows

    def advance(self) -> None:
        """Both mirrors have everything that happened until now."""
        for mirror in self.mirrors.values():
            mirror.advance()

    def boxes(self, *edited: Edited) -> dict[str, Expected]:
        """What IXC must hold for each OZmap box, as things are or as they would be with rows ``edited``."""
        rows = {OZMAP: dict(self.ozmap), IXC: dict(self.ixc)}
        for system, entity, row in edited:
            others = [other for other in rows[system][entity] if other["id"] != row["id"]]
            rows[system][entity] = [*others, row]
        return expected_boxes(rows[OZMAP], rows[IXC], links=self.links)

    def names(self) -> dict[str, str]:
        """OZmap client id → the name it must have."""
        return expected_names(self.ozmap, self.ixc)

    def n_owed(self) -> tuple[int, int]:
        """How many boxes and how many names are not yet as they must be."""
        wishes = self.wishes()
        n_boxes = sum(wish.rule == BOX_SYNC for wish in wishes.values())
        return n_boxes, len(wishes) - n_boxes

    def wishes(self) -> dict[str, Wish]:
        """Every write that is still owed, by subject."""
        return {wish.subject: wish for wish in (*self._box_wishes(), *self._name_wishes())}

    def is_owed(self, one: Expected) -> bool:
        """Whether IXC must hold a box and has none for it yet, or one that says otherwise."""
        row = self.mirrors[IXC].by_id(BOXES).get(one.ixc_id or "")
        return one.is_held and (row is None or bool(differences(one, row)))

    def _box_wishes(self) -> Iterator[Wish]:
        for one in self.boxes().values():
            if self.is_owed(one):
                yield Wish(BOX_SYNC, f"box:{one.ozmap_id}", IXC, BOXES, _box_as(one))

    def _name_wishes(self) -> Iterator[Wish]:
        clients = self.mirrors[OZMAP].by_id(CLIENTS)
        for client_id, name in self.names().items():
            if text(clients[client_id], "name") != name:
                login = text(clients[client_id], "code")
                yield Wish(CLIENT_NAME, f"login:{login}", OZMAP, CLIENTS, _client_as(client_id, name))

    def load_again(self) -> None:
        """Both mirrors show their doubles as they are, every row read anew; the start stays what it was."""
        for mirror in self.mirrors.values():
            mirror.load()

    def box_differences(self) -> list[str]:
        """What IXC's boxes differ in from what the rule wants, in words; found by the links we were told."""
        return compare_boxes(self.ozmap, self.ixc, links=self.links, initial=self.first_boxes)

    def name_differences(self) -> list[str]:
        """What the clients' names differ in from what the rule wants, in words."""
        return compare_names(self.ozmap, self.ixc, {CLIENTS: self.first_clients})

    def close(self) -> None:
        """No connection is open."""
        for mirror in self.mirrors.values():
            mirror.close()


def _box_as(one: Expected) -> Callable[[Row], bool]:
    def shows(row: Row) -> bool:
        return one.ixc_id in (None, str(row["id"])) and not differences(one, row)

    return shows


def _client_as(client_id: str, name: str) -> Callable[[Row], bool]:
    def shows(row: Row) -> bool:
        return str(row["id"]) == client_id and text(row, "name") == name

    return shows
