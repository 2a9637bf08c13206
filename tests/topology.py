"""The streams topology without a broker: the engine, tables in memory, a clock that the test moves."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kernel.contracts import changes
from kernel.contracts.changes import ENTITIES, LISTED_KEY, Entity, Listed
from kernel.contracts.commands import COMMAND_TOPICS, Command, event_type, parse_command
from kernel.contracts.decisions import DECISION_TOPIC, DecisionRecord
from kernel.contracts.envelope import Envelope, Message, render_headers
from kernel.contracts.links import LINK_TOPIC, Link
from kernel.contracts.outcomes import Outcome, RemovedRow, Result, outcome_topic
from kernel.domain.observed import Observed
from kernel.domain.policy import Policy
from streams.decision import Decision
from streams.engine import STATE_TOPICS, Engine
from streams.ledger import Patience
from streams.messages import Event
from streams.rules import RULES
from streams.rules.rule import Rule
from streams.tables import MemoryTables, Tables
from streams.view import View
from tests.plant_rows import Seen

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PATIENCE = Patience(resend_after=timedelta(seconds=300), confirm_after=timedelta(seconds=30))


def observed(entity: Entity, row: Observed, event_id: str = "e") -> Event:
    """The event of a row as a poller produces it."""
    envelope = Envelope(event_id, entity.observed_type, "/test", row.id, START)
    return Event(entity.topic, row.id, row.model_dump_json().encode(), render_headers(envelope))


def removed(entity: Entity, row_id: str) -> Event:
    """The tombstone of a row."""
    return Event(entity.topic, row_id, None)


def listed(entity: Entity) -> Event:
    """The record that ends a complete listing."""
    body = Listed(n_rows=0, started_at=START, ended_at=START).model_dump_json().encode()
    return Event(entity.topic, LISTED_KEY, body)


def linked(ozmap_id: str, ixc_id: str) -> Event:
    """The record of a link."""
    return Event(LINK_TOPIC, ozmap_id, Link(ozmap_id=ozmap_id, ixc_id=ixc_id).model_dump_json().encode())


def asked_entities(view: View) -> set[str]:
    """The slugs of the entities that a rule asked about; links are no entity."""
    slugs = {fact.partition("#")[0].partition("/")[0] for fact in view.asked}
    return slugs - {"link"}


def watched(rule: Rule) -> Rule:
    """``rule``, but it fails when it asks about an entity that it does not name in its needs."""
    needs = {entity.slug for entity in rule.needs}

    def decide(subject: str, view: View, policy: Policy) -> Decision:
        decision = rule.decide(subject, view, policy)
        assert asked_entities(view) <= needs, f"{rule.slug} asks more than it needs"
        return decision

    return replace(rule, decide=decide)


class Topology:
    """The engine as the Faust app drives it. What it sent is in ``commands`` and ``sent``."""

    def __init__(
        self, policy: Policy | None = None, tables: Tables | None = None, rules: Iterable[Rule] = RULES
    ) -> None:
        watching = [watched(rule) for rule in rules]
        self.engine = Engine(tables or MemoryTables(), policy or Policy(), PATIENCE, watching)
        self.now = START
        self.sent: list[Message] = []
        self.commands: list[Command] = []

    @classmethod
    def of(
        cls,
        rows: Iterable[Seen],
        *changed: Seen,
        without: Iterable[Seen] = (),
        links: Mapping[str, str] | None = None,
        rules: Iterable[Rule] = RULES,
        **settings: Any,
    ) -> "Topology":
        """A base wholly listed: ``rows`` with some changed (same entity and id), added or left out."""
        base = {(entity.slug, row.id): (entity, row) for entity, row in (*rows, *changed)}
        for entity, row in without:
            del base[entity.slug, row.id]
        topology = cls(Policy(**settings), rules=rules)
        for ozmap_id, ixc_id in (links or {}).items():
            topology.engine.restore(linked(ozmap_id, ixc_id))
        topology.take(*(observed(entity, row) for entity, row in base.values()))
        topology.listed()
        return topology

    def see(self, *rows: Seen) -> list[Command]:
        """Pollers saw these rows; returns the commands it led to."""
        return self.take(*(observed(entity, row) for entity, row in rows))

    def of_rule(self, rule: str) -> list[Command]:
        """Every command of ``rule`` so far."""
        return [command for command in self.commands if command.rule == rule]

    def take(self, *events: Event) -> list[Command]:
        """Apply ``events`` as one batch and decide; returns the commands it led to."""
        messages = self.engine.apply(events, self.now)
        return self._collect(messages)

    def listed(self, entities: Iterable[Entity] = ENTITIES) -> list[Command]:
        """Every entity has been listed whole."""
        return self.take(*(listed(entity) for entity in entities))

    def pass_time(self, seconds: float) -> list[Command]:
        """Time goes by and the engine ticks; returns the commands that were sent again."""
        self.now += timedelta(seconds=seconds)
        self.engine.tick(self.now)
        return self._collect([])

    def answer(
        self,
        command: Command,
        result: Result,
        remote_id: str | None = None,
        reason: str | None = None,
        commanded_at: datetime | None = None,
        removed: tuple[RemovedRow, ...] = (),
    ) -> list[Command]:
        """A sink's outcome for ``command``."""
        outcome = Outcome(
            command_id=command.id,
            command_type=command.type,
            rule=command.rule,
            subject=command.subject,
            result=result,
            remote_id=remote_id,
            reason=reason,
            removed=removed,
            commanded_at=commanded_at or self.now,
            took_ms=3,
        )
        topic = outcome_topic(command.system, command.entity)
        return self.take(Event(topic, command.key, outcome.model_dump_json().encode()))

    def decision(self, rule: str, subject: str) -> DecisionRecord:
        """What ``rule`` last said of ``subject``."""
        return self.engine.book.page(subject)[rule]

    def spoken(self, rule: str, subject: str) -> str:
        """``kind`` or ``kind reason``: a decision in short."""
        record = self.decision(rule, subject)
        return f"{record.kind} {record.reason}".strip()

    def topic_events(self) -> list[Event]:
        """Everything sent to a state topic, as events: what a restart would read of our own records."""
        return [Event(m.topic, m.key, m.value, m.headers) for m in self.sent if m.topic in STATE_TOPICS]

    def _collect(self, messages: list[Message]) -> list[Command]:
        while not self.engine.is_settled:
            messages += self.engine.decide(100, self.now)
        self.engine.commit()
        self.sent += messages
        commands = [parse_command(m.value) for m in messages if m.topic in COMMAND_TOPICS]
        for message in messages:
            if message.topic in COMMAND_TOPICS:
                command = parse_command(message.value)
                assert dict(message.headers)["ce_type"].decode() == event_type(command)
                assert message.key == command.key
        self.commands += commands
        return commands

    def decisions_sent(self) -> list[DecisionRecord]:
        """Every decision record that was sent, in order."""
        bodies = [m.value or b"" for m in self.sent if m.topic == DECISION_TOPIC]
        return [DecisionRecord.model_validate_json(body) for body in bodies]


__all__ = ["PATIENCE", "START", "Topology", "changes", "linked", "listed", "observed", "removed"]
