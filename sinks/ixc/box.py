"""EnsureBox: IXC holds this box, active, with the fields that OZmap owns.

The numbers are those of sinks.worker. IXC's answers to writes prove nothing in either direction (fact
sheet IXC 4.3), so what counts is the row as it is read afterwards.
"""

from typing import Protocol

from kernel.contracts.commands import EnsureBox
from kernel.contracts.outcomes import FieldChange, Result
from kernel.domain.errors import Malformed, Refused, Transient
from kernel.domain.reasons import Reason, sentence
from kernel.vendors.ixc.requests import Condition
from kernel.vendors.ixc.translate import render_record_for_put
from sinks.effect import Effect
from sinks.ixc.plan import BoxCreation, Create, Nothing, Update, is_named, plan, strayed, unlike, wished_of

BOXES = "rad_caixa_ftth"
N_PLANS = 3
"""So often a row may change under our hands within one try; then the lane tries again later."""

Record = dict[str, str]
UNPROVEN = (Transient, Refused, Malformed)
"""Errors of a write after which it may have been made all the same."""


class IxcBoxes(Protocol):
    """The calls of :class:`kernel.vendors.ixc.client.IxcApi` that are made here."""

    async def read(self, table: str, row_id: str) -> Record | None:
        """The whole row."""

    async def find(self, table: str, where: list[Condition]) -> list[Record]:
        """All rows that meet all conditions, compared loosely."""

    async def insert(self, table: str, record: Record) -> str:
        """The id of the inserted row."""

    async def update(self, table: str, row_id: str, full_record: Record) -> None:
        """The row is replaced."""


async def ensure_box(command: EnsureBox, ixc: IxcBoxes, creation: BoxCreation) -> Effect:
    """IXC holds the box, or the reason why not is raised.

    :raises Refused: remote_missing, ambiguous_box, not_written, or IXC's own refusal.
    :raises Transient: nobody knows; try again.
    """
    row = await _fetch(command, ixc)  # 1 read
    for _ in range(N_PLANS):
        chosen = plan(command, row, creation)  # 2 plan
        if isinstance(chosen, Create):
            return await _create(command, chosen, ixc)
        if row is None:
            raise AssertionError("only a row that is there can be left or updated")
        if isinstance(chosen, Nothing):  # 3 nothing to do
            return Effect(Result.ALREADY, row["id"])
        now = await ixc.read(BOXES, row["id"])
        if now == row:
            return await _update(command, chosen, ixc)
        # Somebody wrote it since we planned: what we would send back is no longer theirs.
        row = now if now is not None else await _fetch(command, ixc)
    raise Transient(f"the box changed {N_PLANS} times while its update was planned")


async def _fetch(command: EnsureBox, ixc: IxcBoxes) -> Record | None:
    if command.ixc_id is None:
        return await _fetch_by_name(command, ixc)
    row = await ixc.read(BOXES, command.ixc_id)
    if row is None:
        raise Refused(Reason.REMOTE_MISSING, f"{BOXES} {command.ixc_id}")
    return row


async def _fetch_by_name(command: EnsureBox, ixc: IxcBoxes) -> Record | None:
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


async def _create(command: EnsureBox, chosen: Create, ixc: IxcBoxes) -> Effect:
    failure: Transient | Refused | Malformed | None = None
    new_id: str | None = None
    try:
        new_id = await ixc.insert(BOXES, chosen.record)  # 4 write
    except UNPROVEN as error:
        failure = error
    row = await ixc.read(BOXES, new_id) if new_id else None  # 5 read back
    if row is None:
        row = await _fetch_by_name(command, ixc)
    if row is None:
        raise failure or Refused(Reason.NOT_WRITTEN, "descricao")
    lost = unlike(command, row)
    if lost and failure is not None:
        # It is there after all, and incomplete: the next try finds it by name and completes it.
        raise Transient(f"IXC answered “{failure}” and inserted the box without {', '.join(lost)}")
    if lost:
        raise Refused(Reason.NOT_WRITTEN, ", ".join(lost))
    changed = tuple(FieldChange(field=f, old=None, new=text) for f, text in wished_of(command).items())
    return Effect(Result.CREATED, row["id"], changed, detail=_told(failure))


async def _update(command: EnsureBox, chosen: Update, ixc: IxcBoxes) -> Effect:
    failure: Transient | Refused | Malformed | None = None
    row_id = chosen.record["id"]
    try:
        await ixc.update(BOXES, row_id, render_record_for_put(chosen.record))  # 4 write
    except UNPROVEN as error:
        failure = error
    row = await ixc.read(BOXES, row_id)  # 5 read back
    if row is None:
        raise failure or Refused(Reason.REMOTE_MISSING, f"{BOXES} {row_id}")
    lost = unlike(command, row)
    if lost:
        raise failure or Refused(Reason.NOT_WRITTEN, ", ".join(lost))
    foreign = strayed(chosen.record, row)
    told = [_told(failure)] if failure else []
    if foreign:
        # Not ours to repair: whoever wrote after us knows better, and IXC itself may fill fields.
        told.append(sentence(Reason.FOREIGN_CHANGE, ", ".join(foreign)))
    return Effect(Result.UPDATED, row_id, chosen.changed, detail=" ".join(told))


def _told(failure: Exception | None) -> str:
    return f"IXC answered an error and wrote it all the same: {failure}" if failure else ""
