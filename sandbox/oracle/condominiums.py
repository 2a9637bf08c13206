"""condominium-sync: each splitter of a building is one IXC box.

Source: spec ``condominium-sync``. The setting ``splitter_as_box`` is not looked at here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sandbox.oracle.boxes import Expected, Wanted, compare_held, place
from sandbox.oracle.raw import Links, Row, Rows, by_id, of, reference, text
from sandbox.oracle.splitters import n_outputs


def expected_condominiums(
    ozmap: Rows,
    ixc: Rows,
    olt: str = "required",
    links: Links | None = None,
    known_ids: set[str] | None = None,
) -> dict[str, Expected]:
    """What IXC must hold for each splitter of a building, by splitter id."""
    wanted = Wanted(ozmap, ixc, olt, links, known_ids)
    buildings = by_id(of(ozmap, "buildings"))
    inside = [row for row in of(ozmap, "splitters") if reference(row, "parent") in buildings]
    names = {str(row["id"]): _name(buildings[reference(row, "parent")], row) for row in inside}
    alike = Counter(
        (wanted.project_name(buildings[reference(row, "parent")]), names[str(row["id"])]) for row in inside
    )
    expected: dict[str, Expected] = {}
    for splitter in inside:
        splitter_id, building = str(splitter["id"]), buildings[reference(splitter, "parent")]
        name = names[splitter_id]
        if alike[wanted.project_name(building), name] > 1:
            expected[splitter_id] = Expected(splitter_id, "ambiguous_name")
            continue
        comments, capacity = text(splitter, "observation"), n_outputs(splitter)
        expected[splitter_id] = place(splitter_id, name, building, splitter, comments, capacity, wanted)
    return expected


def _name(building: Row, splitter: Row) -> str:
    return f"{text(building, 'name')} - {text(splitter, 'name')}"


def compare_condominiums(
    ozmap: Rows,
    ixc: Rows,
    links: Links | None = None,
    olt: str = "required",
    initial: Iterable[Row] | None = None,
) -> list[str]:
    """What differs from condominium-sync, in words. ``initial`` as for ``compare_boxes``, which also tells
    boxes made for nobody when these are given to it as ``others``."""
    known_ids = {str(row["id"]) for row in initial} if initial is not None else None
    expected = expected_condominiums(ozmap, ixc, olt, links, known_ids)
    return compare_held([one for one in expected.values() if one.is_held], ixc, links)
