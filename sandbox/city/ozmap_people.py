"""Properties, clients and drops of the city as OZmap stores them (ozmap-api 3.8 to 3.10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sandbox.city.model import Building, Home, Plan
from sandbox.city.ozmap_forms import CREATOR, Doc, base, type_id
from sandbox.city.stamps import Stamps

LEVEL_DROP: Final = 3


def properties(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    """A property stores its client's id; the API embeds the client itself."""
    for number, home in enumerate(plan.homes, 1):
        yield _property(home, number, stamps)


def _property(home: Home, number: int, stamps: Stamps) -> Doc:
    has_drop = home.seat is not None
    doc: Doc = {
        **base(home.id, home.age_s, stamps),
        "kind": "Property",
        "name": f"Imóvel {number}",
        "project": home.project.id,
        "address": home.address,
        "box": home.host.id if home.host is not None else None,
        "pole": None,
        "potencyRead": home.potency,
        "observation": home.note,
        "client": home.client_id if home.code is not None else None,
        "drop": home.drop_id if has_drop else None,
        "cables": [home.drop_id] if has_drop else [],
        "connections": [_connection(home)] if has_drop else [],
        "history": {"clients": _history(home, stamps)},
        "tags": [],
        "towers": [],
    }
    if home.coords is not None:
        doc["coords"] = [home.coords[1], home.coords[0]]
    if isinstance(home.host, Building):
        doc["parent"] = home.host.id
    return doc


def _connection(home: Home) -> Doc:
    assert home.seat is not None  # noqa: S101 -- asked by the caller
    splitter = home.seat.splitter
    return {
        "id": splitter.id,
        "kind": "Splitter",
        "name": splitter.name,
        "port": home.seat.port,
        "implanted": True,
        "fiber": home.fiber_id,
    }


def _history(home: Home, stamps: Stamps) -> list[Doc]:
    if home.code is not None:
        return [_stay(home.client_id, home.code, stamps.iso_ms(home.age_s), None)]
    if home.former is not None:
        client_id, code = home.former
        return [_stay(client_id, code, stamps.iso_ms(home.age_s), stamps.iso_ms(home.age_s / 3))]
    return []


def _stay(client_id: str, code: str, enter_date: str, exit_date: str | None) -> Doc:
    return {"id": client_id, "code": code, "enter_date": enter_date, "exit_date": exit_date}


def clients(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for home in plan.homes:
        if home.code is not None:
            yield {
                **base(home.client_id, home.age_s, stamps),
                "kind": "ftth",
                "code": home.code,
                "name": home.client_name,
                "observation": "",
                "implanted": home.implanted,
                "certified": False,
                "status": home.status,
                "onu": {"user_PPPoE": home.code, "serial_number": home.serial, "mac_address": ""},
                "tags": [],
                "creatorData": dict(CREATOR),
            }


def drops(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for home in plan.homes:
        if home.seat is not None:
            yield cable(
                home.drop_id, home.age_s, stamps, kind="Drop", name=f"Drop {home.drop_id[-6:]}",
                project=home.project.id, box_a=home.seat.host.id, box_b=home.id,
                length_m=20 + int(home.drop_id[-2:], 16),
            )  # fmt: skip


def drop_fibers(plan: Plan, stamps: Stamps) -> Iterable[Doc]:
    for home in plan.homes:
        if home.seat is not None:
            yield fiber(
                home.fiber_id, home.age_s, stamps, cable_id=home.drop_id, project=home.project.id,
                connectors=[home.seat.splitter.id], is_drop=True,
            )  # fmt: skip


def cable(
    row_id: str, age_s: float, stamps: Stamps, *,
    kind: str, name: str, project: str, box_a: str, box_b: str, length_m: int,
) -> Doc:  # fmt: skip
    """A cable or drop of one fibre between two places."""
    return {
        **base(row_id, age_s, stamps),
        "kind": kind,
        "name": name,
        "project": project,
        "cableType": type_id("cable", 1 if kind == "Drop" else 2),
        "boxA": box_a,
        "boxB": box_b,
        "ducts": [],
        "poles": [],
        "hierarchyLevel": LEVEL_DROP,
        "fiberNumber": 1,
        "looseNumber": 1,
        "observation": "",
        "orientationA": "left",
        "orientationB": "right",
        "implanted": True,
        "length": length_m,
        "altitude_length": 0,
        "ground_length": length_m,
        "loss": round(length_m * 0.00035, 5),
        "tags": [],
    }


def fiber(
    row_id: str, age_s: float, stamps: Stamps, *,
    cable_id: str, project: str, connectors: list[str], is_drop: bool,
) -> Doc:  # fmt: skip
    """The one fibre of a cable; ``connectors`` are what it is plugged into."""
    return {
        **base(row_id, age_s, stamps),
        "kind": "Fiber",
        "connectors": connectors,
        "parent": cable_id,
        "project": project,
        "name": "Fibra 1",
        "observation": "",
        "isDrop": is_drop,
        "fiberNumber": 1,
    }
