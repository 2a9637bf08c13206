"""The sink's loop: commands are read from Kafka, done in lanes, reported, and committed.

The steps of one command, and what a death costs at each:

    1 read the remote      If we die here: nothing was done; the command is delivered again.
    2 plan                 If we die here: the same.
    3 nothing to do        If we die here: delivered again, found already so again.
    4 write                If we die here: it was written or not; delivered again, step 1 finds out which.
                           What has no id yet is looked up by name first: nothing is created twice.
    5 read back            If we die here: delivered again and found already so; the outcome says `already`.
    6 outcome, acked       If we die here: the outcome is in Kafka; delivered again, one more says `already`.
    7 offset committed     If we die here: all is done; a commit that did not arrive is a death at step 6.

Steps 1 to 5 are the executors' (sinks.ixc, sinks.ozmap); a command of several writes goes through them
once for each, and what a death costs between two of them stands in its file. 6 is the reporter's, 7 is
here. Offsets are committed below the lowest command that has not passed step 6, so none is ever skipped. A
partition that is taken from us is finished or given back before another sink gets it, never both.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping

import structlog
from confluent_kafka import Message

from kernel.contracts.commands import COMMANDS
from kernel.contracts.envelope import Headers
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Malformed, System
from kernel.runtime import metrics
from kernel.runtime.clock import Clock, utc_now
from kernel.runtime.health import Health
from sinks.effect import Effect
from sinks.intake import Intake, MakeConsumer
from sinks.job import Job, Record, parse_job
from sinks.offsets import Offsets, Place
from sinks.report import render_dead_letter, render_held, render_outcome
from sinks.reporter import Reporter, Ship
from sinks.runner import Execute, Pace, Runner

log = structlog.get_logger()

TOPICS_OF = {
    system: sorted({f"{c.system}.{c.entity}.commands.v1" for c in COMMANDS if c.system is system})
    for system in System
}
"""The command topics of each system, without the stack's prefix."""

Owned = Callable[[Mapping[System, int]], None]
"""Is told how many partitions of each system's command topics are ours."""

COMMIT_EVERY_S = 0.5
OPEN_PER_SLOT = 50
"""Commands in memory for each one in flight until a system's topics are paused: bounds memory, and is deep
enough for a newer command to meet the older one that it replaces."""

REVOKE_GRACE_S = 15.0
DRAIN_GRACE_S = 4.0
"""With flush and farewell after it less than the ten seconds that Docker leaves until SIGKILL."""

FLUSH_GRACE_S = 1.5


class Worker:
    """One sink. :meth:`run` returns once ``stopping`` is set and everything is finished or given back."""

    def __init__(
        self,
        make_consumer: MakeConsumer,
        ship: Ship,
        execute: Execute,
        *,
        prefix: str,
        pace: Pace,
        health: Health,
        owned: Owned = lambda _n_owned: None,
        clock: Clock = utc_now,
    ) -> None:
        self._prefix = prefix
        self._pace = pace
        self._health = health
        self._owned = owned
        self._clock = clock
        self._offsets = Offsets()
        self._reporter = Reporter(ship, self._offsets.finish)
        self._runners = {
            system: Runner(system, execute, self._report, self._superseded, pace) for system in System
        }
        topics = [prefix + topic for topics in TOPICS_OF.values() for topic in topics]
        self._intake = Intake(make_consumer, topics, self)
        self._held_back: set[System] = set()
        self._committed_at_s = 0.0

    async def run(self, stopping: asyncio.Event) -> None:
        """Do commands until ``stopping`` is set; then stop reading, finish what runs, commit, and leave."""
        reporting = asyncio.create_task(self._reporter.run())
        self._health.ready("kafka", False)
        try:
            await self._intake.open()
            while not stopping.is_set() and not reporting.done():
                self._health.beat("sinks")
                for message in await self._intake.read(self._topics_held_back()):
                    self._accept(message)
                self._health.ready("kafka", self._intake.was_assigned)
                await self._commit()
            await self._drain()
        finally:
            self._health.rest("sinks")
            if not await self._intake.close(self._offsets.committable()):
                log.warning("left_without_commit", consequence="the last commands will be read again")
            reporting.cancel()
            (ended,) = await asyncio.gather(reporting, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended

    async def give_back(self, places: Collection[Place]) -> Mapping[Place, int]:
        """Nothing of ``places`` is worked on any longer; their committable offsets."""
        await self._leave(places, REVOKE_GRACE_S)
        await self._reporter.settled(REVOKE_GRACE_S)
        offsets = self._offsets.committable(places)
        self._offsets.forget(places)
        return offsets

    async def lose(self, places: Collection[Place]) -> None:
        """Nothing of ``places`` is worked on any longer; what ran is cancelled, others have it already."""
        await self._leave(places, 0)
        self._offsets.forget(places)

    def committed(self, offsets: Mapping[Place, int]) -> None:
        """Kafka has these offsets."""
        self._offsets.committed(offsets)

    def assigned(self, places: Collection[Place]) -> None:
        """These partitions are ours now, and no others."""
        topics = [topic.removeprefix(self._prefix) for topic, _ in places]
        self._owned({system: sum(t in TOPICS_OF[system] for t in topics) for system in System})

    async def _leave(self, places: Collection[Place], within_s: float) -> None:
        await asyncio.gather(*(runner.give_back(places, within_s) for runner in self._runners.values()))

    def _topics_held_back(self) -> list[str]:
        most = self._pace.n_in_flight * OPEN_PER_SLOT
        for system, runner in self._runners.items():
            n_open = runner.n_jobs + self._reporter.n_unacked
            if n_open >= most:
                self._held_back.add(system)
            elif n_open <= most // 2:
                self._held_back.discard(system)
        return [self._prefix + topic for system in self._held_back for topic in TOPICS_OF[system]]

    def _accept(self, message: Message) -> None:
        topic = message.topic() or ""
        partition, offset = message.partition() or 0, message.offset() or 0
        mark = self._offsets.open((topic, partition), offset)
        record = Record(
            topic=topic.removeprefix(self._prefix),
            partition=partition,
            offset=offset,
            key=_text(message.key()),
            value=message.value(),
            headers=_headers(message),
        )
        try:
            job = parse_job(record, mark)
        except Malformed as error:
            metrics.DEAD_LETTERS.labels(record.topic).inc()
            log.warning(
                "message_malformed", topic=topic, partition=partition, offset=offset, error=str(error)
            )
            self._reporter.finished(mark, render_dead_letter(record, str(error)))
        else:
            self._runners[job.command.system].offer(job)

    def _report(self, job: Job, effect: Effect, took_ms: int) -> None:
        messages = [render_outcome(job, effect, self._clock(), took_ms)]
        if effect.result is Result.HELD:
            messages.append(render_held(job, effect.reason or "", effect.detail))
        self._reporter.finished(job.mark, *messages)
        log.info(
            "command_done",
            rule=job.command.rule,
            subject=job.command.subject,
            result=effect.result,
            reason=effect.reason,
            n_changed=len(effect.changed),
            took_ms=took_ms,
        )

    def _superseded(self, job: Job) -> None:
        # The newer one has a higher offset and is not finished: it will be read again if we die now.
        self._offsets.finish(job.mark)

    async def _commit(self) -> None:
        now_s = time.monotonic()
        if now_s - self._committed_at_s >= COMMIT_EVERY_S:
            self._committed_at_s = now_s
            await self._intake.commit(self._offsets.committable())

    async def _drain(self) -> None:
        log.info("draining", n_jobs=sum(runner.n_jobs for runner in self._runners.values()))
        await asyncio.gather(*(runner.drain(DRAIN_GRACE_S) for runner in self._runners.values()))
        if not await self._reporter.settled(FLUSH_GRACE_S):
            log.warning("outcomes_not_flushed", consequence="their commands will be read again")


def _text(key: bytes | str | None) -> str:
    return key.decode(errors="replace") if isinstance(key, bytes) else key or ""


def _headers(message: Message) -> Headers:
    found = message.headers() or ()
    pairs = found.items() if isinstance(found, dict) else found
    return [(name, value.encode() if isinstance(value, str) else value or b"") for name, value in pairs]
