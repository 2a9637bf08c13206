"""The demo from its first line to its exit code: what starts when, and that all of it ends."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.doubles import DoubleFailed, Doubles
from sandbox.demo.speech import Speech
from standalone.errors import FetchError, StandaloneError, ToolMissingError
from standalone.stopping import Interrupted, Stopping

EQUAL, DIFFERENT, NOT_STARTED = 0, 1, 2

# If we are killed: the folder goes once Kafka and the stages, which other tethers end, have left it.
_CLEAR_AWAY = 'n=0; while [ $n -lt 60 ]; do sleep 1; rm -rf "$1" 2>/dev/null && exit; n=$((n+1)); done'


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    stay: bool
    city: str
    seed: int
    interval_s: float


class Play:
    """One run of the demo."""

    def __init__(self, wanted: Wanted, speech: Speech) -> None:
        self._wanted, self._speech = wanted, speech
        self._folder = Path(tempfile.mkdtemp(prefix="ozmap-ixc-demo-"))
        self._keeps_folder = False

    def run(self) -> int:
        """The exit code, once everything that was started is gone."""
        with Stopping() as stopping:
            try:
                return self._run(stopping)
            except Interrupted as interrupted:
                return interrupted.code
            except (StandaloneError, DoubleFailed) as failed:
                # Nothing ran yet that could have left a trace where a tool is missing.
                self._keeps_folder = not isinstance(failed, ToolMissingError | FetchError)
                self._speech.step(str(failed), style="bold red")
                return NOT_STARTED
            finally:
                self._leave()

    def _run(self, stopping: Stopping) -> int:
        wanted, speech = self._wanted, self._speech
        every = speech.number(wanted.interval_s, 1)
        speech.line(
            speech.t(
                f"OZmap ⇄ IXC, two doubles and the product: city {wanted.city} {wanted.seed}, "
                f"a poll every {every} s",
                f"OZmap ⇄ IXC, dois simuladores e o produto: cidade {wanted.city} {wanted.seed}, "
                f"ciclo de {every} s",
            ),
            style="bold",
        )
        with ExitStack() as running:
            clear_away = ("sh", "-c", _CLEAR_AWAY, "sh", str(self._folder))
            doubles = Doubles(wanted.city, wanted.seed, self._folder / "logs", after_death=clear_away)
            running.callback(doubles.stop)
            doubles.start()
            # Only now: the doubles draw their city while we import what watches them.
            from sandbox.demo.acts import Acts

            acts = Acts(wanted, speech, self._folder, doubles, stopping)
            running.callback(acts.stop)
            problems = acts.play()
            self._keeps_folder = bool(problems)
            if wanted.stay:
                acts.stay()
        return DIFFERENT if problems else EQUAL

    def _leave(self) -> None:
        t = self._speech.t
        if self._keeps_folder:
            kept = t(f"logs and Kafka's data are kept in {self._folder}", f"logs e dados em {self._folder}")
            self._speech.step(kept)
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        self._speech.step(t("stopped, nothing left behind", "parado, nada ficou para trás"), style="dim")
