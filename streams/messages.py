"""What the engine sends and how it reads what it gets: from records to messages and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import NAMESPACE_OID, uuid5

from pydantic import ValidationError

from kernel.contracts.changes import Entity, Listed
from kernel.contracts.commands import Command, event_type
from kernel.contracts.decisions import DECISION_TOPIC, DECISION_TYPE, DecisionRecord
from kernel.contracts.envelope import Envelope, Message, parse_headers, render_headers
from kernel.contracts.links import LINK_TOPIC, LINK_TYPE, Link
from kernel.contracts.outcomes import Outcome
from kernel.domain.errors import Malformed

SOURCE = "/ozmap-ixc/streams"
DEAD_LETTERS = "streams.dlq.v1"

T = TypeVar("T", Link, DecisionRecord, Listed, Outcome)


@dataclass(frozen=True, slots=True)
class Event:
    """One message as it was read: ``topic`` without the stack's prefix."""

    topic: str
    key: str
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()
    offset: int = -1


def parsed(model: type[T], body: bytes | None) -> T:
    try:
        return model.model_validate_json(body or b"")
    except ValidationError as error:
        raise Malformed(f"not a {model.__name__}: {error.error_count()} fields wrong") from error


def event_id(event: Event) -> str:
    """The id of the event, empty when it was not sent as a CloudEvent."""
    try:
        return parse_headers(event.headers).id
    except Malformed:
        return ""


def dead_letter(event: Event, error: str) -> Message:
    headers = [
        *event.headers,
        ("error", error.encode()),
        ("topic", event.topic.encode()),
        ("offset", str(event.offset).encode()),
    ]
    return Message(DEAD_LETTERS, event.key, event.value, headers)


def command_message(command: Command, record: DecisionRecord, now: datetime) -> Message:
    envelope = Envelope(command.id, event_type(command), SOURCE, command.subject, now, record.cause)
    return Message(command.topic, command.key, command.model_dump_json().encode(), render_headers(envelope))


def decision_message(record: DecisionRecord, cause: str, now: datetime) -> Message:
    key = f"{record.rule}/{record.subject}"
    body = record.model_dump_json().encode()
    event_id = str(uuid5(NAMESPACE_OID, f"{key}/{record.at.isoformat()}"))
    envelope = Envelope(event_id, DECISION_TYPE, SOURCE, record.subject, now, cause)
    return Message(DECISION_TOPIC, key, body, render_headers(envelope))


def link_message(link: Link, cause: str, now: datetime) -> Message:
    """A link, for its topic."""
    event = f"{link.ozmap_id}/{link.ixc_id}"
    envelope = Envelope(event, LINK_TYPE, SOURCE, link.ozmap_id, now, cause)
    return Message(LINK_TOPIC, link.ozmap_id, link.model_dump_json().encode(), render_headers(envelope))


def removed_message(entity: Entity, row_id: str, cause: str, now: datetime) -> Message:
    """The tombstone of a row that a sink proved gone."""
    envelope = Envelope(f"{cause}/{row_id}", entity.removed_type, SOURCE, row_id, now, cause)
    return Message(entity.topic, row_id, None, render_headers(envelope))
