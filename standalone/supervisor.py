"""Runs the stages of one machine as child processes: restarts what dies, drains all on SIGTERM.

Children are tied to the supervisor (``standalone.tether``), so that none survives it, however it ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from standalone.running import Say
from standalone.tether import Tether

LOG_MAX_BYTES = 20 * 1024 * 1024
"""A child's log grows to this, then it starts again and the last one is kept beside it as ``.1``."""

_TICK_S = 0.1


@dataclass(frozen=True)
class Child:
    """A process to keep running: its name in messages and its log, its command line and its environment."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    cwd: Path | None = None


@dataclass(frozen=True)
class Backoff:
    """How long a child that died is left alone: ``first_s``, doubled each time up to ``longest_s``.

    A child that ran for ``forgiven_after_s`` begins again at ``first_s``.
    """

    first_s: float = 0.5
    longest_s: float = 30.0
    forgiven_after_s: float = 60.0

    def pause_s(self, n_deaths: int) -> float:
        """The pause after the ``n_deaths``-th death in a row, from 1 on."""
        return float(min(self.longest_s, self.first_s * 2 ** min(n_deaths - 1, 20)))


class _Kept:
    """One child over its lives."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.running: subprocess.Popen[bytes] | None = None
        self.started_at_s = 0.0
        self.start_at_s = 0.0
        self.n_deaths = 0
        self.n_restarts = 0


class Supervisor:
    """Keeps children running from ``start`` to ``stop``, or for the length of ``run`` or of a ``with`` block.

    ``logs_dir``: each child's output goes to ``<name>.log`` there; None: to ours. ``say`` gets one line for
    each death and restart, from the supervisor's thread. ``final_codes``: exit codes with which a child says
    that starting it again is of no use (a wrong setting): it stays down, and ``run`` drains and returns it.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        logs_dir: Path | None = None,
        grace_s: float = 30.0,
        say: Say = lambda _line: None,
        backoff: Backoff | None = None,
        final_codes: frozenset[int] = frozenset(),
    ) -> None:
        self._kept = {child.name: _Kept(child) for child in children}
        self._logs_dir = logs_dir
        self._grace_s = grace_s
        self._say = say
        self._backoff = backoff or Backoff()
        self._final_codes = final_codes
        self._tether = Tether(grace_s=grace_s)
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._stopping = threading.Event()
        self.final_code: int | None = None

    @property
    def pids(self) -> dict[str, int]:
        """The running children's process ids by name; one that lies dead is absent."""
        return {name: kept.running.pid for name, kept in self._kept.items() if kept.running is not None}

    @property
    def restarts(self) -> dict[str, int]:
        """How often each child was started again."""
        return {name: kept.n_restarts for name, kept in self._kept.items()}

    def log_file(self, name: str) -> Path | None:
        """Where child ``name`` writes; None when it writes where we do."""
        return None if self._logs_dir is None else self._logs_dir / f"{name}.log"

    def start(self) -> None:
        """Every child is started and from now on kept running."""
        if self._logs_dir is not None:
            self._logs_dir.mkdir(parents=True, exist_ok=True)
        for kept in self._kept.values():
            self._spawn(kept)
        self._watcher.start()

    def stop(self) -> int:
        """No child runs any more. 0: all ended within the grace period; 1: some had to be killed.

        A child's final exit code takes precedence. May be called again.
        """
        self._stopping.set()
        if self._watcher.is_alive() and threading.current_thread() is not self._watcher:
            self._watcher.join()
        killed = self._drain()
        self._tether.close()
        if self.final_code is not None:
            return self.final_code
        return 1 if killed else 0

    def run(self) -> int:
        """Start, wait for SIGTERM or SIGINT, drain; the code to exit with. For the main thread only."""
        asked = threading.Event()

        def stop_soon(_number: int, _frame: FrameType | None) -> None:
            asked.set()

        before = {number: signal.signal(number, stop_soon) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.start()
            while not asked.wait(_TICK_S) and self.final_code is None:
                pass
            return self.stop()
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _watch(self) -> None:
        while not self._stopping.wait(_TICK_S):
            for kept in self._kept.values():
                self._look_after(kept)

    def _look_after(self, kept: _Kept) -> None:
        now_s = time.monotonic()
        if kept.running is None:
            if now_s >= kept.start_at_s:
                self._restart(kept)
            return
        code = kept.running.poll()
        if code is None:
            self._trim_log(kept.child.name)
            return
        self._tether.untie(kept.running.pid)
        kept.running = None
        if code in self._final_codes:
            self._say(f"{kept.child.name} ended with code {code}: starting it again would not help")
            self.final_code = code
            self._stopping.set()
            return
        kept.n_deaths = 1 if now_s - kept.started_at_s > self._backoff.forgiven_after_s else kept.n_deaths + 1
        pause_s = self._backoff.pause_s(kept.n_deaths)
        kept.start_at_s = now_s + pause_s
        self._say(f"{kept.child.name} {_ended(code)}, starting it again in {pause_s:g} s")

    def _restart(self, kept: _Kept) -> None:
        try:
            self._spawn(kept)
        except OSError as error:  # no process, memory or disk to be had right now
            kept.start_at_s = time.monotonic() + self._backoff.longest_s
            self._say(f"{kept.child.name} cannot be started ({error}), trying again")
            return
        kept.n_restarts += 1
        self._say(f"{kept.child.name} runs again, pid {self.pids[kept.child.name]}")

    def _spawn(self, kept: _Kept) -> None:
        child, log = kept.child, self.log_file(kept.child.name)
        kept.started_at_s = time.monotonic()
        if log is None:
            kept.running = self._tether.spawn(child.argv, env=child.env, cwd=child.cwd)
            return
        # Appending, because _trim_log shortens the file under the child's hands.
        with log.open("ab") as output:
            kept.running = self._tether.spawn(child.argv, env=child.env, cwd=child.cwd, output=output)

    def _drain(self) -> list[str]:
        """Whom we had to kill."""
        running = {name: kept.running for name, kept in self._kept.items() if kept.running is not None}
        for process in running.values():
            process.terminate()
        give_up_at_s = time.monotonic() + self._grace_s
        killed = []
        for name, process in running.items():
            try:
                process.wait(max(0.0, give_up_at_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # and what it may have started itself
                process.wait()
                killed.append(name)
                self._say(f"{name} did not end within {self._grace_s:g} s and was killed")
            self._tether.untie(process.pid)
            self._kept[name].running = None
        return killed

    def _trim_log(self, name: str) -> None:
        log = self.log_file(name)
        if log is not None and log.exists() and log.stat().st_size > LOG_MAX_BYTES:
            # Copied, then cut: the child goes on writing to the same open file.
            shutil.copyfile(log, log.with_suffix(".log.1"))
            with log.open("rb+") as grown:
                grown.truncate()


def _ended(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    return f"was killed by signal {-code} ({signal.strsignal(-code)})"
