"""`python -m sinks`: one sink, until SIGTERM. Exit 0 drained, 2 a setting is wrong, 1 anything else."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

import structlog

from kernel.contracts.commands import COMMAND_TOPICS, COMMANDS
from kernel.contracts.envelope import Message
from kernel.contracts.outcomes import outcome_topic
from kernel.domain.errors import Misconfigured, System
from kernel.runtime.arrival import await_kafka
from kernel.runtime.health import Health, serve_health
from kernel.runtime.kafka import Outbox, make_consumer, make_producer
from kernel.runtime.log import configure_logs
from kernel.runtime.topics import load_topics
from kernel.settings import Settings, load_settings, require_systems
from kernel.vendors.budget import Budget
from kernel.vendors.ixc.client import IxcApi
from kernel.vendors.ozmap.client import OzmapApi
from sinks.ixc.plan import BoxCreation
from sinks.registry import Remotes, executor
from sinks.report import dead_letters_of, held_topic_of
from sinks.runner import Pace
from sinks.share import Shares
from sinks.worker import Worker

GROUP = "sinks"
TOPICS = (
    *COMMAND_TOPICS,
    *(held_topic_of(topic) for topic in COMMAND_TOPICS),
    *(dead_letters_of(topic) for topic in COMMAND_TOPICS),
    *sorted({outcome_topic(c.system, c.entity) for c in COMMANDS}),
)
"""What a sink reads and writes, without the stack's prefix."""

log = structlog.get_logger()


def main() -> int:
    """The exit code of one sink."""
    try:
        settings = load_settings()
        require_systems(settings)
        configure_logs("sinks", settings.log_level)
        asyncio.run(_run(settings))
    except Misconfigured as error:
        sys.stderr.write(f"sinks: {error}\n")
        return 2
    except Exception as error:
        log.error("sink_died", exc_info=error, consequence="started again, it goes on where it stood")
        return 1
    return 0


async def _run(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    health = Health()
    health.ready("kafka", False)
    async with AsyncExitStack() as stack:
        rates = settings.sink_rates
        budgets = {system: Budget(rate) for system, rate in rates.items()}
        shares = Shares(budgets, rates, load_topics())
        ixc = await stack.enter_async_context(IxcApi.open(settings, budget=budgets[System.IXC]))
        ozmap = await stack.enter_async_context(OzmapApi.open(settings, budget=budgets[System.OZMAP]))
        await stack.enter_async_context(serve_health(settings, health))
        if not await await_kafka(settings, TOPICS, stopping):
            return
        log.info("sinks_started", n_in_flight=settings.sink_in_flight)
        creation = BoxCreation(tipo=settings.new_box_tipo, style=settings.new_box_style)
        producer = make_producer(settings)
        outbox = Outbox(producer, settings.topic_prefix)
        worker = Worker(
            partial(make_consumer, settings, GROUP),
            partial(_ship, outbox),
            executor(Remotes(ixc=ixc, ozmap=ozmap, box_creation=creation)),
            prefix=settings.topic_prefix,
            pace=Pace(n_in_flight=settings.sink_in_flight, n_attempts=settings.sink_attempts),
            health=health,
            owned=shares.owned,
        )
        try:
            await worker.run(stopping)
        finally:
            # What Kafka did not take within the grace will be done again; a flush must not keep us alive.
            producer.purge()
    log.info("sinks_ended")


def _ship(outbox: Outbox, messages: Sequence[Message]) -> None:
    for message in messages:
        outbox.send(message)
    outbox.flush()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # A consumer that cannot reach Kafka may keep its thread; all that had to be finished is.
    os._exit(code)
