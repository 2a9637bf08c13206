"""The journal: every API request a double answered, who sent it, and which rows it changed how."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.store import Change, Row, changed_fields


@dataclass(slots=True)
class Entry:
    """One request. ``before`` and ``after`` are the stored rows themselves, which never change in place."""

    seq: int
    at: datetime
    actor: str | None
    method: str
    path: str
    query: str
    status: int | None
    entity: str | None
    id: str | None
    before: Row | None
    after: Row | None
    fault: str | None
    also: list[Change] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """The entry as the interface shows it (spec doubles), plus ``query`` and ``also``.

        ``also``: rows of other entities, or of a batch, that the same request changed, in the same shape.
        ``at`` is the machine's time, whatever the double's clock says, so two journals can be compared.
        """
        return {
            "seq": self.seq,
            "at": self.at.isoformat().replace("+00:00", "Z"),
            "actor": self.actor,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "entity": self.entity,
            "id": self.id,
            "before": self.before,
            "after": self.after,
            "changed": changed_fields(self.before, self.after),
            "fault": self.fault,
            "also": [_shown_change(change) for change in self.also],
        }

    @property
    def has_effect(self) -> bool:
        """Whether any row is different after the request."""
        return bool(self.also) or bool(changed_fields(self.before, self.after))


def _shown_change(change: Change) -> dict[str, Any]:
    return {
        "entity": change.entity,
        "id": change.id,
        "before": change.before,
        "after": change.after,
        "changed": changed_fields(change.before, change.after),
    }


class Journal:
    """The whole run is kept: entries hold references to rows, not copies."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def note(self, **facts: Any) -> Entry:
        """One more entry, numbered from 1 without gaps, stamped with the machine's time."""
        entry = Entry(seq=len(self._entries) + 1, at=datetime.now(UTC), **facts)
        self._entries.append(entry)
        return entry

    def since(
        self, seq: int, *, limit: int | None = None, only_effects: bool = False
    ) -> list[dict[str, Any]]:
        """Entries after ``seq``, oldest first; ``only_effects`` leaves out those that changed no row."""
        chosen = self._entries[max(seq, 0) :]
        if only_effects:
            chosen = [entry for entry in chosen if entry.has_effect]
        return [entry.shown() for entry in chosen[:limit]]

    def __len__(self) -> int:
        return len(self._entries)
