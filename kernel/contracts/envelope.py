"""CloudEvents in Kafka's binary mode: the attributes are headers, the body is JSON.

Source: CloudEvents 1.0 Kafka protocol binding, section 3.2 (binary content mode).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kernel.domain.errors import Malformed

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Envelope:
    """The CloudEvents attributes of one message. ``cause`` is the id of the event that led to it."""

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to produce: ``value`` None is a tombstone."""

    topic: str
    key: str
    value: bytes | None
    headers: Headers


def render_headers(envelope: Envelope) -> Headers:
    """The Kafka headers of ``envelope``; ``ce_cause`` (an extension attribute) only when there is one."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", envelope.id.encode()),
        ("ce_type", envelope.type.encode()),
        ("ce_source", envelope.source.encode()),
        ("ce_subject", envelope.subject.encode()),
        ("ce_time", envelope.time.isoformat().encode()),
        ("content-type", b"application/json"),
    ]
    if envelope.cause:
        headers.append(("ce_cause", envelope.cause.encode()))
    return headers


def parse_headers(headers: Iterable[tuple[str, bytes | None]] | None) -> Envelope:
    """The envelope in Kafka headers.

    :raises Malformed: when an attribute that CloudEvents requires is missing or no text.
    """
    try:
        found = {name: (value or b"").decode() for name, value in headers or ()}
        return Envelope(
            id=found["ce_id"],
            type=found["ce_type"],
            source=found["ce_source"],
            subject=found.get("ce_subject", ""),
            time=datetime.fromisoformat(found["ce_time"]),
            cause=found.get("ce_cause", ""),
        )
    except (KeyError, ValueError) as error:
        raise Malformed(f"CloudEvents header missing or unreadable: {error}") from error
