"""Who plays in the script: rows of this very city, found by the oracle, each box at most once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.demo.doubles import OZMAP
from sandbox.demo.mirror import Row
from sandbox.demo.world import CLIENTS, Edited, World
from sandbox.oracle.boxes import Expected
from sandbox.oracle.raw import reference, text
from sandbox.oracle.splitters import by_parent, serving

TRIED = 200
"""Candidates whose "what if" is computed: enough to find one in every city that has it."""


class Cast:
    """Picks rows at random of ``seed``; the same city, seed and history give the same rows."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self._random = random.Random(seed)
        self._taken: set[str] = set()

    def held(
        self, fits: Callable[[Row], Edited | None] = lambda _box: None
    ) -> Iterator[tuple[Row, Expected]]:
        """Boxes that IXC holds and nobody has edited yet, in random order; the caller takes one.

        ``fits``: the box's row as it would be; where it gives one, the box must still be held then.
        """
        expected = self.world.boxes()
        for one in self._shuffled([one for one in expected.values() if one.is_held])[:TRIED]:
            box = self.box(one.ozmap_id)
            edited = fits(box)
            if edited is None or self.world.boxes(edited)[one.ozmap_id].is_held:
                yield box, one

    def waiting(self, reason: str) -> Iterator[Row]:
        """Boxes that are not held for ``reason`` (the oracle's word), in random order."""
        expected = self.world.boxes()
        for one in self._shuffled([one for one in expected.values() if one.reason == reason])[:TRIED]:
            yield self.box(one.ozmap_id)

    def n_woken(self, box: Row, *edited: Edited) -> int:
        """How many boxes would be written for the first time with rows ``edited``; 0 unless ``box`` is."""
        before, after = self.world.boxes(), self.world.boxes(*edited)
        if not self.world.is_owed(after[box["id"]]):
            return 0
        return sum(self.world.is_owed(one) and not before[one.ozmap_id].is_held for one in after.values())

    def take(self, box: Row) -> None:
        """``box`` is not offered again."""
        self._taken.add(str(box["id"]))

    def box(self, box_id: str) -> Row:
        """The OZmap row of a box."""
        return self.world.mirrors[OZMAP].by_id("boxes")[box_id]

    def service_splitters(self, box: Row) -> list[Any]:
        """The box's service splitters, the first one first."""
        return serving(by_parent(self.world.ozmap).get(str(box["id"]), []))

    def olt_of(self, splitter: Row) -> Row | None:
        """The OLT that feeds a splitter."""
        return self.world.mirrors[OZMAP].by_id("olts").get(reference(splitter, "olt"))

    def shuffled_rows(self, system: str, entity: str) -> list[Row]:
        """All rows of an entity, in random order."""
        rows = sorted(self.world.mirrors[system].by_id(entity).values(), key=lambda row: str(row["id"]))
        self._random.shuffle(rows)
        return rows

    def named_clients(self) -> Iterator[tuple[Row, Row]]:
        """OZmap clients whose name the rule keeps, each with its IXC customer, in random order."""
        names = self.world.names()
        customers = {text(row, "id"): row for row in self.world.ixc["cliente"]}
        of_login = {text(row, "login"): text(row, "id_cliente") for row in self.world.ixc["radusuarios"]}
        for client in self.shuffled_rows(OZMAP, CLIENTS):
            customer = customers.get(of_login.get(text(client, "code"), ""))
            if client["id"] in names and client["id"] not in self._taken and customer is not None:
                yield client, dict(customer)

    def _shuffled(self, ones: list[Expected]) -> list[Expected]:
        free = sorted((one for one in ones if one.ozmap_id not in self._taken), key=lambda one: one.ozmap_id)
        self._random.shuffle(free)
        return free
