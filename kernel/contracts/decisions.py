"""Decisions: what each rule last said of each object, and why; one compacted topic."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kernel.contracts.commands import Command

DECISION_TOPIC = "integrator.decision.changes.v1"
DECISION_TYPE = "integrator.decision.observed.v1"


class Kind(StrEnum):
    """The four decisions there are."""

    ENSURE = "ensure"
    ALREADY = "already"
    WAIT = "wait"
    SKIP = "skip"


class Progress(StrEnum):
    """Where an ``ensure`` stands."""

    SENT = "sent"
    DONE = "done"
    REFUSED = "refused"
    HELD = "held"
    REPORTED = "reported"
    """Decided and shown, not sent: the rule is set to ``report``."""


class DecisionRecord(BaseModel):
    """The last decision of ``rule`` on ``subject``; the topic's key is ``<rule>/<subject>``.

    ``reason`` is a slug of the catalogue, ``about`` the thing it names (a project's name, an IP).
    ``since`` is when this decision was first taken, ``at`` when this record last changed. ``basis`` is
    the fingerprint of every answer the rule was given; ``cause`` the id of the event that led to it.
    ``command`` is the wish itself. ``creating`` is a creation that was sent and not answered yet, whatever
    the rule has come to say since; ``n_sent`` and ``sent_at`` count the sending of the last command.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    rule: str
    subject: str
    kind: Kind
    reason: str = ""
    about: str = ""
    since: datetime
    at: datetime
    cause: str = ""
    command: Command | None = None
    creating: Command | None = None
    progress: Progress | None = None
    n_sent: int = 0
    sent_at: datetime | None = None
    basis: int = 0
