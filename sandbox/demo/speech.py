"""How the demo speaks: Portuguese or English, in colour on a terminal, in plain lines elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

_BORN_S = time.monotonic()


class Speech:
    """Prints lines. ``language`` is ``pt`` or ``en``."""

    def __init__(self, env: Mapping[str, str] = os.environ, console: Console | None = None) -> None:
        self.language = language_of(env)
        self.console = console or Console(highlight=False)
        self._started_s = time.monotonic() - command_age_s()

    @property
    def is_live(self) -> bool:
        """Whether a line can be drawn over."""
        return self.console.is_terminal and not self.console.is_dumb_terminal

    def t(self, en: str, pt: str) -> str:
        """The text in our language."""
        return pt if self.language == "pt" else en

    def number(self, value: float, digits: int) -> str:
        """The number as it is written here: Portuguese has a decimal comma."""
        shown = f"{value:.{digits}f}"
        return shown.replace(".", ",") if self.language == "pt" else shown

    def boxes(self, n_boxes: int) -> str:
        """The tail of a title that more than one box follows."""
        return "" if n_boxes == 1 else f", {n_boxes} {self.t('boxes', 'caixas')}"

    def age_s(self, at: datetime | None = None) -> float:
        """Seconds from the command to ``at``, or to now."""
        since_s = 0.0 if at is None else (datetime.now(UTC) - at).total_seconds()
        return time.monotonic() - self._started_s - since_s

    def clock(self) -> Text:
        """The seconds since the command was given, as the head of a line."""
        return Text(f"{self.number(self.age_s(), 1):>6} s  ", style="dim")

    def step(self, line: str | Text, style: str = "") -> None:
        """One more thing has happened; the line begins with when."""
        self.item(self.clock(), line if isinstance(line, Text) else Text(line, style=style))

    def item(self, head: str | Text, body: str | Text) -> None:
        """A line whose ``body``, where a terminal's edge breaks it, goes on below itself and not its head."""
        first = Text(head) if isinstance(head, str) else head
        rest = Text(body) if isinstance(body, str) else body
        if not self.console.is_terminal:
            self.line(first + rest)
            return
        grid = RichTable.grid()
        grid.add_column(width=first.cell_len)
        grid.add_column(overflow="fold")
        grid.add_row(first, rest)
        self.console.print(grid)

    def line(self, line: str | Text = "", style: str = "") -> None:
        """A line as it is. Long ones are not broken where nobody sees a terminal's edge."""
        text = line if isinstance(line, Text) else Text(line, style=style)
        self.console.print(text, soft_wrap=not self.console.is_terminal)

    def heading(self, title: str) -> None:
        """A line that begins a part, with an empty one before it."""
        self.line()
        self.line(title, style="bold")


def language_of(env: Mapping[str, str]) -> str:
    """``pt`` where the locale is Portuguese, else ``en`` (POSIX: LC_ALL before LC_MESSAGES before LANG)."""
    named = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    return "pt" if named.lower().startswith("pt") else "en"


def command_age_s() -> float:
    """Seconds since the command: since this process began, or since ``make`` did where make started it.

    Linux tells by /proc; elsewhere it is the time since this module was imported, half a second less.
    """
    try:
        ages = [_age_s(os.getpid())]
        if Path(f"/proc/{os.getppid()}/comm").read_text().strip() in ("make", "gmake"):
            ages.append(_age_s(os.getppid()))
        return max(ages)
    except (OSError, ValueError, IndexError):
        return time.monotonic() - _BORN_S


def _age_s(pid: int) -> float:
    """Field 22 of /proc/PID/stat is the start in clock ticks since boot (proc(5)); names may hold blanks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started_s
