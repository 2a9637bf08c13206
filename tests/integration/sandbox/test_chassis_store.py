"""Laws of the store and the OZmap look-ups: whatever was done, they answer as a look at all rows would."""

from __future__ import annotations

import random

import pytest

from sandbox.ozmap.filters import Grammar, matching, parse_filter
from sandbox.ozmap.indexes import Indexes
from sandbox.ozmap.shapes import RefusedError
from sandbox.store import Row, Store

N_STEPS = 400


def _no_area(_model: str, _row_id: str) -> None:
    raise RefusedError("no areas here")


GRAMMAR = Grammar(like_ignores_case=True, area=_no_area)


def stamp(chance: random.Random) -> str:
    return f"2030-01-01T00:00:{chance.randrange(60):02d}.{chance.choice((0, 500)):03d}Z"


def some_row(row_id: str, chance: random.Random) -> Row:
    return {
        "id": row_id,
        "name": chance.choice(("a", "b", "c", None)),
        "project": chance.choice(("p1", "p2")),
        "updatedAt": stamp(chance),
    }


def disturb(store: Store, chance: random.Random) -> None:
    """One random change: put, remove, or a call that is undone, sometimes done again."""
    row_id = f"{chance.randrange(30):02d}"
    kind = chance.random()
    if kind < 0.6:
        store.put("boxes", row_id, some_row(row_id, chance))
    elif kind < 0.8:
        store.remove("boxes", row_id)
    else:
        before = list(store.rows("boxes"))
        store.begin()
        store.put("boxes", row_id, some_row(row_id, chance))
        store.remove("boxes", f"{chance.randrange(30):02d}")
        changes = store.end()
        after = list(store.rows("boxes"))
        store.undo(changes)
        assert store.rows("boxes") == before
        if chance.random() < 0.5:
            store.redo(changes)
            assert store.rows("boxes") == after


@pytest.mark.parametrize("seed", range(8))
def test_rows_and_look_ups_stay_true_through_any_changes(seed: int) -> None:
    chance = random.Random(seed)
    store = Store(["boxes"])
    indexes = Indexes(store)
    for _ in range(N_STEPS):
        disturb(store, chance)
        everything = [store.by_id("boxes")[row_id] for row_id in sorted(store.by_id("boxes"))]
        assert store.rows("boxes") == everything
        elements = parse_filter(
            chance.choice(
                (
                    [{"property": "name", "operator": "=", "value": "a"}],
                    [{"property": "id", "operator": "in", "value": ["03", "07", "99"]}],
                    [{"property": "project", "operator": "in", "value": ["p1", "p3"]}],
                    [
                        {"property": "updatedAt", "operator": ">", "value": stamp(chance)},
                        {"property": "updatedAt", "operator": "<=", "value": stamp(chance)},
                    ],
                    [{"property": "updatedAt", "operator": ">=", "value": stamp(chance)}],
                    [{"property": "updatedAt", "operator": "<", "value": stamp(chance)}],
                )
            )
        )
        short_cut = matching(indexes.candidates("boxes", elements), elements, GRAMMAR)
        assert short_cut == matching(everything, elements, GRAMMAR)


def test_a_number_ordered_store_lists_2_before_10() -> None:
    store = Store(["logins"], id_order=int)
    for row_id in ("10", "2", "1"):
        store.put("logins", row_id, {"id": row_id})
    assert [row["id"] for row in store.rows("logins")] == ["1", "2", "10"]
    store.put("logins", "3", {"id": "3"})
    assert [row["id"] for row in store.rows("logins")] == ["1", "2", "3", "10"]


def test_a_redo_writes_only_the_fields_its_write_changed() -> None:
    store = Store(["boxes"])
    store.put("boxes", "1", {"id": "1", "name": "a", "note": "old"})
    store.begin()
    store.put("boxes", "1", {"id": "1", "name": "b", "note": "old"})
    changes = store.end()
    store.undo(changes)
    store.put("boxes", "1", {"id": "1", "name": "a", "note": "new"})
    store.redo(changes)
    assert store.get("boxes", "1") == {"id": "1", "name": "b", "note": "new"}
