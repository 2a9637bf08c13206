"""Equality indexes over the store's rows, built at the first question and kept right by every change."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.ixc.columns import Column, Kind
from sandbox.ixc.comparison import Fold, key_of
from sandbox.ixc.tables import TableSpec
from sandbox.store import Change, Row, Store

MAX_LOOKUP_ROWS = 2_000  # beyond it a scan in id order is cheaper than sorting the ids found
_INDEXED_KINDS = (Kind.INTEGER, Kind.TEXT, Kind.ENUM)


class Indexes:
    """Ids of a table's rows by the value of one column; `rows_where` never lies, it may only not know."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_column: dict[str, dict[tuple[str, Fold], _Index]] = {}
        store.watch(self._follow)

    def rows_where(
        self, spec: TableSpec, column: Column, keys: frozenset[str], fold: Fold
    ) -> list[Row] | None:
        """Return the rows whose `column` has one of the folded `keys`, in id order.

        None: no index serves this column, or so many rows match that a scan is as good.
        """
        by_id = self._store.by_id(spec.name)
        if column.name == "id":
            found = [by_id[key] for key in keys if key in by_id]
        elif column.kind in _INDEXED_KINDS:
            ids = self._index(spec, column, fold).ids_of(keys)
            if len(ids) > MAX_LOOKUP_ROWS:
                return None
            found = [by_id[row_id] for row_id in ids]
        else:
            return None
        if len(found) > 1:
            found.sort(key=_number_of)
        return found

    def _index(self, spec: TableSpec, column: Column, fold: Fold) -> _Index:
        indexes = self._by_column.setdefault(spec.name, {})
        index = indexes.get((column.name, fold))
        if index is None:
            index = indexes[column.name, fold] = _Index(column, fold)
            for row_id, row in self._store.by_id(spec.name).items():
                index.add(row_id, row)
        return index

    def _follow(self, change: Change) -> None:
        for index in self._by_column.get(change.entity, {}).values():
            index.follow(change)


class _Index:
    def __init__(self, column: Column, fold: Fold) -> None:
        self._name = column.name
        self._key: Callable[[str], str] = (
            str if column.kind is Kind.INTEGER else lambda cell: key_of(column, cell, fold)
        )
        self._ids: dict[str, set[str]] = {}

    def ids_of(self, keys: frozenset[str]) -> list[str]:
        return [row_id for key in keys for row_id in self._ids.get(key, ())]

    def add(self, row_id: str, row: Row) -> None:
        cell = row[self._name]
        self._ids.setdefault(self._key(cell), set()).add(row_id)

    def follow(self, change: Change) -> None:
        before = None if change.before is None else change.before[self._name]
        after = None if change.after is None else change.after[self._name]
        if before == after:
            return
        if before is not None:
            self._ids[self._key(before)].discard(change.id)
        if change.after is not None:
            self.add(change.id, change.after)


def _number_of(row: Row) -> int:
    return int(row["id"])
