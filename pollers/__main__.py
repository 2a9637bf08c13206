"""`python -m pollers`: read both systems and say what changed, until SIGTERM."""

import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence

import structlog

from kernel.contracts.changes import ENTITIES, Entity
from kernel.domain.errors import Misconfigured, System
from kernel.runtime.health import Health, serve_health
from kernel.runtime.log import configure_logs
from kernel.settings import Settings, load_settings, require_systems
from kernel.vendors.budget import Budget
from kernel.vendors.ixc.client import IxcApi
from kernel.vendors.ozmap.client import OzmapApi
from pollers.crew import make_loops, run_loops
from pollers.delivery import KafkaDelivery, ProducerBroken
from pollers.feed import Feed, IxcFeed, OzmapFeed
from pollers.recall import Known, recall_patiently
from pollers.sources import SOURCES

log = structlog.get_logger()

STOP_GRACE_S = 6.0
"""Seconds that Kafka has to acknowledge the page in hand: `docker stop` waits ten before it kills."""


async def run(settings: Settings) -> int:
    """Poll until SIGTERM or SIGINT. The exit code: 0 ended as told, 1 start me anew.

    :raises Misconfigured: when an address cannot be.
    """
    stopping = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopping.set)
    health = Health()
    budgets = {system: Budget(rate) for system, rate in settings.poller_rates.items()}
    async with (
        OzmapApi.open(settings, budget=budgets[System.OZMAP]) as ozmap,
        IxcApi.open(settings, budget=budgets[System.IXC]) as ixc,
        serve_health(settings, health),
    ):
        health.ready("kafka", False)
        known = await recall_patiently(settings, ENTITIES, stopping)
        if known is None:
            return 0
        health.ready("kafka", True)
        feeds: dict[System, Feed] = {System.OZMAP: OzmapFeed(ozmap), System.IXC: IxcFeed(ixc)}
        return await _poll(settings, feeds, known, health, stopping)


async def _poll(
    settings: Settings,
    feeds: Mapping[System, Feed],
    known: Mapping[str, Known],
    health: Health,
    stopping: asyncio.Event,
) -> int:
    async def recall(entities: Sequence[Entity]) -> Mapping[str, Known]:
        again = await recall_patiently(settings, entities, stopping)
        return {entity.slug: Known() for entity in entities} if again is None else again

    delivery = KafkaDelivery(settings)
    loops = make_loops(settings, SOURCES, feeds, delivery, known, recall, health)
    n_rows = sum(len(each.memory.fingerprints) for each in known.values())
    log.info("pollers_started", interval_s=settings.poll_interval_s, n_rows_known=n_rows)
    exit_code = 0
    try:
        await run_loops(loops, stopping)
    except ProducerBroken as error:
        log.error("producer_broken", error=str(error), next="the process ends and is to be started anew")
        exit_code = 1
    await delivery.aclose(STOP_GRACE_S)
    log.info("pollers_stopped", exit_code=exit_code)
    return exit_code


def main() -> int:
    """Entry point; returns the exit code: 0 ended as told, 2 a setting must be changed, 1 anything else."""
    try:
        settings = load_settings()
        require_systems(settings)
        configure_logs("pollers", settings.log_level)
        return asyncio.run(run(settings))
    except Misconfigured as error:
        sys.stderr.write(f"pollers: {error}\n")
        return 2
    except Exception as error:
        log.error("pollers_died", exc_info=error, consequence="started again, they go on where they stood")
        return 1


if __name__ == "__main__":
    sys.exit(main())
