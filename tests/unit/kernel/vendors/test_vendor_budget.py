"""The budget: how many requests a second leave."""

import asyncio
from itertools import pairwise

import pytest

from kernel.vendors.budget import BURST_S, MAX_HOLD_S, Budget


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def clock(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def budget_of(rate: float, time: Time) -> Budget:
    return Budget(rate, clock=time.clock, sleep=time.sleep)


async def test_a_hundred_requests_at_ten_a_second_take_about_ten_seconds() -> None:
    time = Time()
    budget = budget_of(10, time)
    for _ in range(100):
        await budget.acquire()
    assert time.now_s - 100 == pytest.approx(99 / 10 - BURST_S, abs=0.01)


async def test_an_idle_hour_is_not_made_up_for_by_a_storm() -> None:
    time = Time()
    budget = budget_of(20, time)
    time.now_s += 3600
    started_s = time.now_s
    n_at_once = 0
    while True:
        await budget.acquire()
        if time.now_s > started_s:
            break
        n_at_once += 1
    assert n_at_once <= 20 * BURST_S + 1


async def test_a_hold_stops_everybody_for_its_length_at_most_a_minute() -> None:
    time = Time()
    budget = budget_of(1000, time)
    budget.hold(5)
    await budget.acquire()
    assert time.now_s == pytest.approx(105)
    budget.hold(86_400)
    await budget.acquire()
    assert time.now_s == pytest.approx(105 + MAX_HOLD_S)


async def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    time = Time()
    budget = budget_of(1000, time)
    budget.hold(30)
    budget.hold(1)
    await budget.acquire()
    assert time.now_s == pytest.approx(130)


async def test_a_new_rate_counts_from_the_next_request_on() -> None:
    time = Time()
    budget = budget_of(1, time)
    budget.set_rate(100)
    for _ in range(100):
        await budget.acquire()
    assert time.now_s - 100 < 1.01


async def test_turns_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    waits: list[float] = []

    async def nap(seconds: float) -> None:
        waits.append(seconds)

    budget = Budget(200, clock=lambda: 100.0, sleep=nap)
    await asyncio.gather(*(budget.acquire() for _ in range(80)))
    assert len(waits) == 80 - int(200 * BURST_S) - 1
    assert all(later - sooner == pytest.approx(1 / 200) for sooner, later in pairwise(waits))
