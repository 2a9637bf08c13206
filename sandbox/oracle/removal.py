"""box-removal: what OZmap deleted is inactive in IXC, and nothing else is.

Source: spec ``box-removal``. The oracle knows the truth that the product must infer: it sees OZmap's rows.
"""

from __future__ import annotations

from sandbox.oracle.raw import Links, Rows, by_id, of, text

BRAKE_RATIO = 0.05
BRAKE_LEAST = 20


def removed_boxes(ozmap: Rows, links: Links) -> dict[str, str]:
    """The links whose OZmap object is gone: OZmap id → IXC id."""
    there = {str(row["id"]) for entity in ("boxes", "splitters") for row in of(ozmap, entity)}
    return {ozmap_id: ixc_id for ozmap_id, ixc_id in links.items() if ozmap_id not in there}


def brakes(n_gone: int, n_before: int) -> bool:
    """Whether so many of an entity gone in one listing must stop all removals: over 5 %, at least 20."""
    return n_gone > max(BRAKE_LEAST, BRAKE_RATIO * n_before)


def compare_removals(ozmap: Rows, ixc: Rows, links: Links, initial: Rows | None = None) -> list[str]:
    """What differs from box-removal, in words. ``initial``: IXC before; then no other may fall inactive."""
    rows = by_id(of(ixc, "rad_caixa_ftth"))
    before = by_id(of(initial, "rad_caixa_ftth")) if initial is not None else {}
    gone = set(removed_boxes(ozmap, links).values())
    words = [
        f"IXC box {row_id} of a deleted OZmap box does not exist" for row_id in sorted(gone - rows.keys())
    ]
    for row_id, row in rows.items():
        status, was = text(row, "status"), text(before.get(row_id, {}), "status")
        if row_id in gone and status != "I":
            words.append(f"IXC box {row_id} is {status!r} though its OZmap box was deleted")
        elif row_id not in gone and status == "I" and was == "A":
            words.append(f"IXC box {row_id} fell inactive though nothing was deleted")
    return words
