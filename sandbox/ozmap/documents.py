"""Documents of the map as they are stored: new ids, stamps, and the rule of what moves ``updatedAt``."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from sandbox.clock import Clock
from sandbox.ozmap.indexes import Indexes
from sandbox.ozmap.shapes import RefusedError
from sandbox.store import Row, Store, changed_fields
from sandbox.switches import SwitchBoard


class ObjectIds:
    """24-hex ids that grow with the clock and, within a second, with each call."""

    def __init__(self, clock: Clock, seed: int) -> None:
        chance = random.Random(f"object-ids {seed}")
        self._clock = clock
        self._machine = f"{chance.getrandbits(40):010x}"
        self._counter = chance.getrandbits(20)

    def next(self) -> str:
        self._counter = (self._counter + 1) & 0xFFFFFF
        return f"{int(self._clock.epoch_s()):08x}{self._machine}{self._counter:06x}"


def user_id_of(actor: str) -> str:
    """The ObjectId of the user an actor's key belongs to: always the same."""
    return hashlib.sha256(f"user {actor}".encode()).hexdigest()[:24]


class Documents:
    """Reads and stores documents; every other module writes through here."""

    def __init__(
        self, store: Store, indexes: Indexes, clock: Clock, switches: SwitchBoard, seed: int
    ) -> None:
        self.store = store
        self.indexes = indexes
        self.clock = clock
        self.switches = switches
        self._ids = ObjectIds(clock, seed)

    def get(self, entity: str, row_id: str | None) -> Row | None:
        return self.store.get(entity, row_id)

    def need(self, entity: str, row_id: str | None) -> Row:
        """The document; RefusedError when there is none."""
        row = self.store.get(entity, row_id)
        if row is None:
            raise RefusedError(f"no {entity} with id {row_id}")
        return row

    def find(self, entities: tuple[str, ...], row_id: str | None) -> tuple[str, Row] | None:
        """The (entity, document) of an id that may live in several places."""
        for entity in entities:
            row = self.store.get(entity, row_id)
            if row is not None:
                return entity, row
        return None

    def insert(self, entity: str, fields: Row, actor: str | None) -> Row:
        """A new document with id, stamps and its creator; returns it as stored."""
        row_id, now = self._ids.next(), self.clock.iso_ms()
        row: Row = {"id": row_id, **fields, "createdAt": now, "updatedAt": now}
        if actor is not None:
            row["creatorData"] = {"id": user_id_of(actor), "name": actor, "username": actor}
        return self.store.put(entity, row_id, row)

    def change(self, entity: str, row: Row, fields: dict[str, Any], *, stamp: bool = True) -> Row:
        """``fields`` are written into the document; ``updatedAt`` moves when ``stamp`` and something differs.

        ``row`` says which document, its present state is read anew.
        """
        now = self.store.get(entity, row["id"])
        if now is None:
            raise RefusedError(f"no {entity} with id {row['id']}")
        changed = {**now, **fields}
        if not changed_fields(now, changed):
            return now
        if stamp:
            changed["updatedAt"] = self.clock.iso_ms()
        return self.store.put(entity, row["id"], changed)

    def touch(self, entity: str, row_id: str) -> None:
        """``updatedAt`` moves, nothing else."""
        row = self.store.get(entity, row_id)
        if row is not None:
            self.store.put(entity, row_id, {**row, "updatedAt": self.clock.iso_ms()})

    def remove(self, entity: str, row_id: str) -> None:
        self.store.remove(entity, row_id)
