"""What one command did in a system: the part of an outcome that an executor knows. Pure."""

from dataclasses import dataclass

from kernel.contracts.outcomes import FieldChange, RemovedRow, Result
from kernel.domain.errors import Malformed, Refused, Transient

UNPROVEN = (Transient, Refused, Malformed)
"""Errors of a write after which it may have been made all the same: the next reading tells."""


@dataclass(frozen=True, slots=True)
class Effect:
    """``changed`` names the fields that were written; ``detail`` is for a person to read, without secrets.

    ``removed`` are rows proven gone by a read that answered "not found", whether we removed them or not.
    """

    result: Result
    remote_id: str | None = None
    changed: tuple[FieldChange, ...] = ()
    reason: str | None = None
    detail: str = ""
    removed: tuple[RemovedRow, ...] = ()
