"""Where streams keep what they know: key-value tables in memory, or on rocksdict beside a batch.

Either can be deleted at any time: everything in it is rebuilt from the topics (docs/adr/0003).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from rocksdict import Options, Rdict, WriteBatch


class Tables(Protocol):
    """Named tables of text keys and bytes. Writes are seen at once and kept by :meth:`commit`."""

    def get(self, table: str, key: str) -> bytes | None:
        """The value, or None."""
        ...

    def put(self, table: str, key: str, value: bytes) -> None:
        """Set the value."""
        ...

    def delete(self, table: str, key: str) -> None:
        """Forget the key; absent is fine."""
        ...

    def keys(self, table: str) -> Iterator[str]:
        """Every key of ``table`` in order; the table may not be written meanwhile."""
        ...

    def commit(self) -> None:
        """Keep every write since the last commit, all or none."""
        ...

    def close(self) -> None:
        """Release the folder."""
        ...


class MemoryTables:
    """Tables in dictionaries: for tests, ``plan`` and simulation."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, bytes]] = {}

    def get(self, table: str, key: str) -> bytes | None:
        """The value, or None."""
        return self._tables.get(table, {}).get(key)

    def put(self, table: str, key: str, value: bytes) -> None:
        """Set the value."""
        self._tables.setdefault(table, {})[key] = value

    def delete(self, table: str, key: str) -> None:
        """Forget the key; absent is fine."""
        self._tables.get(table, {}).pop(key, None)

    def keys(self, table: str) -> Iterator[str]:
        """Every key of ``table`` in order."""
        return iter(sorted(self._tables.get(table, {})))

    def commit(self) -> None:
        """Nothing to do: memory is all there is."""

    def close(self) -> None:
        """Nothing to release."""


class RocksTables:
    """Tables in one rocksdict; writes wait in an overlay and reach the disk as one ``WriteBatch``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        options = Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_write_buffer_size(16 * 1024 * 1024)
        options.set_max_write_buffer_number(2)
        options.set_max_open_files(256)
        self._db = Rdict(str(folder), options)
        self._overlay: dict[bytes, bytes | None] = {}

    def get(self, table: str, key: str) -> bytes | None:
        """The value, or None."""
        raw = _raw(table, key)
        if raw in self._overlay:
            return self._overlay[raw]
        found = self._db.get(raw)
        return found if isinstance(found, bytes) else None

    def put(self, table: str, key: str, value: bytes) -> None:
        """Set the value."""
        self._overlay[_raw(table, key)] = value

    def delete(self, table: str, key: str) -> None:
        """Forget the key; absent is fine."""
        self._overlay[_raw(table, key)] = None

    def keys(self, table: str) -> Iterator[str]:
        """Every key of ``table`` in order. Commits first: the overlay is not searched."""
        self.commit()
        prefix = _raw(table, "")
        for raw in self._db.keys(from_key=prefix):
            if not isinstance(raw, bytes) or not raw.startswith(prefix):
                return
            yield raw[len(prefix) :].decode()

    def commit(self) -> None:
        """Keep every write since the last commit, all or none."""
        if not self._overlay:
            return
        batch = WriteBatch(raw_mode=True)
        for raw, value in self._overlay.items():
            if value is None:
                batch.delete(raw)
            else:
                batch.put(raw, value)
        self._db.write(batch)
        self._overlay.clear()

    def close(self) -> None:
        """Release the folder; what was not committed is gone."""
        self._db.close()


def _raw(table: str, key: str) -> bytes:
    return f"{table}\0{key}".encode()
