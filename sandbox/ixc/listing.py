"""What a listing request asks: filters, page, order (fact sheet 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.ixc.failures import ErrorPageError


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; `second` is P2. An empty value is a real one here: `P` "" filters on empty (2.1)."""

    column: str
    oper: str
    value: str
    second: str | None = None


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A parsed request; `rp` 0 stands for "not given"."""

    filters: tuple[Filter, ...]
    page: int = 1
    rp: int = 0
    sortname: str = ""
    sortorder: str = "asc"


def parse_listing(body: Mapping[str, Any], *, ignore_bad_grid: bool = False) -> ListRequest:
    """Return what the body asks; every key may be missing, ints are taken for texts (2).

    Raises ErrorPageError for a grid_param that is no JSON text of a list (its real answer is UNKNOWN: switch
    `bad_grid_param`). Keys IXC does not know, such as qtype2, are ignored (INFERENCE).
    """
    filters = [*_main_filter(body), *_grid_filters(body.get("grid_param"), ignore_bad=ignore_bad_grid)]
    return ListRequest(
        filters=tuple(filters),
        page=max(_whole(body.get("page")), 1),
        rp=max(_whole(body.get("rp")), 0),
        sortname=as_text(body.get("sortname")).strip(),
        sortorder=as_text(body.get("sortorder")).strip().lower(),
    )


def as_text(value: Any) -> str:
    """Return a JSON value as PHP would print it: null and false empty, true 1."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return value if isinstance(value, str) else str(value)


def _whole(value: Any) -> int:
    """Return a page number or size; what is no number counts as not given (UNKNOWN)."""
    try:
        return int(as_text(value).strip() or 0)
    except ValueError:
        return 0


def _main_filter(body: Mapping[str, Any]) -> list[Filter]:
    """Return the qtype/query/oper condition, if it is one: an empty query with = means no filter (2)."""
    column = as_text(body.get("qtype")).strip()
    query = as_text(body.get("query"))
    oper = as_text(body.get("oper")).strip() or "="
    if query == "" and (oper == "=" or not column or "." not in column):
        return []
    return [Filter(column, oper, query)]


def _grid_filters(grid_param: Any, *, ignore_bad: bool) -> list[Filter]:
    if grid_param is None or grid_param == "":
        return []
    try:
        if not isinstance(grid_param, str):
            raise ErrorPageError("grid_param is not a JSON text")
        return [_grid_filter(item) for item in _items(grid_param)]
    except ErrorPageError:
        if ignore_bad:
            return []
        raise


def _items(grid_param: str) -> list[Any]:
    try:
        items = orjson.loads(grid_param)
    except orjson.JSONDecodeError:
        raise ErrorPageError("grid_param is not JSON") from None
    if not isinstance(items, list):
        raise ErrorPageError("grid_param is not a list")
    return items


def _grid_filter(item: Any) -> Filter:
    """Return one condition; TB and OP are needed, other members such as C and G are tolerated (2)."""
    if not isinstance(item, dict) or not as_text(item.get("TB")).strip():
        raise ErrorPageError("a grid_param item without TB")
    second = item.get("P2")
    return Filter(
        column=as_text(item["TB"]).strip(),
        oper=as_text(item.get("OP")).strip() or "=",
        value=as_text(item.get("P")),
        second=None if second is None else as_text(second),
    )
