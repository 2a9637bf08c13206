"""How a written text becomes the stored text of a column, as MariaDB and the IXC form would store it.

Source: fact sheet 3.1 (forms of values), 5.5-5.6 (dates and decimals on writes).
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from sandbox.ixc.columns import ZERO_DAY, ZERO_MOMENT, Column, Kind
from sandbox.ixc.failures import RefusedError
from sandbox.ixc.messages import say
from sandbox.switches import SwitchBoard

_NUMBER = re.compile(r"\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)")
_BR = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?")


def number_in(text: str) -> Decimal:
    """Return the number a text begins with, 0 without one: MariaDB's cast, so "-21,5" is -21 (INFERENCE)."""
    found = _NUMBER.match(text)
    return Decimal(found[1]) if found else Decimal(0)


def iso_moment(text: str) -> str | None:
    """Return a BR or ISO date text as `YYYY-MM-DD HH:MM:SS`, zero dates too; None when it is no date."""
    text = text.strip()
    if found := _BR.match(text):
        day, month, year, clock = found.groups()
    elif found := _ISO.match(text):
        year, month, day, clock = found.groups()
    else:
        return None
    clock = clock or "00:00:00"
    moment = f"{year}-{month}-{day} {clock if len(clock) == 8 else clock + ':00'}"
    if moment[:10] == ZERO_DAY:
        return ZERO_MOMENT
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return None
    return moment


def is_iso(text: str) -> bool:
    """Whether a date text is in ISO order."""
    return _ISO.match(text.strip()) is not None


def stored_form(column: Column, text: str, switches: SwitchBoard) -> str:
    """Return what the column holds after `text` was written to it.

    Raises RefusedError where a switch says that this installation refuses: too long a text, an enum value
    that does not exist, an ISO date.
    """
    match column.kind:
        case Kind.INTEGER:
            return _stored_integer(column, text)
        case Kind.DECIMAL:
            return _stored_decimal(column, text)
        case Kind.DAY | Kind.MOMENT:
            return _stored_date(column, text, switches)
        case Kind.ENUM:
            return _stored_enum(column, text, switches)
        case Kind.TEXT:
            return _stored_text(column, text, switches)


def _stored_integer(column: Column, text: str) -> str:
    if not text.strip():
        return column.blank
    if text.isdecimal() and text.isascii() and (text == "0" or text[0] != "0"):
        return text
    return str(int(number_in(text).to_integral_value(ROUND_HALF_UP)))


def _stored_decimal(column: Column, text: str) -> str:
    if not text.strip():
        return column.blank
    places = Decimal(1).scaleb(-column.scale)
    return f"{number_in(text).quantize(places, ROUND_HALF_UP):f}"


def _stored_date(column: Column, text: str, switches: SwitchBoard) -> str:
    """Return the ISO form; what is no date becomes the zero date, as a lenient DB stores it (UNKNOWN)."""
    if not text.strip():
        return column.blank
    moment = iso_moment(text)
    policy = switches.text("iso_dates")
    if is_iso(text) and moment != ZERO_MOMENT and policy != "accept":
        if policy == "refuse":
            raise RefusedError(say("bad_date", switches, column.screen_label))
        moment = None
    moment = moment or ZERO_MOMENT
    return moment if column.kind is Kind.MOMENT else moment[:10]


def _stored_enum(column: Column, text: str, switches: SwitchBoard) -> str:
    if text in column.values or text == "":
        return text
    policy = switches.text("enums")
    if policy == "refuse":
        raise RefusedError(say("bad_value", switches, column.screen_label))
    return "" if policy == "blank" else text


def _stored_text(column: Column, text: str, switches: SwitchBoard) -> str:
    text = _storable(text, switches.text("emoji"))
    if column.max_chars and len(text) > column.max_chars:
        # Whether IXC refuses or MariaDB cuts is UNKNOWN: a refusal is what a client cannot overlook.
        if switches.text("long_text") == "refuse":
            raise RefusedError(say("too_long", switches, column.screen_label, str(column.max_chars)))
        return text[: column.max_chars]
    return text


def _storable(text: str, policy: str) -> str:
    """Return the text as a three-byte utf8 column would hold it, when the switch says it is one."""
    if policy == "keep" or text.isascii():
        return text
    if policy == "question_mark":
        return "".join("?" if ord(char) > 0xFFFF else char for char in text)
    cut_at = next((place for place, char in enumerate(text) if ord(char) > 0xFFFF), len(text))
    return text[:cut_at]
