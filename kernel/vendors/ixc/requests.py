"""IXC's requests: the only place that writes one (sheet IXC 1.2, 2).

The trap: a POST without the header ``ixcsoft: listar`` is an insert. Every listing comes from
:func:`render_listing`, which sets it; nothing else here lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

import orjson

from kernel.domain.errors import Malformed
from kernel.vendors.exchange import Request

API = "/webservice/v1"
LISTING_HEADER = ("ixcsoft", "listar")
_JSON = {"Content-Type": "application/json"}


class ListingForm(StrEnum):
    """How a listing travels; both are official or in wide use (sheet 1.2)."""

    POST = "post"
    GET_WITH_BODY = "get_with_body"
    """The documented form; proxies may drop the body of a GET, and the listing then has no filter."""


@dataclass(frozen=True, slots=True)
class Condition:
    """``column op value``; ``value2`` is the upper end of ``BE`` and ``NBE`` (operators: sheet 2.1)."""

    column: str
    op: str
    value: str
    value2: str | None = None

    def render(self, table: str) -> dict[str, str]:
        """As an element of ``grid_param``, its column with its table (official, sheet 2)."""
        column = self.column if "." in self.column else f"{table}.{self.column}"
        element = {"TB": column, "OP": self.op, "P": self.value}
        return element if self.value2 is None else element | {"P2": self.value2}


def checked_id(row_id: str) -> str:
    """The id, when it can be one: an empty query would list the whole table (sheet 7, 10).

    :raises Malformed: when it is no positive whole number.
    """
    trimmed = row_id.strip()
    if not (trimmed.isascii() and trimmed.isdigit() and int(trimmed) > 0):
        raise Malformed(f"{row_id!r} is no id of IXC")
    return trimmed


def render_listing(
    table: str, id_op: str, row_id: str, where: Sequence[Condition], n_rows: int, form: ListingForm
) -> Request:
    """A request for the first rows of ``table`` whose id is so and which meet all of ``where``, by id."""
    by_id = f"{table}.id"
    asked = {
        "qtype": by_id,
        "query": row_id,
        "oper": id_op,
        "page": "1",
        "rp": str(n_rows),
        "sortname": by_id,
        "sortorder": "asc",
    }
    if where:
        asked["grid_param"] = orjson.dumps([condition.render(table) for condition in where]).decode()
    method = "POST" if form is ListingForm.POST else "GET"
    headers = _JSON | dict([LISTING_HEADER])
    return Request(method, _path(table), {}, orjson.dumps(asked), headers, frozenset({404}))


def render_insert(table: str, record: dict[str, str]) -> Request:
    """A request that inserts ``record``."""
    return Request("POST", _path(table), body=orjson.dumps(record), headers=_JSON)


def render_update(table: str, row_id: str, record: dict[str, str]) -> Request:
    """A request that puts ``record`` in the place of the row."""
    return Request("PUT", _path(table, checked_id(row_id)), body=orjson.dumps(record), headers=_JSON)


def _path(*parts: str) -> str:
    return "/".join([API.strip("/"), *(quote(part, safe="") for part in parts)])
