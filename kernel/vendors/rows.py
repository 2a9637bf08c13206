"""Pages of raw rows, decoded straight from bytes to the used fields; one bad row spoils no page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, ClassVar, Generic, TypeVar
from zoneinfo import ZoneInfo

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kernel.domain.observed import Observed


class RawRow(BaseModel):
    """One row as the vendor sends it, reduced to the fields a model names: secrets end here.

    Lenient: numbers become text where text is wanted, unknown fields are dropped. Alone it is a row's id,
    for listings of ids. ``stamp`` is when the row last changed, in the vendor's words; None where its
    :class:`Source` names no such column.
    """

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)

    id: str
    stamp: str | None = None

    _said: ClassVar[Callable[[Any], Any]] = itemgetter("id")

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """The class knows its fields but the stamp."""
        cls._said = itemgetter(*(name for name in cls.model_fields if name != "stamp"))

    def mark(self) -> int:
        """A number of this process, the same for readings of a row that say the same but for their stamp.

        64 bits, unsigned: two that say different things have the same one once in 2**64.
        """
        said = type(self)._said(self.__dict__)
        try:
            return hash(orjson.dumps(said)) & LOW_64
        except TypeError:  # an integer beyond 64 bits, or text that is no Unicode
            return hash(repr(said)) & LOW_64


LOW_64 = 2**64 - 1

R = TypeVar("R", bound=RawRow)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be understood: its id if it shows one, its place in the page, what is wrong.

    ``error`` quotes no content.
    """

    id: str | None
    position: int
    error: str


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a listing. ``total``: rows that match in all, as this answer said; None when it did not.

    A row may come on two pages: callers drop repeats by id.
    """

    rows: list[R]
    total: int | None = None
    bad: list[BadRow] = field(default_factory=list)


Parse = Callable[[R], Observed]
"""Turns a raw row into our words; Malformed: a row that cannot be."""


@dataclass(frozen=True, slots=True)
class Source(Generic[R]):
    """Where an entity lives at its vendor.

    ``path`` is the route or table, ``model`` its raw row, ``parser`` what reads one where the vendor's clock
    runs in the given zone, ``stamp`` the column that moves with each change (None: none is known).
    """

    path: str
    model: type[R]
    parser: Callable[[ZoneInfo], Parse[R]]
    stamp: str | None


def zoneless(parse: Parse[R]) -> Callable[[ZoneInfo], Parse[R]]:
    """The parser of rows that hold no local time: ``parse``, whatever the zone."""
    return lambda _zone: parse


def describe_problems(error: ValidationError) -> str:
    """Where a row is wrong and in what way, without the wrong value: ``name: missing; id: string_type``."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, p['loc'])) or 'row'}: {p['type']}" for p in problems[:3])


def sort_out(rows: Iterable[Any], adapter: TypeAdapter[R]) -> tuple[list[R], list[BadRow]]:
    """Rows validated one by one: the good, and the bad with their places."""
    good: list[R] = []
    bad: list[BadRow] = []
    for position, row in enumerate(rows):
        try:
            good.append(adapter.validate_python(row))
        except ValidationError as error:
            bad.append(BadRow(id_of(row), position, describe_problems(error)))
    return good, bad


def id_of(row: Any) -> str | None:
    """The id that a decoded row shows, as text; None when it shows none."""
    shown = row.get("id") if isinstance(row, dict) else None
    return str(shown) if isinstance(shown, str | int) and shown != "" else None
