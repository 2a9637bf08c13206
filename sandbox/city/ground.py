"""The ground the plant stands on: projects with their streets, POPs, OLTs, and IXC's transmitters."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Final

from sandbox.city import names
from sandbox.city.model import Olt, Pon, Project, Street
from sandbox.city.stamps import ObjectIds

YEAR_S: Final = 365 * 86_400
METRE_LAT: Final = 1 / 111_320
N_PONS_A_SLOT: Final = 16

NO_PROJECT_NAME: Final = "Expansão Norte"
CASE_NAMES: Final = ("Distrito Industrial", "Distrito industrial")
BLANK_NAMES: Final = ("Lago Azul", "Lago Azul  ")
IXC_ONLY_NAME: Final = "Rede Antiga (rádio)"


@dataclass(slots=True)
class Ground:
    """Projects by role; ``normal`` are those both systems call the same (one with blanks in IXC)."""

    normal: list[Project]
    missing_in_ixc: Project
    other_case: Project
    ixc_only: Project
    olts: dict[str, list[Olt]]
    unknown_olt: Olt
    nameless_olt: Olt
    twin_olt: Olt

    def projects(self) -> list[Project]:
        return [*self.normal, self.missing_in_ixc, self.other_case, self.ixc_only]

    def all_olts(self) -> list[Olt]:
        odd = [self.unknown_olt, self.nameless_olt, self.twin_olt]
        return [olt for olts in self.olts.values() for olt in olts] + odd


class GroundMaker:
    """Draws the ground for ``n_boxes`` boxes."""

    def __init__(self, rng: random.Random, ids: ObjectIds) -> None:
        self._rng = rng
        self._ids = ids
        self._n_projects = 0
        self._n_transmitters = 0
        self._n_olts = 0

    def make(self, n_boxes: int) -> Ground:
        n_normal = max(3, round(math.sqrt(n_boxes) / 4))
        normal = [self._project(name, name) for name in self._project_names(n_normal)]
        normal.append(self._project(*BLANK_NAMES))
        missing = self._project(NO_PROJECT_NAME, "", in_ixc=False)
        other_case = self._project(*CASE_NAMES)
        ixc_only = self._project("", IXC_ONLY_NAME, in_ozmap=False)
        for project in normal:
            self._lay_streets(project, max(3, n_boxes // (12 * len(normal))))
        for project in (missing, other_case, ixc_only):
            self._lay_streets(project, max(2, n_boxes // 400))
        n_olts = max(1, round(n_boxes / len(normal) / 400))
        olts = {project.id: [self._olt(project) for _ in range(n_olts)] for project in normal}
        olts[missing.id] = [self._olt(missing)]
        olts[other_case.id] = [self._olt(other_case)]
        first, second = normal[0], normal[1]
        return Ground(
            normal, missing, other_case, ixc_only, olts,
            unknown_olt=self._olt(first, n_transmitters=0),
            nameless_olt=self._olt(second, has_ip=False),
            twin_olt=self._olt(first, n_transmitters=2),
        )  # fmt: skip

    def next_transmitter(self) -> int:
        self._n_transmitters += 1
        return self._n_transmitters

    def _project_names(self, n: int) -> list[str]:
        picked = self._rng.sample(names.DISTRICTS, min(n, len(names.DISTRICTS)))
        return picked + [f"{picked[k % len(picked)]} {k // len(picked) + 1}" for k in range(len(picked), n)]

    def _project(self, name: str, ixc_name: str, *, in_ozmap: bool = True, in_ixc: bool = True) -> Project:
        rng, age_s = self._rng, self._rng.uniform(3, 6) * YEAR_S
        if in_ixc:
            self._n_projects += 1
        return Project(
            id=self._ids.new(age_s) if in_ozmap else "",
            ixc_id=self._n_projects if in_ixc else 0,
            name=name,
            ixc_name=ixc_name,
            lat=round(rng.uniform(-27.5, -19.5), 6),
            lng=round(rng.uniform(-51.5, -44.5), 6),
            city_id=rng.randrange(1000, 5565),
            age_s=age_s,
        )

    def _lay_streets(self, project: Project, n: int) -> None:
        rng = self._rng
        metre_lng = METRE_LAT / math.cos(math.radians(project.lat))
        prefix = rng.randrange(10, 90)
        for _ in range(n):
            angle = rng.uniform(0, 2 * math.pi)
            project.streets.append(
                Street(
                    name=names.street(rng),
                    district=rng.choice(names.DISTRICTS),
                    cep=f"{prefix:02d}{rng.randrange(100, 999)}-{rng.randrange(0, 1000):03d}",
                    lat=project.lat + rng.uniform(-0.03, 0.03),
                    lng=project.lng + rng.uniform(-0.03, 0.03),
                    step_lat=math.sin(angle) * METRE_LAT,
                    step_lng=math.cos(angle) * metre_lng,
                )
            )

    def _olt(self, project: Project, *, n_transmitters: int = 1, has_ip: bool = True) -> Olt:
        self._n_olts += 1
        serial = self._n_olts
        age_s = self._rng.uniform(1, 3) * YEAR_S
        maker = self._rng.choice(("Huawei", "ZTE", "Fiberhome", "Parks"))
        return Olt(
            id=self._ids.new(age_s),
            name=f"OLT-{maker}-{serial:02d}",
            ip=f"10.{20 + serial // 200}.{serial % 200}.2" if has_ip else "",
            project=project,
            transmitters=[self.next_transmitter() for _ in range(n_transmitters)],
            pop_id=self._ids.new(age_s + 60),
            shelf_id=self._ids.new(age_s + 30),
            age_s=age_s,
        )


def add_pon(olt: Olt, ids: ObjectIds) -> Pon:
    """The OLT's next PON, in a new slot when the last is full."""
    slot, number = divmod(len(olt.pons), N_PONS_A_SLOT)
    if slot == len(olt.slots):
        olt.slots.append(ids.new(olt.age_s))
    pon = Pon(ids.new(olt.age_s), olt.slots[slot], slot + 1, number, olt)
    olt.pons.append(pon)
    return pon
