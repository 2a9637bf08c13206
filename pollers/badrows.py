"""Rows that cannot be understood: counted at every reading, told once each, by id and never by content."""

from collections.abc import Iterable

import structlog

MOST_REMEMBERED = 10_000
"""Ids of bad rows that are kept so as not to be told again; beyond that they are only counted."""

LONGEST_PLACE = 60

log = structlog.get_logger()


class BadRows:
    """The bad rows of one source."""

    def __init__(self, entity: str) -> None:
        self._entity = entity
        self._told: set[str] = set()

    def note(self, row_id: str, error: str) -> None:
        """The row is bad: one line unless there was one already."""
        place = row_id[:LONGEST_PLACE]
        if place not in self._told and len(self._told) < MOST_REMEMBERED:
            self._told.add(place)
            log.warning("row_not_understood", entity=self._entity, row_id=ascii(place), error=error)

    def forget(self, row_ids: Iterable[str]) -> None:
        """The rows are good (again): should one turn bad, that is told anew."""
        if self._told:
            self._told.difference_update(row_id[:LONGEST_PLACE] for row_id in row_ids)
