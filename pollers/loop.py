"""The loop: every source is read again and again, each at its own pace, none in another's way.

What a pass can end with, and what the loop does then:

    it ended                rest until the next interval
    Transient               try again soon, with growing rests up to the interval
    RateLimited             the same, and not before it may
    Refused, Malformed      the same: the system may think better of it; the other sources go on
    Unauthorized            rest longer, then try again; nothing is lost meanwhile
    Misconfigured           the same: only a person can mend it, perhaps at the other end
    KafkaUndelivered        recall what the topic says, then try again: nobody knows what arrived
    ProducerBroken          the process ends and is started anew
"""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from confluent_kafka import KafkaException

from kernel.domain.errors import IntegratorError, Misconfigured, RateLimited, Unauthorized
from kernel.runtime.health import Health
from kernel.runtime.kafka import KafkaUndelivered
from pollers.delivery import ProducerBroken
from pollers.reading import Reader, Tally
from pollers.recall import Known
from pollers.trouble import Trouble, Troubles
from pollers.watch import Watch

JITTER_RATIO = 0.02
"""An interval is shorter by up to this share, so that stacks started together drift apart."""

LOCKED_OUT_S = 30.0
"""The least rest after a key was refused: a door is not hammered on."""

FIRST_RETRY_S = 1.0
"""The rest after a first failure; it doubles with each further one."""

SILENT_S = 900.0
"""A pass may be silent that long between two pages: retries, back-off and Kafka's time-out included."""

log = structlog.get_logger()


@dataclass(slots=True)
class Loop:
    """Runs one source for ever. ``recall`` reads anew what Kafka holds of it."""

    reader: Reader
    interval_s: float
    troubles: Troubles
    watch: Watch
    health: Health
    recall: Callable[[], Awaitable[Known]]
    n_failures: int = 0
    is_stale: bool = False

    @property
    def slug(self) -> str:
        """The entity's."""
        return self.reader.source.entity.slug

    async def run(self, delay_s: float = 0) -> None:
        """Read until cancelled.

        :raises ProducerBroken: when only a new process can go on.
        """
        self.health.ready(self.slug, False)
        await asyncio.sleep(delay_s)
        now_s = asyncio.get_running_loop().time
        while True:
            begun_s = now_s()
            rest_s = await self.turn()
            if self.n_failures == 0:  # an interval counts from begin to begin
                rest_s -= now_s() - begun_s
            self.beat()
            await asyncio.sleep(max(0.0, rest_s))

    async def turn(self) -> float:
        """One pass, however it ends; the seconds to rest after it."""
        self.beat()
        try:
            if self.is_stale:
                self.reader.known = await self.recall()
                self.is_stale = False
            tally = await self.reader.read()
        except ProducerBroken:
            raise
        except Exception as error:
            return self._failed(error)
        return self._ended(tally)

    def beat(self) -> None:
        """Still going round; the next beat comes within the longest rest and the longest silence."""
        self.health.beat(self.slug, max(self.interval_s, LOCKED_OUT_S) + SILENT_S)

    def _ended(self, tally: Tally) -> float:
        self.n_failures = 0
        self.troubles.end(self.slug)
        self.health.ready(self.slug, True)
        self.watch.ended(self.reader.source, tally)
        return self.interval_s * (1 - random.uniform(0, JITTER_RATIO))

    def _failed(self, error: Exception) -> float:
        self.n_failures += 1
        self.watch.failed(self.reader.source)
        self.troubles.begin(self.slug, trouble_of(error))
        if isinstance(error, Unauthorized | Misconfigured):
            self.health.ready(self.slug, False)
        if isinstance(error, KafkaUndelivered | KafkaException):
            self.is_stale = True
        return self._rest_after(error)

    def _rest_after(self, error: Exception) -> float:
        if isinstance(error, Unauthorized | Misconfigured):
            return max(LOCKED_OUT_S, self.interval_s)
        growing_s: float = min(self.interval_s, FIRST_RETRY_S * 2 ** min(self.n_failures - 1, 16))
        asked_s = error.retry_after_s or 0.0 if isinstance(error, RateLimited) else 0.0
        return max(growing_s * random.uniform(0.5, 1), asked_s)


def trouble_of(error: Exception) -> Trouble:
    """An error as the operator is told it.

    Of one that nobody foresaw only the type and the lines of code: its words may quote a row.
    """
    match error:
        case Unauthorized():
            return Trouble("system_unauthorized", str(error))
        case Misconfigured():
            return Trouble("system_misconfigured", str(error))
        case RateLimited():
            return Trouble("system_rate_limited", str(error))
        case IntegratorError():
            return Trouble("source_unread", str(error))
        case KafkaUndelivered() | KafkaException():
            return Trouble("kafka_undelivered", str(error))
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return Trouble("source_unread_unforeseen", f"{type(error).__name__} in {places}")
