"""EnsureBox: IXC holds this box, active, with the fields that OZmap owns. Step numbers as in sinks.worker.

What has no id yet is looked up by name before it is created, and after a creation whose answer is in doubt.
"""

from kernel.contracts.commands import EnsureBox
from kernel.contracts.outcomes import FieldChange, Result
from kernel.domain.errors import Malformed, Refused, Transient
from kernel.domain.reasons import Reason
from kernel.vendors.ixc.requests import Condition
from sinks.effect import UNPROVEN, Effect
from sinks.ixc.plan import BoxCreation, box_wish, is_named, new_box
from sinks.ixc.record import IxcCalls, Record, ensure_record, settle, written_all_the_same
from sinks.ixc.wish import BOXES


async def ensure_box(command: EnsureBox, ixc: IxcCalls, creation: BoxCreation) -> Effect:
    """IXC holds the box, or the reason why not is raised.

    :raises Refused: remote_missing, ambiguous_box, not_written, or IXC's own refusal.
    :raises Transient: nobody knows; try again.
    """
    if command.ixc_id is not None:
        return await ensure_record(box_wish(command, command.ixc_id), ixc)
    row = await _fetch_by_name(command, ixc)  # 1 read
    if row is None:
        return await _create(command, ixc, creation)
    try:
        return await settle(box_wish(command, row["id"]), row, ixc)
    except Refused as refused:
        if refused.reason == Reason.REMOTE_MISSING:
            raise Transient(f"{refused.detail} was found by name and went away; look again") from refused
        raise


async def _fetch_by_name(command: EnsureBox, ixc: IxcCalls) -> Record | None:
    fields = command.fields
    loosely = await ixc.find(
        BOXES,
        [Condition("id_projeto", "=", fields.project_id), Condition("descricao", "L", fields.name.strip())],
    )
    rows = [row for row in loosely if is_named(command, row)]
    if any("id" not in row for row in rows):
        raise Malformed(f"IXC shows the box “{fields.name.strip()}” without its id")
    if len(rows) > 1:
        ids = ", ".join(row["id"] for row in rows)
        raise Refused(Reason.AMBIGUOUS_BOX, f"{fields.name.strip()} ({BOXES} {ids})")
    return rows[0] if rows else None


async def _create(command: EnsureBox, ixc: IxcCalls, creation: BoxCreation) -> Effect:
    failure: Transient | Refused | Malformed | None = None
    new_id: str | None = None
    try:
        new_id = await ixc.insert(BOXES, new_box(command, creation))  # 4 write
    except UNPROVEN as error:
        failure = error
    row = await ixc.read(BOXES, new_id) if new_id else None  # 5 read back
    if row is None:
        row = await _fetch_by_name(command, ixc)
    if row is None:
        raise failure or Refused(Reason.NOT_WRITTEN, "descricao")
    wish = box_wish(command, row["id"])
    lost = wish.unlike(row)
    if lost and failure is not None:
        # It is there after all, and incomplete: the next try finds it by name and completes it.
        raise Transient(f"IXC answered “{failure}” and inserted the box without {', '.join(lost)}")
    if lost:
        raise Refused(Reason.NOT_WRITTEN, ", ".join(lost))
    changed = tuple(FieldChange(field=c, old=None, new=text) for c, text in wish.wanted.items())
    detail = written_all_the_same(failure) if failure else ""
    return Effect(Result.CREATED, row["id"], changed, detail=detail)
