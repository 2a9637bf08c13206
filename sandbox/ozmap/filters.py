"""The filter grammar of listings: conditions joined by AND, a nested array is an OR group (ozmap-api 2.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.ozmap.geo import is_inside, metres_between, parse_point, parse_polygon, radius_m_of
from sandbox.ozmap.shapes import RefusedError
from sandbox.store import Row

Test = Callable[[Row], bool]
Area = Callable[[str, str], Any]
"""(model, id) → GeoJSON polygon of a project or the like, for ``within`` by id."""

DATES = frozenset({"createdAt", "updatedAt", "deletedAt"})
RANGES = ("<", "<=", ">", ">=")
ALIASES = {"eq": "=", "ne": "!=", "_id": "id"}
OPERATORS = ("=", "!=", "like", *RANGES, "in", "notin", "all", "exists", "near", "within", "point-intersect")


@dataclass(frozen=True, slots=True)
class Condition:
    """One ``{property, operator, value}``, its aliases resolved and dates written as stored stamps are."""

    name: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Grammar:
    """How this server reads what the fact sheet leaves open."""

    like_ignores_case: bool
    area: Area


def parse_filter(spec: Any) -> list[Condition | list[Condition]]:
    """The elements, joined by AND; a list among them is an OR group. RefusedError when unusable."""
    if spec is None:
        return []
    if not isinstance(spec, list):
        raise RefusedError("filter must be an array of {property, operator, value}")
    return [
        [_parse_condition(part) for part in element]
        if isinstance(element, list)
        else _parse_condition(element)
        for element in spec
    ]


def _parse_condition(spec: Any) -> Condition:
    if not isinstance(spec, dict) or not isinstance(spec.get("property"), str):
        raise RefusedError("a filter element is {property, operator, value}")
    operator = ALIASES.get(str(spec.get("operator")), str(spec.get("operator")))
    if operator not in OPERATORS:
        raise RefusedError(f"unknown operator {spec.get('operator')!r}; there are {', '.join(OPERATORS)}")
    value = spec.get("value")
    if operator in ("in", "notin", "all") and not isinstance(value, list):
        raise RefusedError(f"operator {operator} takes an array")
    name = str(ALIASES.get(spec["property"], spec["property"]))
    if name in DATES and operator not in ("exists", "like"):
        value = [_stamp(part) for part in value] if isinstance(value, list) else _stamp(value)
    return Condition(name, operator, value)


def _stamp(value: Any) -> Any:
    """A date the way rows store it, cut to milliseconds, so that text order is time order."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        at = None
    if at is None:
        raise RefusedError(f"{value!r} is no ISO-8601 date")
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def matching(rows: Iterable[Row], elements: list[Condition | list[Condition]], grammar: Grammar) -> list[Row]:
    """The rows that meet every element, in their order."""
    found = rows if isinstance(rows, list) else list(rows)
    for element in elements:
        found = _met(found, element, grammar)
    return found


def _met(rows: list[Row], element: Condition | list[Condition], grammar: Grammar) -> list[Row]:
    if isinstance(element, list):
        tests = [compile_condition(condition, grammar) for condition in element]
        return [row for row in rows if any(test(row) for test in tests)]
    if element.name in DATES and element.operator in RANGES:
        return _in_time(rows, element)
    test = compile_condition(element, grammar)
    return [row for row in rows if test(row)]


def _in_time(rows: list[Row], condition: Condition) -> list[Row]:
    """The delta poll's path: one text comparison a row, no call."""
    name, bound = condition.name, condition.value
    if bound is None:
        return []
    if condition.operator == ">":
        return [row for row in rows if row.get(name, "") > bound]
    if condition.operator == ">=":
        return [row for row in rows if row.get(name, "") >= bound]
    if condition.operator == "<":
        return [row for row in rows if "" != row.get(name, "") < bound]
    return [row for row in rows if "" != row.get(name, "") <= bound]


def compile_condition(condition: Condition, grammar: Grammar) -> Test:
    """The test of one condition. As in MongoDB an array field meets it when an element does."""
    name, wanted = condition.name, condition.value
    match condition.operator:
        case "=":
            return lambda row: _equals(values_at(row, name), wanted)
        case "!=":
            return lambda row: not _equals(values_at(row, name), wanted)
        case "in":
            return _compile_in(name, wanted)
        case "notin":
            is_in = _compile_in(name, wanted)
            return lambda row: not is_in(row)
        case "all":
            return lambda row: all(_equals(values_at(row, name), one) for one in wanted)
        case "exists":
            return lambda row: any(value is not None for value in values_at(row, name)) == bool(wanted)
        case "like":
            pattern = _pattern(wanted, grammar)
            return lambda row: any(pattern.search(v) for v in values_at(row, name) if isinstance(v, str))
        case "near" | "within" | "point-intersect":
            return _compile_geometry(condition, grammar)
        case operator:
            return lambda row: any(_in_range(value, operator, wanted) for value in values_at(row, name))


def _compile_in(name: str, wanted: list[Any]) -> Test:
    """Long lists of ids are common, so texts are looked up, not compared one by one."""
    texts = frozenset(one for one in wanted if isinstance(one, str))
    others = [one for one in wanted if not isinstance(one, str)]

    def is_in(row: Row) -> bool:
        values = values_at(row, name)
        if any(isinstance(value, str) and value in texts for value in values):
            return True
        return any(_equals(values, one) for one in others)

    return is_in


def values_at(row: Row, path: str) -> list[Any]:
    """Every value a dot path leads to, through arrays; the array itself is one of them."""
    found: list[Any] = [row]
    for name in path.split("."):
        step: list[Any] = []
        for value in found:
            if isinstance(value, dict):
                step.append(value.get(name))
            elif isinstance(value, list):
                if name.isdigit() and int(name) < len(value):
                    step.append(value[int(name)])
                step.extend(part.get(name) for part in value if isinstance(part, dict))
        found = step
    for value in list(found):
        if isinstance(value, list):
            found.extend(value)
    return found


def _equals(values: list[Any], wanted: Any) -> bool:
    """Equal by type too: 1 is not true, "1" is not 1. Null meets a missing value, as in MongoDB."""
    if wanted is None:
        return not values or any(value is None for value in values)
    is_bool = isinstance(wanted, bool)
    return any(value == wanted and isinstance(value, bool) == is_bool for value in values)


def _in_range(value: Any, operator: str, bound: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number != (isinstance(bound, int | float) and not isinstance(bound, bool)):
        return False
    if not is_number and not (isinstance(value, str) and isinstance(bound, str)):
        return False
    if operator == "<":
        return bool(value < bound)
    if operator == "<=":
        return bool(value <= bound)
    return bool(value > bound) if operator == ">" else bool(value >= bound)


def _pattern(wanted: Any, grammar: Grammar) -> re.Pattern[str]:
    """Substring with ``%`` as wildcard. Case is a switch: its true meaning is unknown."""
    if not isinstance(wanted, str):
        raise RefusedError("operator like takes a string")
    body = ".*".join(re.escape(part) for part in wanted.split("%"))
    return re.compile(body, (re.IGNORECASE if grammar.like_ignores_case else 0) | re.DOTALL)


def _compile_geometry(condition: Condition, grammar: Grammar) -> Test:
    name, value = condition.name, condition.value
    if condition.operator == "near":
        centre, radius_m = parse_point(value), radius_m_of(value)
        return lambda row: (at := _point_of(row, name)) is not None and metres_between(at, centre) <= radius_m
    if condition.operator == "within":
        named = isinstance(value, dict) and "id" in value
        rings = parse_polygon(grammar.area(str(value.get("model")), str(value["id"])) if named else value)
        return lambda row: (at := _point_of(row, name)) is not None and is_inside(at, rings)
    point = parse_point(value)
    return lambda row: (
        bool(row.get(name) and row[name].get("coordinates")) and is_inside(point, parse_polygon(row[name]))
    )


def _point_of(row: Row, name: str) -> tuple[float, float] | None:
    coords = row.get(name)
    return (coords[0], coords[1]) if isinstance(coords, list) and len(coords) == 2 else None
