"""Where pages of raw rows come from: one feed per system over its client."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Protocol

from kernel.vendors.http import VendorHttp
from kernel.vendors.ixc.client import PAGE_ROWS, Condition, IxcApi
from kernel.vendors.ozmap.client import OzmapApi
from kernel.vendors.rows import Page
from pollers.source import Source


class Feed(Protocol):
    """One system's rows, by rising id, and its clock."""

    def pages(self, source: Source, bound: str | None) -> AsyncIterator[Page[Any]]:
        """Rows stamped at or above ``bound``; every row when it is None. Ends only when all were shown."""
        ...

    def newcomers(self, source: Source, above_id: int) -> AsyncIterator[Page[Any]]:
        """Rows above ``above_id``, where a new row may lack a stamp; none where each is born with one."""
        ...

    def server_time(self) -> datetime | None:
        """Now by the system's own clock; None before its first answer."""
        ...


def _server_time(http: VendorHttp) -> datetime | None:
    return http.clock.now() if http.clock.last_server_time is not None else None


class OzmapFeed:
    """OZmap's rows. Whole rows are asked for: how ``select`` separates fields is UNKNOWN (fact sheet 2.2)."""

    def __init__(self, api: OzmapApi) -> None:
        self._api = api

    def pages(self, source: Source, bound: str | None) -> AsyncIterator[Page[Any]]:
        """See :class:`Feed`. No upper bound: a row that leaves the filter would shift others out of sight."""
        since = [] if bound is None else [{"property": source.stamp, "operator": ">=", "value": bound}]
        return self._api.pages(source.path, source.model, filters=since)

    async def newcomers(self, source: Source, above_id: int) -> AsyncIterator[Page[Any]]:
        """See :class:`Feed`: Mongo's stamps are set at creation, there is nothing to look for."""
        nothing: tuple[Page[Any], ...] = ()
        for page in nothing:
            yield page

    def server_time(self) -> datetime | None:
        """See :class:`Feed`."""
        return _server_time(self._api.http)


class IxcFeed:
    """IXC's rows, walked by id."""

    def __init__(self, api: IxcApi) -> None:
        self._api = api

    def pages(self, source: Source, bound: str | None) -> AsyncIterator[Page[Any]]:
        """See :class:`Feed`. ``bound`` is local time; ``>=`` on the stamp is what delta syncs use (6.9)."""
        since = [] if bound is None or source.stamp is None else [Condition(source.stamp, ">=", bound)]
        return _to_last(self._api.rows(source.path, source.model, where=since))

    def newcomers(self, source: Source, above_id: int) -> AsyncIterator[Page[Any]]:
        """See :class:`Feed`: MySQL's stamp moves on update and may be zero till then (fact sheet 6.1)."""
        above = [Condition("id", ">", str(above_id))]
        return _to_last(self._api.rows(source.path, source.model, where=above))

    def server_time(self) -> datetime | None:
        """See :class:`Feed`."""
        return _server_time(self._api.http)


async def _to_last(pages: AsyncIterator[Page[Any]]) -> AsyncIterator[Page[Any]]:
    """The pages, without asking beyond one that two signs call the last: short, and as long as its total.

    Either sign alone has been seen to lie (fact sheet IXC 2.3); together they spare a quiet source every
    second request.
    """
    async for page in pages:
        yield page
        n_rows = len(page.rows) + len(page.bad)
        if n_rows == page.total and n_rows < PAGE_ROWS:
            return
