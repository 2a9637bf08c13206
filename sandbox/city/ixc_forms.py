"""What every IXC row of the city shares: the unset value of each column, fakes for secrets, the stamp."""

from __future__ import annotations

from functools import cache

from sandbox.city.stamps import ZERO_STAMP, Stamps
from sandbox.ixc.columns import SECRET_MARK
from sandbox.ixc.tables import TABLES

Row = dict[str, str]


@cache
def unset(table: str) -> Row:
    """Every column of ``table`` with what a form leaves when nothing is typed; secrets are marked fakes."""
    return {
        column.name: f"{SECRET_MARK}-{column.name}" if column.is_secret else column.default
        for column in TABLES[table].columns
    }


def changed(row_id: int, age_s: float, stamps: Stamps) -> str:
    """The time of the row's last change: one row in twenty was never touched (zero date, ixc-api 6.1)."""
    if row_id % 20 == 9:
        return ZERO_STAMP
    return stamps.local(age_s * (row_id * 61 % 997) / 997)
