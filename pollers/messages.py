"""The messages a poller produces: rows as they were seen, complete listings, cursors. Pure."""

from datetime import datetime
from uuid import UUID, uuid5

from kernel.contracts.changes import LISTED_KEY, Entity, Listed
from kernel.contracts.cursors import CURSOR_TOPIC, CURSOR_TYPE, Cursor
from kernel.contracts.envelope import Envelope, Message, render_headers
from pollers.detect import Change

SOURCE = "/ozmap-ixc/pollers"
"""CloudEvents source of everything a poller says."""

_OBSERVATIONS = UUID("0c9bd6f2-5a0e-5c0b-8a7a-0f5d5f2d7f31")


def observed(entity: Entity, change: Change, at: datetime) -> Message:
    """A row as it was seen. Its ce_id is made of what it says: a repeat has the same and is recognised."""
    ce_id = uuid5(_OBSERVATIONS, f"{entity.slug}/{change.id}/{change.body.decode()}")
    return _message(entity.topic, change.id, change.body, str(ce_id), entity.observed_type, at)


def listed(entity: Entity, listing: Listed) -> Message:
    """A complete listing ended; every row it found is in the topic before this."""
    body = listing.model_dump_json().encode()
    ce_id = uuid5(_OBSERVATIONS, f"{entity.slug}/{LISTED_KEY}/{body.decode()}")
    return _message(entity.topic, LISTED_KEY, body, str(ce_id), entity.listed_type, listing.ended_at)


def read_through(cursor: Cursor) -> Message:
    """How far a source has been read."""
    body = cursor.model_dump_json().encode()
    ce_id = uuid5(_OBSERVATIONS, f"{CURSOR_TOPIC}/{body.decode()}")
    return _message(CURSOR_TOPIC, cursor.entity, body, str(ce_id), CURSOR_TYPE, cursor.at)


def _message(topic: str, key: str, body: bytes, ce_id: str, ce_type: str, at: datetime) -> Message:
    envelope = Envelope(id=ce_id, type=ce_type, source=SOURCE, subject=key, time=at)
    return Message(topic=topic, key=key, value=body, headers=render_headers(envelope))
