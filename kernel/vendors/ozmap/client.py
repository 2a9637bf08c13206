"""The calls of OZmap's API v2 that the stages need (sheet OZmap 1-2)."""

from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
import orjson
from pydantic import SecretStr, TypeAdapter, ValidationError

from kernel.domain.errors import Malformed, Misconfigured, Refused, System, Transient, Unauthorized
from kernel.domain.reasons import Reason
from kernel.settings import Settings
from kernel.vendors.budget import Budget
from kernel.vendors.exchange import Address, Answer, Request, checked_key, checked_url
from kernel.vendors.http import VendorHttp
from kernel.vendors.ozmap.paging import Envelope, Filter, FilterForm, Progress, T, render_listing
from kernel.vendors.rows import Page, R, sort_out
from kernel.vendors.tls import make_tls_context

API = "/api/v2"
DROPS = "cables"
PAGE_ROWS = 500
_MISSING = frozenset({404})
_JSON = {"Content-Type": "application/json"}

OzmapRow = dict[str, Any]


def ozmap_address(url: str, key: SecretStr) -> Address:
    """Where OZmap is: the bare key, without ``Bearer`` (sheet 1.2)."""
    bare = checked_key(key, "OZMAP_KEY")
    return Address(
        system=System.OZMAP,
        url=checked_url(url, "OZMAP_URL", API),
        url_setting="OZMAP_URL",
        key_setting="OZMAP_KEY",
        headers={"Authorization": bare},
        secrets=(bare,),
    )


class OzmapApi:
    """OZmap as the stages call it. Use as ``async with OzmapApi.open(settings) as ozmap``.

    Reads are repeated while what is wrong may pass; writes are sent once. All raise the tree of
    ``kernel.domain.errors`` and nothing else.
    """

    def __init__(
        self, http: VendorHttp, *, filter_form: FilterForm = FilterForm.URL, total_binds: bool = True
    ) -> None:
        """``total_binds`` false accepts listings that end before the total they announced, for a tenant
        whose total counts rows that its key may not see (UNKNOWN, sheet 7)."""
        self.http = http
        self._filter_form = filter_form
        self._total_binds = total_binds
        self._adapters: dict[Any, tuple[TypeAdapter[Envelope[Any]], TypeAdapter[Any]]] = {}

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        budget: Budget | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> Self:
        """A client for these settings; it connects with its first call.

        :raises Misconfigured: when OZMAP_URL or TLS_CA_FILE cannot be.
        """
        return cls(
            VendorHttp(
                ozmap_address(settings.ozmap_url, settings.ozmap_key),
                budget=budget or Budget(settings.ozmap_requests_per_s),
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

    async def pages(
        self,
        route: str,
        model: type[R],
        *,
        filters: Sequence[Filter] = (),
        select: tuple[str, ...] | None = None,
        limit: int = PAGE_ROWS,
    ) -> AsyncIterator[Page[R]]:
        """Every row of ``route`` that matches all ``filters``, page by page, sorted by id.

        Give no upper bound in ``filters``: on older servers pages are offsets, and a row that leaves the
        filter while they are read shifts one after it out of sight; rows that enter only repeat some.

        :raises Transient: also when fewer rows came than were announced; what came before stands.
        :raises Malformed: when the listing runs in circles or is none.
        """
        progress = Progress(route, total_binds=self._total_binds)
        while progress.step is not None:
            request = self._listing(route, filters, select, limit, progress.step)
            envelope, page = await self.http.fetch(request, lambda a: self._page(route, model, a))
            ids = [row.id for row in page.rows]
            ids += [bad.id or f"page {progress.n_pages} row {bad.position}" for bad in page.bad]
            progress.note(envelope, ids)
            if ids:
                yield page

    async def find(self, route: str, filters: Sequence[Filter]) -> list[OzmapRow]:
        """All whole rows of ``route`` that match all ``filters``, each once."""
        progress = Progress(route, total_binds=self._total_binds)
        found: dict[str, OzmapRow] = {}
        while progress.step is not None:
            request = self._listing(route, filters, None, PAGE_ROWS, progress.step)
            envelope = await self.http.fetch(request, lambda a: self._envelope_of_rows(route, a))
            rows = {str(row.get("id")): row for row in envelope.rows}
            progress.note(envelope, list(rows))
            found |= rows
        return list(found.values())

    async def read(self, route: str, row_id: str) -> OzmapRow | None:
        """The row, whole; None when OZmap answers 404."""
        request = Request("GET", _path(route, row_id), tolerates=_MISSING)
        row = await self.http.fetch(request, lambda a: None if a.status == 404 else _object(route, a))
        if row is not None and row.get("id", row_id) != row_id:
            raise Malformed(f"OZmap answered the read of {route}/{row_id} with another row")
        return row

    async def create(self, route: str, body: OzmapRow) -> OzmapRow:
        """The row that OZmap created. Sent once: after Transient look whether it exists."""
        request = Request("POST", _path(route), body=orjson.dumps(body), headers=_JSON)
        return await self.http.apply(request, lambda a: _object(route, a))

    async def patch(self, route: str, row_id: str, body: OzmapRow) -> None:
        """OZmap accepted these fields of the row. Sent once.

        :raises Refused: ``remote_missing`` when there is no such row.
        """
        request = Request("PATCH", _path(route, row_id), {}, orjson.dumps(body), _JSON, _MISSING)
        if await self.http.apply(request, lambda a: a.status) == 404:
            raise Refused(Reason.REMOTE_MISSING, f"{route}/{row_id}")

    async def delete(self, route: str, row_id: str) -> bool:
        """The row is gone; False when it already was."""
        request = Request("DELETE", _path(route, row_id), tolerates=_MISSING)
        return await self.http.apply(request, lambda a: a.status) != 404

    async def disconnect_drop(self, drop_id: str) -> None:
        """No fibre of the drop is on a splitter; drop and box stay together (sheet 3.11). Sent once.

        :raises Refused: ``remote_missing`` when there is no such drop.
        """
        request = Request("POST", f"{_path(DROPS, drop_id)}/fibers/disconnect", tolerates=_MISSING)
        if await self.http.apply(request, lambda a: a.status) == 404:
            raise Refused(Reason.REMOTE_MISSING, f"{DROPS}/{drop_id}")

    async def properties_of(self, code: str) -> list[OzmapRow]:
        """The properties of the client with this code; none when OZmap knows no such client."""
        request = Request("GET", _path("properties/client", code), tolerates=_MISSING)
        return await self.http.fetch(request, lambda a: [] if a.status == 404 else _objects(a))

    async def clients_with_code(self, code: str) -> list[OzmapRow]:
        """The clients whose code is ``code`` once outer blanks are cut: more than one is ambiguous."""
        found = await self.find("ftth-clients", [{"property": "code", "operator": "=", "value": code}])
        return [row for row in found if str(row.get("code", "")).strip() == code.strip()]

    async def authenticated(self) -> bool:
        """Whether OZmap accepts the key.

        :raises Misconfigured: when there is no OZmap API at OZMAP_URL.
        """
        request = Request("GET", _path("authenticated"), tolerates=_MISSING)
        try:
            status = await self.http.fetch(request, lambda a: a.status)
        except Unauthorized:
            return False
        if status == 404:
            raise self._nothing_at("authenticated")
        return True

    def _listing(
        self,
        route: str,
        filters: Sequence[Filter],
        select: tuple[str, ...] | None,
        limit: int,
        step: dict[str, str],
    ) -> Request:
        query, body = render_listing(self._filter_form, list(filters), select, limit)
        headers = {} if body is None else _JSON
        return Request("GET", _path(route), {**query, **step}, body, headers, _MISSING)

    def _page(self, route: str, model: type[R], answer: Answer) -> tuple[Envelope[Any], Page[R]]:
        whole, single = self._adapters_of(model)
        try:
            envelope = whole.validate_json(answer.body)
        except ValidationError:
            raw = self._envelope_of_rows(route, answer)
            good, bad = sort_out(raw.rows, single)
            return raw, Page(good, raw.total, bad)
        _check_count(route, envelope)
        return envelope, Page(envelope.rows, envelope.total)

    def _envelope_of_rows(self, route: str, answer: Answer) -> Envelope[OzmapRow]:
        if answer.status == 404:
            raise self._nothing_at(route)
        envelope = _decoded(_ROWS, answer, f"a listing of {route}")
        _check_count(route, envelope)
        return envelope

    def _nothing_at(self, route: str) -> Misconfigured:
        return Misconfigured(
            f"OZMAP_URL: {self.http.address.url} has no {API}/{route} (404); give the tenant's address "
            "and API port, as https://TENANT.ozmap.com.br:9994"
        )

    def _adapters_of(self, model: type[R]) -> tuple[TypeAdapter[Envelope[Any]], TypeAdapter[R]]:
        if model not in self._adapters:
            self._adapters[model] = (TypeAdapter(Envelope[model]), TypeAdapter(model))  # type: ignore[valid-type]
        return self._adapters[model]


_ROWS: TypeAdapter[Envelope[OzmapRow]] = TypeAdapter(Envelope[OzmapRow])
_OBJECT: TypeAdapter[OzmapRow] = TypeAdapter(OzmapRow)
_OBJECTS: TypeAdapter[list[OzmapRow]] = TypeAdapter(list[OzmapRow])


def _check_count(route: str, envelope: Envelope[Any]) -> None:
    if envelope.count is not None and envelope.count > len(envelope.rows):
        raise Transient(f"a page of {route} holds {len(envelope.rows)} rows and says {envelope.count}")


def _object(route: str, answer: Answer) -> OzmapRow:
    row = _decoded(_OBJECT, answer, f"a row of {route}")
    if "id" not in row and "_id" in row:
        row["id"] = row["_id"]
    return row


def _objects(answer: Answer) -> list[OzmapRow]:
    return _decoded(_OBJECTS, answer, "the properties of a client")


def _decoded(adapter: TypeAdapter[T], answer: Answer, what: str) -> T:
    try:
        return adapter.validate_json(answer.body)
    except ValidationError:
        if answer.body.lstrip()[:1] == b"<":
            raise Transient(f"OZmap answered {what} with a page of HTML") from None
        raise Malformed(f"OZmap's answer is not {what}: {len(answer.body)} bytes of something else") from None


def _path(route: str, *named: str) -> str:
    """A path below the address. Routes are ours and keep their ``/``; ids and codes are percent-encoded.

    :raises Malformed: when an id or code is blank (the path would be the listing's) or a path step.
    """
    for name in named:
        if name.strip() in ("", ".", ".."):
            raise Malformed(f"{name!r} is no id of OZmap ({route})")
    return "/".join([API.strip("/"), route, *(quote(name, safe="") for name in named)])
