"""One row of IXC is brought to hold what is wished: read, plan, write, read back, compare.

The numbers are those of sinks.worker. IXC's answers to writes prove nothing in either direction (fact
sheet IXC 4.3), so what counts is the row as it is read afterwards. IXC knows no version of a row (5.11):
it is read once more right before the write, and planned again when somebody wrote it since.
"""

from typing import Protocol

from kernel.contracts.outcomes import Result
from kernel.domain.errors import Malformed, Refused, Transient
from kernel.domain.reasons import Reason, sentence
from kernel.vendors.ixc.requests import Condition
from kernel.vendors.ixc.translate import render_record_for_put
from sinks.effect import UNPROVEN, Effect
from sinks.ixc.wish import Update, Wish, has_settled, plan_update, strayed

N_PLANS = 3
"""So often a row may change under our hands within one try; then the lane tries again later."""

Record = dict[str, str]


class IxcRecords(Protocol):
    """The calls of :class:`kernel.vendors.ixc.client.IxcApi` that bring a row to what is wished."""

    async def read(self, table: str, row_id: str) -> Record | None:
        """The whole row."""

    async def update(self, table: str, row_id: str, full_record: Record) -> None:
        """The row is replaced."""


class IxcCalls(IxcRecords, Protocol):
    """All calls of IXC that sinks make."""

    async def find(self, table: str, where: list[Condition]) -> list[Record]:
        """All rows that meet all conditions, compared loosely."""

    async def insert(self, table: str, record: Record) -> str:
        """The id of the inserted row."""


async def ensure_record(wish: Wish, ixc: IxcRecords) -> Effect:
    """The row is as wished, or the reason why not is raised.

    :raises Refused: remote_missing, not_written, or IXC's own refusal.
    :raises Transient: nobody knows; try again.
    """
    row = await ixc.read(wish.table, wish.row_id)  # 1 read
    return await settle(wish, row, ixc)


async def settle(wish: Wish, row: Record | None, ixc: IxcRecords) -> Effect:
    """:func:`ensure_record` for a row that was read already."""
    for _ in range(N_PLANS):
        if row is None:
            raise missing(wish.table, wish.row_id)
        if not wish.unlike(row):  # 2 plan, 3 nothing to do
            return Effect(Result.ALREADY, wish.row_id)
        now = await ixc.read(wish.table, wish.row_id)
        if now is not None and has_settled(wish.table, row, now):
            chosen = plan_update(wish, now)
            if isinstance(chosen, Update):
                return await _put(wish, chosen, ixc)
        # Somebody wrote it since we planned: what we would send back is no longer theirs.
        row = now
    raise Transient(f"{wish.table} {wish.row_id} changed {N_PLANS} times while its update was planned")


async def _put(wish: Wish, chosen: Update, ixc: IxcRecords) -> Effect:
    failure: Transient | Refused | Malformed | None = None
    try:
        await ixc.update(wish.table, wish.row_id, render_record_for_put(chosen.record))  # 4 write
    except UNPROVEN as error:
        failure = error
    row = await ixc.read(wish.table, wish.row_id)  # 5 read back
    if row is None:
        raise failure or missing(wish.table, wish.row_id)
    lost = wish.unlike(row)
    if lost:
        raise failure or Refused(Reason.NOT_WRITTEN, ", ".join(lost))
    told = [written_all_the_same(failure)] if failure else []
    foreign = strayed(wish, chosen.record, row)
    if foreign:
        # Not ours to repair: whoever wrote after us knows better, and IXC itself may fill fields.
        told.append(sentence(Reason.FOREIGN_CHANGE, ", ".join(foreign)))
    return Effect(Result.UPDATED, wish.row_id, chosen.changed, detail=" ".join(told))


def missing(table: str, row_id: str) -> Refused:
    """The row is no longer there."""
    return Refused(Reason.REMOTE_MISSING, f"{table} {row_id}")


def written_all_the_same(failure: Exception) -> str:
    """The detail of a write that was answered with an error and made."""
    return f"IXC answered an error and wrote it all the same: {failure}"
