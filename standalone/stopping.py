"""Ctrl-C, SIGTERM, a closed terminal: noted, obeyed at the next step; asked twice, all ends at once.

Nothing is interrupted midway: a child that was started just then would be known to nobody. At the second
signal the process exits; the tethers (standalone.tether) end its children and clear temporary folders.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody asked to stop. ``code`` is the shell's: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.code = 128 + signal_number


class Stopping:
    """Whether to stop; in force from ``__enter__`` on, which belongs to the main thread."""

    def __init__(self) -> None:
        self._asked: int | None = None
        self._may_break = False

    def check(self) -> None:
        """Raise Interrupted once a signal has come."""
        if self._asked is not None:
            raise Interrupted(self._asked)

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """Inside, a signal interrupts at once: for long waits that leave nothing behind when broken off."""
        self.check()
        self._may_break = True
        try:
            yield
        finally:
            self._may_break = False

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._take) for number in ASKING}
        return self

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        if self._asked is not None:
            os._exit(128 + number)
        self._asked = number
        if self._may_break:
            raise Interrupted(number)
