"""Ties child processes to this one: none of them outlives it, not even when it is killed with SIGKILL.

A pipe whose writing end only this process keeps is watched by a small shell in a session of its own. When
this process is gone, however it went, the pipe ends; the shell then sends SIGTERM to every tied child, waits
for the grace period and sends SIGKILL to their process groups. A kernel signal at the parent's death would
be Linux only, would follow the *thread* that started the child, and could not wait before it kills.
"""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

# Each child ties itself before it turns into its program: there is no moment between fork and tie at which
# this process could die unnoticed. It does so through standard input: dash knows one-digit descriptors only.
_TIE_THEN_RUN = 'echo "tie $$" >&0; exec "$@" </dev/null'

GRACE_S = 10.0
"""What children get between SIGTERM and SIGKILL once their parent is gone; a broker needs 0.2 s."""

_WATCH = r"""
trap '' INT TERM HUP
grace_s=$1; shift
tied=' '
while read -r word pid; do
  case $word in
    tie) tied="$tied$pid " ;;
    untie) case $tied in *" $pid "*) tied="${tied%% "$pid" *} ${tied#* "$pid" }" ;; esac ;;
    leave) exit 0 ;;
  esac
done
for pid in $tied; do kill -TERM "$pid" 2>/dev/null; done
kill_at=$(($(date +%s) + grace_s))
# By the clock: naps are counted wrong on a busy machine.
while [ "$(date +%s)" -lt "$kill_at" ]; do
  alive=
  for pid in $tied; do kill -0 "$pid" 2>/dev/null && alive=yes; done
  [ -n "$alive" ] || break
  sleep 0.1
done
# `-s KILL --` and not `-KILL --`: dash takes the dashes of the latter for a number and kills nobody.
for pid in $tied; do kill -s KILL -- "-$pid" 2>/dev/null; done
[ $# -eq 0 ] || exec "$@"
"""


class Tether:
    """Starts children that die with this process.

    ``grace_s`` is what they get between SIGTERM and SIGKILL once this process is gone; ``after_death`` is a
    command run then, when all of them are gone too (it clears away what only this process knew of).
    """

    def __init__(self, *, grace_s: float = GRACE_S, after_death: Sequence[str] = ()) -> None:
        reading, self._writing = os.pipe()
        try:
            self._watcher = subprocess.Popen(  # noqa: S603
                ["/bin/sh", "-c", _WATCH, "tether", str(math.ceil(grace_s)), *after_death],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            os.close(reading)

    @property
    def watcher_pid(self) -> int:
        """The process id of the shell that watches."""
        return self._watcher.pid

    def spawn(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        output: IO[bytes] | None = None,
        keep_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """``argv`` runs in a session of its own, tied; its pid is that of the returned process.

        A session of its own, because Ctrl-C reaches a terminal's whole process group, and whoever started
        the child decides in which order things stop. Both its output streams go to ``output`` (None: ours).
        """
        return subprocess.Popen(  # noqa: S603
            ["/bin/sh", "-c", _TIE_THEN_RUN, "sh", *argv],
            stdin=self._writing,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            pass_fds=tuple(keep_fds),
            start_new_session=True,
        )

    def untie(self, pid: int) -> None:
        """``pid`` has ended and been waited for: its number may soon belong to somebody else."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._writing, f"untie {pid}\n".encode())

    def close(self) -> None:
        """The watcher is gone; children that still run are tied no longer."""
        if self._writing < 0:
            return
        with contextlib.suppress(BrokenPipeError):
            os.write(self._writing, b"leave\n")
        os.close(self._writing)
        self._writing = -1
        self._watcher.wait()
