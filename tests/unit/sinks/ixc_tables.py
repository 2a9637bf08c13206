"""IXC's tables in memory, which misbehave when told to."""

from collections.abc import Callable

Record = dict[str, str]
NOW = "2026-09-09 09:09:09"


class Tables:
    """Rows by table and id. ``before_read`` is told which reading it is, of all and of which row."""

    def __init__(self, **tables: Record) -> None:
        self.rows = {(table, row["id"]): dict(row) for table, row in tables.items()}
        self.calls: list[str] = []
        self.puts: list[Record] = []
        self.before_read: Callable[[int, str], None] = lambda _n, _table: None
        self.after_write: Callable[[str], None] = lambda _table: None
        self.spoil: Callable[[Record], Record] = lambda record: record
        self.answers: dict[str, Exception] = {}
        self.is_written = True

    async def read(self, table: str, row_id: str) -> Record | None:
        self.calls.append(f"read {table}")
        self.before_read(len([call for call in self.calls if call.startswith("read")]), table)
        found = self.rows.get((table, row_id))
        return None if found is None else dict(found)

    async def update(self, table: str, row_id: str, full_record: Record) -> None:
        assert "id" not in full_record
        self.calls.append(f"update {table}")
        self.puts.append(full_record)
        if self.is_written:
            kept = {**self.spoil(full_record), "id": row_id, "ultima_atualizacao": NOW}
            self.rows[table, row_id] = kept
        self.after_write(table)
        if table in self.answers:
            raise self.answers[table]
