"""The demo as a person starts it: a process, its lines as they come, and what is left when it has ended."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.integration.standalone.until import runs, until

ENDS_WITHIN_S = 120.0


class Demo:
    """``ozmap-ixc demo`` with ``arguments`` and the variables ``settings``, its output in a pipe."""

    def __init__(self, *arguments: str, language: str = "C.UTF-8", **settings: str) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ops.cli", "demo", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env | settings | {"LANG": language},
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def text(self) -> str:
        """Everything it has said so far."""
        return "\n".join(self.lines)

    def await_line(self, pattern: str, within_s: float = 60.0) -> re.Match[str]:
        """The first line that ``pattern`` is found in."""

        def found() -> re.Match[str] | None:
            matches = (re.search(pattern, line) for line in list(self.lines))
            return next((match for match in matches if match), None)

        until(lambda: found() or not self._reader.is_alive(), f"{pattern!r} in the output", within_s=within_s)
        match = found()
        assert match is not None, f"ended without {pattern!r}:\n{self.text}"
        return match

    def ask(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def end(self) -> int:
        """Its exit code, once it has ended and said all."""
        code = self._process.wait(ENDS_WITHIN_S)
        self._reader.join(10)
        return code

    @property
    def folder(self) -> Path:
        """Where its data are."""
        return Path(self.await_line(r"logs: (\S+)/logs")[1])

    @property
    def urls(self) -> tuple[str, str]:
        """The doubles' URLs: OZmap's and IXC's."""
        found = self.await_line(r"OZmap (\S+), IXC (\S+):")
        return found[1], found[2]

    @property
    def stage_pids(self) -> list[int]:
        """The process ids of the stages, as it told them."""
        told = self.await_line(r"(?:by|por) pid: (.*)")[1]
        return [int(word) for word in re.findall(r"\d+", told)]

    def everything_is_gone(self) -> bool:
        """Neither stages nor folder nor doubles are there any more."""
        return (
            not self.folder.exists()
            and not any(map(runs, self.stage_pids))
            and not any(map(serves, self.urls))
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self.end()


def serves(url: str) -> bool:
    """Whether a double answers at ``url``."""
    try:
        urllib.request.urlopen(f"{url}/__sandbox__/health", timeout=5).close()  # noqa: S310
    except OSError:
        return False
    return True


def ask(url: str, path: str, body: Any = None) -> Any:
    """A double's answer on its sandbox side: a GET, or a POST of ``body``."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/__sandbox__/{path}", content)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.loads(answer.read())
