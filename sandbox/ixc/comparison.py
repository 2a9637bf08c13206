"""How IXC's operators compare a cell with a value: by the type of the column, as MariaDB does (2.1)."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox.ixc.columns import ZERO_DAY, ZERO_MOMENT, Column, Kind
from sandbox.ixc.failures import ErrorPageError
from sandbox.ixc.listing import Filter
from sandbox.ixc.values import iso_moment, number_in
from sandbox.switches import SwitchBoard

CellTest = Callable[[str], bool]
Fold = Callable[[str], str]

_COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
OPERATORS = frozenset({*_COMPARES, "L", "NL", "IN", "NI", "BE", "NBE"})
_NUMERIC = (Kind.INTEGER, Kind.DECIMAL)


def fold_for(switches: SwitchBoard) -> Fold:
    """Return how two texts are made equal; which collation the columns have is INFERENCE (`text_compare`)."""
    return _FOLDS[switches.text("text_compare")]


def _fold_ci(text: str) -> str:
    return text.rstrip(" ").casefold()


def _fold_general_ci(text: str) -> str:
    split = unicodedata.normalize("NFKD", _fold_ci(text))
    return "".join(char for char in split if not unicodedata.combining(char))


def _fold_exact(text: str) -> str:
    return text


_FOLDS: dict[str, Fold] = {"ci": _fold_ci, "general_ci": _fold_general_ci, "exact": _fold_exact}


def key_of(column: Column, text: str, fold: Fold) -> str:
    """Return the form in which equal cells are the same text: indexes and = rest on it."""
    if column.kind is Kind.INTEGER:
        number = number_in(text)
        return str(int(number)) if number == number.to_integral_value() else str(number)
    return fold(text)


def cell_test(column: Column, wanted: Filter, switches: SwitchBoard) -> CellTest:
    """Return the test of one cell; ErrorPageError for an operator IXC does not know, such as <> (2.1)."""
    fold = fold_for(switches)
    match wanted.oper:
        case "L" | "NL":
            return _like(wanted, switches, fold)
        case "IN" | "NI":
            return _membership(column, wanted, switches, fold)
        case "BE" | "NBE":
            return _between(column, wanted, fold)
        case oper if oper in _COMPARES:
            return _compare(column, oper, wanted.value, fold)
        case oper:
            raise ErrorPageError(f"operator {oper!r}")


def _compare(column: Column, oper: str, value: str, fold: Fold) -> CellTest:
    compare = _COMPARES[oper]
    if column.kind in _NUMERIC:
        return _compare_number(compare, value)
    if column.kind in (Kind.DAY, Kind.MOMENT):
        return _compare_date(column, oper, value)
    folded = fold(value)
    return lambda cell: compare(fold(cell), folded)


def _compare_number(compare: Callable[[Any, Any], bool], value: str) -> CellTest:
    # A cell of "" is NULL: no comparison holds for it. A value without a number counts as 0.
    number = float(number_in(value))
    return lambda cell: cell != "" and compare(float(cell), number)


def _compare_date(column: Column, oper: str, value: str) -> CellTest:
    moment = iso_moment(value) if value.strip() else ZERO_MOMENT
    if moment is None:
        return _never
    operand = moment[:10] if column.kind is Kind.DAY and moment.endswith("00:00:00") else moment
    if oper == ">=" and operand > ZERO_MOMENT:
        # The delta poll: 100,000 cells per request, so it must stay one C call per cell.
        return partial(operator.le, operand)
    compare = _COMPARES[oper]
    return lambda cell: cell != "" and compare(cell, operand)


def _never(_cell: str) -> bool:
    return False


def _like(wanted: Filter, switches: SwitchBoard, fold: Fold) -> CellTest:
    """Return LIKE %value%: `%` and `_` inside the value are wildcards, as in SQL (the `_` is INFERENCE)."""
    folded_fully = fold if fold is not _fold_ci else str.casefold
    patterns = [_like_pattern(wanted.value, folded_fully)]
    if wanted.second is not None and switches.text("l_with_p2") == "either":
        patterns.append(_like_pattern(wanted.second, folded_fully))
    is_like = wanted.oper == "L"
    return lambda cell: any(p.fullmatch(folded_fully(cell)) is not None for p in patterns) is is_like


def _like_pattern(value: str, fold: Fold) -> re.Pattern[str]:
    wild = {"%": ".*", "_": "."}
    parts = [wild.get(char) or re.escape(char) for char in fold(value)]
    return re.compile(f".*{''.join(parts)}.*", re.DOTALL)


def _membership(column: Column, wanted: Filter, switches: SwitchBoard, fold: Fold) -> CellTest:
    """Return IN / NI over a comma list without quotes; one text value alone may fail (a switch)."""
    values = wanted.value.split(",")
    is_text = column.kind not in _NUMERIC
    if is_text and wanted.oper == "IN" and len(values) == 1 and switches.on("in_single_text_error"):
        raise ErrorPageError("IN with a single text value")
    keys = frozenset(key_of(column, _date_or_text(column, value), fold) for value in values)
    is_in = wanted.oper == "IN"
    if column.kind in _NUMERIC:
        return lambda cell: cell != "" and (key_of(column, cell, fold) in keys) is is_in
    return lambda cell: (fold(cell) in keys) is is_in


def _date_or_text(column: Column, value: str) -> str:
    if column.kind in (Kind.DAY, Kind.MOMENT) and (moment := iso_moment(value)):
        return moment if column.kind is Kind.MOMENT else moment[:10]
    return value


def _between(column: Column, wanted: Filter, fold: Fold) -> CellTest:
    """Return BETWEEN P and P2.

    Without P2 (so always in qtype/query, whatever "a,b" says) the range is not formed and zero dates match:
    measured (2.1). That only unset cells match is our reading of it.
    """
    if wanted.second is None:
        unset = frozenset({"", "0", ZERO_DAY, ZERO_MOMENT, column.blank})
        return lambda cell: (cell in unset) is (wanted.oper == "BE")
    low = _compare(column, ">=", wanted.value, fold)
    high = _compare(column, "<=", wanted.second, fold)
    if wanted.oper == "BE":
        return lambda cell: low(cell) and high(cell)
    return lambda cell: cell != "" and not (low(cell) and high(cell))
