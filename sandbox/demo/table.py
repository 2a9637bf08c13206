"""The table of edits: a row is drawn over while its edit travels, and stays once it has arrived."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.cells import set_cell_size
from rich.live import Live
from rich.text import Text

from sandbox.demo.doubles import OZMAP
from sandbox.demo.edit import Draw, Edit, Played
from sandbox.demo.speech import Speech

WIDEST = 104
N_WHERE, N_RULE, N_SECONDS, N_RATIO = 5, 11, 7, 6
GAP = "  "
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Table:
    """Rows of: where it was edited, what, rule, decided after, effect after, effect ÷ poll interval."""

    def __init__(self, speech: Speech, interval_s: float) -> None:
        self._speech = speech
        self._interval_s = interval_s
        fixed = N_WHERE + N_RULE + 2 * N_SECONDS + N_RATIO + 5 * len(GAP)
        self._n_title = min(speech.console.width, WIDEST) - fixed

    def head(self) -> None:
        """The columns' names and a rule below them."""
        t = self._speech.t
        names = [t("in", "em"), t("edit", "edição"), t("rule", "regra")]
        figures = [t("decided", "decisão"), t("effect", "efeito"), t("÷ poll", "÷ciclo")]
        self._speech.line(self._row(names, figures, ["bold"] * 6))
        self._speech.line("─" * self._width, style="dim")

    @contextmanager
    def travelling(self, edit: Edit) -> Iterator[Draw]:
        """While open, the function given draws the row of ``edit`` as it stands, on a terminal."""
        if not self._speech.is_live:
            yield lambda _rule, _decided_s, _age_s: None
            return
        with Live(console=self._speech.console, auto_refresh=False, transient=True) as live:
            turning = itertools.cycle(SPINNER)

            def draw(rule: str, decided_s: float | None, age_s: float) -> None:
                figures = [self._seconds(decided_s), f"{next(turning)} {self._speech.number(age_s, 1)} s", ""]
                styles = [_colour(edit.where), "", "dim", "", "yellow", ""]
                live.update(
                    self._row([_shown(edit.where), self._title(edit), rule], figures, styles), refresh=True
                )

            yield draw

    def settle(self, played: Played) -> None:
        """The row of an edit that arrived, or did not; it stays."""
        ratio = None if played.effect_s is None else played.effect_s / self._interval_s
        figures = [
            self._seconds(played.decided_s),
            self._seconds(played.effect_s),
            "–" if ratio is None else self._speech.number(ratio, 2),
        ]
        if not played.has_arrived:
            figures = [figures[0], self._speech.t("not seen", "não veio"), "–"]
        mark = "green" if played.has_arrived else "bold red"
        styles = [_colour(played.edit.where), "", "dim", "", mark, mark]
        self._speech.line(
            self._row([_shown(played.edit.where), self._title(played.edit), played.rule], figures, styles)
        )

    def skip(self, title: str) -> None:
        """This city has no row for that edit."""
        absent = self._speech.t("no such row in this city", "não há nesta cidade")
        self._speech.line(self._row(["–", f"{title}: {absent}", ""], ["", "", ""], ["dim"] * 6))

    def _title(self, edit: Edit) -> str:
        """The title as its column has room for it, with the whole tail."""
        n_cells = self._n_title - len(edit.tail)
        cut = edit.title if len(edit.title) <= n_cells else edit.title[: n_cells - 1].rstrip() + "…"
        return cut + edit.tail

    @property
    def _width(self) -> int:
        return N_WHERE + self._n_title + N_RULE + 2 * N_SECONDS + N_RATIO + 5 * len(GAP)

    def _seconds(self, seconds: float | None) -> str:
        return "–" if seconds is None else f"{self._speech.number(seconds, 2)} s"

    def _row(self, names: Sequence[str], figures: Sequence[str], styles: Sequence[str]) -> Text:
        where, title, rule = names
        cells = [
            set_cell_size(where, N_WHERE),
            set_cell_size(title, self._n_title),
            set_cell_size(rule, N_RULE),
            *(
                figure.rjust(width)
                for figure, width in zip(figures, (N_SECONDS, N_SECONDS, N_RATIO), strict=True)
            ),
        ]
        row = Text(no_wrap=True, overflow="crop")
        for n, (cell, style) in enumerate(zip(cells, styles, strict=True)):
            row.append(GAP if n else "").append(cell, style=style)
        return row


def _shown(system: str) -> str:
    return "OZmap" if system == OZMAP else "IXC"


def _colour(system: str) -> str:
    return "cyan" if system == OZMAP else "magenta"
