"""What an IXC table is: its columns in form order, what a write of it demands, whom it leans on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sandbox.ixc.columns import Column

STAMP = "ultima_atualizacao"


@dataclass(frozen=True)
class TableSpec:
    """One table as the webservice shows it.

    Visible columns come first, in the order of the edit form (3.1: `id` often not first); DB columns that no
    listing shows come last. `update_extras` is what the answer to a PUT carries beside the usual keys (4.4).
    `filled_on_insert` are date columns that an insert without them sets to now.
    """

    name: str
    columns: tuple[Column, ...]
    update_extras: dict[str, str] = field(default_factory=dict)
    filled_on_insert: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_lowered_name(self) -> dict[str, Column]:
        """Columns by name in lower case: the DB takes names in any case."""
        return {column.name.lower(): column for column in self.columns}

    @cached_property
    def references(self) -> tuple[tuple[str, str], ...]:
        """(column, table it refers to) for each foreign key."""
        return tuple((column.name, column.refers_to) for column in self.columns if column.refers_to)

    @cached_property
    def visible_names(self) -> tuple[str, ...]:
        """Names a listing shows: form fields, not all DB columns (3.1)."""
        return tuple(column.name for column in self.columns if not column.is_hidden)

    @cached_property
    def writable_names(self) -> frozenset[str]:
        """Names a write may set: form fields without the id."""
        return frozenset(self.visible_names) - {"id"}

    @property
    def is_stamped(self) -> bool:
        """Whether rows carry the time of their last update."""
        return STAMP in self.by_name


def table(
    name: str,
    columns: tuple[Column, ...],
    *,
    update_extras: dict[str, str] | None = None,
    filled_on_insert: tuple[str, ...] = (),
) -> TableSpec:
    """Return the spec with hidden columns moved to the end; a name given twice is an error."""
    names = [column.name for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{name}: columns given twice: {', '.join(twice)}")
    ordered = tuple(sorted(columns, key=lambda column: column.is_hidden))
    return TableSpec(name, ordered, update_extras or {}, filled_on_insert)
