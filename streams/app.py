"""The Faust application: events in batches from the topics to the engine, its messages back to Kafka.

One worker per stack (docs/adr/0003). For each batch:

1. take over the events in the tables. *If we die here*: nothing was acknowledged, the events come again.
2. ask the rules, send decisions, links and dead letters, wait until Kafka has them. *If we die here*: the
   last batch's decisions are known and their commands perhaps not sent: at start they are sent again.
3. send commands, wait until Kafka has them. *If we die here*: as 2; a command is a desired state, so the
   sink finds it done.
4. keep the tables. *If we die here*: at start they are made equal to the topics.
5. acknowledge the events (Faust commits their offsets). *If we die here*: they come again and change nothing.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

import faust
import structlog
from faust.types import EventT

from kernel.contracts.commands import COMMAND_TOPICS
from kernel.contracts.envelope import Message
from kernel.runtime import metrics
from kernel.runtime.clock import Clock, utc_now
from kernel.runtime.health import Health
from kernel.runtime.kafka import KafkaUndelivered, Outbox
from kernel.settings import Settings
from streams.engine import INPUT_TOPICS, Engine
from streams.messages import Event
from streams.tally import tally

log = structlog.get_logger()

_BATCH_EVENTS = 1_000
_BATCH_WAIT_S = 0.02
_DECIDE_AT_ONCE = 500
_TICK_S = 1.0
_RETRY_S = 1.0
_LEASE_POLL_S = 0.1


class Holds(Protocol):
    """A :class:`kernel.runtime.lease.Lease`, as far as it is asked here."""

    @property
    def is_held(self) -> bool:
        """Whether this replica is the active one, for certain."""

    @property
    def is_lost(self) -> bool:
        """Whether another replica is the active one."""


class LeaseLost(Exception):
    """This replica is no longer the active one; it ends, and starts again as a standby."""


class Pump:
    """Moves batches through the engine; the only one that touches it."""

    def __init__(
        self, engine: Engine, outbox: Outbox, health: Health, lease: Holds, clock: Clock = utc_now
    ) -> None:
        self._engine = engine
        self._outbox = outbox
        self._health = health
        self._lease = lease
        self._clock = clock
        self._turn = asyncio.Lock()

    async def take(self, events: Sequence[Event]) -> None:
        """After return, what follows from ``events`` is acknowledged by Kafka and kept in the tables."""
        async with self._turn:
            for event in events:
                metrics.EVENTS_APPLIED.labels(topic=event.topic).inc()
            messages = self._engine.apply(events, self._clock())
            await self._settle(messages)

    async def tick(self) -> None:
        """Send again what has stood too long."""
        async with self._turn:
            self._engine.tick(self._clock())
            await self._settle([])

    async def decide_everything(self) -> None:
        """Ask about every subject once: at start."""
        async with self._turn:
            self._engine.mark_everything()
            self._engine.doubt_last_batch()
            await self._settle([])

    async def _settle(self, messages: list[Message]) -> None:
        while messages or not self._engine.is_settled:
            messages += self._engine.decide(_DECIDE_AT_ONCE, self._clock())
            commands = [message for message in messages if message.topic in COMMAND_TOPICS]
            rest = [message for message in messages if message.topic not in COMMAND_TOPICS]
            await self._send(rest)
            await self._send(commands)
            self._engine.commit()
            tally(self._engine, messages)
            messages = []
            self._health.beat("streams")
            await asyncio.sleep(0)

    async def _await_lease(self) -> None:
        while not self._lease.is_held:
            if self._lease.is_lost:
                raise LeaseLost("another replica is active: this one sends nothing any more")
            await asyncio.sleep(_LEASE_POLL_S)

    async def _send(self, messages: list[Message]) -> None:
        while messages:
            await self._await_lease()
            for message in messages:
                self._outbox.send(message)
            try:
                await asyncio.to_thread(self._outbox.flush)
            except KafkaUndelivered as error:
                log.warning("kafka_undelivered", trouble=str(error), n_messages=len(messages))
                await asyncio.sleep(_RETRY_S)
            else:
                return


def make_app(settings: Settings, pump: Pump, ends: dict[str, int]) -> faust.App:
    """The Faust app that feeds ``pump``; records below ``ends`` were folded at start and are passed over.

    Passing over is safe only because that fold took each of them: the tables already say more.
    """
    app = faust.App(
        settings.topic_prefix + "streams",
        broker=_broker_urls(settings),
        store="memory://",
        datadir=str(settings.data_dir / "faust"),
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        # A worker killed and started again takes its place at once, not when the dead one's session ends.
        consumer_group_instance_id="worker",
        broker_session_timeout=30.0,
        broker_heartbeat_interval=3.0,
        broker_commit_interval=1.0,
        stream_buffer_maxsize=4 * _BATCH_EVENTS,
        stream_wait_empty=False,
        worker_redirect_stdouts=False,
        logging_config=None,
    )
    topic = app.topic(
        *(settings.topic_prefix + name for name in INPUT_TOPICS),
        key_serializer="raw",
        value_serializer="raw",
    )
    parse = _event_parser(len(settings.topic_prefix), ends)

    @app.agent(topic, name="observe")
    async def observe(stream: Any) -> None:
        async for batch in stream.take_events(_BATCH_EVENTS, within=_BATCH_WAIT_S):
            events = [event for event in map(parse, batch) if event is not None]
            if events:
                await pump.take(events)

    return app


def _broker_urls(settings: Settings) -> list[str]:
    return [f"kafka://{server.strip()}" for server in settings.kafka_bootstrap_servers.split(",")]


def _event_parser(n_prefix: int, ends: dict[str, int]) -> Callable[[EventT[bytes]], Event | None]:
    def parse(event: EventT[bytes]) -> Event | None:
        message = event.message
        topic = message.topic[n_prefix:]
        if message.offset < ends.get(topic, 0):
            return None
        key = (message.key or b"").decode(errors="replace")
        found = message.headers or ()
        headers = tuple(found.items() if isinstance(found, Mapping) else found)
        return Event(topic, key, message.value, headers, message.offset)

    return parse


async def tick_on(pump: Pump, stopping: asyncio.Event) -> None:
    """Let ``pump`` tick every second until ``stopping``."""
    while not stopping.is_set():
        await pump.tick()
        try:
            await asyncio.wait_for(stopping.wait(), timedelta(seconds=_TICK_S).total_seconds())
        except TimeoutError:
            continue
