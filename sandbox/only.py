"""Settings that leave only some rules on: to watch a few of them alone."""

from __future__ import annotations

from streams.rules import RULES


def only(*slugs: str) -> dict[str, str]:
    """The variables that turn every rule off but ``slugs``.

    :raises ValueError: for a slug that is no rule's.
    """
    known = {rule.slug for rule in RULES}
    if strange := set(slugs) - known:
        raise ValueError(f"no such rule: {', '.join(sorted(strange))}")
    return {f"RULE_{slug.replace('-', '_').upper()}": "off" for slug in sorted(known - set(slugs))}
