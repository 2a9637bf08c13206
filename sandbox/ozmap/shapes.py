"""What a field of an OZmap document may look like, and the refusal of one that does not."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

OBJECT_ID: Final = re.compile(r"[0-9a-fA-F]{24}")


class RefusedError(Exception):
    """The write breaks a rule; the text is the reply's ``message``."""


@dataclass(frozen=True, slots=True)
class Field:
    """``on``: R a create must have it, c it may, u an update may. ``refs``: where its id lives."""

    name: str
    shape: str
    on: str
    refs: tuple[str, ...] = ()
    nullable: bool = False

    @property
    def is_required(self) -> bool:
        return "R" in self.on

    def knows(self, *, create: bool) -> bool:
        return "R" in self.on or "c" in self.on if create else "u" in self.on

    def check(self, value: Any) -> None:
        """RefusedError when ``value`` has not this field's shape."""
        if value is None:
            if not self.nullable:
                raise RefusedError(f"{self.name} must not be null")
        elif not SHAPES[self.shape](value):
            raise RefusedError(f"{self.name} must be {WORDING[self.shape]}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and OBJECT_ID.fullmatch(value) is not None


def _is_coords(value: Any) -> bool:
    """``[lng, lat]`` in degrees."""
    if not (isinstance(value, list) and len(value) == 2 and all(_is_number(part) for part in value)):
        return False
    return bool(-180 <= value[0] <= 180 and -90 <= value[1] <= 90)


def _is_ip(value: Any) -> bool:
    """An address, or the empty text that recorded OLTs carry (ozmap-api 3.6)."""
    if value == "":
        return True
    try:
        return isinstance(value, str) and bool(ipaddress.ip_address(value))
    except ValueError:
        return False


SHAPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": lambda value: isinstance(value, str),
    "number": _is_number,
    "whole": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "id": _is_id,
    "ids": lambda value: isinstance(value, list) and all(_is_id(part) for part in value),
    "numbers": lambda value: isinstance(value, list) and all(_is_number(part) for part in value),
    "powers": lambda value: isinstance(value, list) and all(x is None or _is_number(x) for x in value),
    "coords": _is_coords,
    "lat": lambda value: _is_number(value) and -90 <= value <= 90,
    "lng": lambda value: _is_number(value) and -180 <= value <= 180,
    "object": lambda value: isinstance(value, dict),
    "objects": lambda value: isinstance(value, list) and all(isinstance(part, dict) for part in value),
    "zero_or_one": lambda value: _is_number(value) and value in (0, 1),
    "client": lambda value: isinstance(value, dict) or _is_id(value),
    "side": lambda value: isinstance(value, dict) or _is_id(value),
    "ip": _is_ip,
    "any": lambda _value: True,
}
WORDING: Final[Mapping[str, str]] = {
    "text": "a string",
    "number": "a number",
    "whole": "an integer",
    "bool": "a boolean",
    "id": "an ObjectId",
    "ids": "a list of ObjectIds",
    "numbers": "a list of numbers",
    "powers": "a list of numbers and nulls",
    "coords": "[lng, lat] in degrees",
    "lat": "a latitude in degrees",
    "lng": "a longitude in degrees",
    "object": "an object",
    "objects": "a list of objects",
    "zero_or_one": "0 or 1",
    "client": "an ObjectId or a client",
    "side": "an ObjectId or a box",
    "ip": "an IP address",
    "any": "anything",
}
