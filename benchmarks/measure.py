"""Arms measured in turns, and what two of them say of each other.

A machine's speed drifts while it is measured, so arms alternate and a ratio is taken within each round. The
first round warms up and is dropped. An arm that is measured twice a round (A/A) tells how far apart two equal
things come out here: a ratio that is no further from 1 says nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to do the same work. ``run(round)`` does it and returns items a second."""

    name: str
    run: Callable[[int], Awaitable[float]]


class CpuRates:
    """Items for each second of processor time, by arm and round: what others on the machine hardly slow.

    It says what an arm costs, not how fast it is: waiting is free.
    """

    def __init__(self, n_warmups: int = 1) -> None:
        self._n_warmups = n_warmups
        self.rates: dict[str, list[float]] = {}

    def note(self, arm: str, number: int, n_items: int, cpu_s: float) -> None:
        """``arm`` used so much for ``n_items`` in round ``number``."""
        if number >= self._n_warmups and cpu_s > 0:
            self.rates.setdefault(arm, []).append(n_items / cpu_s)


class Ratio(BaseModel):
    """One arm ÷ another, round by round: the median, the lowest and the highest."""

    model_config = ConfigDict(frozen=True)

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f}–{self.high:.2f})"


class Bar(BaseModel):
    """What a ratio must reach: at least, or at most."""

    model_config = ConfigDict(frozen=True)

    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, ratio: Ratio) -> bool:
        """Whether the ratio's median reaches it."""
        above = self.at_least is None or ratio.middle >= self.at_least
        return above and (self.at_most is None or ratio.middle <= self.at_most)

    def __str__(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


class Check(BaseModel):
    """Something that must hold for the run to count: an order kept, an arm that must lose and did."""

    model_config = ConfigDict(frozen=True)

    what: str
    found: str
    holds: bool


class Figure(BaseModel):
    """One figure of a run. ``rates`` are items a second of every arm and round, for whoever looks closer."""

    model_config = ConfigDict(frozen=True)

    id: str
    what: str
    ratio: Ratio
    bar: Bar | None
    same_twice: Ratio
    rates: dict[str, list[float]]
    unit: str
    checks: tuple[Check, ...] = ()

    @property
    def verdict(self) -> str:
        """``met``, ``missed``, or ``shown`` where there is no bar."""
        if self.bar is None:
            return "shown"
        return "met" if self.bar.is_met(self.ratio) else "missed"


async def alternate(arms: Sequence[Arm], n_rounds: int, n_warmups: int = 1) -> dict[str, list[float]]:
    """Items a second of each arm in each counted round; every other round goes the other way round."""
    rates: dict[str, list[float]] = {arm.name: [] for arm in arms}
    for number in range(n_warmups + n_rounds):
        for arm in arms if number % 2 == 0 else reversed(arms):
            rate = await arm.run(number)
            if number >= n_warmups:
                rates[arm.name].append(rate)
    return rates


def ratio_of(rates: Mapping[str, list[float]], over: str, under: str) -> Ratio:
    """``over`` ÷ ``under`` within each round."""
    ratios = [a / b for a, b in zip(rates[over], rates[under], strict=True)]
    return Ratio(middle=median(ratios), low=min(ratios), high=max(ratios))


def loses(what: str, losing: Ratio, bar: Bar) -> Check:
    """The check that an arm which must miss ``bar`` does miss it: else the figure has no teeth."""
    return Check(what=f"{what} misses {bar}", found=str(losing), holds=not bar.is_met(losing))
