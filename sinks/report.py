"""What a sink says of a command: outcome, held command, dead letter. Pure: times are given.

An outcome's ``ce_cause`` is the command's ``ce_id``. Where the command had a cause of its own (the change
that led to it) it travels on as ``ce_rootcause``, so that one edit can be followed to its effect.
"""

from datetime import datetime
from uuid import UUID, uuid5

from kernel.contracts.envelope import Envelope, Headers, Message, render_headers
from kernel.contracts.outcomes import Outcome, outcome_topic
from sinks.effect import Effect
from sinks.job import Job, Record

SOURCE = "/ozmap-ixc/sinks"
LARGEST_LETTER_BYTES = 7 * 1024 * 1024
"""A dead letter gets headers more than its message had: what would no longer fit is cut, and says so."""

_OUTCOMES = UUID("0b9d6a53-6a0e-5f5e-8f5b-3f0f4f5f8f0a")


def held_topic_of(topic: str) -> str:
    """Where commands of ``topic`` go whose tries are used up."""
    return f"{topic}.held.v1"


def dead_letters_of(topic: str) -> str:
    """Where messages of ``topic`` go that are no command."""
    return f"{topic}.dlq.v1"


def render_outcome(job: Job, effect: Effect, at: datetime, took_ms: int) -> Message:
    """The outcome of ``job`` for its outcome topic, under its command's key.

    Its id follows from the command's place in Kafka and the result: one that is produced again after a
    crash before the commit bears the same id.
    """
    command, record = job.command, job.record
    outcome = Outcome(
        command_id=job.envelope.id,
        command_type=command.type,
        rule=command.rule,
        subject=command.subject,
        result=effect.result,
        remote_id=effect.remote_id,
        reason=effect.reason,
        detail=effect.detail,
        changed=effect.changed,
        removed=effect.removed,
        commanded_at=job.envelope.time,
        took_ms=took_ms,
    )
    place = f"{record.topic}/{record.partition}/{record.offset}/{effect.result}"
    headers = render_headers(
        Envelope(
            id=str(uuid5(_OUTCOMES, place)),
            type=f"{command.system}.{command.entity}.outcome.v1",
            source=SOURCE,
            subject=command.subject,
            time=at,
            cause=job.envelope.id,
        )
    )
    if job.envelope.cause:
        headers.append(("ce_rootcause", job.envelope.cause.encode()))
    return Message(
        topic=outcome_topic(command.system, command.entity),
        key=command.key,
        value=outcome.model_dump_json().encode(),
        headers=headers,
    )


def render_held(job: Job, reason: str, error: str) -> Message:
    """The command as it came, for the held topic, with why it is there."""
    record = job.record
    why: Headers = [("ce_reason", reason.encode()), ("error", error.encode())]
    return Message(
        held_topic_of(record.topic), record.key, record.value, [*record.headers, *why, *_origin(record)]
    )


def render_dead_letter(record: Record, error: str) -> Message:
    """The message as it came, for the dead letters, with what is wrong with it and where it lay."""
    why: Headers = [("error", error.encode())]
    value = record.value
    if value is not None and len(value) > LARGEST_LETTER_BYTES:
        why.append(("cut_from_bytes", str(len(value)).encode()))
        value = value[:LARGEST_LETTER_BYTES]
    return Message(
        dead_letters_of(record.topic), record.key, value, [*record.headers, *why, *_origin(record)]
    )


def _origin(record: Record) -> Headers:
    return [
        ("topic", record.topic.encode()),
        ("partition", str(record.partition).encode()),
        ("offset", str(record.offset).encode()),
    ]
