"""The ledger of decisions: when a decision is news, when its command is sent, sent again, and settled.

Pure: every function maps the last record and what happened to the next record.

An ``Ensure`` is one wish, known by its command's id. It is sent when it is new, when it was settled or
refused and something its rule had asked about changed since (``basis``), and when its time is up
(:func:`due_at`). Seeing the other side so turns it into ``Already``. While a creation is under way, no
other wish of that rule for that subject is sent (docs/adr/0006).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.contracts.commands import Command
from kernel.contracts.decisions import DecisionRecord, Kind, Progress
from kernel.contracts.outcomes import Outcome, Result
from kernel.domain.policy import Mode
from kernel.domain.reasons import Reason
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
    """What the ledger does with a decision: the record to keep, and the command that is sent now, if any."""

    record: DecisionRecord
    is_news: bool
    sends: Command | None = None


def settle(last: DecisionRecord | None, decision: Decision, asked: Asked) -> Entry:
    """The entry for ``decision``; without news the record is ``last`` itself."""
    if not isinstance(decision, Ensure):
        return _speak(last, decision, asked)
    if last is not None and last.creating is not None and asked.mode is Mode.ON:
        if asked.forced:
            return _create_again(last, last.creating, asked)
        if decision.command != last.creating:
            return _speak(last, Wait(Reason.CREATION_IN_FLIGHT), asked)
        if last.kind is not Kind.ENSURE:
            return _return_to_creation(last, decision.command, asked)
    return _wish(last, decision.command, asked)


def _speak(last: DecisionRecord | None, decision: Already | Wait | Skip, asked: Asked) -> Entry:
    kind, reason, about = _spoken(decision)
    if last is not None and (last.kind, last.reason, last.about) == (kind, reason, about):
        return Entry(last, is_news=False)
    is_known = isinstance(decision, Already)  # what was to be created is there, whoever created it
    under_way = last if last is not None and last.creating is not None and not is_known else None
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
        creating=under_way.creating if under_way else None,
        n_sent=under_way.n_sent if under_way else 0,
        sent_at=under_way.sent_at if under_way else None,
    )
    return Entry(record, is_news=True)


def _wish(last: DecisionRecord | None, command: Command, asked: Asked) -> Entry:
    known = last if last is not None and last.kind is Kind.ENSURE and last.command == command else None
    if known is not None and not _sends_again(known, asked):
        return Entry(known, is_news=False)
    sends = asked.mode is Mode.ON
    under_way = last.creating if last is not None and not sends else None
    record = DecisionRecord(
        rule=asked.rule,
        subject=asked.subject,
        kind=Kind.ENSURE,
        since=known.since if known else asked.now,
        at=asked.now,
        cause=asked.cause or (known.cause if known else ""),
        command=command,
        creating=command if sends and command.creates else under_way,
        progress=Progress.SENT if sends else Progress.REPORTED,
        n_sent=(known.n_sent if known else 0) + sends,
        sent_at=asked.now if sends else None,
        basis=asked.basis,
    )
    return Entry(record, is_news=True, sends=command if sends else None)


def _create_again(last: DecisionRecord, creating: Command, asked: Asked) -> Entry:
    """The unanswered creation again, unchanged: by its look-up the sink finds what it may have created."""
    update = {"at": asked.now, "sent_at": asked.now, "n_sent": last.n_sent + 1}
    return Entry(last.model_copy(update=update), is_news=True, sends=creating)


def _return_to_creation(last: DecisionRecord, command: Command, asked: Asked) -> Entry:
    """The wish is again the one under way: nothing to send, only to say."""
    update = {
        "kind": Kind.ENSURE,
        "reason": "",
        "about": "",
        "since": asked.now,
        "at": asked.now,
        "command": command,
        "progress": Progress.SENT,
        "basis": asked.basis,
    }
    return Entry(last.model_copy(update=update), is_news=True)


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
    """The record once ``outcome`` is known; None when it answers no wish that still stands.

    A creation that is held stays under way: whether it was written is not known.
    """
    if last is None:
        return None
    told: dict[str, object] = {}
    if last.kind is Kind.ENSURE and last.command is not None and last.command.id == outcome.command_id:
        progress = _PROGRESS.get(outcome.result, Progress.DONE)
        told |= {"progress": progress, "reason": outcome.reason or "", "about": outcome.detail}
    is_answer = last.creating is not None and last.creating.id == outcome.command_id
    if is_answer and outcome.result is not Result.HELD:
        told |= {"creating": None}
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
    is twice the one before, at most an hour. Refused waits for a change of what it depends on, unless the
    system said yes and did not keep it: that may be for once, and no change would ever tell. A creation
    without answer that nobody wishes any more is not sent again, but stays under way.
    """
    is_open = record.kind is Kind.ENSURE and record.progress not in (Progress.REFUSED, Progress.REPORTED)
    is_lost = record.progress is Progress.REFUSED and record.reason == Reason.NOT_WRITTEN
    if not (is_open or is_lost) and record.reason != Reason.CREATION_IN_FLIGHT:
        return None
    pause = patience.confirm_after if record.progress is Progress.DONE else patience.resend_after
    doublings = min(max(record.n_sent - 1, 0), 16)
    return record.at + min(pause * (1 << doublings), LONGEST_PAUSE)
