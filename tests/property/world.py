"""A world in which streams live: two systems as plain rows, topics as lists, sinks that take their time."""

from collections import deque
from dataclasses import dataclass, field

from kernel.contracts import changes
from kernel.contracts.changes import ENTITIES, Entity
from kernel.contracts.commands import COMMAND_TOPICS, Command, EnsureBox, EnsureClientName, parse_command
from kernel.contracts.envelope import Message
from kernel.contracts.outcomes import Outcome, Result, outcome_topic
from kernel.domain.observed import Observed
from kernel.domain.plant import IxcBox
from kernel.domain.text import trimmed
from streams.engine import INPUT_TOPICS, STATE_TOPICS
from streams.messages import Event
from tests.topology import Topology, listed, observed, removed


@dataclass
class World:
    """Rows by entity are the truth; a topic holds what pollers said of them; ``topology`` reads when told."""

    topology: Topology = field(default_factory=Topology)
    rows: dict[str, dict[str, Observed]] = field(default_factory=lambda: {e.slug: {} for e in ENTITIES})
    topics: dict[str, list[Event]] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, deque[Command]] = field(default_factory=dict)
    n_created: dict[str, int] = field(default_factory=dict)
    n_sent_seen: int = 0
    n_ids: int = 1000

    def edit(self, entity: Entity, row_id: str, row: Observed | None) -> None:
        """Somebody changes a row; its poller tells it."""
        if row is None:
            if self.rows[entity.slug].pop(row_id, None) is not None:
                self._append(removed(entity, row_id))
        elif self.rows[entity.slug].get(row_id) != row:
            self.rows[entity.slug][row_id] = row
            self._append(observed(entity, row))

    def list_all(self) -> None:
        """Every entity's listing ends."""
        for entity in ENTITIES:
            self._append(listed(entity))

    def deliver(self, topic: str, n_events: int) -> None:
        """Streams read the next records of one topic, as one batch."""
        log = self.topics.get(topic, [])
        start = self.positions.get(topic, 0)
        batch = log[start : start + n_events]
        self.positions[topic] = start + len(batch)
        self._collect(lambda: self.topology.take(*batch))

    def rewind(self, topic: str, n_events: int) -> None:
        """The newest records read of one topic will come again, as after a lost acknowledgement."""
        self.positions[topic] = max(0, self.positions.get(topic, 0) - n_events)

    def pass_time(self, seconds: float) -> None:
        """Time goes by."""
        self._collect(lambda: self.topology.pass_time(seconds))

    def work(self, key: str) -> None:
        """A sink does the next command of one key and tells its outcome."""
        queue = self.waiting.get(key)
        if queue:
            command = queue.popleft()
            result, remote_id = self._do(command)
            outcome = Outcome(
                command_id=command.id,
                command_type=command.type,
                rule=command.rule,
                subject=command.subject,
                result=result,
                remote_id=remote_id,
                commanded_at=self.topology.now,
                took_ms=1,
            )
            topic = outcome_topic(command.system, command.entity)
            self._append(Event(topic, command.key, outcome.model_dump_json().encode()))

    def lose(self, key: str) -> None:
        """A command is swallowed on the way."""
        if self.waiting.get(key):
            self.waiting[key].popleft()

    def restart(self) -> None:
        """Streams die and come back with nothing but the topics."""
        before, self.topology = self.topology, Topology()
        self.topology.now, self.topology.sent, self.topology.commands = (
            before.now,
            before.sent,
            before.commands,
        )
        for topic in STATE_TOPICS:
            for event in self.topics.get(topic, []):
                self.topology.engine.restore(event)
            if topic in INPUT_TOPICS:
                self.positions[topic] = len(self.topics.get(topic, []))
        for event in self.topology.topic_events():
            self.topology.engine.restore(event)
        self.topology.engine.mark_everything()
        self.topology.engine.doubt_last_batch()
        self._collect(lambda: self.topology.pass_time(0))

    def settle(self, n_rounds: int = 30) -> None:
        """Everything on its way arrives, and time passes, until nothing moves any more."""
        for _ in range(n_rounds):
            before = len(self.topology.commands)
            while any(self.positions.get(t, 0) < len(log) for t, log in self.topics.items()) or any(
                self.waiting.values()
            ):
                for topic in INPUT_TOPICS:
                    self.deliver(topic, 1000)
                for key in list(self.waiting):
                    self.work(key)
            self.pass_time(3601)
            if len(self.topology.commands) == before:
                return
        raise AssertionError("commands are still sent after all edits have arrived")

    def _append(self, event: Event) -> None:
        self.topics.setdefault(event.topic, []).append(event)

    def _collect(self, act: object) -> None:
        assert callable(act)
        act()
        new: list[Message] = self.topology.sent[self.n_sent_seen :]
        self.n_sent_seen = len(self.topology.sent)
        for message in new:
            if message.topic in COMMAND_TOPICS:
                command = parse_command(message.value)
                self.waiting.setdefault(command.key, deque()).append(command)

    def _do(self, command: Command) -> tuple[Result, str | None]:
        if isinstance(command, EnsureClientName):
            return self._name_client(command)
        return self._hold_box(command)

    def _name_client(self, command: EnsureClientName) -> tuple[Result, str | None]:
        entity = changes.OZMAP_CLIENT
        client = self.rows[entity.slug].get(command.client_id)
        if client is None:
            return Result.REFUSED, None
        renamed = client.model_copy(update={"name": command.name})
        if renamed == client:
            return Result.ALREADY, client.id
        self.edit(entity, client.id, renamed)
        return Result.UPDATED, client.id

    def _hold_box(self, command: EnsureBox) -> tuple[Result, str | None]:
        boxes = self.rows[changes.IXC_BOX.slug]
        place = (command.fields.project_id, command.fields.name)
        ids = [command.ixc_id] if command.ixc_id else [i for i, b in boxes.items() if _place(b) == place]
        if len(ids) > 1 or (command.ixc_id and command.ixc_id not in boxes):
            return Result.REFUSED, None
        if not ids:
            self.n_ids += 1
            self.n_created[command.key] = self.n_created.get(command.key, 0) + 1
        box_id = ids[0] if ids else str(self.n_ids)
        wanted = IxcBox(id=box_id, status="A", **command.fields.model_dump())
        if boxes.get(box_id) == wanted:
            return Result.ALREADY, box_id
        result = Result.UPDATED if ids else Result.CREATED
        self.edit(changes.IXC_BOX, box_id, wanted)
        return result, box_id


def _place(box: Observed) -> tuple[str | None, str]:
    assert isinstance(box, IxcBox)
    return box.project_id, trimmed(box.name)
