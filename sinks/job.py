"""One message of a command topic: as it came, and as the command it holds."""

from dataclasses import dataclass

from kernel.contracts.commands import Command, event_type, parse_command
from kernel.contracts.envelope import Envelope, Headers, parse_headers
from kernel.domain.errors import Malformed
from sinks.offsets import Mark, Place


@dataclass(frozen=True, slots=True)
class Record:
    """A message as it came; ``topic`` is without the stack's prefix, a missing key is empty."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes | None
    headers: Headers


@dataclass(slots=True, eq=False)
class Job:
    """One command to be done, with what is needed to report and to commit it.

    ``n_tries`` counts those that ended in an error that may pass; ``started_at_s`` is monotonic, None until
    the first try.
    """

    record: Record
    mark: Mark
    envelope: Envelope
    command: Command
    n_tries: int = 0
    started_at_s: float | None = None

    @property
    def lane(self) -> tuple[str, str]:
        """Order is kept per entity and key."""
        return self.record.topic, self.command.key

    @property
    def kind(self) -> str:
        """A newer command of the same kind is the newer desired state of the same object."""
        return self.command.type

    @property
    def place(self) -> Place:
        """The partition it came from."""
        return self.mark.place


def parse_job(record: Record, mark: Mark) -> Job:
    """The job in ``record``.

    :raises Malformed: when it is no CloudEvent, no command we know, or a command of another topic.
    """
    envelope = parse_headers(record.headers)
    command = parse_command(record.value)
    if command.topic != record.topic:
        raise Malformed(f"a command for {command.topic} on {record.topic}")
    if envelope.type != event_type(command):
        raise Malformed(f"ce_type says {envelope.type}, the body is {event_type(command)}")
    return Job(record, mark, envelope, command)
