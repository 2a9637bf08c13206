"""The script: what the person edits, in which order; from the plain fields to what wakes waiting boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.demo import ixc_edits, ozmap_edits
from sandbox.demo.cast import Cast
from sandbox.demo.edit import Edit
from sandbox.demo.speech import Speech

Step = Callable[[Cast, Speech], Edit | None]

SCRIPT: Sequence[Step] = (
    ozmap_edits.rename_box,
    ozmap_edits.move_box,
    ozmap_edits.comment_box,
    ixc_edits.rename_customer,
    ozmap_edits.add_splitter,
    ozmap_edits.change_project,
    ozmap_edits.retype_client,
    ozmap_edits.feed_by_another_olt,
    ixc_edits.type_over_comments,
    ozmap_edits.release_draft,
    ozmap_edits.feed_unfed_box,
    ixc_edits.add_transmitter,
    ixc_edits.add_project,
    ozmap_edits.change_olt_ip,
)


def name_of(step: Step) -> str:
    """What a step is called where the city has no row for it."""
    return step.__name__.replace("_", " ")
