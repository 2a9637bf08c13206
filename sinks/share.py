"""A sink's share of each system's budget: its share of that system's partitions; sinks need not talk."""

from collections.abc import Mapping
from typing import Protocol

from kernel.contracts.commands import COMMAND_TOPICS
from kernel.domain.errors import System
from kernel.runtime.topics import TopicCatalogue


class Rate(Protocol):
    """What :class:`kernel.vendors.budget.Budget` does here."""

    def set_rate(self, requests_per_s: float) -> None:
        """From now on so many requests a second."""


class Shares:
    """``rates``: requests a second of all sinks together; ``catalogue`` tells how many partitions."""

    def __init__(
        self, budgets: Mapping[System, Rate], rates: Mapping[System, float], catalogue: TopicCatalogue
    ) -> None:
        self._budgets = budgets
        self._rates = rates
        self._n_partitions = {
            system: sum(
                topic.partitions
                for topic in catalogue.topics
                if topic.name in COMMAND_TOPICS and topic.name.startswith(f"{system}.")
            )
            for system in System
        }

    def owned(self, n_owned: Mapping[System, int]) -> None:
        """We own so many partitions of each system's command topics from now on."""
        for system, n_ours in n_owned.items():
            if n_ours > 0:  # without a partition there is nothing to ask for
                share = min(1.0, n_ours / self._n_partitions[system])
                self._budgets[system].set_rate(self._rates[system] * share)
