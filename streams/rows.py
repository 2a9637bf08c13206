"""The rows of both systems as the topics say, decoded, with their look-ups kept beside them."""

from collections.abc import Iterator

import orjson
from pydantic import ValidationError

from kernel.contracts.changes import Entity
from kernel.domain.errors import Malformed
from kernel.domain.observed import Observed
from streams.indexes import INDEXES
from streams.tables import Tables

_CACHED_ROWS = 20_000


class Rows:
    """All rows of all entities over ``tables``. Facts are named, so that a change of one can be told."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._cache: dict[tuple[str, str], Observed] = {}

    def raw(self, entity: Entity, row_id: str) -> bytes | None:
        """The row's body as the topic has it, or None."""
        return self._tables.get(entity.slug, row_id)

    def get(self, entity: Entity, row_id: str) -> Observed | None:
        """The row, or None when it is unknown."""
        cached = self._cache.get((entity.slug, row_id))
        if cached is not None:
            return cached
        body = self.raw(entity, row_id)
        return None if body is None else self._remember(entity, row_id, parse_row(entity, row_id, body))

    def read(self, entity: Entity, row_id: str) -> tuple[bytes, Observed] | None:
        """The row's body and the row, or None when it is unknown: the tables are asked once for both."""
        body = self.raw(entity, row_id)
        if body is None:
            return None
        cached = self._cache.get((entity.slug, row_id))
        return body, cached or self._remember(entity, row_id, parse_row(entity, row_id, body))

    def found(self, entity: Entity, index: str, value: str) -> list[str]:
        """The ids of the rows that ``index`` has under ``value``, sorted."""
        body = self._tables.get(f"{entity.slug}/{index}", value)
        return [] if body is None else orjson.loads(body)

    def ids(self, entity: Entity) -> Iterator[str]:
        """Every id of the entity."""
        return self._tables.keys(entity.slug)

    def put(self, entity: Entity, row_id: str, body: bytes | None) -> set[str]:
        """Take over what the topic says of one row; returns the facts that changed, empty when none did.

        :raises Malformed: when ``body`` is no such row; nothing was taken over then.
        """
        if self.raw(entity, row_id) == body:
            return set()
        before = self.get(entity, row_id)
        after = None if body is None else parse_row(entity, row_id, body)
        if after == before:
            if body is not None:
                self._tables.put(entity.slug, row_id, body)
            return set()
        self._store(entity, row_id, body, after)
        return {row_fact(entity, row_id)} | self._reindex(entity, row_id, before, after)

    def _store(self, entity: Entity, row_id: str, body: bytes | None, after: Observed | None) -> None:
        if body is None or after is None:
            self._tables.delete(entity.slug, row_id)
            self._cache.pop((entity.slug, row_id), None)
        else:
            self._tables.put(entity.slug, row_id, body)
            self._remember(entity, row_id, after)

    def _reindex(
        self, entity: Entity, row_id: str, before: Observed | None, after: Observed | None
    ) -> set[str]:
        facts = set()
        for index, values_of in INDEXES.get(entity.slug, {}).items():
            old = set(values_of(before)) if before is not None else set()
            new = set(values_of(after)) if after is not None else set()
            for value in old - new:
                self._edit(entity, index, value, row_id, add=False)
            for value in new - old:
                self._edit(entity, index, value, row_id, add=True)
            # A row that stays under its value but changed inside is news to whoever looked it up there.
            facts |= {index_fact(entity, index, value) for value in old | new}
        return facts

    def _edit(self, entity: Entity, index: str, value: str, row_id: str, *, add: bool) -> None:
        ids = set(self.found(entity, index, value))
        if add:
            ids.add(row_id)
        else:
            ids.discard(row_id)
        table = f"{entity.slug}/{index}"
        if ids:
            self._tables.put(table, value, orjson.dumps(sorted(ids)))
        else:
            self._tables.delete(table, value)

    def _remember(self, entity: Entity, row_id: str, row: Observed) -> Observed:
        if len(self._cache) >= _CACHED_ROWS:
            self._cache.clear()
        self._cache[entity.slug, row_id] = row
        return row


def row_fact(entity: Entity, row_id: str) -> str:
    """The name of the fact "what this row is"."""
    return f"{entity.slug}#{row_id}"


def index_fact(entity: Entity, index: str, value: str) -> str:
    """The name of the fact "which rows are found under this value, and what they are"."""
    return f"{entity.slug}/{index}#{value}"


def parse_row(entity: Entity, row_id: str, body: bytes) -> Observed:
    """The row in the body of a change.

    :raises Malformed: when it is no such row, or another row than its key says.
    """
    try:
        row = entity.model.model_validate_json(body)
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()[:3])
        raise Malformed(f"not a row of {entity.slug}: {places}") from error
    if row.id != row_id:
        raise Malformed(f"a row of {entity.slug} under another row's key")
    return row
