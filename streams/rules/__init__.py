"""The rules of the spec, one file each; this is their list."""

from streams.rules import box_sync, client_name
from streams.rules.rule import Rule

RULES: tuple[Rule, ...] = (box_sync.RULE, client_name.RULE)
RULE_BY_SLUG = {rule.slug: rule for rule in RULES}
