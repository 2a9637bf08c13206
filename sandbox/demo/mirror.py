"""A double's rows as the demo holds them: read once, then kept equal by the double's own journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import httpx
import orjson

from sandbox.demo.doubles import IXC, OZMAP

Row = dict[str, Any]

ENTITIES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        OZMAP: ("projects", "boxes", "splitters", "olts", "ftth-clients"),
        IXC: ("df_projeto", "radpop_radio", "rad_caixa_ftth", "radusuarios", "cliente"),
    }
)
"""What box-sync and client-name are judged by."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after a request; None where there is none."""

    entity: str
    row_id: str
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of a double's journal that wrote. ``at`` is the machine's time in both doubles."""

    seq: int
    at: datetime
    actor: str
    changes: tuple[Change, ...]


class Mirror:
    """The rows of one double as of the entries that were applied, oldest first."""

    def __init__(self, system: str, url: str) -> None:
        self.system = system
        self._http = httpx.Client(base_url=url, timeout=120)
        self._rows: dict[str, dict[str, Row]] = {}
        self._waiting: list[Entry] = []
        self._fetched_seq = 0

    def load(self) -> None:
        """Every row is here, as the double has it now; earlier entries are never seen."""
        self._fetched_seq = int(self._get("health")["n_requests"])
        self._rows = {
            entity: {str(row["id"]): row for row in self._get(f"rows/{entity}")}
            for entity in ENTITIES[self.system]
        }

    def fetch(self) -> Sequence[Entry]:
        """The entries not applied yet, oldest first, after asking the double for new ones."""
        told = self._get("journal", since=self._fetched_seq, effects=1)
        self._waiting += [read_entry(entry) for entry in told]
        if told:
            self._fetched_seq = int(told[-1]["seq"])
        return tuple(self._waiting)

    def apply(self, n_entries: int) -> Sequence[Entry]:
        """The oldest ``n_entries`` of the fetched ones are in the rows now; returns them."""
        applied, self._waiting = self._waiting[:n_entries], self._waiting[n_entries:]
        for change in (change for entry in applied for change in entry.changes):
            rows = self._rows.get(change.entity)
            if rows is None:
                continue
            if change.after is None:
                rows.pop(change.row_id, None)
            else:
                rows[change.row_id] = change.after
        return applied

    def advance(self) -> Sequence[Entry]:
        """Everything the journal has is applied; returns the entries that were not before."""
        return self.apply(len(self.fetch()))

    def everything(self) -> Iterator[dict[str, Any]]:
        """The whole journal as the double tells it, reads too, in pieces of bounded size."""
        seq, piece = 0, 5000
        while told := self._get("journal", since=seq, limit=piece):
            yield from told
            seq = int(told[-1]["seq"])

    @property
    def rows(self) -> Mapping[str, Sequence[Row]]:
        """Every row by entity, as the oracle reads them."""
        return {entity: list(rows.values()) for entity, rows in self._rows.items()}

    def by_id(self, entity: str) -> Mapping[str, Row]:
        """The rows of one entity by id."""
        return MappingProxyType(self._rows[entity])

    def close(self) -> None:
        """The connection is closed."""
        self._http.close()

    def _get(self, path: str, **params: int) -> Any:
        answer = self._http.get(f"/__sandbox__/{path}", params=params).raise_for_status()
        return orjson.loads(answer.content)


def read_entry(told: Mapping[str, Any]) -> Entry:
    """A journal entry as the double tells it: its own row first, then those that changed with it."""
    own = [told] if told["before"] is not None or told["after"] is not None else []
    return Entry(
        seq=int(told["seq"]),
        at=datetime.fromisoformat(told["at"]),
        actor=str(told["actor"] or ""),
        changes=tuple(_changes([*own, *told["also"]])),
    )


def _changes(told: Iterable[Mapping[str, Any]]) -> Iterator[Change]:
    for one in told:
        yield Change(str(one["entity"]), str(one["id"]), one["before"], one["after"])
