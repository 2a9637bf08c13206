"""Boxes, splitters and condominiums of the city, and what IXC has of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from sandbox.city import names
from sandbox.city.dealing import deal
from sandbox.city.feeding import Feed
from sandbox.city.ground import YEAR_S, Ground
from sandbox.city.model import Box, Building, IxcBox, Olt, Plan, Project, Splitter
from sandbox.city.stamps import ObjectIds
from sandbox.city.traits import BOX_TRAITS, BUILDING_TRAITS

LAYOUTS: Final = ((8,), (16,), (8, 8), (16, 8), (16, 16))
LAYOUT_WEIGHTS: Final = (38, 42, 10, 6, 4)
TWO_SPLITTER_TRAITS: Final = {"unindexed", "half_indexed", "same_index", "second_fed", "two_olts"}
ABSENT_IN_IXC: Final = {
    "draft", "no_splitter", "unfed", "second_fed", "empty_ip", "no_project", "case_project", "absent",
}  # fmt: skip
STYLES: Final = ("50r7nh0u", "50r7nh0u", "50r7nh0u", "7eTTWpDR", "1Pr4jX4X", "8PbLzK3P", "5T4gmUHG")


def ports_before(host: Box | Building, splitter: Splitter) -> int:
    """How much IXC's port number in the host's box exceeds the splitter's own (behaviour: ports of a box)."""
    if isinstance(host, Building):
        return 0
    n_before = 0
    for other in sorted(service_splitters(host), key=splitter_order):
        if other is splitter:
            return n_before
        n_before += other.n_outputs
    raise ValueError("the splitter is not one of the box")


def service_splitters(host: Box | Building) -> list[Splitter]:
    return [splitter for splitter in host.splitters if splitter.is_drop]


def splitter_order(splitter: Splitter) -> tuple[bool, int, str, str]:
    return (splitter.index is None, splitter.index or 0, splitter.name, splitter.id)


def ixc_box_of(host: Box | Building, splitter: Splitter) -> IxcBox | None:
    """The IXC box that stands for the port's place, None when IXC has none."""
    return splitter.ixc if isinstance(host, Building) else host.ixc


class PlantMaker:
    """Draws boxes and condominiums onto the ground into ``plan``; ``feeds`` says which OLT feeds what."""

    def __init__(self, rng: random.Random, ids: ObjectIds, ground: Ground, plan: Plan) -> None:
        self._rng = rng
        self._ids = ids
        self._ground = ground
        self._plan = plan
        self._n_ixc_boxes = 0
        self._n_named: dict[str, int] = {}
        self.feeds: list[Feed] = []

    def make(self, n_boxes: int, n_buildings: int) -> None:
        n_closures = max(2, round(n_boxes * 0.06))
        for _ in range(n_closures):
            self._closure()
        for trait in deal(self._rng, n_boxes - n_closures, BOX_TRAITS):
            self._terminal(trait)
        for trait in deal(self._rng, n_buildings, BUILDING_TRAITS):
            self._building(trait)
        self._boxes_only_in_ixc(max(3, round(n_boxes * 0.03)))

    def _closure(self) -> None:
        """A splice closure: it holds only splitters that feed others."""
        box = self._box("CE", self._rng.choice(self._ground.normal), "")
        box.is_closure = True

    def _terminal(self, trait: str) -> None:
        box = self._box("CTO", self._project_for(trait), trait)
        box.draft = trait in {"draft", "draft_in_ixc"}
        box.implanted = not box.draft and self._rng.random() < 0.97
        box.olt = self._olt_for(box)
        if trait != "no_splitter":
            self._fit_splitters(box)
        self._put_in_ixc(box)

    def _box(self, prefix: str, project: Project, trait: str) -> Box:
        rng = self._rng
        street = rng.choice(project.streets)
        metres = rng.uniform(0, 900)
        age_s = rng.uniform(0.01, 3) * YEAR_S
        lat, lng = street.point(metres, 4)
        box = Box(
            id=self._ids.new(age_s),
            name=self._name(project, prefix),
            project=project,
            street=street,
            number=int(metres) + 10,
            lat=lat,
            lng=lng,
            age_s=age_s,
            trait=trait,
            comments=rng.choice(names.BOX_NOTES),
        )
        self._plan.boxes.append(box)
        return box

    def _name(self, project: Project, prefix: str) -> str:
        initials = "".join(word[0] for word in names.plain(project.name).split()).upper()
        key = f"{project.id}{prefix}"
        self._n_named[key] = self._n_named.get(key, 0) + 1
        return f"{prefix} {initials}-{self._n_named[key]:03d}"

    def _project_for(self, trait: str) -> Project:
        if trait == "no_project":
            return self._ground.missing_in_ixc
        if trait == "case_project":
            return self._ground.other_case
        if trait in {"unknown_olt", "twin_ip"}:
            return self._ground.normal[0]
        if trait == "empty_ip":
            return self._ground.normal[1]
        return self._rng.choice(self._ground.normal)

    def _olt_for(self, box: Box) -> Olt | None:
        ground = self._ground
        odd: dict[str, Olt] = {
            "unknown_olt": ground.unknown_olt, "empty_ip": ground.nameless_olt, "twin_ip": ground.twin_olt,
        }  # fmt: skip
        if box.trait in odd:
            return odd[box.trait]
        return None if box.trait == "unfed" else self._rng.choice(ground.olts[box.project.id])

    def _fit_splitters(self, box: Box) -> None:
        rng, trait = self._rng, box.trait
        layout = rng.choices(LAYOUTS, LAYOUT_WEIGHTS)[0]
        if trait in TWO_SPLITTER_TRAITS:
            layout = rng.choice(((8, 8), (8, 16), (16, 8)))
        if trait == "beside":
            through = self._splitter(box, "Desbalanceado", 2, index=0, is_drop=False)
            self.feeds.append(Feed(through, self._ground.unknown_olt, box))
        fitted = [self._splitter(box, f"Splitter {k:02d}", n, index=k) for k, n in enumerate(layout, 1)]
        _bend_indexes(trait, fitted)
        for splitter in fitted:
            olt = self._feeder_of(box, splitter, fitted)
            if olt is not None:
                self.feeds.append(Feed(splitter, olt, box))
        if rng.random() < 0.02 or trait == "unindexed":
            self._block_ports(rng.choice(fitted))

    def _feeder_of(self, box: Box, splitter: Splitter, fitted: list[Splitter]) -> Olt | None:
        is_first = splitter is min(fitted, key=splitter_order)
        if box.trait == "second_fed" and is_first:
            return None
        if box.trait == "two_olts" and not is_first:
            return self._ground.unknown_olt
        return box.olt

    def _splitter(
        self, host: Box | Building, name: str, n_outputs: int, index: int | None, *, is_drop: bool = True
    ) -> Splitter:
        age_s = host.age_s - self._rng.uniform(60, 3600)
        splitter = Splitter(
            id=self._ids.new(age_s),
            name=name,
            n_outputs=n_outputs,
            is_drop=is_drop,
            index=index,
            parent=host.id,
            project=host.project.id,
            age_s=age_s,
            outputs=[None] * n_outputs,
        )
        host.splitters.append(splitter)
        return splitter

    def _block_ports(self, splitter: Splitter) -> None:
        n_blocked = self._rng.choice((1, 1, 2))
        splitter.blocked = tuple(sorted(self._rng.sample(range(1, splitter.n_outputs + 1), n_blocked)))

    # -- IXC's side -------------------------------------------------------------------------------

    def _put_in_ixc(self, box: Box) -> None:
        if box.trait in ABSENT_IN_IXC or (box.trait == "unknown_olt" and self._rng.random() < 0.5):
            return
        transmitter = box.olt.transmitters[0] if box.olt and box.olt.transmitters else 0
        capacity = sum(splitter.n_outputs for splitter in service_splitters(box))
        row = box.ixc = self._ixc_box(box, box.name, transmitter, capacity, box.comments)
        _bend_row(row, box.trait, self._other_transmitter(transmitter), self._other_project(box.project))
        if box.trait == "ambiguous":
            box.ixc_twin = self._ixc_box(box, box.name, transmitter, capacity, "Cadastro repetido")

    def _ixc_box(
        self, host: Box | Building, name: str, transmitter: int, capacity: int, comments: str
    ) -> IxcBox:
        self._n_ixc_boxes += 1
        return IxcBox(
            id=self._n_ixc_boxes,
            name=name,
            project=host.project.ixc_id,
            transmitter=transmitter,
            lat=str(host.lat),
            lng=str(host.lng),
            comments=comments,
            capacity=capacity,
            street=host.street if self._rng.random() < 0.7 else None,
            number=host.number,
            city_id=host.project.city_id,
            age_s=host.age_s * self._rng.uniform(0.2, 1),
            style=self._rng.choice(STYLES),
        )

    def _other_transmitter(self, transmitter: int) -> int:
        return self._rng.choice([t for t in self._known_transmitters() if t != transmitter])

    def _known_transmitters(self) -> list[int]:
        return [olts[0].transmitters[0] for olts in self._ground.olts.values()]

    def _other_project(self, project: Project) -> int:
        return self._rng.choice([other.ixc_id for other in self._ground.normal if other is not project])

    def _boxes_only_in_ixc(self, n: int) -> None:
        for k in range(n):
            project = self._ground.ixc_only if k % 2 else self._rng.choice(self._ground.normal)
            street, age_s = self._rng.choice(project.streets), self._rng.uniform(2, 5) * YEAR_S
            lat, lng = street.point(10 * k, 4)
            stand_in = Box("", f"CAIXA ANTIGA {k + 1:02d}", project, street, 10 * k, lat, lng, age_s, "")
            row = self._ixc_box(stand_in, stand_in.name, self._rng.choice(self._known_transmitters()), 8, "")
            row.status = "I" if k % 3 == 1 else "A"
            self._plan.ixc_only_boxes.append(row)

    # -- condominiums -----------------------------------------------------------------------------

    def _building(self, trait: str) -> None:
        rng, n = self._rng, len(self._plan.buildings)
        project = rng.choice(self._ground.normal)
        street = rng.choice(project.streets)
        metres, age_s = rng.uniform(0, 900), rng.uniform(0.1, 3) * YEAR_S
        lat, lng = street.point(metres, -18)
        base = names.CONDOMINIUMS[n % len(names.CONDOMINIUMS)]
        lap = n // len(names.CONDOMINIUMS)
        building = Building(
            id=self._ids.new(age_s), name=f"{base} {lap + 1}" if lap else base, project=project,
            street=street, number=int(metres) + 10, lat=lat, lng=lng, age_s=age_s, trait=trait,
            comments=rng.choice(names.BOX_NOTES), condominium_id=n + 1,
        )  # fmt: skip
        building.olt = rng.choice(self._ground.olts[project.id])
        self._plan.buildings.append(building)
        self._fit_blocks(building)

    def _fit_blocks(self, building: Building) -> None:
        rng, trait = self._rng, building.trait
        n_blocks = rng.choice((2, 2, 3, 4) if trait in {"same_names", "differs"} else (1, 2, 2, 3))
        if trait == "riser":
            self._feed_block(building, self._splitter(building, "Prumada", 4, index=0, is_drop=False))
        for k in range(n_blocks):
            label = "A" if trait == "same_names" and k < 2 else "ABCD"[k]
            splitter = self._splitter(building, f"Bloco {label}", rng.choice((8, 16)), index=k + 1)
            splitter.note = rng.choice(("", "", "Quadro no subsolo", "Quadro no térreo"))
            self._feed_block(building, splitter)

    def _feed_block(self, building: Building, splitter: Splitter) -> None:
        olt = building.olt
        assert olt is not None  # noqa: S101 -- every building gets one above
        self.feeds.append(Feed(splitter, olt, building))
        if building.trait in {"absent", "same_names"}:
            return
        name = f"{building.name} - {splitter.name}"
        row = self._ixc_box(building, name, olt.transmitters[0], splitter.n_outputs, splitter.note)
        splitter.ixc = row
        if building.trait == "differs":
            row.capacity, row.comments = 4, "conferir"


def _bend_indexes(trait: str, fitted: list[Splitter]) -> None:
    """The order of the two splitters becomes what the trait says; names and ids stop agreeing with it."""
    if trait not in TWO_SPLITTER_TRAITS:
        return
    first, second = fitted
    if trait == "unindexed":
        first.index = second.index = None
        first.name, second.name = second.name, first.name
    elif trait == "half_indexed":
        first.index = None
    elif trait == "same_index":
        second.index = first.index
        second.name = first.name
    elif trait == "two_olts":
        first.name, second.name = second.name, first.name


def _bend_row(row: IxcBox, trait: str, other_transmitter: int, other_project: int) -> None:
    bends: dict[str, Callable[[], None]] = {
        "differs_transmitter": lambda: setattr(row, "transmitter", other_transmitter),
        "differs_latitude": lambda: setattr(row, "lat", f"{float(row.lat) + 0.0004:.7f}"),
        "differs_longitude": lambda: setattr(row, "lng", f"{float(row.lng) - 0.0004:.7f}"),
        "differs_comments": lambda: setattr(row, "comments", "Observação antiga "),
        "differs_capacity": lambda: setattr(row, "capacity", 4),
        "other_project": lambda: setattr(row, "project", other_project),
        "blank_name": lambda: setattr(row, "name", f"{row.name}  "),
        "inactive": lambda: setattr(row, "status", "I"),
    }
    if trait in bends:
        bends[trait]()
    elif trait == "comma":
        row.lat, row.lng = row.lat.replace(".", ","), row.lng.replace(".", ",")
    elif trait == "differs_all":
        for part in ("transmitter", "latitude", "longitude", "comments", "capacity"):
            bends[f"differs_{part}"]()
