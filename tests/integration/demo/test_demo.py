"""What a stranger sees first: every edit arrives and both systems are equal, or what is wrong has a name."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from sandbox.demo.script import SCRIPT
from standalone.running import RunningKafka
from tests.integration.demo.running import Demo, ask
from tests.integration.standalone.until import until

pytestmark = pytest.mark.kafka

N_EDITS = len(SCRIPT)
ROW = re.compile(r"^(OZmap|IXC  )  \S.*  (box-sync|client-name) +[\d.]+ s +[\d.]+ s +[\d.]+$")
HEADS = (
    "OZmap ⇄ IXC",
    "in     edit",
    "───",
    "Not in IXC, and why",
    "Somebody edits",
    "Both systems compared",
)
QUIET = re.compile(r"^( +[\d.]+ s  \S.*| +\d+  \S.*|  [✓✗!] .*|    (latency|memory) .*|)$")


def test_every_edit_arrives_both_systems_are_equal_and_nothing_is_left_behind() -> None:
    with Demo("--interval", "1") as demo:
        assert demo.end() == 0, demo.text
        first_s = float(demo.await_line(r"first synced box after ([\d.]+) s")[1])
        assert first_s <= 30
        assert len([line for line in demo.lines if ROW.match(line)]) == N_EDITS, demo.text
        demo.await_line(f"✓ edits +{N_EDITS} of {N_EDITS} arrived")
        for name in ("boxes", "names", "foreign", "quiet", "writes"):
            demo.await_line(f"✓ {name} ")
        assert demo.everything_is_gone()
        noise = [
            line
            for line in demo.lines
            if not (QUIET.match(line) or ROW.match(line) or line.startswith(HEADS))
        ]
        assert noise == []
        assert "FAKE-SECRET" not in demo.text


def test_what_never_arrives_is_named_its_logs_are_kept_and_the_code_is_1(
    request: pytest.FixtureRequest,
) -> None:
    with Demo("--interval", "0.5") as demo:
        demo.await_line("Somebody edits both systems")
        ozmap, _ixc = demo.urls
        match = {"method": "PATCH", "entity": "ftth-clients", "actor": "product"}
        ask(ozmap, "faults", {"kind": "status", "match": match, "status": 503})
        assert demo.end() == 1, demo.text
    request.addfinalizer(_remover(demo.folder))
    demo.await_line(f"✗ edits +{N_EDITS - 2} of {N_EDITS} arrived")
    demo.await_line("rename .*: login:.* not written to ozmap; client-name says ensure")
    demo.await_line("put back: name of .*: login:.* not written to ozmap")
    demo.await_line("client .* is called .*, wanted")
    assert (demo.folder / "logs" / "sinks.log").stat().st_size > 0
    demo.await_line(f"kept in {demo.folder}")


def test_asked_to_stay_it_runs_on_until_ctrl_c_and_its_commands_work() -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    with Demo("--interval", "0.5", "--stay") as demo:
        demo.await_line("Ctrl-C stops and clears away everything")
        edit, look = (line.strip() for line in demo.lines if line.strip().startswith("curl "))
        assert "CTO 1000" not in _output_of(look)
        _output_of(edit)
        until(lambda: "CTO 1000" in _output_of(look), "the box's new name in IXC")
        demo.ask(signal.SIGINT)
        assert demo.end() == 0
        assert demo.everything_is_gone()


def test_stopped_by_ctrl_c_midway_it_clears_everything_away() -> None:
    with Demo("--interval", "0.5") as demo:
        demo.await_line("Somebody edits both systems")
        assert demo.stage_pids
        demo.ask(signal.SIGINT)
        assert demo.end() == 130
        assert demo.everything_is_gone()


def test_in_portuguese_too_and_stopped_by_sigterm() -> None:
    with Demo("--interval", "0.5", language="pt_BR.UTF-8") as demo:
        demo.await_line(r"primeira caixa sincronizada após [\d,]+ s")
        demo.await_line("A caixa não tem splitter de atendimento")
        demo.ask(signal.SIGTERM)
        assert demo.end() == 143
        assert not demo.folder.exists()


def test_killed_it_leaves_nothing_either() -> None:
    with Demo("--interval", "0.5") as demo:
        demo.await_line("first synced box")
        demo.ask(signal.SIGKILL)
        assert demo.end() == -signal.SIGKILL
        until(demo.everything_is_gone, "stages, doubles and folder gone", within_s=60)


def test_on_a_kafka_that_is_given_it_leaves_no_topic(kafka: RunningKafka) -> None:
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
    # What the shell of the user sets for the product must not bend the demo.
    bent = {"RULE_BOX_SYNC": "off", "TOPIC_PREFIX": "mine.", "POLL_INTERVAL_S": "300"}
    with Demo("--interval", "0.5", KAFKA_BOOTSTRAP_SERVERS=kafka.bootstrap_servers, **bent) as demo:
        demo.await_line("first synced box")
        ours = {name for name in admin.list_topics(timeout=10).topics if name.startswith("demo-")}
        assert ours
        demo.ask(signal.SIGTERM)
        assert demo.end() == 143
    assert not ours & admin.list_topics(timeout=10).topics.keys()


def _output_of(command: str) -> str:
    return subprocess.run([*shlex.split(command), "-sSf"], capture_output=True, text=True, check=True).stdout


def _remover(folder: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(folder, ignore_errors=True)
