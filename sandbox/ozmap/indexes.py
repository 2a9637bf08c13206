"""Look-ups by a field's value, kept true by watching the store."""

from __future__ import annotations

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


class Indexes:
    """Ids by field value for the fields of ``INDEXED``. Values that are no text are not indexed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[tuple[str, str], dict[str, dict[str, None]]] = {
            (entity, field): {} for entity, fields in INDEXED.items() for field in fields
        }
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
        for element in elements:
            if isinstance(element, Condition):
                narrowed = self._narrowed(entity, element)
                if narrowed is not None:
                    return narrowed
        return self._store.rows(entity)

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
