"""What a rule is to the engine: a slug, the subjects it is asked about, what it needs, and ``decide``."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kernel.contracts.changes import Entity
from kernel.domain.policy import Policy
from streams.decision import Decision
from streams.view import View


class Subject(StrEnum):
    """The kinds of objects that rules decide about; a subject is ``<kind>:<id>``."""

    BOX = "box"
    """A box of OZmap, by its id there."""
    SPLITTER = "splitter"
    """A splitter of OZmap, by its id there: a box of IXC where the rules say so."""
    LOGIN = "login"
    """A login of IXC or code of OZmap, without outer blanks."""


Decide = Callable[[str, View, Policy], Decision]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``needs`` are the entities it asks about: until each was listed once, it is not asked."""

    slug: str
    subject: Subject
    needs: frozenset[Entity]
    decide: Decide
