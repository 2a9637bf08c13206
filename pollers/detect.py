"""detect: which rows of a page differ from what the topic already says. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kernel.contracts.changes import LISTED_KEY
from kernel.domain.observed import Observed
from pollers.memory import fingerprint

LONGEST_BODY_BYTES = 4 * 1024 * 1024
"""Half of what a topic takes (topics.yaml, max.message.bytes): room for headers and the record's frame."""

LONGEST_ID = 200
"""Characters of an id; longer, it is no id of either system."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it is to be produced: its id is the message's key."""

    id: str
    body: bytes
    mark: int
    """Fingerprint of ``body``; goes into the memory once Kafka has acknowledged it."""


@dataclass(slots=True)
class Detected:
    """The verdict on one page, every row in exactly one of the three."""

    changes: list[Change] = field(default_factory=list)
    n_suppressed: int = 0
    unencodable: list[str] = field(default_factory=list)
    """Ids of rows whose values cannot travel: invalid text, or too long."""


def detect(rows: Iterable[Observed], memory: Mapping[str, int]) -> Detected:
    """The rows that say something else than ``memory`` (key → fingerprint), in the order they came.

    A row that comes twice is a change once; if the second reading differs it is one more change, so that
    the last reading is the last word. Nothing is remembered here: the caller does, after the acks.
    """
    found = Detected()
    pending: dict[str, int] = {}
    for row in rows:
        body = encode(row)
        if body is None:
            found.unencodable.append(row.id)
            continue
        mark = fingerprint(body)
        if pending.get(row.id, memory.get(row.id)) == mark:
            found.n_suppressed += 1
            continue
        pending[row.id] = mark
        found.changes.append(Change(row.id, body, mark))
    return found


def encode(row: Observed) -> bytes | None:
    """The JSON body of a row: its contract's fields, nothing else. None when it cannot travel."""
    try:
        body = row.model_dump_json().encode()
        row.id.encode()
    except ValueError:
        return None
    return body if len(body) <= LONGEST_BODY_BYTES and is_id(row.id) else None


def is_id(text: str) -> bool:
    """Whether ``text`` can be a row's key: not empty, not endless, not the key of the listing record."""
    return bool(text.strip()) and len(text) <= LONGEST_ID and text != LISTED_KEY
