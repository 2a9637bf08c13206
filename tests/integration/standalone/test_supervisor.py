"""The supervisor restarts what dies, drains what it may, and takes everything with it when it is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from standalone import supervisor
from standalone.supervisor import Backoff, Child, Supervisor
from tests.integration.standalone.until import runs, until

QUICK = Backoff(first_s=0.05, longest_s=0.2)

DRAINS = "import signal,sys,time; signal.signal(15, lambda *_: (print('drained', flush=True), sys.exit(0)))"
STAYS = f"{DRAINS}; print('up', flush=True); time.sleep(600)"
CLINGS = "import signal,time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


def child(name: str, code: str) -> Child:
    return Child(name, (sys.executable, "-c", code))


def written(logs: Path, name: str) -> str:
    file = logs / f"{name}.log"
    return file.read_text() if file.exists() else ""


def test_a_killed_child_is_started_again_and_said_so(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor([child("sinks", STAYS)], logs_dir=tmp_path, say=said.append, backoff=QUICK) as supervised:
        first = supervised.pids["sinks"]
        os.kill(first, signal.SIGKILL)
        until(lambda: supervised.restarts["sinks"] == 1, "a restart")
        second = supervised.pids["sinks"]
        assert second != first
        assert runs(second)
    assert not runs(second)
    assert said == [
        "sinks was killed by signal 9 (Killed), starting it again in 0.05 s",
        f"sinks runs again, pid {second}",
    ]


def test_a_child_that_keeps_dying_is_left_alone_for_longer_each_time() -> None:
    pauses = [Backoff(first_s=1, longest_s=10).pause_s(n) for n in (1, 2, 3, 4, 5, 500)]
    assert pauses == [1, 2, 4, 8, 10, 10]
    said: list[str] = []
    with Supervisor([child("streams", "raise SystemExit(3)")], say=said.append, backoff=QUICK) as supervised:
        until(lambda: supervised.restarts["streams"] >= 3, "three restarts")
    deaths = [line for line in said if "ended with code 3" in line]
    assert [line.rsplit(" in ", 1)[1] for line in deaths[:3]] == ["0.05 s", "0.1 s", "0.2 s"]


def test_stop_lets_children_drain_and_answers_0(tmp_path: Path) -> None:
    supervised = Supervisor([child("a", STAYS), child("b", STAYS)], logs_dir=tmp_path)
    supervised.start()
    until(lambda: all("up" in written(tmp_path, name) for name in "ab"), "both up")
    assert supervised.stop() == 0
    assert written(tmp_path, "a") == written(tmp_path, "b") == "up\ndrained\n"
    assert supervised.pids == {}
    assert supervised.stop() == 0


def test_a_child_that_clings_is_killed_after_the_grace_period_and_named(tmp_path: Path) -> None:
    said: list[str] = []
    supervised = Supervisor([child("clings", CLINGS)], logs_dir=tmp_path, grace_s=0.3, say=said.append)
    supervised.start()
    until(lambda: "up" in written(tmp_path, "clings"), "it is up")
    pid = supervised.pids["clings"]
    assert supervised.stop() == 1
    assert not runs(pid)
    assert said == ["clings did not end within 0.3 s and was killed"]


def test_a_final_exit_code_is_not_tried_again() -> None:
    said: list[str] = []
    supervised = Supervisor(
        [child("pollers", "raise SystemExit(78)"), child("sinks", STAYS)],
        say=said.append,
        final_codes=frozenset({78}),
    )
    assert supervised.run() == 78
    assert supervised.restarts == {"pollers": 0, "sinks": 0}
    assert said == ["pollers ended with code 78: starting it again would not help"]


def test_a_child_gets_its_environment_and_folder(tmp_path: Path) -> None:
    show = "import os,time; print(os.environ['STAGE'], os.getcwd(), flush=True); time.sleep(600)"
    shown = Child("shows", (sys.executable, "-c", show), {"STAGE": "sinks"}, tmp_path)
    with Supervisor([shown], logs_dir=tmp_path / "logs"):
        until(lambda: written(tmp_path / "logs", "shows") == f"sinks {tmp_path}\n", "what it shows")


def test_a_log_that_grew_is_cut_and_its_last_piece_kept(tmp_path: Path) -> None:
    n_bytes = supervisor.LOG_MAX_BYTES + 1
    writes = f"import sys,time; sys.stdout.write('x' * {n_bytes}); sys.stdout.flush(); time.sleep(600)"
    with Supervisor([child("talks", writes)], logs_dir=tmp_path):
        until(lambda: (tmp_path / "talks.log.1").exists(), "the piece beside it")
        until(lambda: written(tmp_path, "talks") == "", "the cut")
    assert (tmp_path / "talks.log.1").stat().st_size == n_bytes


SUPERVISES = f"""
import json, sys, threading
from pathlib import Path
from standalone.supervisor import Child, Supervisor
argv = (sys.executable, "-c", {STAYS!r})
supervised = Supervisor([Child("a", argv), Child("b", argv)], logs_dir=Path(sys.argv[1]))
def tell():
    while len(supervised.pids) < 2: pass
    print(json.dumps(supervised.pids), flush=True)
threading.Thread(target=tell).start()
sys.exit(supervised.run())
"""


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_no_child_outlives_the_supervisor_and_all_drain(
    tmp_path: Path, how: signal.Signals, code: int
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", SUPERVISES, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = json.loads(parent.stdout.readline())
    until(lambda: all("up" in written(tmp_path, name) for name in pids), "both up")
    os.kill(parent.pid, how)
    assert parent.wait(30) == code
    until(lambda: not any(runs(pid) for pid in pids.values()), "the children's end")
    assert all(written(tmp_path, name) == "up\ndrained\n" for name in pids)
    parent.stdout.close()


SUPERVISES_A_CLINGER = f"""
import sys
from pathlib import Path
from standalone.supervisor import Child, Supervisor
clinger = Child("clings", (sys.executable, "-c", {CLINGS!r}))
supervised = Supervisor([clinger], logs_dir=Path(sys.argv[1]), grace_s=1)
supervised.start()
print(supervised.pids["clings"], flush=True)
sys.stdin.read()
"""


def test_even_a_child_that_ignores_sigterm_does_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", SUPERVISES_A_CLINGER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    until(lambda: "up" in written(tmp_path, "clings"), "it is up")
    parent.kill()
    parent.communicate()
    try:
        until(lambda: not runs(pid), "the clinger's end", within_s=15)
    finally:
        if runs(pid):
            os.kill(pid, signal.SIGKILL)
