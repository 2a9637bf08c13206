"""The four decisions a rule can take: a closed set."""

from dataclasses import dataclass

from kernel.contracts.commands import Command
from kernel.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Ensure:
    """The other system shall hold what ``command`` says, and does not hold it yet."""

    command: Command


@dataclass(frozen=True, slots=True)
class Already:
    """The other system holds what the rule wishes: nothing is sent. Echoes end here."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Something is not known yet; when it appears, the rule is asked again without anyone's doing."""

    on: Reason
    about: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """The rule does not apply to this object now, for a reason that a person can read."""

    reason: Reason
    about: str = ""


Decision = Ensure | Already | Wait | Skip
