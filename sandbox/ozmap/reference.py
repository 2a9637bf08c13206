"""Fixed reference rows of an installation without any plant: types a first box and splitter need.

Ids equal those of the seeded cities' types, so a test may use either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sandbox.city.ozmap_forms import type_id
from sandbox.store import Row

STAMP: Final = "2017-06-05T12:00:00.000Z"
_COLOURS: Final[dict[str, Any]] = {
    "base": {"color": "#000000"},
    "regular": {"fillColor": "#2e7d32"},
    "not_implanted": {"fillColor": "#f9a825"},
    "draft": {"fillColor": "#9e9e9e"},
}
_SPLITTERS: Final = ((2, False), (4, False), (8, False), (8, True), (16, True))
_LOSS_DB: Final = {2: 3.7, 4: 7.3, 8: 10.5, 16: 13.7}


def reference_rows() -> Iterator[tuple[str, Row]]:
    """(entity, document) of each reference row."""
    for entity, row_id, fields in _rows():
        yield entity, {"id": row_id, **fields, "createdAt": STAMP, "updatedAt": STAMP}


def _rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind, code, level in (("closure", "CE", 2), ("terminal", "CTO", 3)):
        box_type = {"code": code, "prefix": code, "default_level": level, "config": _COLOURS}
        yield "box-types", type_id(kind, 1), {**box_type, "default_reserve": 10}
    building_type = {"code": "Edifício", "prefix": "Edifício", "config": {"implanted": {"color": "#1565c0"}}}
    yield "building-types", type_id("building", 1), building_type
    for n_outputs, is_drop in _SPLITTERS:
        kind = "service" if is_drop else "splitter"
        yield "splitter-types", type_id(kind, n_outputs), _splitter_type(n_outputs, is_drop)
    olt_type = {"code": "OLT 8x16", "brand": "", "mold": "", "description": "", "size": 8, "slots": []}
    yield "olt-types", type_id("olt", 1), {**olt_type, "defaultPotency": 3}
    for number, code, n_fibers in ((1, "Drop 1FO", 1), (2, "AS80 12FO", 12)):
        cable_type = {"code": code, "fiberNumber": n_fibers, "looseNumber": 1, "base_loss": 0.35}
        yield "cable-types", type_id("cable", number), cable_type


def _splitter_type(n_outputs: int, is_drop: bool) -> dict[str, Any]:
    return {
        "code": f"1x{n_outputs}{' atendimento' if is_drop else ''}",
        "isDrop": is_drop,
        "prefix": "Splitter ",
        "ratio": {"input": 1, "output": n_outputs},
        "isBalanced": True,
        "size": 0,
        "inputConnectionType": 0,
        "outputConnectionType": 1,
        "attenuation": [_LOSS_DB[n_outputs]] * n_outputs,
    }
