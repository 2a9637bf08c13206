"""The engine: what was seen goes in, commands, links and decisions come out; no broker, no clock, no Faust.

``apply`` takes over what happened and marks the subjects whose questions it answers; ``decide`` asks the
rules about them. In between nothing is lost by a crash: at start every subject is asked once.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from kernel.contracts import changes
from kernel.contracts.changes import ENTITIES, ENTITY_BY_SLUG, LISTED_KEY, Entity, Listed
from kernel.contracts.commands import COMMANDS, EnsureBox
from kernel.contracts.decisions import DECISION_TOPIC, DecisionRecord, Progress
from kernel.contracts.envelope import Message
from kernel.contracts.links import LINK_TOPIC, Link
from kernel.contracts.outcomes import Outcome, outcome_topic
from kernel.domain.errors import Malformed
from kernel.domain.observed import Observed
from kernel.domain.policy import Mode, Policy
from kernel.domain.text import trimmed
from streams import ledger
from streams.book import Book, Page
from streams.dependents import Dependents
from streams.ledger import Asked, Patience
from streams.links import Links
from streams.messages import (
    Event,
    command_message,
    dead_letter,
    decision_message,
    event_id,
    link_message,
    parsed,
    removed_message,
)
from streams.rows import Rows
from streams.rules import RULES, condominium_sync
from streams.rules.rule import Rule, Subject
from streams.tables import Tables
from streams.view import Answers, View

_OVERTAKEN = timedelta(seconds=60)

OUTCOME_TOPICS = tuple(sorted({outcome_topic(c.system, c.entity) for c in COMMANDS}))
CHANGE_TOPICS = tuple(entity.topic for entity in ENTITIES)
INPUT_TOPICS = CHANGE_TOPICS + OUTCOME_TOPICS
STATE_TOPICS = (*CHANGE_TOPICS, LINK_TOPIC, DECISION_TOPIC)
"""What the engine's state is the fold of."""


NamesOf = Callable[[Observed], Iterable[str]]

SUBJECTS: Mapping[Entity, tuple[Subject, NamesOf]] = {
    changes.OZMAP_BOX: (Subject.BOX, lambda row: (row.id,)),
    changes.OZMAP_SPLITTER: (Subject.SPLITTER, lambda row: (row.id,)),
    changes.OZMAP_CLIENT: (Subject.LOGIN, lambda row: _login(getattr(row, "code", ""))),
    changes.IXC_LOGIN: (Subject.LOGIN, lambda row: _login(getattr(row, "login", ""))),
}
"""The rows that bring a subject into being; everything else reaches a subject through its questions."""


def _login(text: str) -> tuple[str, ...]:
    name = trimmed(text)
    return (name,) if name else ()


class Engine:
    """Folds events into tables and turns them into decisions.

    Use: ``apply(events)``, then ``decide(limit, now)`` until ``is_settled``, sending what each returns
    before the events are acknowledged.
    """

    def __init__(
        self, tables: Tables, policy: Policy, patience: Patience, rules: Sequence[Rule] = RULES
    ) -> None:
        self.rows = Rows(tables)
        self.links = Links(tables)
        self.book = Book(tables)
        self._tables = tables
        self._policy = policy
        self._patience = patience
        self._rules = rules
        self._dependents = Dependents()
        self._marked: OrderedDict[str, str] = OrderedDict()  # a plain dict is slow to give up its first
        self._forced: set[tuple[str, str]] = set()
        self._open: dict[tuple[str, str], datetime] = {}
        self._listed: set[Entity] = set()
        self._outcomes_reach: datetime | None = None
        self._outcome_heard_at: datetime | None = None
        self._entity_by_topic = {entity.topic: entity for entity in ENTITIES}

    # What happened

    def apply(self, events: Iterable[Event], now: datetime) -> list[Message]:
        """Take over ``events``; the subjects they concern are marked.

        Returns what must be sent at once: links that outcomes made known, and dead letters of events
        that cannot be understood.
        """
        messages: list[Message] = []
        for event in events:
            try:
                messages += self._take(event, now)
            except Malformed as error:
                messages.append(dead_letter(event, str(error)))
        return messages

    def restore(self, event: Event) -> None:
        """Take over one record of :data:`STATE_TOPICS` while the state is rebuilt; nothing is decided."""
        entity = self._entity_by_topic.get(event.topic)
        if entity is not None:
            if event.key == LISTED_KEY:
                self._note_listed(entity, event.value)
            else:
                self.rows.put(entity, event.key, event.value)
        elif event.topic == LINK_TOPIC:
            if event.value is None:
                self.links.forget(event.key)
            else:
                self.links.put(parsed(Link, event.value))
        elif event.topic == DECISION_TOPIC and event.value is not None:
            self._keep(parsed(DecisionRecord, event.value))

    def forget_all_but(self, topic: str, alive: set[str]) -> int:
        """Forget every record of ``topic`` whose key is not ``alive``; returns how many there were."""
        entity = self._entity_by_topic.get(topic)
        if entity is not None:
            gone = [row_id for row_id in list(self.rows.ids(entity)) if row_id not in alive]
            for row_id in gone:
                self.rows.put(entity, row_id, None)
            return len(gone)
        if topic == LINK_TOPIC:
            gone = [ozmap_id for ozmap_id in self.links.ozmap_ids() if ozmap_id not in alive]
            for ozmap_id in gone:
                self.links.forget(ozmap_id)
            return len(gone)
        return self.book.forget_all_but(alive)

    def n_open(self) -> dict[str, int]:
        """How many wishes stand open, by rule: sent, held, or done and not yet seen so."""
        counts = dict.fromkeys((rule.slug for rule in self._rules), 0)
        for _subject, rule in self._open:
            counts[rule] = counts.get(rule, 0) + 1
        return counts

    def commit(self) -> None:
        """Keep on disk what the tables say now."""
        self._tables.commit()

    def mark_everything(self, kinds: Iterable[str] = Subject) -> None:
        """Every subject of ``kinds`` that a ready rule decides about is asked anew: at start, and when an
        entity was listed for the first time.
        """
        kinds = {rule.subject for rule in self._ready_rules()} & set(kinds)
        if not kinds:
            return
        for entity, (kind, names_of) in SUBJECTS.items():
            if kind in kinds:
                for row_id in list(self.rows.ids(entity)):
                    row = self.rows.get(entity, row_id)
                    if row is not None:
                        self._mark((f"{kind}:{name}" for name in names_of(row)), "")
        self._mark((s for s in self.book.subjects() if s.split(":", 1)[0] in kinds), "")

    def doubt_last_batch(self) -> None:
        """Send again what was decided last before a restart: decisions are told before commands are sent.

        A batch's decisions share one moment, so the newest moment marks the batch that may not have left.
        """
        newest = max((at for at in map(self._sent_at, self._open) if at is not None), default=None)
        for subject, rule in self._open:
            if newest is not None and self._sent_at((subject, rule)) == newest:
                self._forced.add((subject, rule))
                self._mark((subject,), "")

    def _sent_at(self, wish: tuple[str, str]) -> datetime | None:
        record = self.book.page(wish[0]).get(wish[1])
        return record.sent_at if record is not None and record.progress is Progress.SENT else None

    def tick(self, now: datetime) -> None:
        """Mark the subjects whose wish stands too long (:func:`streams.ledger.due_at`)."""
        for (subject, rule), due in list(self._open.items()):
            if due <= now:
                if self._may_still_come(subject, rule, now):
                    self._open[subject, rule] = now + self._patience.resend_after
                else:
                    self._forced.add((subject, rule))
                    self._mark((subject,), "")

    def _take(self, event: Event, now: datetime) -> list[Message]:
        entity = self._entity_by_topic.get(event.topic)
        if entity is None:
            return self._conclude(parsed(Outcome, event.value), event, now)
        if event.key == LISTED_KEY:
            self.mark_everything(self._note_listed(entity, event.value))
            return []
        facts = self.rows.put(entity, event.key, event.value)
        if facts:
            cause = event_id(event)
            row = self.rows.get(entity, event.key) if entity in SUBJECTS else None
            if row is not None:
                kind, names_of = SUBJECTS[entity]
                self._mark((f"{kind}:{name}" for name in names_of(row)), cause)
            self._mark(self._dependents.of(facts), cause)
        return []

    def _note_listed(self, entity: Entity, body: bytes | None) -> set[str]:
        """The kinds of subjects of which a rule became ready because ``entity`` has now been listed whole.

        :raises Malformed: when ``body`` is no such record: what opens the gate must be understood.
        """
        if body is None:
            return set()
        parsed(Listed, body)
        if entity in self._listed:
            return set()
        self._listed.add(entity)
        return {rule.subject for rule in self._ready_rules() if entity in rule.needs}

    def _conclude(self, outcome: Outcome, event: Event, now: datetime) -> list[Message]:
        cause = event_id(event)
        self._outcome_heard_at = now
        if self._outcomes_reach is None or outcome.commanded_at > self._outcomes_reach:
            self._outcomes_reach = outcome.commanded_at
        messages = self._link(outcome, cause, now) + self._remove(outcome, cause, now)
        record = ledger.conclude(self.book.page(outcome.subject).get(outcome.rule), outcome, now)
        if record is not None:
            self._keep(record)
            self._mark((outcome.subject,), cause)
            messages.append(decision_message(record, cause, now))
        return messages

    def _link(self, outcome: Outcome, cause: str, now: datetime) -> list[Message]:
        """A box that a sink created or found is linked, unless that IXC box has an OZmap box already."""
        is_box = outcome.command_type == EnsureBox.model_fields["type"].default
        if not (is_box and outcome.result.is_done and outcome.remote_id):
            return []
        ozmap_id = outcome.subject.split(":", 1)[1]
        if self.links.of_ixc(outcome.remote_id) is not None:
            return []
        if self.links.of_ozmap(ozmap_id) is not None and outcome.rule not in LINKED_BY_NAME:
            return []
        link = Link(ozmap_id=ozmap_id, ixc_id=outcome.remote_id)
        self._mark(self._dependents.of(self.links.put(link)), cause)
        self._mark((outcome.subject,), cause)
        return [link_message(link, cause, now)]

    def _remove(self, outcome: Outcome, cause: str, now: datetime) -> list[Message]:
        """Rows that a sink proved gone are gone here too, and on their topics."""
        messages = []
        for gone in outcome.removed:
            entity = ENTITY_BY_SLUG.get(gone.entity)
            facts = self.rows.put(entity, gone.id, None) if entity is not None else set()
            if entity is not None and facts:
                self._mark(self._dependents.of(facts), cause)
                messages.append(removed_message(entity, gone.id, cause, now))
        return messages

    # What follows

    @property
    def is_settled(self) -> bool:
        """Whether no marked subject is left to decide."""
        return not self._marked

    def decide(self, limit: int, now: datetime) -> list[Message]:
        """Ask the rules about at most ``limit`` marked subjects; returns commands and decisions to send."""
        messages: list[Message] = []
        ready = list(self._ready_rules())
        for _ in range(min(limit, len(self._marked))):
            subject, cause = self._marked.popitem(last=False)
            messages += self._decide(subject, cause, ready, now)
        return messages

    def _decide(self, subject: str, cause: str, ready: list[Rule], now: datetime) -> list[Message]:
        kind, object_id = subject.split(":", 1)
        messages: list[Message] = []
        asked_facts: set[str] = set()
        answers = Answers(self.rows, self.links)
        page = self.book.page(subject)
        is_news = False
        for rule in ready:
            if rule.subject != kind:
                continue
            view = View(answers)
            decision = rule.decide(object_id, view, self._policy)
            asked_facts |= view.asked
            asked = self._asked(rule, subject, view, cause, now)
            entry = ledger.settle(page.get(rule.slug), decision, asked)
            self._watch(entry.record)
            if entry.is_news:
                is_news = True
                page[rule.slug] = entry.record
                messages.append(decision_message(entry.record, cause, now))
            if entry.sends is not None:
                messages.append(command_message(entry.sends, entry.record, now))
        self._dependents.replace(subject, asked_facts)
        if is_news:
            self.book.put(subject, page)
        return messages

    def _asked(self, rule: Rule, subject: str, view: View, cause: str, now: datetime) -> Asked:
        forced = (subject, rule.slug) in self._forced
        self._forced.discard((subject, rule.slug))
        mode = self._policy.mode(rule.slug)
        return Asked(rule.slug, subject, now, view.basis, cause, mode, forced=forced)

    def _ready_rules(self) -> Iterator[Rule]:
        """The rules that are on and whose entities have all been listed once."""
        for rule in self._rules:
            if self._policy.mode(rule.slug) is not Mode.OFF and rule.needs <= self._listed:
                yield rule

    # Bookkeeping

    def _mark(self, subjects: Iterable[str], cause: str) -> None:
        for subject in subjects:
            if not self._marked.get(subject):
                self._marked[subject] = cause

    def _keep(self, record: DecisionRecord) -> None:
        page: Page = self.book.page(record.subject)
        page[record.rule] = record
        self.book.put(record.subject, page)
        self._watch(record)

    def _watch(self, record: DecisionRecord) -> None:
        is_on = self._policy.mode(record.rule) is Mode.ON
        due = ledger.due_at(record, self._patience) if is_on else None
        if due is None:
            self._open.pop((record.subject, record.rule), None)
        else:
            self._open[record.subject, record.rule] = due

    def _may_still_come(self, subject: str, rule: str, now: datetime) -> bool:
        """Whether outcomes flow and have not yet come past the time when this command was sent.

        Then its outcome is behind a backlog, not lost, and sending it again would only lengthen that.
        """
        record = self.book.page(subject).get(rule)
        if record is None or record.sent_at is None:
            return False
        if record.progress is not Progress.SENT and record.creating is None:
            return False
        reach, heard_at = self._outcomes_reach, self._outcome_heard_at
        if reach is None or heard_at is None or heard_at < now - self._patience.resend_after:
            return False
        return reach < record.sent_at + _OVERTAKEN


LINKED_BY_NAME = frozenset({condominium_sync.SLUG})
"""Rules whose objects are always recognised by name: their link follows the name (spec condominium-sync)."""
