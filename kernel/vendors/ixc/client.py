"""The calls of IXC's webservice v1 that the stages need (sheet IXC 1-5)."""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import SecretStr, TypeAdapter, ValidationError

from kernel.domain.errors import Malformed, System, Transient
from kernel.settings import Settings
from kernel.vendors.budget import Budget
from kernel.vendors.exchange import Address, Answer, checked_key, checked_url
from kernel.vendors.http import VendorHttp
from kernel.vendors.ixc.answers import Listing, understand_listing, understand_written
from kernel.vendors.ixc.requests import (
    API,
    Condition,
    ListingForm,
    checked_id,
    render_insert,
    render_listing,
    render_update,
)
from kernel.vendors.rows import Page, R, id_of, sort_out
from kernel.vendors.tls import make_tls_context

__all__ = ["Condition", "IxcApi", "IxcRecord", "ListingForm", "ixc_address"]

PAGE_ROWS = 500
MAX_PAGES = 100_000

IxcRecord = dict[str, str]
"""A whole row as listed, every value text. It may hold passwords: never log it."""


def ixc_address(url: str, token: SecretStr) -> Address:
    """Where IXC is: Basic with the whole token, ``user:hash`` (sheet 1.1)."""
    value = checked_key(token, "IXC_TOKEN").get_secret_value()
    basic = b64encode(value.encode()).decode()
    return Address(
        system=System.IXC,
        url=checked_url(url, "IXC_URL", API),
        url_setting="IXC_URL",
        key_setting="IXC_TOKEN",
        headers={"Authorization": SecretStr(f"Basic {basic}")},
        secrets=(SecretStr(value), SecretStr(basic), SecretStr(value.partition(":")[2])),
    )


class IxcApi:
    """IXC as the stages call it. Use as ``async with IxcApi.open(settings) as ixc``.

    Reads are repeated while what is wrong may pass; writes are sent once. All raise the tree of
    ``kernel.domain.errors`` and nothing else. No answer to a write proves anything: read again.
    """

    def __init__(self, http: VendorHttp, *, listing_form: ListingForm = ListingForm.POST) -> None:
        self.http = http
        self._listing_form = listing_form
        self._adapters: dict[Any, tuple[TypeAdapter[Listing[Any]], TypeAdapter[Any]]] = {}

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        budget: Budget | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> Self:
        """A client for these settings; it connects with its first call.

        :raises Misconfigured: when IXC_URL or TLS_CA_FILE cannot be.
        """
        return cls(
            VendorHttp(
                ixc_address(settings.ixc_url, settings.ixc_token),
                budget=budget or Budget(settings.ixc_requests_per_s),
                timeout_s=settings.request_timeout_s,
                tls=make_tls_context(verify=settings.tls_verify, ca_file=settings.tls_ca_file),
                transport=transport,
            )
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.http.address.url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.http.aclose()

    async def rows(
        self, table: str, model: type[R], *, where: Sequence[Condition] = (), rp: int = PAGE_ROWS
    ) -> AsyncIterator[Page[R]]:
        """Every row of ``table`` that meets all of ``where``, page by page, by rising id.

        Each request asks for ids beyond the last one seen, so neither page sizes nor overruns nor rows
        that come and go shift anything; it ends with the page that brings none. ``Page.total`` counts from
        its first row on: the first page's is that of the whole listing.

        :raises Malformed: when IXC ignores the filter, or shows no readable id to go on from.
        """
        last = 0
        for _ in range(MAX_PAGES):
            request = render_listing(table, ">", str(last), where, rp, self._listing_form)
            page = await self.http.fetch(request, lambda a: self._page(table, model, a))
            highest = _highest([*(row.id for row in page.rows), *(bad.id for bad in page.bad)], last, table)
            if highest is None:
                return
            last = highest
            yield page
        raise Malformed(f"IXC's listing of {table} did not end after {MAX_PAGES} pages; stopped")

    async def read(self, table: str, row_id: str) -> IxcRecord | None:
        """The whole row; None when there is none.

        :raises Malformed: when ``row_id`` can be no id, or IXC showed other rows instead.
        """
        wanted = checked_id(row_id)
        request = render_listing(table, "=", wanted, (), 1, self._listing_form)
        found = await self.http.fetch(request, lambda a: _records(table, a))
        if found and all(record.get("id") != wanted for record in found):
            raise Malformed(f"IXC ignored the filter on {table}.id = {wanted}")
        return next((record for record in found if record.get("id") == wanted), None)

    async def find(self, table: str, where: Sequence[Condition]) -> list[IxcRecord]:
        """All whole rows that IXC says meet all of ``where``, by rising id.

        IXC compares without case, accents and trailing blanks: the caller compares again.
        """
        found: list[IxcRecord] = []
        last = 0
        while True:
            request = render_listing(table, ">", str(last), where, PAGE_ROWS, self._listing_form)
            records = await self.http.fetch(request, lambda a: _records(table, a))
            highest = _highest((record.get("id") for record in records), last, table)
            if highest is None:
                return found
            last = highest
            found += records

    async def insert(self, table: str, record: IxcRecord) -> str:
        """The id of the row that IXC says it inserted. Sent once.

        :raises Transient: when nobody knows whether it was, or IXC named no id: look it up.
        """
        request = render_insert(table, record)
        said = await self.http.apply(request, lambda a: understand_written(a, table))
        new_id = id_of(said)
        if new_id is None:
            raise Transient(f"IXC inserted into {table} and named no id; look the row up")
        return new_id

    async def update(self, table: str, row_id: str, full_record: IxcRecord) -> None:
        """IXC says that it put ``full_record`` in the place of the row. Sent once.

        :raises Malformed: when ``row_id`` can be no id.
        """
        request = render_update(table, row_id, full_record)
        await self.http.apply(request, lambda a: understand_written(a, table))

    def _page(self, table: str, model: type[R], answer: Answer) -> Page[R]:
        whole, single = self._adapters_of(model)
        try:
            listing = understand_listing(whole, answer, table)
        except ValidationError:
            raw = _raw_listing(table, answer)
            good, bad = sort_out(raw.rows, single)
            return Page(good, raw.total, bad)
        return Page(listing.rows, listing.total)

    def _adapters_of(self, model: type[R]) -> tuple[TypeAdapter[Listing[Any]], TypeAdapter[R]]:
        if model not in self._adapters:
            self._adapters[model] = (TypeAdapter(Listing[model]), TypeAdapter(model))  # type: ignore[valid-type]
        return self._adapters[model]


_RAW: TypeAdapter[Listing[Any]] = TypeAdapter(Listing[Any])


def _raw_listing(table: str, answer: Answer) -> Listing[Any]:
    try:
        return understand_listing(_RAW, answer, table)
    except ValidationError:
        raise Malformed(f"IXC's answer is no listing of {table}: {len(answer.body)} bytes") from None


def _records(table: str, answer: Answer) -> list[IxcRecord]:
    rows = _raw_listing(table, answer).rows
    return [{column: _text(value) for column, value in row.items()} for row in rows if isinstance(row, dict)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _highest(row_ids: Iterable[str | None], last: int, table: str) -> int | None:
    """The id to go on from; None when the page was empty. A row without a number as id is passed over.

    :raises Malformed: when no row has one, or IXC showed ids that were not asked for.
    """
    shown = list(row_ids)
    ids = [int(row_id) for row_id in shown if row_id and row_id.isascii() and row_id.isdigit()]
    if shown and not ids:
        raise Malformed(f"IXC shows {len(shown)} rows of {table} without an id that is a number")
    if ids and min(ids) <= last:
        raise Malformed(f"IXC ignored the filter on {table}.id: it showed {min(ids)} beyond {last}")
    return max(ids, default=None)
