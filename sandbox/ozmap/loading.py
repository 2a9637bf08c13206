"""What a double holds at its start: the rows of its city, and reference rows where the city has none."""

from __future__ import annotations

import gc

from sandbox.chassis import Setup
from sandbox.ozmap.reference import reference_rows
from sandbox.ozmap.schema import TYPES
from sandbox.store import Row, Store


def load(store: Store, setup: Setup) -> None:
    """The store holds the city of the setup; the same name and seed give the same rows."""
    gc.disable()  # a city is all births and no garbage; collections in between only look on
    try:
        if setup.city != "empty":
            _load_city(store, setup)
        filled = {entity for entity in store.entities() if store.by_id(entity)}
        for entity, row in reference_rows():
            if entity not in filled:
                store.put(entity, row["id"], row)
        store.begin()
    finally:
        gc.enable()
    gc.freeze()


def _load_city(store: Store, setup: Setup) -> None:
    from sandbox.city import build

    city = build(setup.city, setup.seed, time_zone=setup.time_zone)
    for entity, rows in city.ozmap.items():
        if entity in TYPES:
            for row in rows:
                store.put(entity, row["id"], _settled(entity, row))
            store.begin()


def _settled(entity: str, row: Row) -> Row:
    """The row with what the double's own writes rely on."""
    if entity == "properties":
        return {"coords": None, "connections": [], "cables": [], "drop": None, "box": None, **row}
    return row
