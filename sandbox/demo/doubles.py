"""Both doubles as processes of their own, and what the demo asks of their sandbox side."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from standalone.tether import Tether

PRODUCT, PERSON = "product", "person"
OZMAP, IXC = "ozmap", "ixc"
READY_WITHIN_S = 120.0
"""The largest city takes some seconds to draw; the rest is for slow machines."""
STOP_WITHIN_S = 5.0


class DoubleFailed(Exception):
    """A double did not come up; the text is its own last line."""


@dataclass(frozen=True)
class Ready:
    """A double that serves: its URL and the key of each actor. ``repr`` shows no key."""

    system: str
    url: str
    keys: Mapping[str, str] = field(repr=False)


class Doubles:
    """OZmap and IXC with the same city, from ``start`` to ``stop``; none of them outlives this process.

    What they say goes to ``<system>-double.log`` in ``logs_dir``. ``after_death`` is a command that runs if
    this process is killed, once the doubles are gone.
    """

    def __init__(
        self,
        city: str,
        seed: int,
        logs_dir: Path,
        *,
        time_zone: str = "America/Sao_Paulo",
        after_death: Sequence[str] = (),
    ) -> None:
        self._arguments = ["--city", city, "--seed", str(seed), "--time-zone", time_zone]
        self._logs_dir = logs_dir
        self._tether = Tether(after_death=after_death)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ready: dict[str, Ready] = {}

    def start(self) -> None:
        """Both processes run; :meth:`await_ready` tells when they serve."""
        self._logs_dir.mkdir(parents=True, exist_ok=True)
        self._spawn(OZMAP, {name: secrets.token_hex(16) for name in (PRODUCT, PERSON)})
        self._spawn(
            IXC, {name: f"{n}:{secrets.token_hex(32)}" for n, name in enumerate((PRODUCT, PERSON), 1)}
        )

    def await_ready(self, check: Callable[[], None] = lambda: None) -> None:
        """Both serve. ``check`` is called while waiting and may raise.

        :raises DoubleFailed: when one ended or said nothing in time.
        """
        give_up_at_s = time.monotonic() + READY_WITHIN_S
        while missing := [system for system in self._running if system not in self._ready]:
            check()
            for system in missing:
                self._look_at(system)
            if time.monotonic() > give_up_at_s:
                raise DoubleFailed(f"the {missing[0]} double did not serve within {READY_WITHIN_S:.0f} s")
            time.sleep(0.02)

    def stop(self) -> None:
        """Neither runs any more. May be called again."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self._tether.untie(process.pid)
        self._running.clear()
        self._tether.close()

    def __enter__(self) -> Self:
        self.start()
        try:
            self.await_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ozmap(self) -> Ready:
        return self._ready[OZMAP]

    @property
    def ixc(self) -> Ready:
        return self._ready[IXC]

    @property
    def env(self) -> dict[str, str]:
        """The settings with which the product reaches both."""
        return {
            "OZMAP_URL": self.ozmap.url,
            "OZMAP_KEY": self.ozmap.keys[PRODUCT],
            "IXC_URL": self.ixc.url,
            "IXC_TOKEN": self.ixc.keys[PRODUCT],
        }

    def _spawn(self, system: str, keys: Mapping[str, str]) -> None:
        argv = [sys.executable, "-m", "sandbox", system, *self._arguments]
        for actor, key in keys.items():
            argv += ["--key", f"{key}={actor}"]
        with self._log(system).open("wb") as output:
            self._running[system] = self._tether.spawn(argv, env=os.environ, output=output)

    def _log(self, system: str) -> Path:
        return self._logs_dir / f"{system}-double.log"

    def _look_at(self, system: str) -> None:
        """The first line of JSON in a double's log says where it serves."""
        has_ended = self._running[system].poll() is not None
        lines = self._log(system).read_text(errors="replace").splitlines(keepends=True)
        for line in lines:
            if line.startswith("{") and line.endswith("\n"):
                told: dict[str, Any] = json.loads(line)
                self._ready[system] = Ready(told["system"], told["url"], told["keys"])
                return
        if has_ended:
            said = lines[-1].strip() if lines else "it said nothing"
            raise DoubleFailed(f"the {system} double ended before it served: {said}")
