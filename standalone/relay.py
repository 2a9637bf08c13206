"""What the stages complain of in their logs, said once more where a person looks: one line each."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from standalone.running import Say

LOUD = ("warning", "error", "critical")
TELLING = ("error", "trouble", "reason", "detail")
"""Fields of a log line that say in words what is wrong; the first that is there is shown."""
AGAIN_AFTER_S = 60.0
"""A complaint that goes on is said again so often."""


class Relay:
    """Follows log files from where they end now. ``logs``: file by stage."""

    def __init__(
        self, logs: Mapping[str, Path], say: Say, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._logs, self._say, self._monotonic = logs, say, monotonic
        self._read_bytes = {stage: _size_bytes(log) for stage, log in logs.items()}
        self._said_at_s: dict[str, float] = {}

    def look(self) -> None:
        """Every complaint written since the last look has been said, unless it was within the last minute."""
        for stage, log in self._logs.items():
            for line in self._new_lines(stage, log):
                complaint = complaint_in(stage, line)
                if complaint is not None:
                    self._say_now_and_then(complaint)

    def _say_now_and_then(self, complaint: str) -> None:
        now_s = self._monotonic()
        said_at_s = self._said_at_s.get(complaint)
        if said_at_s is None or now_s - said_at_s >= AGAIN_AFTER_S:
            self._said_at_s[complaint] = now_s
            self._say(complaint)

    def _new_lines(self, stage: str, log: Path) -> Iterator[str]:
        if _size_bytes(log) < self._read_bytes[stage]:
            self._read_bytes[stage] = 0  # the supervisor has shortened it
        if not log.exists():
            return
        with log.open("rb") as file:
            file.seek(self._read_bytes[stage])
            for line in file:
                if not line.endswith(b"\n"):
                    return  # it is being written
                self._read_bytes[stage] += len(line)
                yield line.decode(errors="replace").rstrip()


def complaint_in(stage: str, line: str) -> str | None:
    """What a log line complains of, in words; None: nothing, or nothing for a person."""
    if line.startswith(f"{stage}: "):
        return line  # what an entry point says of a setting
    try:
        told = json.loads(line)
    except ValueError:
        return None
    if not isinstance(told, dict) or told.get("level") not in LOUD:
        return None
    words = next((str(told[name]) for name in TELLING if told.get(name)), "")
    return f"{stage}: {told.get('event', '')}" + (f": {words}" if words else "")


def _size_bytes(log: Path) -> int:
    try:
        return log.stat().st_size
    except FileNotFoundError:
        return 0
