"""A listing answered: columns resolved, filters joined by AND, rows sorted and cut to a page (2)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sandbox.ixc.columns import Column, Kind, integer
from sandbox.ixc.comparison import CellTest, Fold, cell_test, fold_for, key_of
from sandbox.ixc.declared import names_in
from sandbox.ixc.failures import ErrorPageError
from sandbox.ixc.indexes import Indexes
from sandbox.ixc.listing import Filter, ListRequest
from sandbox.ixc.tables import TableSpec
from sandbox.ixc.values import number_in
from sandbox.store import Row, Store
from sandbox.switches import SwitchBoard

IsHidden = Callable[[str, Row], bool]
_DATE_PART = re.compile(r"(MONTH|YEAR|DAY)\(\s*([\w.]+)\s*\)", re.IGNORECASE)
_PART_OF_DATE = {"YEAR": slice(0, 4), "MONTH": slice(5, 7), "DAY": slice(8, 10)}


@dataclass(frozen=True, slots=True)
class Selection:
    """One page: its rows, how many rows match in all, and the page number answered."""

    rows: Sequence[Row]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class _Condition:
    column: Column
    wanted: Filter
    part: slice | None = None  # of a date, where the filter names MONTH(column) and the like


class Query:
    """Answers listings out of the store; a switch read here holds from the next request on."""

    def __init__(self, store: Store, switches: SwitchBoard) -> None:
        self._store = store
        self._switches = switches
        self.indexes = Indexes(store)
        self._n_sorted = 0

    def select(self, spec: TableSpec, request: ListRequest, is_hidden: IsHidden | None = None) -> Selection:
        """Return the page the request asks for.

        Raises ErrorPageError for columns and operators that do not exist, also where no row would have
        been looked at: IXC hands them to the DB.
        """
        filters = () if self._switches.on("ignore_filter") else request.filters
        conditions = [self._condition(spec, wanted) for wanted in filters]
        rows = self._matching(spec, conditions)
        if is_hidden is not None:
            rows = [row for row in rows if not is_hidden(spec.name, row)]
        return self._page(self._sorted(spec, rows, request), request)

    def rows_equal(self, spec: TableSpec, column_name: str, value: str) -> Sequence[Row]:
        """Return the rows whose column holds exactly this value, in id order."""
        column, fold = spec.by_name[column_name], fold_for(self._switches)
        found = self.indexes.rows_where(spec, column, frozenset({key_of(column, value, fold)}), fold)
        if found is not None:
            return found
        return [row for row in self._store.rows(spec.name) if row[column_name] == value]

    def _condition(self, spec: TableSpec, wanted: Filter) -> _Condition:
        called = _DATE_PART.fullmatch(wanted.column)
        if called is None:
            return _Condition(self._resolve(spec, wanted.column), wanted)
        column = self._resolve(spec, called[2])
        if column.kind not in (Kind.DAY, Kind.MOMENT):
            raise ErrorPageError(f"{called[1]} of {column.name}")
        # The filter goes close to raw SQL: measured for MONTH(); other expressions are not played here (2).
        return _Condition(replace(integer(column.name), blank=""), wanted, _PART_OF_DATE[called[1].upper()])

    def _resolve(self, spec: TableSpec, reference: str) -> Column:
        """Return the column of `table.column` or `column`, in any case, as MariaDB takes names."""
        table, _, name = reference.strip().rpartition(".")
        column = spec.by_name.get(name) or spec.by_lowered_name.get(name.lower())
        if column is None or table.lower() not in ("", spec.name):
            raise ErrorPageError(f"unknown column {reference!r} in {spec.name}")
        if f"{spec.name}.{column.name}" in names_in(self._switches.text("unfilterable")):
            raise ErrorPageError(f"column {column.name} is not there in this version")
        return column

    def _matching(self, spec: TableSpec, conditions: list[_Condition]) -> Sequence[Row]:
        fold = fold_for(self._switches)
        tests = [(condition, self._test(condition)) for condition in conditions]
        rows, served = self._narrowed(spec, conditions, fold)
        for condition, test in tests:
            if condition is not served:
                name = condition.column.name
                rows = [row for row in rows if test(row[name])]
        return rows

    def _test(self, condition: _Condition) -> CellTest:
        test, part = cell_test(condition.column, condition.wanted, self._switches), condition.part
        if part is None:
            return test
        return lambda cell: test(str(int(cell[part] or 0)))

    def _narrowed(
        self, spec: TableSpec, conditions: list[_Condition], fold: Fold
    ) -> tuple[Sequence[Row], _Condition | None]:
        """Return the fewest rows that one condition leaves without a scan, and that condition."""
        best: tuple[Sequence[Row], _Condition | None] | None = None
        for condition in conditions:
            found = None if condition.part is not None else self._found(spec, condition, fold)
            if found is not None and (best is None or len(found) < len(best[0])):
                best = (found, condition)
        return best or (self._store.rows(spec.name), None)

    def _found(self, spec: TableSpec, condition: _Condition, fold: Fold) -> Sequence[Row] | None:
        column, wanted = condition.column, condition.wanted
        if wanted.oper == "=" or (wanted.oper == "IN" and column.kind is Kind.INTEGER):
            values = wanted.value.split(",") if wanted.oper == "IN" else [wanted.value]
            keys = frozenset(key_of(column, value, fold) for value in values)
            return self.indexes.rows_where(spec, column, keys, fold)
        if column.name == "id" and wanted.oper in (">", ">=", "<", "<="):
            return self._id_range(spec, wanted)
        return None

    def _id_range(self, spec: TableSpec, wanted: Filter) -> Sequence[Row]:
        rows, number = self._store.rows(spec.name), float(number_in(wanted.value))
        if wanted.oper in (">", "<="):
            place = bisect_right(rows, number, key=_number_of)
        else:
            place = bisect_left(rows, number, key=_number_of)
        return rows[place:] if wanted.oper in (">", ">=") else rows[:place]

    def _sorted(self, spec: TableSpec, rows: Sequence[Row], request: ListRequest) -> Sequence[Row]:
        """Return the rows in the order asked; they come in id order."""
        name, is_descending = "id", self._switches.text("default_sort") == "desc"
        if request.sortname:
            column = self._resolve(spec, request.sortname)
            name, is_descending = column.name, request.sortorder == "desc"
        if name == "id":
            return rows[::-1] if is_descending else rows
        self._n_sorted += 1
        if self._switches.on("unstable_ties") and self._n_sorted % 2:
            rows = rows[::-1]
        return sorted(rows, key=self._sort_key(column), reverse=is_descending)

    def _sort_key(self, column: Column) -> Callable[[Row], float | str]:
        name, fold = column.name, fold_for(self._switches)
        if column.kind in (Kind.INTEGER, Kind.DECIMAL):
            return lambda row: float(row[name] or "-inf")  # NULL sorts first
        if column.kind in (Kind.DAY, Kind.MOMENT):
            return lambda row: str(row[name])
        return lambda row: fold(row[name])

    def _page(self, rows: Sequence[Row], request: ListRequest) -> Selection:
        """Return the page by plain OFFSET: rows that move while a client pages are lost or doubled (2.3)."""
        switches, total = self._switches, len(rows)
        rp = request.rp or int(switches.number("default_rp"))
        max_rp = int(switches.number("max_rp"))
        if max_rp:
            rp = min(rp, max_rp)
        page = 1 if switches.on("ignore_page") else request.page
        start = (page - 1) * rp
        if start >= total and page > 1:
            return self._beyond_end(rows, total, request.page, rp)
        end = start + rp + int(switches.number("overrun_rows"))
        return Selection(rows[start:end], total, request.page)

    def _beyond_end(self, rows: Sequence[Row], total: int, page: int, rp: int) -> Selection:
        """Return what a page after the last holds: UNKNOWN, switch `beyond_end`."""
        match self._switches.text("beyond_end"):
            case "html":
                raise ErrorPageError("page beyond the end")
            case "zero":
                return Selection((), 0, page)
            case "last":
                return Selection(rows[max(total - 1, 0) // rp * rp :], total, page)
            case _:
                return Selection((), total, page)


def _number_of(row: Row) -> float:
    return float(row["id"])
