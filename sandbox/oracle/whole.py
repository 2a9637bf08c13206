"""All rules at once: what both systems say otherwise than the eleven rules ask, in words."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.oracle.activation import compare_activation
from sandbox.oracle.boxes import compare_boxes
from sandbox.oracle.cancellation import compare_cancellations, expected_cancellations
from sandbox.oracle.condominiums import compare_condominiums, expected_condominiums
from sandbox.oracle.coordinates import compare_coordinates
from sandbox.oracle.creation import compare_creations
from sandbox.oracle.names import compare_names
from sandbox.oracle.placement import compare_placements
from sandbox.oracle.power import compare_powers
from sandbox.oracle.raw import Links, Rows
from sandbox.oracle.status import compare_statuses
from sandbox.oracle.withdrawal import compare_withdrawals


@dataclass(frozen=True)
class Both:
    """The raw rows of both doubles at one moment."""

    ozmap: Rows
    ixc: Rows


def compare_whole(before: Both, now: Both, links: Links) -> dict[str, list[str]]:
    """Rule → what differs from it ``now``; a rule that holds is absent.

    ``before``: both systems before the product wrote, with nobody else editing since. ``links``: the pairs
    the product wrote, boxes and splitters alike.
    """
    told = steady(now, links, before) | {
        "client-creation": compare_creations(before.ozmap, now.ozmap, now.ixc, links),
        "client-withdrawal": compare_withdrawals(
            before.ozmap, now.ozmap, now.ixc, expected_cancellations(before.ozmap, now.ixc)
        ),
        "client-cancellation": compare_cancellations(before.ozmap, now.ozmap, now.ixc),
    }
    return {rule: words for rule, words in told.items() if words}


def steady(now: Both, links: Links, before: Both | None = None) -> dict[str, list[str]]:
    """Rule → what differs from it, for the rules that say how things must be whatever was before."""
    old_boxes = before.ixc["rad_caixa_ftth"] if before is not None else None
    known_ids = {str(row["id"]) for row in old_boxes} if old_boxes is not None else None
    condominiums = expected_condominiums(now.ozmap, now.ixc, "required", links, known_ids).values()
    told = {
        "box-sync": compare_boxes(now.ozmap, now.ixc, links, initial=old_boxes, others=condominiums),
        "condominium-sync": compare_condominiums(now.ozmap, now.ixc, links, initial=old_boxes),
        "port-move": compare_placements(now.ozmap, now.ixc, links),
        "coordinates": compare_coordinates(now.ozmap, now.ixc),
        "client-activation": compare_activation(now.ozmap, now.ixc),
        "client-status": compare_statuses(now.ozmap, now.ixc),
        "client-power": compare_powers(now.ozmap, now.ixc),
        "client-name": compare_names(now.ozmap, now.ixc),
    }
    return {rule: words for rule, words in told.items() if words}
