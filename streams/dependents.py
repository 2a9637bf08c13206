"""Who asked what: from a fact to the subjects whose decisions were built on it. Derived, never stored."""

from collections.abc import Iterable, Iterator


class Dependents:
    """The questions of every subject, hit or miss.

    Facts are kept as their hashes: two facts that collide wake a subject for nothing, which is harmless,
    and hundreds of thousands of subjects fit in memory.
    """

    def __init__(self) -> None:
        self._asked: dict[str, tuple[int, ...]] = {}
        self._askers: dict[int, str | set[str]] = {}

    def replace(self, subject: str, facts: Iterable[str]) -> None:
        """From now on ``subject`` is woken by exactly these facts."""
        new = {hash(fact) for fact in facts}
        old = set(self._asked.get(subject, ()))
        for fact in old - new:
            self._drop(fact, subject)
        for fact in new - old:
            self._add(fact, subject)
        self._asked[subject] = tuple(new)

    def of(self, facts: Iterable[str]) -> Iterator[str]:
        """The subjects that asked for any of ``facts``; one may come more than once."""
        for fact in facts:
            askers = self._askers.get(hash(fact))
            if isinstance(askers, str):
                yield askers
            elif askers is not None:
                yield from askers

    def _add(self, fact: int, subject: str) -> None:
        askers = self._askers.get(fact)
        if askers is None:
            self._askers[fact] = subject
        elif isinstance(askers, str):
            self._askers[fact] = {askers, subject}
        else:
            askers.add(subject)

    def _drop(self, fact: int, subject: str) -> None:
        askers = self._askers.get(fact)
        if isinstance(askers, set):
            askers.discard(subject)
            if not askers:
                del self._askers[fact]
        elif askers == subject:
            del self._askers[fact]
