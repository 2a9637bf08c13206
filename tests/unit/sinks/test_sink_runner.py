"""Runner: what becomes of a command by what its try raises, without Kafka and without a network."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from kernel.contracts.commands import Command
from kernel.contracts.outcomes import Result
from kernel.domain.errors import (
    Malformed,
    Misconfigured,
    RateLimited,
    Refused,
    System,
    Transient,
    Unauthorized,
)
from kernel.domain.reasons import Reason
from sinks.effect import Effect
from sinks.job import Job
from sinks.runner import OUTAGE_LANES, Pace, Runner
from tests.unit.sinks.jobs import job_of, name_command

DONE = Effect(Result.UPDATED, "c1")
NO_KEY = Unauthorized(System.OZMAP, "HTTP 401; the key in OZMAP_KEY is wrong or expired")


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(5000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("not within five seconds")


@dataclass
class Desk:
    """A runner whose executor answers what the test says, and what came out of it."""

    n_in_flight: int = 4
    n_attempts: int = 3
    probe_every_s: float = 0.01
    rest: Callable[[int, float | None], float] = lambda _n, _asked: 0.0
    answers: dict[str, list[Effect | Exception]] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    ended: list[tuple[str, Effect]] = field(default_factory=list)
    superseded: list[Job] = field(default_factory=list)
    n_now: int = 0
    n_most: int = 0
    is_broken: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()
        pace = Pace(self.n_in_flight, self.n_attempts, self.probe_every_s, self.rest)
        self.runner = Runner(System.OZMAP, self._execute, self._finish, self.superseded.append, pace)

    async def _execute(self, command: Command) -> Effect:
        self.started.append(command.key)
        self.n_now += 1
        self.n_most = max(self.n_most, self.n_now)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self.n_now -= 1
        if self.is_broken is not None:
            raise self.is_broken
        planned = self.answers.get(command.key)
        answer = planned.pop(0) if planned else DONE
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _finish(self, job: Job, effect: Effect, took_ms: int) -> None:
        assert took_ms >= 0
        self.ended.append((job.command.key, effect))

    def offer(self, *keys: str, partition: int = 0) -> list[Job]:
        jobs = [job_of(name_command(key, f"n{i}"), i, partition) for i, key in enumerate(keys)]
        for job in jobs:
            self.runner.offer(job)
        return jobs

    async def until_ended(self, n_ended: int) -> None:
        await until(lambda: len(self.ended) >= n_ended)


async def test_keys_run_side_by_side_up_to_the_limit() -> None:
    desk = Desk(n_in_flight=3)
    desk.offer(*"abcdefgh")
    await desk.until_ended(8)
    assert desk.n_most == 3
    assert desk.runner.n_jobs == 0


async def test_a_refusal_is_an_outcome_and_its_key_goes_on() -> None:
    desk = Desk(answers={"a": [Refused(Reason.REJECTED, "Preencha o nome")]})
    desk.offer("a")
    await desk.until_ended(1)
    desk.offer("a")
    await desk.until_ended(2)
    assert desk.ended[0] == ("a", Effect(Result.REFUSED, reason="rejected", detail="Preencha o nome"))
    assert desk.ended[1] == ("a", DONE)


@pytest.mark.parametrize("error", [Transient("503"), Malformed("no JSON"), KeyError("a bug of ours")])
async def test_what_may_pass_is_tried_again(error: Exception) -> None:
    desk = Desk(answers={"a": [error, error]})
    desk.offer("a")
    await desk.until_ended(1)
    assert desk.ended == [("a", DONE)]
    assert desk.started == ["a", "a", "a"]


@pytest.mark.parametrize("error", [Transient("503 on x"), KeyError("a bug of ours")])
async def test_what_does_not_pass_is_held_and_its_key_goes_on(error: Exception) -> None:
    desk = Desk(answers={"a": [error, error, error]})
    desk.offer("a")
    await desk.until_ended(1)
    desk.offer("a")
    await desk.until_ended(2)
    (_, held), (_, then) = desk.ended
    assert (held.result, held.reason, held.detail) == (Result.HELD, Reason.RETRIES_EXHAUSTED, str(error))
    assert then == DONE


async def test_a_key_that_rests_leaves_its_slot_to_the_others() -> None:
    desk = Desk(n_in_flight=1, rest=lambda _n, _asked: 60.0, answers={"a": [Transient("503")]})
    desk.offer("a", "b", "c")
    await desk.until_ended(2)
    assert [key for key, _ in desk.ended] == ["b", "c"]
    await desk.runner.drain(1)


async def test_the_rest_that_a_system_asks_for_reaches_the_back_off() -> None:
    asked: list[float | None] = []

    def rest(_n_tries: int, asked_s: float | None) -> float:
        asked.append(asked_s)
        return 0.0

    desk = Desk(rest=rest, answers={"a": [RateLimited("429", 7.0), Transient("503")]})
    desk.offer("a")
    await desk.until_ended(1)
    assert asked == [7.0, None]


async def test_the_newest_of_those_that_wait_replaces_the_older_ones() -> None:
    desk = Desk()
    desk.gate.clear()
    jobs = desk.offer("a", "a", "a")
    await asyncio.sleep(0.01)
    jobs += desk.offer("a", "a")
    desk.gate.set()
    await desk.until_ended(2)
    assert desk.superseded == [jobs[0], jobs[1], jobs[3]]
    assert desk.started == ["a", "a"]


async def test_one_that_runs_is_not_replaced_and_the_newer_follows_it() -> None:
    desk = Desk()
    desk.gate.clear()
    desk.offer("a")
    await asyncio.sleep(0.01)
    desk.offer("a")
    desk.gate.set()
    await desk.until_ended(2)
    assert desk.superseded == []


@pytest.mark.parametrize("error", [NO_KEY, Misconfigured("OZMAP_URL: its certificate is not trusted")])
async def test_a_key_that_does_not_work_pauses_everything_and_it_goes_on_by_itself(error: Exception) -> None:
    desk = Desk(n_in_flight=4, n_attempts=1)
    desk.is_broken = error
    desk.offer(*"abcdefgh")
    await until(lambda: len(desk.started) >= 8)
    assert desk.runner.is_paused
    assert desk.ended == []
    assert desk.runner.n_jobs == 8
    n_before = len(desk.started)
    desk.is_broken = None
    await desk.until_ended(8)
    assert not desk.runner.is_paused
    assert {key for key, _ in desk.ended} == set("abcdefgh")
    assert len(desk.started) - n_before <= 9


async def test_a_paused_system_is_probed_with_one_command_at_a_time() -> None:
    desk = Desk(n_in_flight=4, probe_every_s=0.02)
    desk.is_broken = NO_KEY
    desk.offer(*"abcdefgh")
    await asyncio.sleep(0.01)
    n_before = len(desk.started)
    assert n_before == 4
    desk.n_most = 0
    await asyncio.sleep(0.2)
    assert 1 <= len(desk.started) - n_before <= 10
    assert desk.n_most == 1
    await desk.runner.drain(1)


async def test_while_a_probe_is_under_way_nothing_else_starts() -> None:
    desk = Desk()
    desk.is_broken = NO_KEY
    desk.offer("a", "b")
    await until(lambda: len(desk.started) == 2)
    desk.gate.clear()
    await until(lambda: len(desk.started) == 3)
    desk.offer("x", "y")
    await asyncio.sleep(0.03)
    assert len(desk.started) == 3
    desk.gate.set()
    await desk.runner.drain(1)


async def test_an_outage_holds_no_command() -> None:
    desk = Desk(n_in_flight=8, n_attempts=2)
    desk.is_broken = Transient("nothing answers there")
    keys = [f"k{n}" for n in range(OUTAGE_LANES * 3)]
    desk.offer(*keys)
    await asyncio.sleep(0.1)
    assert desk.runner.is_paused
    assert desk.ended == []
    desk.is_broken = None
    await desk.until_ended(len(keys))
    assert {effect for _, effect in desk.ended} == {DONE}


async def test_keys_that_fail_among_keys_that_work_are_no_outage() -> None:
    bad = [f"bad{n}" for n in range(OUTAGE_LANES * 2)]
    desk = Desk(n_attempts=2, answers={key: [Transient("x"), Transient("x")] for key in bad})
    for n, key in enumerate(bad, 1):
        desk.offer(key, f"good{key}")
        await desk.until_ended(2 * n)
    assert {k for k, effect in desk.ended if effect.result is Result.HELD} == set(bad)


async def test_given_back_are_those_that_wait_and_those_that_run_are_finished() -> None:
    desk = Desk(n_in_flight=1)
    desk.gate.clear()
    mine = desk.offer("a", "b", "c", partition=1)
    desk.offer("x", partition=2)
    await asyncio.sleep(0.01)
    giving = asyncio.create_task(desk.runner.give_back({mine[0].place}, 5))
    await asyncio.sleep(0.01)
    desk.gate.set()
    await giving
    assert [key for key, _ in desk.ended][:1] == ["a"]
    await desk.until_ended(2)
    assert [key for key, _ in desk.ended] == ["a", "x"]
    assert desk.runner.n_jobs == 0


async def test_one_that_runs_too_long_is_cancelled_and_has_no_outcome() -> None:
    desk = Desk()
    desk.gate.clear()
    (job,) = desk.offer("a")
    await asyncio.sleep(0.01)
    await desk.runner.give_back({job.place}, 0.01)
    assert desk.ended == []
    assert desk.runner.n_jobs == 0
    desk.gate.set()
    desk.offer("a")
    await desk.until_ended(1)


async def test_one_that_rests_is_given_back_at_once_and_not_tried_again() -> None:
    desk = Desk(rest=lambda _n, _asked: 0.02, answers={"a": [Transient("503")]})
    (job,) = desk.offer("a")
    await asyncio.sleep(0.01)
    await desk.runner.give_back({job.place}, 5)
    await asyncio.sleep(0.05)
    assert desk.started == ["a"]
    assert desk.runner.n_jobs == 0


async def test_after_a_drain_nothing_starts() -> None:
    desk = Desk(n_in_flight=1)
    desk.gate.clear()
    desk.offer("a", "b")
    await asyncio.sleep(0.01)
    draining = asyncio.create_task(desk.runner.drain(5))
    await asyncio.sleep(0.01)
    desk.gate.set()
    await draining
    desk.offer("c")
    await asyncio.sleep(0.01)
    assert [key for key, _ in desk.ended] == ["a"]
    assert desk.started == ["a"]
