"""Apache Kafka on this machine: it answers, keeps its records, never outlives us, and says what is wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # no __all__ there

from standalone.errors import FolderTakenError, PortTakenError
from standalone.kafka import LocalKafka, start_kafka
from standalone.running import answering_cluster
from tests.integration.standalone.until import runs, until

pytestmark = [pytest.mark.kafka, pytest.mark.own_broker]

PARENT = """
import json, sys
from pathlib import Path
from standalone.kafka import start_kafka
kafka = start_kafka(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
told = {"pid": kafka.pid, "servers": kafka.bootstrap_servers, "folder": str(kafka.folder)}
print(json.dumps(told), flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(*args: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A process that started a Kafka and what it told of it; killed at the end."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert parent.stdout is not None
        yield parent, json.loads(parent.stdout.readline())
    finally:
        parent.kill()
        parent.communicate()


def write(kafka: LocalKafka, *values: bytes) -> None:
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
    if "kept" not in admin.list_topics(timeout=15).topics:
        admin.create_topics([NewTopic("kept", 1, 1)])["kept"].result(timeout=15)
    producer = Producer({"bootstrap.servers": kafka.bootstrap_servers, "acks": "all"})
    for value in values:
        producer.produce("kept", value)
    assert producer.flush(15) == 0


def read(kafka: LocalKafka, n_expected: int) -> list[bytes]:
    consumer = Consumer(
        {"bootstrap.servers": kafka.bootstrap_servers, "group.id": "reader", "auto.offset.reset": "earliest"}
    )
    consumer.subscribe(["kept"])
    try:
        values: list[bytes] = []

        def enough() -> bool:
            message = consumer.poll(0.5)
            if message is not None and message.error() is None:
                values.append(message.value() or b"")
            return len(values) >= n_expected

        until(enough, f"{n_expected} records")
        return values
    finally:
        consumer.close()


def test_it_listens_on_loopback_only_and_is_gone_with_its_folder_after_the_block() -> None:
    with start_kafka() as kafka:
        assert kafka.pid is not None
        listening = {
            found.laddr.ip.removeprefix("::ffff:")
            for found in psutil.Process(kafka.pid).net_connections("tcp")
            if found.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}
        pid, folder = kafka.pid, kafka.folder
    assert not runs(pid)
    assert not folder.exists()
    kafka.stop()


def test_a_kept_folder_brings_back_the_same_cluster_with_its_records(tmp_path: Path) -> None:
    with start_kafka(tmp_path) as first:
        cluster_id = first.cluster_id
        write(first, b"one", b"two")
    with start_kafka(tmp_path) as second:
        assert answering_cluster(second.bootstrap_servers, within_s=5) == second.cluster_id == cluster_id
        assert read(second, 2) == [b"one", b"two"]


def test_a_first_start_that_died_while_formatting_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "log.new").mkdir()
    (tmp_path / "log.new" / "meta.properties").write_text("half of")
    with start_kafka(tmp_path) as kafka:
        assert answering_cluster(kafka.bootstrap_servers, within_s=5) == kafka.cluster_id


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_broker_does_not_outlive_a_killed_parent(how: signal.Signals) -> None:
    with another_process() as (parent, told):
        assert runs(told["pid"])
        os.kill(parent.pid, how)
        parent.wait(10)
        until(lambda: not runs(told["pid"]), "the broker's end")
        until(lambda: not Path(told["folder"]).exists(), "the temporary folder's end")


def test_a_killed_parents_folder_is_taken_over_only_once_its_broker_has_ended(tmp_path: Path) -> None:
    with another_process(str(tmp_path)) as (parent, told):
        # It does not hear SIGTERM like this, and holds its folder until the tether kills it.
        os.kill(told["pid"], signal.SIGSTOP)
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait(10)
        assert runs(told["pid"])
        try:
            with start_kafka(tmp_path) as kafka:
                assert not runs(told["pid"])
                assert kafka.pid != told["pid"]
        finally:
            if runs(told["pid"]):  # a stopped broker would stay for ever
                os.kill(told["pid"], signal.SIGKILL)


def test_a_stale_lock_is_taken_over(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / "kafka.lock").write_text(json.dumps({"pid": ended.pid, "broker_pid": ended.pid}))
    with start_kafka(tmp_path):
        assert json.loads((tmp_path / "kafka.lock").read_text())["pid"] == os.getpid()


def test_a_folder_in_use_is_refused_with_the_holders_pid(tmp_path: Path) -> None:
    with (
        another_process(str(tmp_path)) as (parent, told),
        pytest.raises(FolderTakenError, match=rf"process {parent.pid} is using it"),
    ):
        start_kafka(tmp_path)
    assert told["pid"] > 0


def test_a_taken_port_is_refused_by_number() -> None:
    with start_kafka() as kafka, pytest.raises(PortTakenError, match=rf"port {kafka.port} .*is taken"):
        start_kafka(port=kafka.port)


def test_a_broker_that_is_killed_is_revived_on_its_port_with_its_records(tmp_path: Path) -> None:
    said: list[str] = []
    with start_kafka(tmp_path, say=said.append, revive=True) as kafka:
        write(kafka, b"before")
        killed = kafka.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: kafka.pid != killed, "another broker", within_s=60)
        assert answering_cluster(kafka.bootstrap_servers, within_s=60) == kafka.cluster_id
        assert read(kafka, 1) == [b"before"]
    assert said == [f"Kafka (pid {killed}) died with code -9, starting it again"]
