"""What an IXC column is: its type, its unset and blank forms, its screen label, its limits.

IXC shows every value as text; behind it stands a MariaDB column whose type decides how a filter compares
and how a write is stored (fact sheet 3.1, 6). A column knows two empty forms: `default` is what the form
proposes for a new row, `blank` is what an empty or omitted value becomes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ZERO_DAY = "0000-00-00"
ZERO_MOMENT = "0000-00-00 00:00:00"
SECRET_MARK = "FAKE-SECRET"  # noqa: S105 - the mark that leak tests search for, not a secret


class Kind(StrEnum):
    """The DB type family of a column: it decides comparison, storage and blanking."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    ENUM = "enum"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `max_chars` 0 is unlimited, `scale` counts decimals, `refers_to` names a table."""

    name: str
    kind: Kind = Kind.TEXT
    default: str = ""
    blank: str = ""
    label: str = ""
    is_required: bool = False
    max_chars: int = 0
    scale: int = 0
    values: tuple[str, ...] = ()
    refers_to: str = ""
    is_secret: bool = False
    is_hidden: bool = False

    @property
    def screen_label(self) -> str:
        """The label IXC's messages use: the screen's, never the column's own name (4.3)."""
        return self.label or self.name.replace("_", " ").capitalize()


def integer(name: str, default: str = "0", **more: object) -> Column:
    """Return an int column; empty becomes "0", as IXC shows most unset foreign keys (3.1)."""
    return _column(name, Kind.INTEGER, default=default, blank="0", **more)


def nullable(name: str, **more: object) -> Column:
    """Return an int column whose NULL is shown as ""."""
    return _column(name, Kind.INTEGER, **more)


def decimal(name: str, scale: int = 2, **more: object) -> Column:
    """Return a decimal column: always shown with `scale` places (3.1)."""
    zero = f"{0:.{scale}f}"
    return _column(name, Kind.DECIMAL, default=zero, blank=zero, scale=scale, **more)


def text(name: str, max_chars: int = 0, **more: object) -> Column:
    """Return a varchar or text column: kept byte for byte, outer blanks included (3.1)."""
    return _column(name, Kind.TEXT, max_chars=max_chars, **more)


def choice(name: str, values: str, default: str = "", **more: object) -> Column:
    """Return an enum column; `values` is blank-separated."""
    return _column(name, Kind.ENUM, default=default, values=tuple(values.split()), **more)


def day(name: str, *, zero: bool = True, **more: object) -> Column:
    """Return a date column; unset is the zero date, or "" where `zero` is false (3.1)."""
    unset = ZERO_DAY if zero else ""
    return _column(name, Kind.DAY, default=unset, blank=unset, **more)


def moment(name: str, *, zero: bool = True, **more: object) -> Column:
    """Return a datetime column of second resolution in the provider's local time (3.4)."""
    unset = ZERO_MOMENT if zero else ""
    return _column(name, Kind.MOMENT, default=unset, blank=unset, **more)


def secret(name: str, max_chars: int = 0, **more: object) -> Column:
    """Return a text column that holds a password; seeded rows carry marked fakes (3.1)."""
    return _column(name, Kind.TEXT, max_chars=max_chars, is_secret=True, **more)


def texts(names: str) -> list[Column]:
    """Return plain text columns of blank-separated names."""
    return [text(name) for name in names.split()]


def integers(names: str, default: str = "0") -> list[Column]:
    """Return int columns of blank-separated names."""
    return [integer(name, default) for name in names.split()]


def flags(names: str, default: str = "N") -> list[Column]:
    """Return S/N columns of blank-separated names."""
    return [choice(name, "S N", default) for name in names.split()]


def days(names: str, *, zero: bool = True) -> list[Column]:
    """Return date columns of blank-separated names."""
    return [day(name, zero=zero) for name in names.split()]


def flat(parts: Iterable[Column | list[Column]]) -> tuple[Column, ...]:
    """Return one tuple of columns out of columns and lists of columns, in order."""
    columns: list[Column] = []
    for part in parts:
        columns.extend(part if isinstance(part, list) else [part])
    return tuple(columns)


def _column(name: str, kind: Kind, **more: object) -> Column:
    return Column(name=name, kind=kind, **more)  # type: ignore[arg-type]
