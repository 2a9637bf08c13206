"""What is wrong with which source, told when it begins and when it ends, not at every try."""

from dataclasses import dataclass, field

import structlog

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Trouble:
    """``kind`` is the event's name in the log, ``text`` the words of the error; never a row's content."""

    kind: str
    text: str


@dataclass(slots=True)
class Troubles:
    """The troubles of all sources. Sources that share one (a wrong key) share its line."""

    _held: dict[str, Trouble] = field(default_factory=dict)

    def begin(self, entity: str, trouble: Trouble) -> bool:
        """``entity`` has ``trouble`` now; one line unless it, or another source the same, has it already.

        Of a source that stays in one kind of trouble the words may change (a counter, an address): no line.
        """
        before = self._held.get(entity)
        is_known = trouble in self._held.values() or (before is not None and before.kind == trouble.kind)
        self._held[entity] = trouble
        if not is_known:
            log.error(trouble.kind, entity=entity, error=trouble.text)
        return not is_known

    def end(self, entity: str) -> None:
        """``entity`` works; a line when it had not."""
        trouble = self._held.pop(entity, None)
        if trouble is not None:
            log.info("source_works_again", entity=entity, after=trouble.kind)
