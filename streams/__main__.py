"""`python -m streams`: decide, until SIGTERM."""

import asyncio
import os
import signal
import sys
from datetime import timedelta

import faust
import structlog

from kernel.domain.errors import Misconfigured
from kernel.runtime.arrival import await_kafka
from kernel.runtime.health import Health, serve_health
from kernel.runtime.kafka import Outbox, make_producer
from kernel.runtime.lease import Lease
from kernel.runtime.log import configure_logs
from kernel.settings import Settings, load_settings
from streams.app import LeaseLost, Pump, make_app, tick_on
from streams.engine import INPUT_TOPICS, STATE_TOPICS, Engine
from streams.ledger import Patience
from streams.messages import DEAD_LETTERS
from streams.policy import policy_of
from streams.recovery import recover
from streams.tables import RocksTables

log = structlog.get_logger()

LEASE_TOPIC = "streams.lease.v1"

STOP_WITHIN_S = 5.0
"""Faust stops in a moment, or, when Kafka went away under it, only after a minute: that is not waited for."""

_CONFIRM_AT_LEAST_S = 30.0
_CONFIRM_POLLS = 3


def patience_of(settings: Settings) -> Patience:
    """How long wishes may stand: the setting, and three polls until an effect must have been seen."""
    confirm_s = max(_CONFIRM_AT_LEAST_S, _CONFIRM_POLLS * settings.poll_interval_s)
    return Patience(timedelta(seconds=settings.resend_after_s), timedelta(seconds=confirm_s))


async def run(settings: Settings) -> int:
    """Decide until SIGTERM or SIGINT; returns the exit code: 0 drained, 1 when Faust gave up."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stopping.set)
    health = Health()
    async with serve_health(settings, health):
        health.ready("streams", False)
        if not await await_kafka(
            settings, [*INPUT_TOPICS, *STATE_TOPICS, DEAD_LETTERS, LEASE_TOPIC], stopping
        ):
            return 0
        lease = Lease(settings, LEASE_TOPIC)
        try:
            if not await lease.acquire(stopping):
                return 0
            return await _be_active(settings, health, lease, stopping)
        finally:
            await asyncio.to_thread(lease.close)


async def _be_active(settings: Settings, health: Health, lease: Lease, stopping: asyncio.Event) -> int:
    tables = RocksTables(settings.data_dir / "streams")
    try:
        return await _decide(settings, health, lease, tables, stopping)
    except LeaseLost as error:
        log.error("lease_lost", consequence=str(error))
        return 1
    finally:
        tables.close()


async def _decide(
    settings: Settings, health: Health, lease: Lease, tables: RocksTables, stopping: asyncio.Event
) -> int:
    engine = Engine(tables, policy_of(settings), patience_of(settings))
    recovered = await asyncio.to_thread(recover, engine, settings)
    pump = Pump(engine, Outbox(make_producer(settings), settings.topic_prefix), health, lease)
    await pump.decide_everything()
    app = make_app(settings, pump, recovered.ends)
    await app.start()
    log.info("streams_started")
    health.ready("streams", True)
    ticking = asyncio.create_task(tick_on(pump, stopping))
    crashed = asyncio.create_task(_crash_of(app, health))
    lost = asyncio.create_task(lease.lost())
    await asyncio.wait({ticking, crashed, lost}, return_when=asyncio.FIRST_COMPLETED)
    exit_code = 0 if stopping.is_set() else 1
    stopping.set()
    crashed.cancel()
    lost.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    health.ready("streams", False)
    await _stop(app)
    log.info("streams_stopped", exit_code=exit_code)
    return exit_code


async def _stop(app: faust.App) -> None:
    """Faust has stopped, or is left behind: what it holds is either kept or comes again."""
    stopped, _ = await asyncio.wait({asyncio.create_task(app.stop())}, timeout=STOP_WITHIN_S)
    if not stopped:
        log.warning("faust_left_behind", seconds=STOP_WITHIN_S, consequence="its last events come again")


async def _crash_of(app: object, health: Health) -> None:
    """Returns when Faust has given up; the supervisor starts the stage anew."""
    while not getattr(app, "crashed", False):
        health.beat("faust")
        await asyncio.sleep(0.5)
    log.error("faust_crashed", reason=repr(getattr(app, "crash_reason", None)))


def main() -> int:
    """Entry point; returns the exit code: 2 for a setting that must be changed."""
    try:
        settings = load_settings()
        configure_logs("streams", settings.log_level)
        asyncio.run(_run_and_leave(settings))
    except Misconfigured as error:
        sys.stderr.write(f"streams: {error}\n")
        return 2
    return 1


async def _run_and_leave(settings: Settings) -> None:
    """The process has ended. What Faust left behind would keep the loop and the interpreter from ending."""
    code = await run(settings)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
