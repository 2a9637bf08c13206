"""What a sink owes when it dies, is stopped, shares its work, or cannot reach one of the others."""

import signal
import socket
from collections import Counter
from pathlib import Path

import pytest

from kernel.contracts.commands import EnsureClientName
from kernel.contracts.outcomes import Result
from tests.integration.sinks.bench import BOXES, Stack, box_command, until

pytestmark = pytest.mark.kafka
N_COMMANDS = 200


def assert_each_box_was_written_once(stack: Stack, names: list[str]) -> None:
    held = Counter(row["descricao"] for row in stack.ixc.rows(BOXES).values())
    assert {name: held[name] for name in names} == dict.fromkeys(names, 1)
    writes = Counter(write["id"] for write in stack.ixc.writes())
    assert set(writes.values()) == {1}, "a second write that changed something"
    assert len(writes) == len(names)


@pytest.mark.chaos
def test_killed_three_times_amid_200_commands_nothing_is_lost_and_nothing_written_twice(stack: Stack) -> None:
    stack.ixc.fault("latency", match={"entity": BOXES}, delay_s=0.05, jitter_s=0.1)
    commands = [box_command(n) for n in range(N_COMMANDS)]
    ids = stack.send(*commands)
    for n_written in (30, 80, 130):
        sink = stack.start_sink(SINK_IN_FLIGHT="16")
        until(lambda n=n_written: len(stack.ixc.writes()) >= n, f"{n_written} writes", 60)  # type: ignore[misc]
        assert sink.process.poll() is None
        sink.process.kill()
        sink.process.wait(10)
    assert len(stack.ixc.writes()) < N_COMMANDS, "the last kill came too late to prove anything"
    stack.start_sink()
    outcomes = stack.outcomes_of(ids)
    assert {outcome.result for outcome in outcomes.values()} <= {Result.CREATED, Result.ALREADY}
    assert_each_box_was_written_once(stack, [command.fields.name for command in commands])
    until(lambda: stack.lag() == 0, "all is committed")


def test_sigterm_finishes_what_runs_gives_back_what_waits_and_exits_0(stack: Stack) -> None:
    stack.ixc.fault("latency", match={"entity": BOXES}, delay_s=0.2)
    ids = stack.send(*[box_command(n) for n in range(60)])
    sink = stack.start_sink(SINK_IN_FLIGHT="4")
    until(lambda: len(stack.ixc.writes()) >= 6, "some writes")
    sink.process.send_signal(signal.SIGTERM)
    assert sink.process.wait(10) == 0
    n_written = len(stack.ixc.writes())
    assert n_written < 60
    assert len(stack.outcomes()) == n_written, "every write that was made has its outcome"
    assert stack.lag() == 60 - n_written, "what was finished is committed, the rest is not"
    stack.start_sink()
    assert {o.result for o in stack.outcomes_of(ids).values()} == {Result.CREATED}


def test_two_sinks_share_the_work_and_one_that_leaves_hands_it_over(stack: Stack) -> None:
    stack.ixc.fault("latency", match={"entity": BOXES}, delay_s=0.05)
    first = stack.start_sink(SINK_IN_FLIGHT="4")
    commands = [box_command(n) for n in range(N_COMMANDS)]
    ids = stack.send(*commands)
    until(lambda: len(stack.ixc.writes()) >= 10, "the first works")
    second = stack.start_sink(SINK_IN_FLIGHT="4")
    until(lambda: first.said("partitions_given_back"), "the first gives partitions back")
    until(lambda: second.said("command_done"), "the second works")
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(10) == 0
    stack.outcomes_of(ids)
    assert_each_box_was_written_once(stack, [command.fields.name for command in commands])
    n_outcomes = Counter(outcome.command_id for outcome in stack.outcomes())
    assert set(n_outcomes.values()) == {1}, "finished or given back, never both"


def test_commands_of_one_key_are_done_in_order_and_only_the_newest_of_those_that_wait(stack: Stack) -> None:
    stack.ixc.fault("latency", match={"entity": BOXES}, delay_s=0.3)
    stack.start_sink(SINK_IN_FLIGHT="2")
    ids = stack.send(*[box_command(1, capacity=n) for n in range(1, 40)])
    last = stack.outcomes_of([ids[-1]])[ids[-1]]
    capacities = [w["after"]["capacidade"] for w in stack.ixc.writes()]
    assert capacities == sorted(capacities, key=int)
    assert capacities[-1] == "39"
    assert len(capacities) < 10, "those that a newer one replaced were not written"
    (row,) = [r for r in stack.ixc.rows(BOXES).values() if r["descricao"] == "CTO prova 0001"]
    assert (row["capacidade"], row["id"]) == ("39", last.remote_id)
    until(lambda: stack.lag() == 0, "replaced commands are committed too")


def test_a_key_that_fails_pauses_its_system_alone_and_says_so_once(stack: Stack) -> None:
    sink = stack.start_sink(IXC_TOKEN="1:" + "00" * 32)
    stack.send(*[box_command(n) for n in range(50)])
    client = next(iter(stack.ozmap.rows("ftth-clients").values()))
    name = EnsureClientName(
        rule="client-name", subject=f"login:{client['code']}", client_id=client["id"], name="Nome Novo"
    )
    (named,) = stack.send(name)
    stack.outcomes_of([named], "ozmap.client.outcomes.v1")
    (paused,) = until(lambda: sink.said("system_paused"), "the pause is said")
    assert (paused["system"], paused["level"]) == ("ixc", "error")
    assert "IXC_TOKEN" in paused["error"]
    sink.process.send_signal(signal.SIGTERM)
    assert sink.process.wait(10) == 0
    assert len(sink.said("system_paused")) == 1
    assert stack.outcomes() == []
    assert stack.lag() == 50, "everything is kept"
    assert "00" * 32 not in sink.log.read_text(encoding="utf-8")


def test_more_commands_than_fit_into_memory_are_all_done(stack: Stack) -> None:
    stack.start_sink(SINK_IN_FLIGHT="2")  # back-pressure from 100 on
    commands = [box_command(n) for n in range(600)]
    ids = stack.send(*commands)
    stack.outcomes_of(ids)
    assert_each_box_was_written_once(stack, [command.fields.name for command in commands])


def test_kafka_that_is_not_there_is_said_and_awaited(stack: Stack) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"127.0.0.1:{taken.getsockname()[1]}"
        sink = stack.start_sink(KAFKA_BOOTSTRAP_SERVERS=nowhere)
        (said, *_) = until(lambda: sink.said("kafka_awaited"), "it says what it waits for")
        assert nowhere in said["trouble"]
        sink.process.send_signal(signal.SIGTERM)
        assert sink.process.wait(10) == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"IXC_TOKEN": "abcdef"}, "IXC_TOKEN"),
        ({"OZMAP_KEY": ""}, "OZMAP_KEY"),
        ({"IXC_URL": "ixc.example"}, "IXC_URL"),
        ({"SINK_IN_FLIGHT": "0"}, "SINK_IN_FLIGHT"),
        ({"IXC_TIME_ZONE": "Marte/Olympus"}, "IXC_TIME_ZONE"),
        ({"TLS_CA_FILE": "/nowhere.pem"}, "TLS_CA_FILE"),
    ],
)
def test_a_wrong_setting_is_one_line_and_exit_2(stack: Stack, wrong: dict[str, str], named: str) -> None:
    sink = stack.start_sink(**wrong)
    assert sink.process.wait(20) == 2
    (line,) = Path(sink.log).read_text(encoding="utf-8").splitlines()
    assert line.startswith("sinks: ")
    assert named in line
