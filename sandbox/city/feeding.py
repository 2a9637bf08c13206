"""Light for the splitters: OLT, slot, PON, feeder, a 1:8 splitter in a closure, distribution fibre."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sandbox.city.ground import add_pon
from sandbox.city.model import Box, Building, Cable, Fiber, Olt, Plan, Pon, Splitter
from sandbox.city.stamps import ObjectIds

N_BRANCHES: Final = 8


@dataclass(frozen=True, slots=True)
class Feed:
    """``olt`` lights ``splitter``, which sits in ``host``."""

    splitter: Splitter
    olt: Olt
    host: Box | Building


class Feeder:
    """After ``light``, each fed splitter has an input fibre, a PON and cables that lead there."""

    def __init__(self, rng: random.Random, ids: ObjectIds, plan: Plan) -> None:
        self._rng = rng
        self._ids = ids
        self._plan = plan
        self._closures: dict[str, list[Box]] = defaultdict(list)
        for box in plan.boxes:
            if box.is_closure:
                self._closures[box.project.id].append(box)

    def light(self, feeds: list[Feed]) -> None:
        by_olt: dict[str, list[Feed]] = defaultdict(list)
        for feed in feeds:
            by_olt[feed.olt.id].append(feed)
        for olt_feeds in by_olt.values():
            for start in range(0, len(olt_feeds), N_BRANCHES):
                self._branch(olt_feeds[start : start + N_BRANCHES])

    def _branch(self, feeds: list[Feed]) -> None:
        olt = feeds[0].olt
        pon = add_pon(olt, self._ids)
        splitter, place_id = self._first_stage(olt, pon)
        for branch, feed in enumerate(feeds):
            name = f"Distribuição {feed.host.name}"
            fiber = self._fiber(name, place_id, feed.host.id, [splitter.id, feed.splitter.id], olt)
            splitter.outputs[branch] = feed.splitter.input = fiber.id
            feed.splitter.pon = pon

    def _first_stage(self, olt: Olt, pon: Pon) -> tuple[Splitter, str]:
        """A 1:8 splitter lit by ``pon``, in a closure of the OLT's project or else in its POP."""
        closures = self._closures.get(olt.project.id)
        closure = self._rng.choice(closures) if closures else None
        place_id = closure.id if closure else olt.pop_id
        siblings = closure.splitters if closure else self._plan.pop_splitters
        splitter = Splitter(
            id=self._ids.new(olt.age_s),
            name=f"Primário {len(siblings) + 1:02d}",
            n_outputs=N_BRANCHES,
            is_drop=False,
            index=len(siblings) + 1,
            parent=place_id,
            project=olt.project.id,
            age_s=olt.age_s,
            pon=pon,
            outputs=[None] * N_BRANCHES,
        )
        siblings.append(splitter)
        name = f"Alimentador {olt.name} {pon.slot_number}/{pon.number}"
        fiber = self._fiber(name, olt.pop_id, place_id, [pon.id, splitter.id], olt)
        splitter.input = pon.fiber = fiber.id
        return splitter, place_id

    def _fiber(self, name: str, place_a: str, place_b: str, connectors: list[str], olt: Olt) -> Fiber:
        """A cable of one used fibre between two places."""
        project = olt.project.id
        cable = Cable(self._ids.new(olt.age_s), name, project, place_a, place_b,
                      self._rng.randrange(80, 2500), 1, olt.age_s)  # fmt: skip
        fiber = Fiber(self._ids.new(olt.age_s), cable.id, project, "Fibra 1", connectors, olt.age_s)
        self._plan.cables.append(cable)
        self._plan.fibers.append(fiber)
        return fiber
