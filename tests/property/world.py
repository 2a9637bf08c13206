"""A world in which streams live: two systems as plain rows, topics as lists, sinks that take their time."""

from collections import deque
from collections.abc import Callable
from typing import Any

from kernel.contracts import changes
from kernel.contracts.changes import ENTITIES, Entity
from kernel.contracts.commands import COMMAND_TOPICS, Command, parse_command
from kernel.contracts.decisions import Kind, Progress
from kernel.contracts.envelope import Message
from kernel.contracts.outcomes import Outcome, outcome_topic
from kernel.domain.observed import Observed
from kernel.domain.policy import Policy
from kernel.domain.text import trimmed
from streams.engine import CHANGE_TOPICS, INPUT_TOPICS, STATE_TOPICS
from streams.messages import Event
from tests.plant_rows import (
    PLACED,
    SERVED,
    Seen,
    at,
    building,
    client,
    condominium_splitter,
    contract,
    home,
    login,
    onu,
    ozmap_box,
    splitter,
)
from tests.property.sinks import Sinks
from tests.topology import Topology, linked, listed, observed, removed

Lane = tuple[str, str]
"""A command topic and a key: what is in it stays in order."""


TOWN: tuple[Seen, ...] = (
    *SERVED,
    ozmap_box(id="b2", name="CTO-02"),
    splitter(id="s2", parent_id="b2", taken=(1,)),
    building(),
    condominium_splitter(taken=(4,)),
    login(**PLACED | {"id": "51", "login": "bia", "port": 2, "online": "N"}),
    onu(id="71", login_id="51", rx_dbm=-22.0),
    login(**PLACED | {"id": "52", "login": "caio", "contract_id": "21", "box_id": None}),
    contract(id="21"),
    contract(id="22", status="D"),
    client(id="c2", code="caio"),
    home(id="h2", client_id="c2", connections=at(("s9", 4))),
)
"""Ana is served, Bia is to be created, Caio is a reservation in a condominium that IXC does not have."""


class World:
    """Rows by entity are the truth; a topic holds what pollers said of them; ``topology`` reads when told."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.topology = Topology(self.policy)
        self.rows: dict[str, dict[str, Any]] = {entity.slug: {} for entity in ENTITIES}
        self.topics: dict[str, list[Event]] = {}
        self.positions: dict[str, int] = {}
        self.waiting: dict[Lane, deque[Command]] = {}
        self.sinks = Sinks(self)
        self.n_clients_gone: dict[str, int] = {}
        self._begun: set[Lane] = set()
        self._n_sent_seen = 0
        self._n_ids = 1000

    # The two systems

    def edit(self, entity: Entity, row_id: str, row: Observed | None) -> None:
        """Somebody changes a row, or deletes it; its poller tells it."""
        if row is None:
            if row_id in self.rows[entity.slug]:
                self.drop(entity, row_id)
                self._append(removed(entity, row_id))
        elif self.rows[entity.slug].get(row_id) != row:
            self._note_client_gone(entity, row_id)
            self.rows[entity.slug][row_id] = row
            self._append(observed(entity, row))

    def edit_all(self, *rows: Seen) -> None:
        """Somebody changes these rows."""
        for entity, row in rows:
            self.edit(entity, row.id, row)

    def drop(self, entity: Entity, row_id: str) -> None:
        """A row is deleted, and no poller tells it."""
        self._note_client_gone(entity, row_id)
        self.rows[entity.slug].pop(row_id, None)

    def new_id(self) -> str:
        """An id that no row has had."""
        self._n_ids += 1
        return str(self._n_ids)

    def list_all(self) -> None:
        """Every entity's listing ends."""
        for entity in ENTITIES:
            self._append(listed(entity))

    def link(self, ozmap_id: str, ixc_id: str) -> None:
        """A link that an earlier life of the streams wrote."""
        self.topology.engine.restore(linked(ozmap_id, ixc_id))
        self._append(linked(ozmap_id, ixc_id))

    # Kafka, streams and sinks

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

    def lanes(self) -> list[Lane]:
        """The lanes in which a command waits."""
        return [lane for lane, queue in self.waiting.items() if queue]

    def work(self, lane: Lane) -> None:
        """A sink does the next command of one lane and tells its outcome."""
        self._begun.discard(lane)
        self._tell(self.waiting[lane].popleft())

    def work_and_die(self, lane: Lane) -> None:
        """A sink does the next command and dies before it could tell: the command comes again."""
        self._begun.add(lane)
        self.sinks.do(self.waiting[lane][0])

    def lose(self, lane: Lane) -> None:
        """A command is swallowed on the way; what a sink has begun is not lost, but comes again."""
        if lane not in self._begun:
            self.waiting[lane].popleft()

    def restart(self) -> None:
        """Streams die and come back with nothing but the topics."""
        before, self.topology = self.topology, Topology(self.policy)
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
        self.topology.engine.mark_everything()
        self.topology.engine.doubt_last_batch()
        self._collect(lambda: self.topology.pass_time(0))

    def settle(self, n_rounds: int = 30) -> None:
        """Everything on its way arrives, and time passes, until nothing moves any more."""
        for _ in range(n_rounds):
            before = len(self.topology.commands)
            while self._is_something_on_its_way():
                assert len(self.topology.commands) < before + 500, "rules undo each other's work without end"
                for topic in INPUT_TOPICS:
                    self.deliver(topic, 1000)
                for lane in self.lanes():
                    self.work(lane)
            self.pass_time(3601)
            if len(self.topology.commands) == before:
                return
        raise AssertionError("commands are still sent after all edits have arrived")

    # What can be said of it

    def wishes(self) -> set[tuple[str, str]]:
        """What streams still wish."""
        return wishes_of(self.topology)

    def wishes_not_refused(self) -> list[str]:
        """What streams still wish though no system refused it."""
        book = self.topology.engine.book
        return [
            f"{record.rule} {record.subject} {record.progress}"
            for subject in book.subjects()
            for record in book.page(subject).values()
            if record.kind is Kind.ENSURE and record.progress is not Progress.REFUSED
        ]

    def newcomer(self) -> Topology:
        """Streams that see only the end, and the links."""
        newcomer = Topology(self.policy)
        links = self.topology.engine.links
        for ozmap_id in links.ozmap_ids():
            link = links.of_ozmap(ozmap_id)
            assert link is not None
            newcomer.engine.restore(linked(link.ozmap_id, link.ixc_id))
        for entity in ENTITIES:
            newcomer.take(*(observed(entity, row) for row in self.rows[entity.slug].values()))
        newcomer.listed()
        return newcomer

    def known(self, topology: Topology) -> dict[str, dict[str, Observed | None]]:
        """Every row that a topology knows."""
        rows = topology.engine.rows
        return {e.slug: {row_id: rows.get(e, row_id) for row_id in rows.ids(e)} for e in ENTITIES}

    def _is_something_on_its_way(self) -> bool:
        unread = (self.positions.get(t, 0) < len(self.topics.get(t, [])) for t in INPUT_TOPICS)
        return bool(self.lanes()) or any(unread)

    def _note_client_gone(self, entity: Entity, row_id: str) -> None:
        client = self.rows[entity.slug].get(row_id)
        if entity is changes.OZMAP_CLIENT and client is not None:
            code = trimmed(client.code)
            self.n_clients_gone[code] = self.n_clients_gone.get(code, 0) + 1

    def _append(self, event: Event) -> None:
        self.topics.setdefault(event.topic, []).append(event)

    def _collect(self, act: Callable[[], object]) -> None:
        act()
        new: list[Message] = self.topology.sent[self._n_sent_seen :]
        self._n_sent_seen = len(self.topology.sent)
        for message in new:
            if message.topic in COMMAND_TOPICS:
                command = parse_command(message.value)
                self.waiting.setdefault((command.topic, command.key), deque()).append(command)
            elif message.topic in STATE_TOPICS or message.topic in CHANGE_TOPICS:
                self._append(Event(message.topic, message.key, message.value, message.headers))

    def _tell(self, command: Command) -> None:
        done = self.sinks.do(command)
        outcome = Outcome(
            command_id=command.id,
            command_type=command.type,
            rule=command.rule,
            subject=command.subject,
            result=done.result,
            remote_id=done.remote_id,
            reason=done.reason,
            removed=done.removed,
            commanded_at=self.topology.now,
            took_ms=1,
        )
        topic = outcome_topic(command.system, command.entity)
        self._append(Event(topic, command.key, outcome.model_dump_json().encode()))


def wishes_of(topology: Topology) -> set[tuple[str, str]]:
    """Every (subject, rule) with an open wish."""
    book = topology.engine.book
    return {
        (subject, rule)
        for subject in book.subjects()
        for rule, record in book.page(subject).items()
        if record.kind is Kind.ENSURE
    }
