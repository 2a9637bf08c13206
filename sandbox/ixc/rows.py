"""The rows of the double: seeded from the city, numbered by an autoincrement that never gives an id twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sandbox.ixc.columns import SECRET_MARK, Column, Kind
from sandbox.ixc.declared import SWITCHES
from sandbox.ixc.tables import TABLES, TableSpec
from sandbox.ixc.values import stored_form
from sandbox.store import Row, Store
from sandbox.switches import SwitchBoard

_AS_THE_DB = SwitchBoard(SWITCHES)  # what stands in the DB does not depend on what writes are refused


class Rows:
    """The store with ids that count up, as an InnoDB table gives them, also past deleted rows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last_id: dict[str, int] = dict.fromkeys(TABLES, 0)

    def get(self, table: str, row_id: str | None) -> Row | None:
        """Return the row, or None."""
        return self._store.get(table, row_id)

    def put(self, table: str, row: Row) -> Row:
        """Store the row under its id and return it as stored."""
        return self._store.put(table, row["id"], row)

    def remove(self, table: str, row_id: str) -> None:
        """Take the row out; its id is not given again."""
        self._store.remove(table, row_id)

    def next_id(self, table: str) -> str:
        """Return an id no row of the table ever had."""
        self._last_id[table] += 1
        return str(self._last_id[table])

    def drop_oldest(self, table: str, n_kept: int) -> None:
        """Leave the table with its `n_kept` newest rows."""
        surplus = len(self._store.by_id(table)) - n_kept
        for row in list(self._store.rows(table)[: max(surplus, 0)]):
            self._store.remove(table, row["id"])

    def seed(self, city: Mapping[str, Iterable[Mapping[str, str]]]) -> None:
        """Fill the tables from the city's rows, in the form the DB would hold them.

        Columns a row does not name get the form's default, secret ones a marked fake. ValueError for a table
        or column this double does not have: a city that another double would understand differently.
        """
        for table, rows in city.items():
            spec = TABLES.get(table)
            if spec is None:
                raise ValueError(f"the city has rows of {table}, which this double does not serve")
            unset, typed = _unset_row(spec), _typed_columns(spec)
            for given in rows:
                row = {**unset, **given}
                if len(row) != len(unset):
                    unknown = ", ".join(sorted(given.keys() - unset.keys()))
                    raise ValueError(f"{table} has no column {unknown}")
                self._seed_row(table, row, unset, typed)

    def _seed_row(self, table: str, row: Row, unset: Row, typed: Sequence[Column]) -> None:
        for column in typed:
            text = row[column.name]
            if text is not unset[column.name]:  # a city has millions of cells, most of them unset
                row[column.name] = stored_form(column, text, _AS_THE_DB)
        self._last_id[table] = max(self._last_id[table], int(row["id"]))
        self._store.put(table, row["id"], row)


def _unset_row(spec: TableSpec) -> Row:
    """Return the row of a form nobody filled in; passwords are marked fakes."""
    return {
        column.name: f"{SECRET_MARK}-{spec.name}-{column.name}" if column.is_secret else column.default
        for column in spec.columns
    }


def _typed_columns(spec: TableSpec) -> list[Column]:
    return [column for column in spec.columns if column.kind not in (Kind.TEXT, Kind.ENUM)]
