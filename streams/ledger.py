"""The ledger of decisions: when a decision is news, when its command is sent, sent again, and settled.

Pure: every function maps the last record and what happened to the next record.

An ``Ensure`` is one wish, known by its command's id. It is sent when it is new, when it was settled or
refused and something its rule had asked about changed since (``basis``), and when its time is up
(:func:`due_at`). Seeing the other side so turns it into ``Already``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.contracts.decisions import DecisionRecord, Kind, Progress
from kernel.contracts.outcomes import Outcome, Result
from kernel.domain.policy import Mode
from streams.decision import Already, Decision, Ensure, Skip, Wait

LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question put to one rule: about whom, when, on which answers, because of which event."""

    rule: str
    subject: str
    now: datetime
    basis: int
    cause: str
    mode: Mode
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger does with a decision: the record to keep, and whether its command is sent now."""

    record: DecisionRecord
    is_news: bool
    sends: bool


def settle(last: DecisionRecord | None, decision: Decision, asked: Asked) -> Entry:
    """The entry for ``decision``; without news the record is ``last`` itself."""
    if isinstance(decision, Ensure):
        return _ensure(last, decision, asked)
    kind, reason, about = _spoken(decision)
    if last is not None and (last.kind, last.reason, last.about) == (kind, reason, about):
        return Entry(last, is_news=False, sends=False)
    record = DecisionRecord(
        rule=asked.rule,
        subject=asked.subject,
        kind=kind,
        reason=reason,
        about=about,
        since=asked.now,
        at=asked.now,
        cause=asked.cause,
        basis=asked.basis,
    )
    return Entry(record, is_news=True, sends=False)


def _ensure(last: DecisionRecord | None, decision: Ensure, asked: Asked) -> Entry:
    command_id = decision.command.id
    same_wish = last is not None and last.kind is Kind.ENSURE and last.command_id == command_id
    if last is not None and same_wish and not _sends_again(last, asked):
        return Entry(last, is_news=False, sends=False)
    sends = asked.mode is Mode.ON
    known = last if same_wish else None
    record = DecisionRecord(
        rule=asked.rule,
        subject=asked.subject,
        kind=Kind.ENSURE,
        since=known.since if known else asked.now,
        at=asked.now,
        cause=asked.cause or (known.cause if known else ""),
        command_id=command_id,
        progress=Progress.SENT if sends else Progress.REPORTED,
        n_sent=(known.n_sent if known else 0) + sends,
        sent_at=asked.now if sends else None,
        basis=asked.basis,
    )
    return Entry(record, is_news=True, sends=sends)


def _sends_again(last: DecisionRecord, asked: Asked) -> bool:
    """Whether the wish that ``last`` records is sent once more."""
    if last.progress is Progress.REPORTED:
        return asked.mode is Mode.ON
    if asked.mode is not Mode.ON:
        return False
    if asked.forced:
        return True
    return last.progress is not Progress.SENT and last.basis != asked.basis


def _spoken(decision: Already | Wait | Skip) -> tuple[Kind, str, str]:
    match decision:
        case Already():
            return Kind.ALREADY, "", ""
        case Wait(on, about):
            return Kind.WAIT, on, about
        case Skip(reason, about):
            return Kind.SKIP, reason, about


_PROGRESS = {Result.REFUSED: Progress.REFUSED, Result.HELD: Progress.HELD}


def conclude(last: DecisionRecord | None, outcome: Outcome, now: datetime) -> DecisionRecord | None:
    """The record once ``outcome`` is known; None when it answers no wish that still stands."""
    if last is None or last.kind is not Kind.ENSURE or last.command_id != outcome.command_id:
        return None
    progress = _PROGRESS.get(outcome.result, Progress.DONE)
    told = {"progress": progress, "reason": outcome.reason or "", "about": outcome.detail}
    if all(getattr(last, name) == value for name, value in told.items()):
        return None
    return last.model_copy(update=told | {"at": now})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an ``Ensure`` may stand: without outcome, and done but not yet seen so."""

    resend_after: timedelta
    confirm_after: timedelta


def due_at(record: DecisionRecord, patience: Patience) -> datetime | None:
    """When the wish of ``record`` is sent again if nothing happens; None when never.

    Sent without outcome: the command may have been lost on the way. Held: the system may answer again.
    Done but not seen so: the other side may have been changed back before it was looked at. Each pause
    is twice the one before, at most an hour. Refused waits for a change of what it depends on.
    """
    if record.kind is not Kind.ENSURE or record.progress in (Progress.REFUSED, Progress.REPORTED):
        return None
    pause = patience.confirm_after if record.progress is Progress.DONE else patience.resend_after
    doublings = min(max(record.n_sent - 1, 0), 16)
    return record.at + min(pause * (1 << doublings), LONGEST_PAUSE)
