"""All sinks together keep one budget, each by the partitions it owns."""

from dataclasses import dataclass, field

from kernel.domain.errors import System
from kernel.runtime.topics import load_topics
from sinks.share import Shares


@dataclass
class Rate:
    """Remembers what it was set to."""

    told: list[float] = field(default_factory=list)

    def set_rate(self, requests_per_s: float) -> None:
        self.told.append(requests_per_s)


def test_a_sink_takes_of_the_budget_what_it_owns_of_the_partitions() -> None:
    budgets = {System.OZMAP: Rate(), System.IXC: Rate()}
    shares = Shares(budgets, {System.OZMAP: 20.0, System.IXC: 12.0}, load_topics())
    shares.owned({System.OZMAP: 12, System.IXC: 24})  # IXC has two command topics: boxes and logins
    shares.owned({System.OZMAP: 3, System.IXC: 6})
    shares.owned({System.OZMAP: 0, System.IXC: 48})
    assert budgets[System.OZMAP].told == [20.0, 5.0]
    assert budgets[System.IXC].told == [12.0, 3.0, 12.0]
