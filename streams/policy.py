"""From settings to the frozen policy that rules read."""

from kernel.domain.policy import Policy
from kernel.settings import Settings
from streams.rules import RULES


def policy_of(settings: Settings) -> Policy:
    """The policy; each rule's mode is the setting ``rule_<slug>``."""
    modes = {rule.slug: getattr(settings, f"rule_{rule.slug.replace('-', '_')}") for rule in RULES}
    return Policy(
        modes=modes,
        olt=settings.box_sync_olt,
        splitter_as_box=settings.splitter_as_box,
        coordinates_tolerance_m=settings.coordinates_tolerance_m,
        first_free_port=settings.first_free_port,
        cancelled_means=settings.cancelled_means,
        disconnect_drop=settings.disconnect_drop,
        power_step_db=settings.power_step_db,
    )
