"""The city as OZmap stores it: one function a route, each document as the API keeps it (ozmap-api 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sandbox.city import ozmap_people
from sandbox.city.model import Box, Building, Plan, Splitter
from sandbox.city.ozmap_forms import CREATOR, Doc, base, type_id
from sandbox.city.stamps import Stamps

LEVEL_POP: Final = 1
LEVEL_CLOSURE: Final = 2
LEVEL_TERMINAL: Final = 3
SPLITTER_TYPES: Final = (
    # outputs, service, loss per output in dB
    (2, False, (1.6, 7.9)),
    (4, False, (7.3,) * 4),
    (8, False, (10.5,) * 8),
    (8, True, (10.5,) * 8),
    (16, True, (13.7,) * 16),
)
_OLD_S: Final = 8 * 365 * 86_400.0


def documents(plan: Plan, stamps: Stamps, route: str) -> Iterator[Doc]:
    """The documents of ``route``; none at all in an empty city."""
    if plan.projects:
        yield from ROUTES[route](plan, stamps)


def _projects(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for project in plan.projects:
        if project.id:
            yield {
                **base(project.id, project.age_s, stamps),
                "name": project.name,
                "identifier": "",
                "parents": [],
                "lat": project.lat,
                "lng": project.lng,
                "defaultPonPotency": 3,
                "hasLogo": False,
                "drop": {"defaults": {"cableType": type_id("cable", 1)}, "maxSize": 300},
                "area": {"type": "Polygon", "coordinates": []},
                "hierarchyLevels": {"box": {"CE": LEVEL_CLOSURE, "CTO": LEVEL_TERMINAL}, "cable": {}},
            }


def _pops(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for olt in plan.olts:
        yield {
            **base(olt.pop_id, olt.age_s + 60, stamps),
            "kind": "Pop",
            "name": f"POP {olt.name[4:]}",
            "project": olt.project.id,
            "coords": [olt.project.lng, olt.project.lat],
            "popType": type_id("pop", 1),
            "pole": None,
            "hierarchyLevel": LEVEL_POP,
            "implanted": True,
            "draft": False,
            "shared": False,
            "certified": False,
            "structureOrder": [],
            "tags": [],
            "cables": [],
            "observation": "",
        }


def _connector(kind: str, name: str, parent: str, project: str, index: int) -> Doc:
    return {
        "kind": kind,
        "name": name,
        "parent": parent,
        "project": project,
        "index": index,
        "label": "",
        "attenuation": [],
        "implanted": True,
        "isDrop": False,
        "observation": "",
    }


def _shelfs(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for olt in plan.olts:
        shelf = _connector("Shelf", f"Rack {olt.name[4:]}", olt.pop_id, olt.project.id, 1)
        yield {**base(olt.shelf_id, olt.age_s + 30, stamps), **shelf, "connectables": []}


def _olts(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for number, olt in enumerate(plan.olts, 1):
        yield {
            **base(olt.id, olt.age_s, stamps),
            **_connector("OLT", olt.name, olt.pop_id, olt.project.id, 1),
            "connectables": list(olt.slots),
            "shelf": olt.shelf_id,
            "oltType": type_id("olt", 1),
            "ip": olt.ip,
            "port": 22,
            "user": f"FAKE-SECRET-user-{number}",
            "password": f"FAKE-SECRET-password-{number}",
            "snmp": {
                "community": f"FAKE-SECRET-community-{number}",
                "version": "2c",
                "filter": "",
                "port": 161,
                "enabled": False,
            },
        }


def _slots(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for olt in plan.olts:
        for number, slot in enumerate(olt.slots, 1):
            yield {
                **base(slot, olt.age_s, stamps),
                **_connector("Slot", f"Slot {number}", olt.id, olt.project.id, number),
                "connectables": [pon.id for pon in olt.pons if pon.slot_id == slot],
                "starting_pon_number": 0,
                "olt": olt.id,
            }


def _pons(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for olt in plan.olts:
        for pon in olt.pons:
            yield {
                **base(pon.id, olt.age_s, stamps),
                **_connector("PON", f"PON {pon.number}", pon.slot_id, olt.project.id, pon.number),
                "connectables": [pon.fiber],
                "slot": pon.slot_id,
                "potency": 3,
                "maximumClients": 128,
            }


def _boxes(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    cables = _cables_at(plan)
    for number, box in enumerate(plan.boxes):
        yield _box(box, number, cables.get(box.id, []), stamps)


def _box(box: Box, number: int, cables: list[str], stamps: Stamps) -> Doc:
    imported = number % 5 == 2
    kind = "closure" if box.is_closure else "terminal"
    return {
        **base(box.id, box.age_s, stamps, imported=imported),
        "kind": "Box",
        "name": box.name,
        "project": box.project.id,
        "coords": [box.lng, box.lat],
        "observation": box.comments,
        "address": f"{box.street.name}, {box.number} - {box.street.district}",
        "draft": box.draft,
        "implanted": box.implanted,
        "hierarchyLevel": LEVEL_CLOSURE if box.is_closure else LEVEL_TERMINAL,
        "boxType": None if number % 40 == 7 else type_id(kind, 1),
        "pole": f"{type_id('pole', 0)[:16]}{number:08x}",
        "default_reserve": 10,
        "shared": False,
        "certified": False,
        "underground": False,
        "tags": [],
        "cables": cables,
        "history": [],
        "creatorData": dict(CREATOR),
    }


def _cables_at(plan: Plan) -> dict[str, list[str]]:
    at: dict[str, list[str]] = defaultdict(list)
    for cable in plan.cables:
        at[cable.box_a].append(cable.id)
        at[cable.box_b].append(cable.id)
    return at


def _buildings(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    cables = _cables_at(plan)
    for building in plan.buildings:
        yield {
            **base(building.id, building.age_s, stamps),
            "kind": "Building",
            "name": building.name,
            "project": building.project.id,
            "coords": [building.lng, building.lat],
            "observation": building.comments,
            "address": f"{building.street.name}, {building.number} - {building.street.district}",
            "implanted": True,
            "hasProblem": False,
            "buildingType": type_id("building", 1),
            "tags": [],
            "cables": cables.get(building.id, []),
        }


def _splitters(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    hosts: list[Box | Building] = [*plan.boxes, *plan.buildings]
    for splitter in plan.pop_splitters:
        yield _splitter(splitter, stamps)
    for host in hosts:
        for splitter in host.splitters:
            yield _splitter(splitter, stamps)


def _splitter(splitter: Splitter, stamps: Stamps) -> Doc:
    n = splitter.n_outputs
    is_balanced = n != 2
    doc = {
        **base(splitter.id, splitter.age_s, stamps),
        "kind": "Splitter",
        "name": splitter.name,
        "label": "",
        "parent": splitter.parent,
        "project": splitter.project,
        "isDrop": splitter.is_drop,
        "implanted": True,
        "observation": splitter.note,
        "splitterType": type_id("service" if splitter.is_drop else "splitter", n),
        "ratio": {"input": 1, "output": n},
        "isBalanced": is_balanced,
        "orientation": "right",
        "attenuation": [10.5] * n if n == 8 else [13.7] * n if n == 16 else [7.3] * n,
        "connectables": {"input": [splitter.input], "output": list(splitter.outputs)},
        "ports": [{"blocked": port in splitter.blocked, "tags": []} for port in range(1, n + 1)],
        "currentPower": [None] * n,
        "installPower": [None] * n,
    }
    if splitter.index is not None:
        doc["index"] = splitter.index
    if splitter.pon is not None:
        doc["olt"] = splitter.pon.olt.id
        doc["slot"] = splitter.pon.slot_id
        doc["pon"] = splitter.pon.id
    return doc


def _cables(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for cable in plan.cables:
        yield ozmap_people.cable(
            cable.id, cable.age_s, stamps, kind="Cable", name=cable.name, project=cable.project,
            box_a=cable.box_a, box_b=cable.box_b, length_m=cable.length_m,
        )  # fmt: skip
    yield from ozmap_people.drops(plan, stamps)


def _fibers(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for fiber in plan.fibers:
        yield ozmap_people.fiber(
            fiber.id, fiber.age_s, stamps, cable_id=fiber.cable, project=fiber.project,
            connectors=list(fiber.connectors), is_drop=False,
        )  # fmt: skip
    yield from ozmap_people.drop_fibers(plan, stamps)


# -- types ---------------------------------------------------------------------------------------


def _box_types(_plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for kind, code, level in (("closure", "CE", LEVEL_CLOSURE), ("terminal", "CTO", LEVEL_TERMINAL)):
        yield {
            **base(type_id(kind, 1), _OLD_S, stamps),
            "code": code,
            "brand": "",
            "mold": "",
            "prefix": code,
            "default_level": level,
            "default_reserve": 10,
            "description": "",
            "config": {
                "base": {"color": "#000000"},
                "regular": {"fillColor": "#2e7d32"},
                "not_implanted": {"fillColor": "#f9a825"},
                "draft": {"fillColor": "#9e9e9e"},
            },
        }


def _building_types(_plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    yield {
        **base(type_id("building", 1), _OLD_S, stamps),
        "code": "Edifício",
        "prefix": "",
        "description": "",
        "config": {"implanted": {"color": "#1565c0"}, "not_implanted": {"color": "#f9a825"}},
    }


def _splitter_types(_plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for n, is_drop, losses in SPLITTER_TYPES:
        yield {
            **base(type_id("service" if is_drop else "splitter", n), _OLD_S, stamps),
            "code": f"1x{n}{' atendimento' if is_drop else ''}",
            "isDrop": is_drop,
            "brand": "",
            "mold": "",
            "description": "",
            "ratio": {"input": 1, "output": n},
            "isBalanced": n != 2,
            "prefix": "Splitter ",
            "size": 0,
            "inputConnectionType": 0,
            "outputConnectionType": 1,
            "attenuation": list(losses),
        }


def _olt_types(_plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    slots = [{"name": number, "starting_pon_number": 0, "pons": 16} for number in range(1, 9)]
    yield {
        **base(type_id("olt", 1), _OLD_S, stamps),
        "code": "OLT 8x16", "brand": "", "mold": "", "defaultPotency": 3, "defaultClients": 128,
        "description": "Chassi de oito placas", "size": 8, "slots": slots, "prefix": "OLT",
    }  # fmt: skip


def _cable_types(_plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for number, code, n_fibers in ((1, "Drop 1FO", 1), (2, "AS80 12FO", 12)):
        yield {
            **base(type_id("cable", number), _OLD_S, stamps),
            "code": code, "brand": "", "mold": "", "description": "", "prefix": "",
            "fiberNumber": n_fibers, "looseNumber": 1, "base_loss": 0.35, "default_level": LEVEL_TERMINAL,
            "config": {"regular": {"color": "#000000"}, "not_implanted": {"color": "#f9a825"}},
        }  # fmt: skip


ROUTES: Final[dict[str, Callable[[Plan, Stamps], Iterable[Doc]]]] = {
    "projects": _projects,
    "pops": _pops,
    "shelfs": _shelfs,
    "olts": _olts,
    "olt-types": _olt_types,
    "slots": _slots,
    "pons": _pons,
    "boxes": _boxes,
    "box-types": _box_types,
    "buildings": _buildings,
    "building-types": _building_types,
    "splitters": _splitters,
    "splitter-types": _splitter_types,
    "properties": ozmap_people.properties,
    "ftth-clients": ozmap_people.clients,
    "cables": _cables,
    "cable-types": _cable_types,
    "fibers": _fibers,
}
