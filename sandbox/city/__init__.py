"""A seeded city: one plant and one subscriber base, seen by two systems.

``build`` is pure: the same name and seed give the same rows in every process, so each double builds the city
for itself and shows its half. Nothing here reads a clock; times are relative to ``at``.

Source: spec doubles ("Each city has …"); ixc-api 9 "Seed data realism".
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from sandbox.city import ixc_rows, newcomers, ozmap_docs, quirks
from sandbox.city.feeding import Feeder
from sandbox.city.ground import GroundMaker
from sandbox.city.model import Plan
from sandbox.city.plant import PlantMaker
from sandbox.city.rows import Rows
from sandbox.city.seats import Seats
from sandbox.city.stamps import EPOCH, ObjectIds, Stamps
from sandbox.city.subscribers import SubscriberMaker

SIZES: Final = {"empty": (0, 0), "small": (60, 400), "town": (1_000, 10_000), "isp": (10_000, 100_000)}
"""Boxes in OZmap and logins in IXC."""


@dataclass(frozen=True)
class City:
    """Both systems' rows of one city.

    ``ozmap``: route → stored documents. ``ixc``: table → rows, every column, every value text. They are
    written anew each time they are iterated, so that a double keeps one copy, its own.
    """

    name: str
    seed: int
    at: datetime
    time_zone: str
    plan: Plan = field(repr=False)

    @property
    def ozmap(self) -> dict[str, Rows[dict[str, Any]]]:
        return {route: Rows(partial(ozmap_docs.documents, self.plan, self._stamps(), route))
                for route in ozmap_docs.ROUTES}  # fmt: skip

    @property
    def ixc(self) -> dict[str, Rows[dict[str, str]]]:
        return {table: Rows(partial(ixc_rows.rows, self.plan, self._stamps(), table))
                for table in ixc_rows.TABLE_NAMES}  # fmt: skip

    def describe(self) -> dict[str, int]:
        """How many there are: rows (``ixc.cliente``, ``ozmap.boxes``) and traits (``box.draft``)."""
        counts: Counter[str] = Counter()
        counts["box.closure"] = sum(box.is_closure for box in self.plan.boxes)
        for kind, traits in (
            ("box", [box.trait for box in self.plan.boxes if not box.is_closure]),
            ("building", [building.trait for building in self.plan.buildings]),
            ("login", [login.trait if login.seat else "not_fibre" for login in self.plan.logins]),
        ):
            counts.update(f"{kind}.{trait or 'plain'}" for trait in traits)
        counts.update({f"ozmap.{route}": len(docs) for route, docs in self.ozmap.items()})
        counts.update({f"ixc.{table}": len(rows) for table, rows in self.ixc.items()})
        return dict(sorted(counts.items()))

    def _stamps(self) -> Stamps:
        return Stamps(self.at, self.time_zone)


def build(name: str, seed: int, *, at: datetime = EPOCH, time_zone: str = "America/Sao_Paulo") -> City:
    """The city ``name`` (empty, small, town, isp) of ``seed``; ``at`` is its newest moment, aware.

    ``time_zone`` is the zone IXC's local times are written in. ValueError for an unknown name.
    """
    if name not in SIZES:
        raise ValueError(f"there is no city {name!r}; there are: {', '.join(SIZES)}")
    n_boxes, n_logins = SIZES[name]
    rng, ids = random.Random(f"{name}/{seed}"), ObjectIds(at, seed)
    return City(name, seed, at, time_zone, _draw(rng, ids, n_boxes, n_logins) if n_boxes else Plan())


def _draw(rng: random.Random, ids: ObjectIds, n_boxes: int, n_logins: int) -> Plan:
    maker = GroundMaker(rng, ids)
    ground = maker.make(n_boxes)
    plan = Plan(projects=ground.projects(), olts=ground.all_olts())
    plan.spare_transmitters = [(maker.next_transmitter(), f"10.251.{k}.2") for k in range(3)]
    plant = PlantMaker(rng, ids, ground, plan)
    plant.make(n_boxes, n_buildings=max(4, n_boxes // 25))
    Feeder(rng, ids, plan).light(plant.feeds)
    subscribers = SubscriberMaker(rng, ids, plan, Seats(rng, plan))
    subscribers.make(n_logins)
    quirks.bend_all(subscribers, {**quirks.BENDS, **newcomers.BENDS})
    newcomers.add_strangers(subscribers, n_logins)
    plan.homes = [home for home in plan.homes if not home.is_unknown]
    _plug_in(plan)
    return plan


def _plug_in(plan: Plan) -> None:
    """Each splitter output holds the fibre of the drop that ends there."""
    for home in plan.homes:
        if home.seat is not None:
            home.seat.splitter.outputs[home.seat.port - 1] = home.fiber_id
