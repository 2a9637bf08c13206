"""Jobs to try runners and workers with."""

from datetime import UTC, datetime

from kernel.contracts.commands import Command, EnsureClientName, event_type
from kernel.contracts.envelope import Envelope, render_headers
from sinks.job import Job, Record, parse_job
from sinks.offsets import Offsets

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def name_command(key: str, name: str = "Maria") -> EnsureClientName:
    """A wish for the client of login ``key``."""
    return EnsureClientName(rule="client-name", subject=f"login:{key}", client_id="c1", name=name)


def record_of(command: Command, offset: int = 0, partition: int = 0, cause: str = "") -> Record:
    """The command as it lies in its topic."""
    envelope = Envelope(command.id, event_type(command), "/test", command.subject, AT, cause)
    body = command.model_dump_json().encode()
    return Record(command.topic, partition, offset, command.key, body, render_headers(envelope))


def job_of(command: Command, offset: int = 0, partition: int = 0, cause: str = "") -> Job:
    """The command as a job of its partition."""
    mark = Offsets().open((command.topic, partition), offset)
    return parse_job(record_of(command, offset, partition, cause), mark)
