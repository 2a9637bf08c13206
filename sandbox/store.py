"""The rows of a double: immutable once stored, so the journal may keep them by reference."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
"""One stored document or record. Never changed in place: a change stores a new dict under the same id."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after a write; None where there is none."""

    entity: str
    id: str
    before: Row | None
    after: Row | None


Watcher = Callable[[Change], None]


class Store:
    """Rows by entity and id, listed in the order of their ids, with a log of what the current call changed.

    ``watch`` registers a function called after each change: indexes live there. Rows handed out are the
    stored ones; treat them as frozen and ``put`` a new dict.
    """

    def __init__(self, entities: Iterable[str], id_order: Callable[[str], Any] = str) -> None:
        self._rows: dict[str, dict[str, Row]] = {entity: {} for entity in entities}
        self._order: dict[str, list[str]] = {}  # ids in order, from the first listing on
        self._listed: dict[str, list[Row]] = {}  # the rows in that order
        self._watchers: list[Watcher] = []
        self._log: list[Change] = []
        self._kept_fields: dict[str, frozenset[str]] = {}
        self._id_order = id_order
        self.blank: Callable[[str, str, Row], None] = lambda _entity, field, row: row.pop(field, None)

    def entities(self) -> list[str]:
        return list(self._rows)

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def get(self, entity: str, row_id: str | None) -> Row | None:
        """The stored row, or None."""
        return self._rows[entity].get(row_id) if row_id is not None else None

    def by_id(self, entity: str) -> dict[str, Row]:
        """All rows of an entity by id, unordered. Read only."""
        return self._rows[entity]

    def rows(self, entity: str) -> list[Row]:
        """All rows in id order. Read only, and it moves with later changes: copy it to keep it."""
        listed = self._listed.get(entity)
        if listed is None:
            rows = self._rows[entity]
            order = self._order[entity] = sorted(rows, key=self._id_order)
            listed = self._listed[entity] = [rows[row_id] for row_id in order]
        return listed

    def put(self, entity: str, row_id: str, row: Row) -> Row:
        """The id now holds ``row``; returns it as stored (a fault may keep fields of the old)."""
        before = self._rows[entity].get(row_id)
        for field in self._kept_fields.get(entity, ()):
            if before is not None and field in before:
                row = {**row, field: before[field]}
            elif before is None:
                row = dict(row)
                self.blank(entity, field, row)
        self._rows[entity][row_id] = row
        self._note(Change(entity, row_id, before, row))
        return row

    def remove(self, entity: str, row_id: str) -> Row | None:
        """The id holds nothing any more; returns what it held."""
        before = self._rows[entity].pop(row_id, None)
        if before is not None:
            self._note(Change(entity, row_id, before, None))
        return before

    def begin(self, kept_fields: dict[str, frozenset[str]] | None = None) -> None:
        """Start the log of one call; ``kept_fields`` of an entity silently keep their old value in it."""
        self._log = []
        self._kept_fields = kept_fields or {}

    def end(self) -> list[Change]:
        """What changed since ``begin``, one entry per row (first before, last after)."""
        merged: dict[tuple[str, str], Change] = {}
        for change in self._log:
            key = (change.entity, change.id)
            first = merged.get(key)
            before = first.before if first is not None else change.before
            merged[key] = Change(change.entity, change.id, before, change.after)
        self._log, self._kept_fields = [], {}
        return list(merged.values())

    def undo(self, changes: list[Change]) -> None:
        """The rows are as before ``changes``: a transaction that has not committed yet."""
        for change in reversed(changes):
            self._restore(change.entity, change.id, change.before)
        self._log = []

    def redo(self, changes: list[Change]) -> None:
        """The fields ``changes`` wrote are there again; what others wrote meanwhile to other fields stays."""
        for change in changes:
            now = self._rows[change.entity].get(change.id)
            if change.after is None or now is None or change.before is None:
                self._restore(change.entity, change.id, change.after)
                continue
            written = {
                name: change.after[name]
                for name in changed_fields(change.before, change.after)
                if name in change.after
            }
            self._restore(change.entity, change.id, {**now, **written})
        self._log = []

    def _restore(self, entity: str, row_id: str, row: Row | None) -> None:
        if row is None:
            self.remove(entity, row_id)
        else:
            self.put(entity, row_id, row)

    def _note(self, change: Change) -> None:
        self._log.append(change)
        self._keep_sorted(change)
        for watcher in self._watchers:
            watcher(change)

    def _keep_sorted(self, change: Change) -> None:
        """A listing once made is kept in order: replaced in place, inserted, or taken out."""
        order, listed = self._order.get(change.entity), self._listed.get(change.entity)
        if order is None or listed is None:
            return
        place = bisect_left(order, self._id_order(change.id), key=self._id_order)
        if change.before is None and change.after is not None:
            order.insert(place, change.id)
            listed.insert(place, change.after)
        elif change.after is not None:
            listed[place] = change.after
        elif change.before is not None:
            del order[place], listed[place]


def changed_fields(before: Row | None, after: Row | None) -> list[str]:
    """Names of the top-level fields that differ; every field when the row appeared or went."""
    if before is after:
        return []
    if before is None or after is None:
        return sorted(after if after is not None else before or {})
    names = before.keys() | after.keys()
    missing = object()
    return sorted(name for name in names if before.get(name, missing) != after.get(name, missing))
