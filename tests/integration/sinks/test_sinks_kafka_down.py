"""Kafka goes away amid the work and comes back: nothing is lost, and the log says what is awaited."""

from pathlib import Path

import pytest

from kernel.contracts.outcomes import Result
from standalone.kafka import start_kafka
from tests.integration.sinks.bench import BOXES, IXC_TOKEN, OZMAP_KEY, Stack, box_command, double, until

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.own_broker]


def test_kafka_down_in_flight_costs_time_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "kafka"
    broker = start_kafka(folder)
    port = int(broker.bootstrap_servers.rpartition(":")[2])
    with double("ixc", IXC_TOKEN) as ixc, double("ozmap", OZMAP_KEY) as ozmap:
        stack = Stack(broker.bootstrap_servers, "down.", ixc, ozmap, tmp_path)
        try:
            ixc.fault("latency", match={"entity": BOXES}, delay_s=0.1)
            commands = [box_command(n) for n in range(60)]
            ids = stack.send(*commands)
            sink = stack.start_sink(SINK_IN_FLIGHT="2")
            until(lambda: len(ixc.writes()) >= 10, "it works")
            broker.stop()
            n_written = len(ixc.writes())
            assert n_written < 50, "Kafka went too late to prove anything"
            until(lambda: sink.said("kafka_troubled"), "the trouble is said")
            until(lambda: len(ixc.writes()) > n_written + 2, "what was read goes on")
            assert sink.process.poll() is None
            broker = start_kafka(folder, port)
            outcomes = stack.outcomes_of(ids)
            # One that was cut short when the group fell apart comes again and is found already so.
            assert {o.result for o in outcomes.values()} <= {Result.CREATED, Result.ALREADY}
            until(lambda: stack.lag() == 0, "all is committed", 60)
            assert len(ixc.writes()) == 60
        finally:
            stack.stop()
            broker.stop()


def test_sigterm_while_kafka_is_down_still_ends_with_0(tmp_path: Path) -> None:
    broker = start_kafka(tmp_path / "kafka")
    with double("ixc", IXC_TOKEN) as ixc, double("ozmap", OZMAP_KEY) as ozmap:
        stack = Stack(broker.bootstrap_servers, "down.", ixc, ozmap, tmp_path)
        try:
            ixc.fault("latency", match={"entity": BOXES}, delay_s=0.1)
            stack.send(*[box_command(n) for n in range(60)])
            sink = stack.start_sink(SINK_IN_FLIGHT="2")
            until(lambda: len(ixc.writes()) >= 10, "it works")
            broker.stop()
            sink.process.terminate()
            assert sink.process.wait(20) == 0
            assert sink.said("outcomes_not_flushed")
            assert sink.said("left_without_commit")
        finally:
            stack.stop()
            broker.stop()
