"""The book of decisions: each subject's last record per rule, kept in the tables."""

from pydantic import TypeAdapter

from kernel.contracts.decisions import DecisionRecord
from streams.tables import Tables

_TABLE = "decision"

Page = dict[str, DecisionRecord]
"""The records of one subject, by rule."""

_PAGES: TypeAdapter[Page] = TypeAdapter(Page)


class Book:
    """All decision records over ``tables``: one entry a subject, because a subject is decided as a whole."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def page(self, subject: str) -> Page:
        """The records of ``subject``, by rule; a new dictionary."""
        body = self._tables.get(_TABLE, subject)
        if body is None:
            return {}
        return _PAGES.validate_json(body)

    def put(self, subject: str, page: Page) -> None:
        """Keep ``page`` as the records of ``subject``."""
        self._tables.put(_TABLE, subject, _PAGES.dump_json(page))

    def forget_all_but(self, alive: set[str]) -> int:
        """Forget every record whose ``<rule>/<subject>`` is not ``alive``; returns how many there were."""
        n_forgotten = 0
        for subject in self.subjects():
            page = self.page(subject)
            kept = {rule: record for rule, record in page.items() if f"{rule}/{subject}" in alive}
            n_forgotten += len(page) - len(kept)
            if not kept:
                self._tables.delete(_TABLE, subject)
            elif len(kept) < len(page):
                self.put(subject, kept)
        return n_forgotten

    def subjects(self) -> list[str]:
        """Every subject that a rule has decided about."""
        return list(self._tables.keys(_TABLE))
