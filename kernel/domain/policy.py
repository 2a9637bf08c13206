"""What an operator may decide about the rules, as frozen values that reach them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """What a rule's decisions lead to."""

    ON = "on"
    """Decided, shown and sent."""
    REPORT = "report"
    """Decided and shown, not sent."""
    OFF = "off"
    """Not decided."""


class OltPolicy(StrEnum):
    """What box-sync asks of the OLT that feeds a box (spec box-sync, setting ``olt``)."""

    REQUIRED = "required"
    """No transmitter, no box."""
    OPTIONAL = "optional"
    """Set when found, written as none when not."""
    IGNORED = "ignored"
    """Never looked up; a transmitter set in IXC stays as it is."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that rules read. ``modes`` maps a rule's slug to its mode; a missing slug is ON."""

    modes: Mapping[str, Mode] = field(default_factory=dict)
    olt: OltPolicy = OltPolicy.REQUIRED

    def mode(self, slug: str) -> Mode:
        """The mode of the rule ``slug``."""
        return self.modes.get(slug, Mode.ON)
