"""A list of rows that are written only while someone looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Generic, TypeVar, overload

Row = TypeVar("Row")


class Rows(Sequence[Row], Generic[Row]):
    """What ``write`` yields, as a sequence. Each iteration yields new, equal rows; none is kept."""

    def __init__(self, write: Callable[[], Iterable[Row]]) -> None:
        self._write = write
        self._n_rows: int | None = None

    def __iter__(self) -> Iterator[Row]:
        yield from self._write()

    def __len__(self) -> int:
        if self._n_rows is None:
            self._n_rows = sum(1 for _ in self._write())
        return self._n_rows

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return list(self)[place]
        if place < 0:
            return list(self)[place]
        for row in islice(self, place, None):
            return row
        raise IndexError(place)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Rows | list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]
