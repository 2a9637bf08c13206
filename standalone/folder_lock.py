"""One broker per data folder: a lock that dies with its holders and names them to whoever comes second."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import TextIO

from standalone.errors import FolderTakenError
from standalone.tether import GRACE_S

PATIENCE_S = GRACE_S + 20.0
"""How long a dead holder's broker may take to end: its tether's grace, and more on a busy machine."""


class FolderLock:
    """The folder is ours until ``release`` and until the broker, which inherits the lock, has ended.

    The lock is the kernel's (flock), the file's text only tells who holds it. So a holder that died, in
    whatever way, leaves nothing to clear up: its text is overwritten.
    """

    def __init__(self, folder: Path, *, patience_s: float = PATIENCE_S) -> None:
        """Raises FolderTakenError: at once if the holder lives, after ``patience_s`` if only its broker does.

        The patience is for the broker of a holder that was killed: it is being stopped at this moment.
        """
        self._file: TextIO = (folder / "kafka.lock").open("a+")
        give_up_at = time.monotonic() + patience_s
        while not self._try():
            holder = self._holder()
            if holder.get("pid") is not None and _lives(holder["pid"]):
                self._refuse(folder, f"process {holder['pid']} is using it")
            if time.monotonic() > give_up_at:
                self._refuse(folder, f"an earlier run's broker, pid {holder.get('broker_pid')}, is using it")
            time.sleep(0.05)
        self.describe(broker_pid=None)

    @property
    def fd(self) -> int:
        """For the broker to inherit."""
        return self._file.fileno()

    def describe(self, broker_pid: int | None) -> None:
        """Whoever finds the folder taken can now tell by whom."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps({"pid": os.getpid(), "broker_pid": broker_pid}) + "\n")
        self._file.flush()

    def release(self) -> None:
        """We hold the folder no longer. The file stays: removing it would race with the next holder."""
        self._file.close()

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _holder(self) -> dict[str, int]:
        self._file.seek(0)
        try:
            found = json.loads(self._file.read())
        except ValueError:
            return {}  # the holder is writing it right now
        return {name: value for name, value in found.items() if isinstance(value, int)}

    def _refuse(self, folder: Path, why: str) -> None:
        self._file.close()
        raise FolderTakenError(f"Kafka's folder {folder} is taken: {why}; stop it or choose another folder")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it lives, and is another user's
    return True
