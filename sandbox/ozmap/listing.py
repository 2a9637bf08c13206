"""Lists: what a GET asks for in its query and its body, and the envelope it is answered with."""

from __future__ import annotations

import base64
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

from sandbox.chassis import Call
from sandbox.ozmap.filters import Condition, parse_filter, values_at
from sandbox.ozmap.shapes import RefusedError
from sandbox.store import Row
from sandbox.switches import SwitchBoard

DEFAULT_LIMIT = 25
EVERYTHING = -1
CURSOR = "cursor"
"""The query name of our cursor. What the real one is called is unknown, only that it is not ``page``."""


@dataclass(slots=True)
class Listing:
    """One list request, read. ``after`` is the cursor's (start, sort key of the row before)."""

    elements: list[Condition | list[Condition]]
    sort: list[tuple[str, bool]]
    select: list[str]
    populate: list[str]
    page: int
    limit: int
    after: tuple[int, list[Any]] | None
    carried: list[tuple[str, str]] = field(default_factory=list)


def parse_listing(call: Call, switches: SwitchBoard) -> Listing:
    """The list request of a call; filter and sort may be in the body or the query (ozmap-api 2.2)."""
    try:
        body = call.json()
    except ValueError:
        raise RefusedError("the body is no JSON") from None
    body = body if isinstance(body, dict) else {}
    query = {name: value for name, value in call.params if not name.startswith("populate")}
    first, second = (body, query) if switches.text("filter_precedence") == "body" else (query, body)
    return Listing(
        elements=parse_filter(_json_of(_first_of("filter", first, second), "filter")),
        sort=_parse_sort(_json_of(_first_of("sort", first, second), "sort")),
        select=_names(str(query.get("select", ""))),
        populate=_parse_populate(call.params),
        page=_whole("page", query.get("page", "1"), least=1),
        limit=_parse_limit(query.get("limit", str(DEFAULT_LIMIT)), switches),
        after=_parse_cursor(query[CURSOR]) if CURSOR in query else None,
        carried=[(name, value) for name, value in call.params if name not in ("page", CURSOR)],
    )


def _first_of(name: str, first: dict[str, Any], second: dict[str, Any]) -> Any:
    return first[name] if first.get(name) is not None else second.get(name)


def _json_of(value: Any, name: str) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise RefusedError(f"{name} is no JSON") from None


def _parse_sort(spec: Any) -> list[tuple[str, bool]]:
    """(property, descending) of each sort element; a lone element may come without its array."""
    elements = spec if isinstance(spec, list) else [] if spec is None else [spec]
    sort: list[tuple[str, bool]] = []
    for element in elements:
        if not isinstance(element, dict) or not isinstance(element.get("property"), str):
            raise RefusedError("sort is [{property, direction}]")
        direction = str(element.get("direction", 1)).upper()
        if direction not in ("1", "-1", "ASC", "DESC"):
            raise RefusedError("direction is 1 or -1")
        sort.append((element["property"], direction in ("-1", "DESC")))
    return sort


def _names(text: str) -> list[str]:
    """Names parted by blanks or commas: the separator is unknown, so both are taken."""
    return text.replace(",", " ").split()


def _parse_populate(params: list[tuple[str, str]]) -> list[str]:
    """Every form the SDK lets through: text, ``populate[]=a``, ``populate[path]=a``, a JSON array."""
    names: list[str] = []
    for name, value in params:
        if name in ("populate", "populate[]", "populate[path]") or name.startswith("populate["):
            parsed = _json_of(value, "populate") if value.startswith("[") else None
            names += [str(one) for one in parsed] if isinstance(parsed, list) else _names(value)
    return names


def _whole(name: str, text: str, *, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise RefusedError(f"{name} must be a whole number from {least}")
    return number


def _parse_limit(text: str, switches: SwitchBoard) -> int:
    if text == str(EVERYTHING) and switches.on("limit_minus_one"):
        return EVERYTHING
    limit = _whole("limit", text, least=1)
    largest = int(switches.number("max_limit"))
    return min(limit, largest) if largest else limit


def _parse_cursor(text: str) -> tuple[int, list[Any]]:
    try:
        start, key = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return int(start), list(key)
    except (ValueError, TypeError):
        raise RefusedError("the cursor is none of ours") from None


def _cursor(start: int, key: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([start, key])).decode().rstrip("=")


class _Descending:
    """A value whose order is turned round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]


def _ranked(value: Any) -> tuple[int, Any]:
    """Comparable with any other: missing first, then numbers, texts, the rest by its JSON."""
    if value is None:
        return 0, 0
    if isinstance(value, bool | int | float):
        return 1, value
    if isinstance(value, str):
        return 2, value
    return 3, orjson.dumps(value).decode()


def _sort_values(row: Row, sort: list[tuple[str, bool]]) -> list[Any]:
    return [(values_at(row, name) or [None])[0] for name, _ in sort] + [row["id"]]


def _sort_key(values: list[Any], sort: list[tuple[str, bool]]) -> tuple[Any, ...]:
    ranked = [_ranked(value) for value in values[:-1]]
    turned = [
        _Descending(value) if descending else value
        for value, (_, descending) in zip(ranked, sort, strict=True)
    ]
    return (*turned, values[-1])


def ordered(rows: list[Row], listing: Listing) -> list[Row]:
    """The rows in the order asked for, the id deciding between equals; unasked: by id."""
    if not listing.sort or listing.sort == [("id", False)]:
        return rows
    return sorted(rows, key=lambda row: _sort_key(_sort_values(row, listing.sort), listing.sort))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an ordered listing. ``next_cursor`` is None on the last."""

    rows: list[Row]
    start: int
    next_cursor: str | None


def cut_page(rows: list[Row], listing: Listing) -> Page:
    """The page asked for. A cursor goes on after the row it remembers, wherever that row has moved to."""
    sort = [] if listing.sort == [("id", False)] else listing.sort
    if listing.after is not None:
        start, key = listing.after
        if len(key) != len(sort) + 1:
            raise RefusedError("the cursor belongs to another sort")
        first = bisect_right(
            rows, _sort_key(key, sort), key=lambda row: _sort_key(_sort_values(row, sort), sort)
        )
    else:
        first = start = 0 if listing.limit == EVERYTHING else (listing.page - 1) * listing.limit
    last = len(rows) if listing.limit == EVERYTHING else first + listing.limit
    shown = rows[first:last]
    has_next = last < len(rows) and bool(shown)
    cursor = _cursor(start + len(shown), _sort_values(shown[-1], sort)) if has_next else None
    return Page(shown, start, cursor)


def envelope(
    page: Page, rows: list[Any], total: int, listing: Listing, path: str, *, old_server: bool
) -> dict[str, Any]:
    """The reply of a list (ozmap-api 2.4). ``nextUrl`` repeats the query without ``page``, not the body."""
    shown: dict[str, Any] = {
        "total": total,
        "count": len(rows),
        "start": page.start,
        "limit": listing.limit,
        "rows": rows,
    }
    if not old_server:
        shown["hasNextPage"] = page.next_cursor is not None
        if page.next_cursor is not None:
            query = [*listing.carried, (CURSOR, page.next_cursor)]
            shown["nextUrl"] = f"{path}?" + "&".join(f"{quote(n)}={quote(v, safe='')}" for n, v in query)
    return shown
