"""What a change topic already says of each row, as one 64-bit fingerprint per key.

The memory is a fold of the poller's own topic (pollers.recall): nothing of it is kept on disk, so there is
nothing to lose. Only what Kafka has acknowledged is ever remembered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from pydantic import ValidationError

from kernel.contracts.changes import LISTED_KEY, Listed

LONGEST_NUMBER = 18
"""Digits of an id that is still taken as a row's number; MySQL's largest has 20."""


def fingerprint(body: bytes) -> int:
    """64 bits of a message's body. Two bodies of one key collide once in 2**64."""
    return int.from_bytes(blake2b(body, digest_size=8).digest())


@dataclass(slots=True)
class Memory:
    """Key → fingerprint of the value under that key; and the record of the last complete listing.

    ``readings`` holds the mark of the raw row behind the value, as far as this process has read it: a row
    that says the same again need not be translated. ``highest_id`` is the highest whole number among the keys
    ever seen, 0 when ids are no numbers (OZmap).
    """

    fingerprints: dict[str, int] = field(default_factory=dict)
    readings: dict[str, int] = field(default_factory=dict)
    listed: Listed | None = None
    highest_id: int = 0

    def fold(self, key: str, value: bytes | None) -> None:
        """Take one record of the topic: the last one of a key counts, a tombstone forgets it."""
        if key == LISTED_KEY:
            self.listed = _parse_listed(value)
        elif value is None:
            self.fingerprints.pop(key, None)
        else:
            self.remember([(key, fingerprint(value))])

    def remember(self, acknowledged: Iterable[tuple[str, int]]) -> None:
        """Take what was produced and acknowledged."""
        for key, mark in acknowledged:
            self.fingerprints[key] = mark
            if key.isdecimal() and len(key) <= LONGEST_NUMBER:
                self.highest_id = max(self.highest_id, int(key))


def _parse_listed(value: bytes | None) -> Listed | None:
    """The record, or None when there is none or an unknown one: then the source is simply listed again."""
    try:
        return Listed.model_validate_json(value) if value is not None else None
    except ValidationError:
        return None
