"""The IXC double: who calls, what the request is about, and what is answered (fact sheet 1, 4)."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import unquote

from sandbox.chassis import Call, Double, Reply, Setup
from sandbox.ixc import envelopes
from sandbox.ixc.bodies import fields_in
from sandbox.ixc.churn import Churn
from sandbox.ixc.declared import SWITCHES
from sandbox.ixc.effects import Effects, can_do
from sandbox.ixc.failures import ErrorPageError, RefusedError
from sandbox.ixc.listing import ListRequest, parse_listing
from sandbox.ixc.messages import say
from sandbox.ixc.query import Query, Selection
from sandbox.ixc.rows import Rows
from sandbox.ixc.tables import TABLES, TableSpec
from sandbox.ixc.writes import inserted_row, updated_row
from sandbox.store import Store, changed_fields
from sandbox.switches import Switch

_PREFIX = "webservice"
_TOKEN = re.compile(r"\d+:[0-9a-fA-F]+")
_WRITE_PURPOSE = {"POST": "create", "PUT": "update", "DELETE": "delete"}


@dataclass(frozen=True, slots=True)
class _Route:
    """The parts of a path: /webservice/{version}/{table}[/{id}][/]; empty where there is none."""

    version: str = ""
    table: str = ""
    row_id: str = ""


class IxcDouble(Double):
    """IXC Provedor's webservice v1 for the tables of an FTTH integration."""

    system: ClassVar[str] = "ixc"
    declared_switches: ClassVar[tuple[Switch, ...]] = SWITCHES

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup, Store(TABLES, id_order=int))
        if not all(_TOKEN.fullmatch(key) for key in self.keys):
            raise ValueError("an IXC key has the form userId:hex, such as 1:9f3c")
        self.store.blank = _blank
        self._rows = Rows(self.store)
        self._query = Query(self.store, self.switches)
        self._effects = Effects(self._rows, self._query, self.switches)
        self._churn = Churn(self._rows, self._query, self.switches, self.clock)
        if setup.city != "empty":
            from sandbox.city import build

            self.seed(build(setup.city, setup.seed, time_zone=setup.time_zone).ixc)

    def seed(self, rows_by_table: Mapping[str, Iterable[Mapping[str, str]]]) -> None:
        """The tables hold these rows too; unnamed columns get the form's default, unknown ones ValueError."""
        self._rows.seed(rows_by_table)
        self.store.begin()

    def made_keys(self) -> dict[str, str]:
        """Two tokens of the form `userId:64-hex` (1.1)."""
        return {f"1:{secrets.token_hex(32)}": "product", f"2:{secrets.token_hex(32)}": "person"}

    def actor_of(self, call: Call) -> str | None:
        token = _basic_token(call.headers.get("Authorization", ""))
        return self.keys.get(token) if token else None

    def locate(self, call: Call) -> None:
        self._churn.catch_up()
        route = _route(call.path)
        call.entity, call.id = route.table or None, route.row_id or None
        if self._is_listing(call):
            call.purpose = "list"
            call.id = call.id or _single_id(route.table, self._fields(call))
        else:
            call.purpose = _WRITE_PURPOSE.get(call.method, "other")  # type: ignore[assignment]

    def is_public(self, call: Call) -> bool:
        """A path beside the webservice is the web server's, key or not."""
        return not _is_webservice(call.path)

    def unauthorized(self, call: Call) -> Reply:
        """400 for a scheme that is not Basic, else the web server's 401 page (4.1)."""
        scheme = call.headers.get("Authorization", "").partition(" ")[0].lower()
        return envelopes.server_page(400 if scheme not in ("", "basic") else 401)

    def forbidden(self, call: Call) -> Reply:
        """A JSON error with HTTP 200: permissions are refused by PHP, in free text (4.3)."""
        return self._php(envelopes.refusal(say("denied", self.switches, call.entity or "")))

    def failure(self, call: Call, status: int, message: str) -> Reply:
        """With status 200 IXC's JSON error, `id` included: it may have written (4.3); else a server page."""
        if status == 200:
            return self._php(envelopes.refusal(message, call.id))
        return envelopes.server_page(status)

    def html_page(self, call: Call) -> Reply:
        """The red HTML page with HTTP 200: IXC's answer to bad columns and to overload alike (4.2)."""
        return self._php(envelopes.error_page())

    def answer(self, call: Call) -> Reply:
        route = _route(call.path)
        if not _is_webservice(call.path):
            return envelopes.server_page(404)
        try:
            return self._php(self._answer(call, route))
        except RefusedError as refused:
            return self._php(envelopes.refusal(refused.message))
        except ErrorPageError:
            return self.html_page(call)

    def _answer(self, call: Call, route: _Route) -> Reply:
        if not self.switches.on("ip_allowed"):
            raise RefusedError(say("ip", self.switches))
        if route.version != "v1":
            raise RefusedError(say("version", self.switches, route.version))
        spec = TABLES.get(route.table)
        if spec is None:
            if not route.table:
                return envelopes.server_page(404)
            raise RefusedError(say("resource", self.switches, route.table))
        if call.purpose == "list":
            return self._list(call, spec)
        return self._write(call, spec, route)

    def _list(self, call: Call, spec: TableSpec) -> Reply:
        if not can_do(spec.name, "read", self.switches):
            return self._denied_read(spec)
        ignore_bad_grid = self.switches.text("bad_grid_param") == "ignored"
        request = parse_listing(self._fields(call), ignore_bad_grid=ignore_bad_grid)
        selection = self._query.select(spec, request, self.hides(call))
        rows, total = call.shape_page(list(selection.rows), selection.total)
        reply = envelopes.listing(spec, Selection(rows, total, selection.page), self.switches)
        if self.switches.text("type_response") == "content_type" and "ixc-type-response" in call.headers:
            reply.content_type = call.headers["ixc-type-response"]
        return reply

    def _denied_read(self, spec: TableSpec) -> Reply:
        match self.switches.text("denied_form"):
            case "empty":
                return envelopes.listing(spec, Selection((), 0, 1), self.switches)
            case "resource":
                raise RefusedError(say("resource", self.switches, spec.name))
            case _:
                raise RefusedError(say("denied", self.switches, spec.name))

    def _write(self, call: Call, spec: TableSpec, route: _Route) -> Reply:
        is_create = call.method == "POST" and not route.row_id
        is_change = call.method in ("PUT", "DELETE") and bool(route.row_id)
        if not (is_create or is_change):
            # GET without the header is documented as 404; the other shapes are UNKNOWN and answered alike.
            return envelopes.server_page(404 if call.method in ("GET", *_WRITE_PURPOSE) else 405)
        if spec.name == "ixc_logs" or not can_do(spec.name, "write", self.switches):
            raise RefusedError(say("denied", self.switches, spec.name))
        if is_create:
            return self._insert(call, spec)
        hides = self.hides(call)
        row = self._rows.get(spec.name, route.row_id)
        if row is None or (hides is not None and hides(spec.name, row)):
            return self._missing(call, spec, route.row_id)
        return (
            self._update(call, spec, route.row_id)
            if call.method == "PUT"
            else self._delete(call, spec, route)
        )

    def _insert(self, call: Call, spec: TableSpec) -> Reply:
        now = self.clock.local_naive()
        row = inserted_row(spec, "", self._fields(call), self.switches, now)
        self._effects.check_port(spec, None, row)
        row["id"] = call.id = self._rows.next_id(spec.name)
        stored = self._rows.put(spec.name, row)
        self._effects.mirror_port(spec, None, stored, now)
        self._log("inseriu", call, spec, stored["id"], ())
        return envelopes.inserted(stored, self.switches)

    def _update(self, call: Call, spec: TableSpec, row_id: str) -> Reply:
        now = self.clock.local_naive()
        before = self._rows.get(spec.name, row_id) or {}
        after = updated_row(spec, before, self._fields(call), self.switches, now)
        self._effects.check_port(spec, before, after)
        after = self._effects.finish_login(spec, before, after, now)
        stored = self._rows.put(spec.name, after)
        self._effects.mirror_port(spec, before, stored, now)
        self._log("editou", call, spec, row_id, tuple(changed_fields(before, stored)))
        return envelopes.updated(spec, row_id, self.switches)

    def _delete(self, call: Call, spec: TableSpec, route: _Route) -> Reply:
        self._effects.check_dependents(spec, route.row_id)
        self._rows.remove(spec.name, route.row_id)
        self._log("excluiu", call, spec, route.row_id, ())
        return envelopes.deleted(route.row_id, self.switches)

    def _missing(self, call: Call, spec: TableSpec, row_id: str) -> Reply:
        """The answer to a PUT or DELETE of no such id: UNKNOWN, switch `missing_id` (4.4)."""
        match self.switches.text("missing_id"):
            case "html":
                raise ErrorPageError(f"no {spec.name} {row_id}")
            case "success" if call.method == "PUT":
                return envelopes.updated(spec, row_id, self.switches)
            case "success":
                return envelopes.deleted(row_id, self.switches)
            case _:
                raise RefusedError(say("not_found", self.switches))

    def _log(self, kind: str, call: Call, spec: TableSpec, row_id: str, fields: tuple[str, ...]) -> None:
        token = _basic_token(call.headers.get("Authorization", "")) or ""
        user_id = token.partition(":")[0]
        self._effects.log(kind, "api", user_id, spec.name, row_id, fields, self.clock.local_naive())

    def _is_listing(self, call: Call) -> bool:
        """Whether the request lists: header on GET or POST; other values of the header seem ignored (1.2)."""
        if call.headers.get("ixcsoft", "").strip().lower() != "listar":
            return False
        if call.method in ("GET", "POST"):
            return not _route(call.path).row_id
        return call.method in ("PUT", "DELETE") and self.switches.text("listar_on_write") == "list"

    def _fields(self, call: Call) -> Mapping[str, Any]:
        return fields_in(call.body, call.headers.get("Content-Type", ""))

    def _php(self, reply: Reply) -> Reply:
        if "Server" not in reply.headers:
            reply.headers.update(envelopes.php_headers(self.clock.http_date()))
        return reply


def _basic_token(authorization: str) -> str | None:
    """Return the `userId:hash` of a Basic header; None for another scheme and for what is no base64."""
    scheme, _, encoded = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _is_webservice(path: str) -> bool:
    return path == f"/{_PREFIX}" or path.startswith(f"/{_PREFIX}/")


def _route(path: str) -> _Route:
    parts = [unquote(part) for part in path.split("/") if part]
    if not parts or parts[0] != _PREFIX or len(parts) > 4:
        return _Route()
    return _Route(*parts[1:])


def _single_id(table: str, fields: Mapping[str, Any]) -> str | None:
    """Return the id a listing filters on with =, so that faults and the journal can name the row read."""
    try:
        request: ListRequest = parse_listing(fields)
    except ErrorPageError:
        return None
    for wanted in request.filters:
        if wanted.oper == "=" and wanted.column in ("id", f"{table}.id"):
            return wanted.value
    return None


def _blank(table: str, field: str, row: dict[str, Any]) -> None:
    """A field that a fault drops from an insert holds its unset form."""
    column = TABLES[table].by_name.get(field)
    if column is not None:
        row[field] = column.default
