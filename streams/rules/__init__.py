"""The rules of the spec, one file each; this is their list."""

from streams.rules import (
    box_sync,
    client_activation,
    client_cancellation,
    client_creation,
    client_name,
    client_power,
    client_status,
    client_withdrawal,
    condominium_sync,
    coordinates,
    port_move,
)
from streams.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    box_sync.RULE,
    condominium_sync.RULE,
    port_move.RULE,
    coordinates.RULE,
    client_creation.RULE,
    client_activation.RULE,
    client_withdrawal.RULE,
    client_cancellation.RULE,
    client_status.RULE,
    client_power.RULE,
    client_name.RULE,
)
RULE_BY_SLUG = {rule.slug: rule for rule in RULES}
