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


class CancelledMeans(StrEnum):
    """When an inactive login counts as cancelled (spec client-cancellation)."""

    NO_CONTRACT = "no_contract"
    """It has no contract."""
    NO_ACTIVE_CONTRACT = "no_active_contract"
    """It has no contract, or one that is not active."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that rules read. ``modes`` maps a rule's slug to its mode; a missing slug is ON."""

    modes: Mapping[str, Mode] = field(default_factory=dict)
    olt: OltPolicy = OltPolicy.REQUIRED
    splitter_as_box: bool = False
    coordinates_tolerance_m: float = 1.0
    first_free_port: bool = False
    cancelled_means: CancelledMeans = CancelledMeans.NO_CONTRACT
    disconnect_drop: bool = True
    power_step_db: float = 0.5

    def mode(self, slug: str) -> Mode:
        """The mode of the rule ``slug``."""
        return self.modes.get(slug, Mode.ON)
