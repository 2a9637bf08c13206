"""Outcomes: what a sink found and did for one command. One partition per entity: streams read them."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kernel.domain.errors import System


class Result(StrEnum):
    """How a command ended."""

    CREATED = "created"
    UPDATED = "updated"
    ALREADY = "already"
    REFUSED = "refused"
    HELD = "held"

    @property
    def is_done(self) -> bool:
        """Whether the other system holds the desired state now."""
        return self in (Result.CREATED, Result.UPDATED, Result.ALREADY)


class FieldChange(BaseModel):
    """One field that was written: its name as the vendor has it, what it held, what it holds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    field: str
    old: str | None
    new: str | None


class RemovedRow(BaseModel):
    """A row that the sink removed or found gone, proven by a read that answered "not found"."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    entity: str
    id: str


class Outcome(BaseModel):
    """The outcome of one command.

    ``remote_id`` is the id of the object in the system that was written. ``reason`` is a slug of the
    catalogue (kernel.domain.reasons) when the command was refused or held, ``detail`` the system's words.

    ``removed`` are rows (entity slug, id) that are gone: no delta of an API ever says so, and whoever
    returns under the same login must not be taken for still there. ``commanded_at`` is when streams sent
    the command, ``took_ms`` what the sink needed.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    command_id: str
    command_type: str
    rule: str
    subject: str
    result: Result
    remote_id: str | None = None
    reason: str | None = None
    detail: str = ""
    changed: tuple[FieldChange, ...] = ()
    removed: tuple[RemovedRow, ...] = ()
    commanded_at: datetime
    took_ms: int


def outcome_topic(system: System, entity: str) -> str:
    """The outcome topic beside a command topic, without the stack's prefix."""
    return f"{system}.{entity}.outcomes.v1"
