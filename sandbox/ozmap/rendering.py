"""A stored document as a reply shows it: lat and lng, the client inside its property, populate, select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from sandbox.ozmap.indexes import Indexes
from sandbox.ozmap.schema import PLACES, REFERENCES
from sandbox.store import Change, Row, Store
from sandbox.switches import SwitchBoard

_HIDDEN = {"slots": "olt", "pons": "slot"}
"""Back references that creates take and whose name on read is unknown (ozmap-api 3.6)."""


class Renderer:
    """Shows documents; the plain form of each is kept as bytes until the document changes."""

    def __init__(self, store: Store, indexes: Indexes, switches: SwitchBoard) -> None:
        self._store = store
        self._indexes = indexes
        self._switches = switches
        self._plain: dict[str, dict[str, bytes]] = {entity: {} for entity in store.entities()}
        store.watch(self._forget)

    def plain(self, entity: str, row: Row) -> bytes:
        """The JSON of a document without select and populate."""
        kept = self._plain[entity]
        shown = kept.get(row["id"])
        if shown is None:
            shown = kept[row["id"]] = orjson.dumps(self.shown(entity, row))
        return shown

    def shown(self, entity: str, row: Row) -> Row:
        """The document with its virtuals; references are ids, except a property's client (ozmap-api 2.6)."""
        shown = dict(row)
        if entity in PLACES:
            shown["lng"], shown["lat"] = row.get("coords") or (None, None)
        if entity == "properties":
            client = self._store.get("ftth-clients", row.get("client"))
            shown["client"] = None if client is None else self.shown("ftth-clients", client)
        elif entity == "ftth-clients":
            shown["kind"] = self._switches.text("client_kind")
        elif entity in _HIDDEN and not self._switches.on("back_references"):
            shown.pop(_HIDDEN[entity], None)
        return shown

    def chosen(self, entity: str, row: Row, select: Sequence[str], populate: Sequence[str]) -> Row:
        """The document with references expanded and only the selected fields, as asked."""
        shown = self.shown(entity, row)
        for name in populate:
            if name in shown and name in REFERENCES and not isinstance(shown[name], dict):
                shown[name] = self._expanded(name, shown[name])
        if not select:
            return shown
        chosen: Row = {name: shown[name] for name in ("id", "kind") if name in shown}
        if entity in PLACES:
            has_place = "coords" in select
            chosen |= {"lng": shown["lng"] if has_place else None, "lat": shown["lat"] if has_place else None}
        return chosen | {name: shown[name] for name in select if name in shown and name not in ("lat", "lng")}

    def created(self, entity: str, row: Row) -> Row:
        """The reply to a create: ``_id``, ``__v``, a property's client as its bare id (ozmap-api 3.9)."""
        shown = self.shown(entity, row)
        if entity == "properties":
            shown["client"] = row.get("client")
        return {**shown, "_id": row["id"], "__v": 0}

    def forget_all(self) -> None:
        """Nothing kept holds any more: a switch changed how documents look."""
        for kept in self._plain.values():
            kept.clear()

    def _expanded(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._expanded(name, one) for one in value]
        if not isinstance(value, str):
            return value
        for entity in REFERENCES[name]:
            row = self._store.get(entity, value)
            if row is not None:
                return self.shown(entity, row)
        return None  # a reference into the void populates as null

    def _forget(self, change: Change) -> None:
        self._plain[change.entity].pop(change.id, None)
        if change.entity == "ftth-clients":
            for property_id in self._indexes.ids("properties", "client", change.id):
                self._plain["properties"].pop(property_id, None)
