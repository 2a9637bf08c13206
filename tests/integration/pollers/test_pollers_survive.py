"""The pollers when something breaks: a clear line, nothing lost, the rest goes on."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from kernel.contracts.changes import (
    IXC_BOX,
    IXC_CUSTOMER,
    IXC_LOGIN,
    IXC_TRANSMITTER,
    OZMAP_BOX,
    OZMAP_CLIENT,
)
from kernel.contracts.cursors import CURSOR_TOPIC
from kernel.contracts.envelope import parse_headers
from kernel.settings import Settings
from standalone.kafka import start_kafka
from standalone.running import RunningKafka
from tests.integration.pollers.bench import IXC_TOKEN, Stack, double, until

pytestmark = pytest.mark.kafka

CLOSED = "127.0.0.1:1"


def assert_whole(stack: Stack) -> None:
    """The topics of logins and clients hold exactly the rows of both doubles."""
    assert stack.state(IXC_LOGIN).keys() == stack.ixc.rows("radusuarios").keys()
    assert stack.state(OZMAP_CLIENT).keys() == stack.ozmap.rows("ftth-clients").keys()


def assert_repeats_are_recognised(stack: Stack) -> None:
    """A row that was said twice in the same words has the same ce_id both times."""
    ids: dict[tuple[bytes, bytes], set[str]] = {}
    for message in stack.read(IXC_LOGIN.topic):
        said = (bytes(message.key() or b""), bytes(message.value() or b""))
        ids.setdefault(said, set()).add(parse_headers(message.headers()).id)  # type: ignore[arg-type]
    assert all(len(same) == 1 for same in ids.values())


def await_logins(stack: Stack, n_logins: int) -> None:
    """So many records are on the topic of logins."""
    until(lambda: stack.n_records(IXC_LOGIN.topic) >= n_logins, f"{n_logins} logins")


def await_name(stack: Stack, name: str) -> None:
    """The last customer that was seen has this name."""
    until(lambda: stack.observed(IXC_CUSTOMER)[-1][1]["name"] == name, f"the name {name}")


def test_killed_between_produce_and_cursor_nothing_is_lost_and_nothing_said_again(town: Stack) -> None:
    town.ixc.fault("latency", match={"entity": "radusuarios"}, skip=4, delay_s=120)
    pollers = town.start()
    await_logins(town, 2000)
    pollers.kill()
    assert not any(message.key() == b"ixc.login" for message in town.read(CURSOR_TOPIC))
    town.ixc.clear_faults()
    town.start()
    town.await_listed()
    assert_whole(town)
    assert set(Counter(row_id for row_id, _ in town.observed(IXC_LOGIN)).values()) == {1}


def test_killed_again_and_again_while_a_town_is_listed_nothing_is_lost(town: Stack) -> None:
    for n_logins in (1500, 3000, 6000):
        pollers = town.start()
        await_logins(town, n_logins)
        pollers.kill()
    town.start()
    town.await_listed()
    assert_whole(town)
    assert_repeats_are_recognised(town)


def test_a_wrong_key_is_told_once_and_the_other_system_goes_on(stack: Stack) -> None:
    pollers = stack.start(OZMAP_KEY="wrong-key-of-an-operator")
    until(lambda: stack.is_listed(IXC_LOGIN), "the logins of IXC")
    told = until(lambda: pollers.said("system_unauthorized"), "the refusal")
    time.sleep(1)  # time for the other sources of OZmap to be refused as well
    assert len(pollers.said("system_unauthorized")) == 1
    assert "OZMAP_KEY" in told[0]["error"]
    assert b"wrong-key-of-an-operator" not in stack.logs
    assert not stack.observed(OZMAP_BOX)
    assert pollers.stop() == 0


def test_a_page_of_html_in_the_middle_repeats_the_pass_and_nothing_is_lost(town: Stack) -> None:
    town.ixc.fault("html200", match={"entity": "radusuarios"}, skip=5, times=6)
    pollers = town.start()
    town.await_listed()
    assert_whole(town)
    assert len(pollers.said("source_unread", entity="ixc.login")) == 1
    until(lambda: pollers.said("source_works_again", entity="ixc.login"), "the recovery")


def test_garbage_and_resets_stop_no_source(stack: Stack) -> None:
    stack.ozmap.fault("big_body", match={"entity": "boxes"}, times=2)
    stack.ozmap.fault("invalid_utf8", match={"entity": "ftth-clients"}, times=2)
    stack.ixc.fault("reset", match={"entity": "radusuarios"}, times=5)
    stack.ixc.fault("status", match={"entity": "cliente"}, times=5, status=504)
    stack.ixc.fault("truncated_page", match={"entity": "radusuarios"}, times=1, skip=5)
    stack.start()
    stack.await_listed()
    assert_whole(stack)


def test_a_stamp_that_cannot_be_filtered_by_means_whole_listings(
    kafka: RunningKafka, prefix: str, tmp_path: Path
) -> None:
    unfilterable = ("--switch", "unfilterable=rad_caixa_ftth.ultima_atualizacao")
    with double("ozmap") as ozmap, double("ixc", "small", *unfilterable) as ixc:
        stack = Stack(kafka.bootstrap_servers, prefix, ozmap, ixc, tmp_path)
        stack.create_topics()
        try:
            pollers = stack.start()
            stack.await_listed()
            box = next(iter(ixc.rows("rad_caixa_ftth").values()))
            ixc.put("rad_caixa_ftth", {**box, "obs_caixa_ftth": "vista assim mesmo"})
            until(
                lambda: stack.state(IXC_BOX)[box["id"]]["comments"] == "vista assim mesmo",
                "the comments",
                120,
            )
            assert len(pollers.said("stamp_filter_refused", entity="ixc.box")) == 1
        finally:
            stack.stop()


@pytest.mark.parametrize(
    ("zone", "seems", "remedy"),
    [("America/Noronha", "UTC-0200", "Noronha"), ("America/Manaus", "UTC-0400", "Porto_Velho")],
)
def test_a_wrong_time_zone_is_told_and_no_change_is_lost(
    kafka: RunningKafka, prefix: str, tmp_path: Path, zone: str, seems: str, remedy: str
) -> None:
    with double("ozmap") as ozmap, double("ixc", "small", "--time-zone", zone) as ixc:
        stack = Stack(kafka.bootstrap_servers, prefix, ozmap, ixc, tmp_path)
        stack.create_topics()
        try:
            pollers = stack.start()
            stack.await_listed()
            n = 0
            while not pollers.said("ixc_time_zone_suspect") or n < 2:
                n += 1
                assert n < 8, "no suspicion after seven edits"
                customer = ixc.rows("cliente")["1"]
                ixc.put("cliente", {**customer, "razao": f"Nome {n}"})
                await_name(stack, f"Nome {n}")
                time.sleep(1.1)  # the next stamp, which counts whole seconds, is another one
            told = pollers.said("ixc_time_zone_suspect")
            assert (told[0]["ixc_clock_seems"], len(told)) == (seems, 1)
            assert remedy in told[0]["remedy"]
        finally:
            stack.stop()


def test_the_pollers_wait_for_missing_topics_and_go_on_by_themselves(
    kafka: RunningKafka, prefix: str, tmp_path: Path
) -> None:
    with double("ozmap") as ozmap, double("ixc") as ixc:
        stack = Stack(kafka.bootstrap_servers, prefix, ozmap, ixc, tmp_path)
        try:
            pollers = stack.start()
            told = until(lambda: pollers.said("kafka_awaited"), "a line that says what is missing")
            assert "topics apply" in told[0]["trouble"]
            stack.create_topics()
            stack.await_listed()
        finally:
            stack.stop()


def test_without_kafka_the_pollers_say_so_and_end_when_told(tmp_path: Path) -> None:
    with double("ozmap", "empty") as ozmap, double("ixc", "empty") as ixc:
        stack = Stack(CLOSED, "", ozmap, ixc, tmp_path)
        pollers = stack.start()
        told = until(lambda: pollers.said("kafka_awaited"), "a line that says that Kafka is away")
        assert CLOSED in told[0]["bootstrap_servers"]
        assert pollers.stop() == 0


@pytest.mark.own_broker
def test_kafka_lost_in_flight_is_told_what_changed_arrives_and_sigterm_is_obeyed_all_the_same(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "kafka"
    broker = start_kafka(folder)
    port = int(broker.bootstrap_servers.rpartition(":")[2])
    try:
        with double("ozmap") as ozmap, double("ixc") as ixc:
            stack = Stack(broker.bootstrap_servers, "", ozmap, ixc, tmp_path)
            stack.create_topics()
            try:
                pollers = stack.start()
                stack.await_listed()
                broker.stop()
                box_id = min(ozmap.rows("boxes"))
                ozmap.patch("boxes", box_id, {"observation": "sem Kafka"})
                until(lambda: pollers.said("kafka_awaited"), "a line that says that Kafka is away", 60)
                broker = start_kafka(folder, port)
                until(lambda: stack.state(OZMAP_BOX)[box_id]["observation"] == "sem Kafka", "the edit", 90)
                assert sum(row_id == box_id for row_id, _ in stack.observed(OZMAP_BOX)) == 2
                broker.stop()
                time.sleep(1.5)  # two intervals: a delivery is under way by now
                begun_s = time.monotonic()
                assert pollers.stop() == 0
                assert time.monotonic() - begun_s < 10
                assert pollers.said("kafka_given_up")
            finally:
                stack.stop()
    finally:
        broker.stop()


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "OZMAP_URL"),
        ({"IXC_TOKEN": "ab" * 32}, "IXC_TOKEN"),
        ({"IXC_TIME_ZONE": "Sao Paulo"}, "IXC_TIME_ZONE"),
        ({"POLL_INTERVAL_S": "fast"}, "POLL_INTERVAL_S"),
        ({"OZMAP_URL": "ozmap.example.com"}, "OZMAP_URL"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(environment: dict[str, str], named: str) -> None:
    given = {
        "OZMAP_URL": "http://127.0.0.1:1",
        "OZMAP_KEY": "key",
        "IXC_URL": "http://127.0.0.1:1",
        "IXC_TOKEN": IXC_TOKEN,
    }
    settings = {**given, **environment} if environment else {}
    clean = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    ended = subprocess.run(
        [sys.executable, "-m", "pollers"],
        env={**clean, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("pollers: ")
    assert named in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_system_that_cannot_be_reached_is_told_and_the_other_goes_on(stack: Stack) -> None:
    pollers = stack.start(IXC_URL="http://127.0.0.1:1")
    until(lambda: stack.is_listed(OZMAP_BOX), "the boxes of OZmap")
    told = until(lambda: pollers.said("source_unread"), "the trouble", 60)
    assert "IXC_URL" in told[0]["error"]
    assert not stack.observed(IXC_TRANSMITTER)
    assert pollers.stop() == 0
