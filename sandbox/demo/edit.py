"""One edit of the scripted person: what is done where, and by which write one knows that it arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.demo.person import Person

Row = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """``act`` edits one system; the effect is a write of the other's ``entity`` for which ``shows`` is true.

    ``subject`` is whom the rule decides about (``box:…``, ``login:…``), ``rule`` its slug.
    """

    title: str
    rule: str
    subject: str
    system: str
    entity: str
    act: Callable[[Person], object]
    shows: Callable[[Row], bool]
