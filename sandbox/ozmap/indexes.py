"""Look-ups by a field's value, kept true by watching the store."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import Any

from sandbox.ozmap.filters import Condition
from sandbox.store import Change, Row, Store

INDEXED = {
    "splitters": ("parent",),
    "properties": ("client", "box", "drop"),
    "ftth-clients": ("code",),
    "boxes": ("name", "project"),
    "buildings": ("name", "project"),
    "fibers": ("parent",),
    "projects": ("name",),
    "olts": ("ip",),
    "slots": ("olt",),
    "pons": ("slot",),
}
STAMP = "updatedAt"
LAST = "\uffff"
"""Sorts after every stamp and id."""


class Indexes:
    """Ids by field value for the fields of ``INDEXED``. Values that are no text are not indexed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[tuple[str, str], dict[str, dict[str, None]]] = {
            (entity, field): {} for entity, fields in INDEXED.items() for field in fields
        }
        self._stamps: dict[str, list[tuple[str, str]]] = {}  # (updatedAt, id), from the first poll on
        store.watch(self._note)

    def ids(self, entity: str, field: str, value: str | None) -> list[str]:
        """The ids of rows whose field holds ``value``, in id order."""
        return sorted(self._ids[entity, field].get(value, ())) if value is not None else []

    def rows(self, entity: str, field: str, value: str | None) -> list[Row]:
        """The rows whose field holds ``value``, in id order."""
        by_id = self._store.by_id(entity)
        return [by_id[row_id] for row_id in self.ids(entity, field, value)]

    def first(self, entity: str, field: str, value: str | None) -> Row | None:
        return next(iter(self.rows(entity, field, value)), None)

    def candidates(self, entity: str, elements: list[Condition | list[Condition]]) -> list[Row]:
        """Rows in id order among which all that meet the filter are: by index where one fits, else all."""
        conditions = [element for element in elements if isinstance(element, Condition)]
        for condition in conditions:
            narrowed = self._narrowed(entity, condition)
            if narrowed is not None:
                return narrowed
        after = [c.value for c in conditions if c.name == STAMP and c.operator in (">", ">=")]
        before = [c.value for c in conditions if c.name == STAMP and c.operator in ("<", "<=")]
        if all(isinstance(bound, str) for bound in (*after, *before)) and (after or before):
            return self._stamped(entity, max(after, default=""), min(before, default=LAST))
        return self._store.rows(entity)

    def _stamped(self, entity: str, first: str, last: str) -> list[Row]:
        """The rows changed between two stamps, both included: what a delta poll asks for."""
        by_id = self._store.by_id(entity)
        stamps = self._stamps.get(entity)
        if stamps is None:
            stamps = sorted((str(row.get(STAMP, "")), row_id) for row_id, row in by_id.items())
            self._stamps[entity] = stamps
        found = stamps[bisect_left(stamps, (first, "")) : bisect_right(stamps, (last, LAST))]
        if len(found) > len(stamps) // 4:
            return self._store.rows(entity)  # sorting most of them by id costs more than looking at all
        return [by_id[row_id] for row_id in sorted(row_id for _, row_id in found)]

    def _narrowed(self, entity: str, condition: Condition) -> list[Row] | None:
        values = condition.value if condition.operator == "in" else [condition.value]
        if condition.operator not in ("=", "in") or not all(isinstance(value, str) for value in values):
            return None
        if condition.name == "id":
            ids: Iterable[str] = values
        elif (entity, condition.name) in self._ids:
            ids = (i for value in values for i in self._ids[entity, condition.name].get(value, ()))
        else:
            return None
        by_id = self._store.by_id(entity)
        return [by_id[row_id] for row_id in sorted(set(ids)) if row_id in by_id]

    def _note(self, change: Change) -> None:
        stamps = self._stamps.get(change.entity)
        if stamps is not None:
            if change.before is not None:
                del stamps[bisect_left(stamps, (str(change.before.get(STAMP, "")), change.id))]
            if change.after is not None:
                insort(stamps, (str(change.after.get(STAMP, "")), change.id))
        for field in INDEXED.get(change.entity, ()):
            old, new = _text(change.before, field), _text(change.after, field)
            if old == new:
                continue
            by_value = self._ids[change.entity, field]
            if old is not None:
                by_value[old].pop(change.id, None)
                if not by_value[old]:
                    del by_value[old]
            if new is not None:
                by_value.setdefault(new, {})[change.id] = None


def _text(row: Row | None, field: str) -> str | None:
    value: Any = row.get(field) if row is not None else None
    return value if isinstance(value, str) else None
