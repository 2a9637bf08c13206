"""The rows of the double: seeded from the city, numbered by an autoincrement that never gives an id twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
            for given in rows:
                self._seed_row(spec, given)

    def _seed_row(self, spec: TableSpec, given: Mapping[str, str]) -> None:
        unknown = given.keys() - spec.by_name.keys()
        if unknown:
            raise ValueError(f"{spec.name} has no column {', '.join(sorted(unknown))}")
        row_id = given["id"]
        row = {column.name: _seed_cell(spec, column, given) for column in spec.columns}
        self._last_id[spec.name] = max(self._last_id[spec.name], int(row_id))
        self._store.put(spec.name, row_id, row)


def _seed_cell(spec: TableSpec, column: Column, given: Mapping[str, str]) -> str:
    text = given.get(column.name)
    if text is None:
        return (
            f"{SECRET_MARK}-{spec.name}-{column.name}-{given['id']}" if column.is_secret else column.default
        )
    if column.kind in (Kind.TEXT, Kind.ENUM):
        return text
    return stored_form(column, text, _AS_THE_DB)
