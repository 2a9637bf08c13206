"""The lanes of one system at work: so many commands at once, tries and rests, pause while its key fails.

A command in a lane is tried, and by what the try raises (kernel.domain.errors) the runner

    Transient, RateLimited   rests it and tries again, then holds it: its key goes on with the next command
    Refused                  reports it refused
    Unauthorized             pauses the whole system, keeps everything, and probes with one command now and
      (or Misconfigured)     then: the command that gets past the door opens it for all
    anything else            logs it and rests it as above: a bug in one executor must not stop the others

Many keys that fail in a row are an outage: the system pauses likewise, instead of holding every command.
While a command rests its slot is free for other keys.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from functools import partial

import structlog

from kernel.contracts.commands import Command
from kernel.contracts.outcomes import Result
from kernel.domain.errors import (
    IntegratorError,
    Misconfigured,
    RateLimited,
    Refused,
    System,
    Transient,
    Unauthorized,
)
from kernel.domain.reasons import Reason
from kernel.runtime import metrics
from sinks.backoff import rest_s
from sinks.effect import Effect
from sinks.job import Job
from sinks.lanes import Lanes
from sinks.offsets import Place

log = structlog.get_logger()

Execute = Callable[[Command], Awaitable[Effect]]
Finish = Callable[[Job, Effect, int], None]
"""Reports a job: its effect, and the milliseconds from its first try on."""

OUTAGE_LANES = 5
"""So many keys in a row that fail with none succeeding between them: it is the system, not the keys."""

OUTAGE_PROBE_S = 5.0
REMEDY = "the error says what to look at; its commands wait, nothing is lost, and it goes on by itself"
DETAIL_CHARS = 500
"""So much of a system's own words goes into an outcome."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Commands at once, tries until one is held, seconds between two probes of a paused system."""

    n_in_flight: int
    n_attempts: int
    probe_every_s: float = 30.0
    rest_s: Callable[[int, float | None], float] = field(
        default=lambda n_tries, asked_s: rest_s(n_tries, random.random, asked_s)
    )


class Runner:
    """The lanes of ``system``. All methods are called in the event loop."""

    def __init__(
        self,
        system: System,
        execute: Execute,
        finish: Finish,
        supersede: Callable[[Job], None],
        pace: Pace,
    ) -> None:
        self.system = system
        self._execute = execute
        self._finish = finish
        self._supersede = supersede
        self._pace = pace
        self._lanes: Lanes[Job] = Lanes()
        self._running: dict[Job, asyncio.Task[None]] = {}
        self._resting: dict[Job, asyncio.TimerHandle] = {}
        self._failing: set[tuple[str, str]] = set()
        self._soon: asyncio.Handle | None = None
        self._is_open = True
        self._is_paused = False
        self._probe: asyncio.TimerHandle | None = None

    @property
    def is_paused(self) -> bool:
        """The system's key does not work; its commands wait."""
        return self._is_paused

    @property
    def n_jobs(self) -> int:
        """Commands in the lanes, running ones included."""
        return self._lanes.n_queued + self._lanes.n_running

    def offer(self, job: Job) -> None:
        """``job`` will be done in its turn, unless a newer one of its kind comes before it starts."""
        replaced = self._lanes.offer(job)
        if replaced is not None:
            metrics.SUPERSEDED.labels(replaced.command.rule).inc()
            self._supersede(replaced)
        if self._soon is None:
            # After all that came in the same batch: of one key only its newest then starts.
            self._soon = asyncio.get_running_loop().call_soon(self._dispatch)

    async def give_back(self, places: Collection[Place], within_s: float) -> None:
        """No job of ``places`` is here any longer: waiting ones are dropped, running ones finished, or
        cancelled when they need longer than ``within_s``. A cancelled one has no outcome and will be
        delivered again; its write may have been made, which the next reading finds."""
        for job in self._lanes.drop(lambda job: job.place in places):
            self._forget_rest(job)
        running = [task for job, task in self._running.items() if job.place in places]
        if running:
            _, late = await asyncio.wait(running, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        # What was running may have come back to rest.
        for job in self._lanes.drop(lambda job: job.place in places):
            self._forget_rest(job)
        self._dispatch()

    async def drain(self, within_s: float) -> None:
        """Nothing new starts; what runs is finished or cancelled, what waits is given back."""
        self._is_open = False
        if self._probe is not None:
            self._probe.cancel()
        everywhere = {job.place for job in self._running} | {job.place for job in self._resting}
        await self.give_back(everywhere, within_s)
        self._lanes.drop(lambda _job: True)

    def _dispatch(self) -> None:
        self._soon = None
        while self._is_open and self._has_room() and (job := self._lanes.take()) is not None:
            task = asyncio.create_task(self._try(job))
            self._running[job] = task
            task.add_done_callback(partial(self._stopped, job))
            if self._is_paused:
                break
        metrics.IN_FLIGHT.labels(self.system).set(self._lanes.n_running)
        metrics.QUEUED.labels(self.system).set(self._lanes.n_queued)

    def _has_room(self) -> bool:
        if self._is_paused:  # one command at a time, and only when it is time for it
            return self._probe is None and not self._running
        return self._lanes.n_running < self._pace.n_in_flight

    def _stopped(self, job: Job, task: asyncio.Task[None]) -> None:
        # It may run again already, under another task.
        if self._running.get(job) is task:
            del self._running[job]
        self._dispatch()

    async def _try(self, job: Job) -> None:
        if job.started_at_s is None:
            job.started_at_s = time.monotonic()
        is_probe = self._is_paused
        try:
            effect = await self._execute(job.command)
        except asyncio.CancelledError:
            self._lanes.finish(job)
            raise
        except (Unauthorized, Misconfigured) as error:
            self._lanes.put_back(job)
            self._pause(error, self._pace.probe_every_s)
            return
        except Refused as error:
            effect = Effect(Result.REFUSED, reason=error.reason, detail=error.detail[:DETAIL_CHARS])
        except Exception as error:  # a bug in one executor must not stop the other keys
            self._failed(job, error, is_probe)
            return
        self._failing.clear()
        self._leave(job, effect)
        if is_probe:
            self._resume()

    def _failed(self, job: Job, error: Exception, is_probe: bool) -> None:
        if isinstance(error, Transient) and not isinstance(error, RateLimited):
            self._failing.add(job.lane)
        if is_probe or len(self._failing) >= OUTAGE_LANES:
            # Not this command's fault: its tries are not used up by an outage.
            self._lanes.put_back(job)
            self._pause(error, min(self._pace.probe_every_s, OUTAGE_PROBE_S))
        else:
            self._rest_or_hold(job, error)

    def _leave(self, job: Job, effect: Effect) -> None:
        self._lanes.finish(job)
        took_s = time.monotonic() - (job.started_at_s or 0)
        rule = job.command.rule
        metrics.OUTCOMES.labels(rule, effect.result, effect.reason or "").inc()
        metrics.COMMAND_SECONDS.labels(rule).observe(took_s)
        self._finish(job, effect, round(took_s * 1000))

    def _rest_or_hold(self, job: Job, error: Exception) -> None:
        job.n_tries += 1
        metrics.RETRIES.labels(self.system).inc()
        told = {"rule": job.command.rule, "subject": job.command.subject, "n_tries": job.n_tries}
        if not isinstance(error, IntegratorError):
            log.error("command_raised_unexpectedly", exc_info=error, **told)
        if job.n_tries >= self._pace.n_attempts:
            log.warning("command_held", error=str(error), **told)
            metrics.HELD.labels(job.command.rule).inc()
            detail = (str(error) or type(error).__name__)[:DETAIL_CHARS]
            self._leave(job, Effect(Result.HELD, reason=Reason.RETRIES_EXHAUSTED, detail=detail))
            return
        asked_s = error.retry_after_s if isinstance(error, RateLimited) else None
        pause_s = self._pace.rest_s(job.n_tries, asked_s)
        if isinstance(error, IntegratorError):
            log.info("command_tried_again", error=str(error), after_s=round(pause_s, 2), **told)
        self._lanes.rest(job)
        self._resting[job] = asyncio.get_running_loop().call_later(pause_s, self._wake, job)

    def _wake(self, job: Job) -> None:
        self._resting.pop(job, None)
        self._lanes.wake(job)
        self._dispatch()

    def _forget_rest(self, job: Job) -> None:
        timer = self._resting.pop(job, None)
        if timer is not None:
            timer.cancel()

    def _pause(self, error: Exception, probe_after_s: float) -> None:
        if not self._is_paused:
            self._is_paused = True
            metrics.PAUSED.labels(self.system).set(1)
            log.error(
                "system_paused", system=self.system, error=str(error), n_waiting=self.n_jobs, remedy=REMEDY
            )
        if self._probe is None:
            self._probe = asyncio.get_running_loop().call_later(probe_after_s, self._probe_now)

    def _probe_now(self) -> None:
        self._probe = None
        self._dispatch()

    def _resume(self) -> None:
        self._is_paused = False
        self._failing.clear()
        metrics.PAUSED.labels(self.system).set(0)
        log.info("system_resumed", system=self.system)
