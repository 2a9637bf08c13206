"""Listings of OZmap, page by page, on servers that say what comes next and on those that don't.

Source: sheet OZmap 2.2-2.5. Newer servers answer ``hasNextPage`` and ``nextUrl`` with a cursor of their
own; older ones are asked for page 1, 2, … until one is empty. Neither gives a snapshot.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit

import orjson
from pydantic import BaseModel, ConfigDict, Field

from kernel.domain.errors import Malformed, Transient

Filter = dict[str, Any]
T = TypeVar("T")

BY_ID = [{"property": "id", "direction": 1}]
MAX_PAGES = 100_000


class FilterForm(StrEnum):
    """Where filter and sort travel; both are official (sheet 2.2)."""

    URL = "url"
    BODY = "body"
    """JSON in the body of the GET, as the vendor's SDK sends it; proxies may drop it."""


class Envelope(BaseModel, Generic[T]):
    """The answer to a listing (sheet 2.4); the last two are missing on older servers."""

    model_config = ConfigDict(extra="ignore")

    rows: list[T]
    total: int | None = None
    count: int | None = None
    has_next: bool | None = Field(None, alias="hasNextPage")
    next_url: str | None = Field(None, alias="nextUrl")


def render_listing(
    form: FilterForm, filters: list[Filter], select: tuple[str, ...] | None, limit: int
) -> tuple[dict[str, str], bytes | None]:
    """(query, body) that ask for the rows that match all ``filters``, sorted by id.

    UNKNOWN: whether newer servers read ``sort`` from the URL and how several fields are separated in
    ``select`` (sheet 7, 4-5); here is the one place that decides.
    """
    query = {"limit": str(limit)}
    if select is not None:
        query["select"] = " ".join(select)
    if form is FilterForm.BODY:
        return query, orjson.dumps({"filter": filters, "sort": BY_ID})
    if filters:
        query["filter"] = orjson.dumps(filters).decode()
    query["sort"] = orjson.dumps(BY_ID).decode()
    return query, None


@dataclass(slots=True)
class Progress:
    """How far one listing is. :meth:`note` takes a page's envelope; :attr:`step` is what to ask next.

    ``step`` is the part of the query that moves: ``{"page": "2"}`` or what ``nextUrl`` names. None: done.
    """

    route: str
    step: dict[str, str] | None = field(default_factory=lambda: {"page": "1"})
    total_binds: bool = True
    n_pages: int = 0
    _seen: set[str] = field(default_factory=set)
    _least_total: int | None = None
    _urls: set[str] = field(default_factory=set)

    def note(self, envelope: Envelope[Any], ids: list[str]) -> None:
        """One page is in; ``ids`` are those of all its rows.

        :raises Malformed: when the listing runs in circles.
        :raises Transient: when it ends before the rows it announced are there.
        """
        n_before = len(self._seen)
        self._seen.update(ids)
        self.n_pages += 1
        if envelope.total is not None:
            self._least_total = (
                envelope.total if self._least_total is None else min(self._least_total, envelope.total)
            )
        if not envelope.rows or envelope.has_next is False:
            self._end(envelope)
            return
        if len(self._seen) == n_before or self.n_pages >= MAX_PAGES:
            raise Malformed(f"OZmap's listing of {self.route} repeats itself at page {self.n_pages}; stopped")
        self.step = self._next_step(envelope)

    def _next_step(self, envelope: Envelope[Any]) -> dict[str, str]:
        if not (envelope.has_next and envelope.next_url):
            return {"page": str(self.n_pages + 1)}
        if envelope.next_url in self._urls:
            raise Malformed(f"OZmap's listing of {self.route} names the same next page twice; stopped")
        self._urls.add(envelope.next_url)
        return dict(parse_qsl(urlsplit(envelope.next_url).query, keep_blank_values=True))

    def _end(self, envelope: Envelope[Any]) -> None:
        self.step = None
        if envelope.has_next:
            raise Transient(f"OZmap's listing of {self.route} ended though more was announced")
        if self.total_binds and self._least_total is not None and len(self._seen) < self._least_total:
            raise Transient(
                f"OZmap's listing of {self.route} ended after {len(self._seen)} of {self._least_total} rows"
            )
