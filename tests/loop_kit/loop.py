"""The whole loop under test: both doubles, and all stages under their supervisor on a Kafka that is given."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from kernel.contracts.changes import ENTITIES
from sandbox.only import only
from sandbox.oracle.boxes import compare_boxes
from sandbox.oracle.names import compare_names
from standalone.stack import Stack
from standalone.supervisor import Supervisor
from tests.loop_kit import journal
from tests.loop_kit.city import ALL_OF_IXC, SYSTEMS, City, Rows
from tests.loop_kit.records import Records
from tests.loop_kit.until import until

POLL_INTERVAL_S = 2.0
OUTCOME_TOPICS = ("ixc.box.outcomes.v1", "ozmap.client.outcomes.v1")
COMMAND_TOPICS = ("ixc.box.commands.v1", "ozmap.client.commands.v1")
FOLDERS = {"pollers": (), "streams": ("streams", "faust"), "sinks": ()}
"""What each stage keeps on disk, below DATA_DIR."""

SETTINGS = {
    "POLL_INTERVAL_S": f"{POLL_INTERVAL_S:g}",
    "RESEND_AFTER_S": "20",
    "OZMAP_REQUESTS_PER_S": "400",
    "IXC_REQUESTS_PER_S": "400",
}
"""Over the defaults: a fast pace, because the doubles can bear it and a test should end."""


BOXES_AND_NAMES = only("box-sync", "client-name")
"""What :meth:`Loop.differences` judges; a test of all rules puts :data:`ALL_RULES` over it."""

ALL_RULES = dict.fromkeys(BOXES_AND_NAMES, "on")


class Before:
    """Both doubles as they were before the product wrote anything."""

    def __init__(self, city: City) -> None:
        self.ozmap: Rows = city.rows("ozmap")
        self.ixc: Rows = city.rows("ixc", ALL_OF_IXC)


class Loop:
    """All stages against ``city``, running for the length of a ``with`` block.

    ``bootstrap_servers`` and ``prefix``: where its topics lie. ``before``: what is compared with; without it
    the doubles as they are now. ``rules`` say which rules are on, ``settings`` are put over :data:`SETTINGS`.
    ``stack``: how all is started.
    """

    def __init__(
        self,
        city: City,
        bootstrap_servers: str,
        prefix: str,
        folder: Path,
        *,
        before: Before | None = None,
        rules: Mapping[str, str] = BOXES_AND_NAMES,
        settings: Mapping[str, str] | None = None,
        stack: type[Stack] = Stack,
    ) -> None:
        self.city = city
        self.before = before or Before(city)
        self.said_by_supervisor: list[str] = []
        self.records = Records(bootstrap_servers, prefix)
        self.folder = folder
        env = city.env | SETTINGS | dict(rules) | dict(settings or {})
        env |= {"KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers, "TOPIC_PREFIX": prefix}
        self._stack = stack(folder, env, self.said_by_supervisor.append)

    def __enter__(self) -> Self:
        self._stack.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)
        self.records.__exit__(kind, error, trace)

    def stop(self) -> int:
        """All stages have drained; the supervisor's exit code."""
        return self._stack.stop()

    @property
    def supervisor(self) -> Supervisor:
        """The keeper of the stages."""
        return self._stack.supervisor

    # What came of it

    def differences(self) -> list[str]:
        """Where both doubles are not as the oracle wants them, in words; links are not asked for."""
        return self._compare(None)

    def flaws(self) -> list[str]:
        """As :meth:`differences`, and boxes without link, foreign fields written, and boxes made twice."""
        effects = journal.effects_of(self.city)
        words = self._compare(self.records.links())
        return words + journal.strayed(effects) + journal.created_twice(effects)

    def _compare(self, links: dict[str, str] | None) -> list[str]:
        ozmap, ixc = self.city.rows("ozmap"), self.city.rows("ixc")
        boxes = compare_boxes(ozmap, ixc, links, initial=self.before.ixc["rad_caixa_ftth"])
        return boxes + compare_names(ozmap, ixc, self.before.ozmap)

    def await_equal(self, within_s: float = 90.0) -> None:
        """Both doubles are as the oracle wants them. They are compared whenever writes have paused."""
        last: list[str] = []
        compared_at = seen_before = -1

        def are_equal() -> bool:
            nonlocal compared_at, seen_before
            n_effects = self._n_effects()
            has_paused, seen_before = n_effects == seen_before, n_effects
            if has_paused and compared_at != n_effects:
                compared_at, last[:] = n_effects, self.differences()
                return not last
            return False

        try:
            until(are_equal, "both doubles equal", within_s, every_s=0.3)
        except AssertionError as error:
            shown = "\n".join(last[:5])
            raise AssertionError(f"{error}; {len(last)} differences, first:\n{shown}") from None

    def _n_effects(self) -> int:
        return sum(len(self.city.journal(system, effects=True)) for system in SYSTEMS)

    def await_settled(self, within_s: float = 90.0) -> None:
        """Every source was read twice more, no wish stands open and every command has its outcome."""
        self.await_polls(2, within_s)
        until(lambda: self.n_open() == 0, "no wish stands open", within_s, every_s=0.2)

    def await_polls(self, n: int, within_s: float = 90.0) -> None:
        """Every source has ended ``n`` more passes well."""
        wanted = {slug: n_ended + n for slug, n_ended in self._polls().items()}

        def have_ended() -> bool:
            now = self._polls()
            return all(now[slug] >= n_ended for slug, n_ended in wanted.items())

        until(have_ended, f"{n} more polls of every source", within_s, every_s=0.2)

    def _polls(self) -> dict[str, float]:
        shown = self.metrics("pollers")
        return {
            e.slug: shown.get(f'ozmap_ixc_poller_polls_total{{end="ok",entity="{e.slug}"}}', 0)
            for e in ENTITIES
        }

    def n_open(self) -> float:
        """Wishes that stand open, as the streams count them."""
        found = self.metrics("streams")
        return sum(value for name, value in found.items() if name.startswith("ozmap_ixc_stream_pending"))

    # What the stages say

    def lines(self, stage: str) -> list[dict[str, Any]]:
        """What a stage logged so far, over all its lives; lines that are no JSON are left out."""
        return [line for line in map(_parsed, self.log_text(stage).splitlines()) if line is not None]

    def log_text(self, stage: str) -> str:
        """A stage's log as it was written."""
        log = self.folder / "logs" / f"{stage}.log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def said(self, stage: str, event: str, **facts: Any) -> list[dict[str, Any]]:
        """Its log lines of this event that carry these facts."""
        return [e for e in self.lines(stage) if e.get("event") == event and facts.items() <= e.items()]

    def await_said(self, stage: str, event: str, within_s: float = 90.0, **facts: Any) -> dict[str, Any]:
        """The last log line of this event that carries these facts, once there is one."""
        return until(lambda: self.said(stage, event, **facts), f"{stage} says {event} {facts}", within_s)[-1]

    def metrics(self, stage: str) -> dict[str, float]:
        """What a stage counts: name with labels → value; empty while it does not answer."""
        pairs = (line.rsplit(" ", 1) for line in self.metrics_text(stage).splitlines() if line[:1] != "#")
        return {name: float(value) for name, value in pairs}

    def metrics_text(self, stage: str) -> str:
        """The whole of /metrics, empty while the stage does not answer."""
        listening = self.said(stage, "health_listening")
        try:
            return httpx.get(f"{listening[-1]['url']}/metrics", timeout=5).text if listening else ""
        except httpx.HTTPError:
            return ""

    # What is done to them

    def kill(self, stage: str, *, forget: bool = False) -> None:
        """The stage is gone in the middle of what it did; with ``forget`` its folders are gone too.

        The supervisor starts it anew.
        """
        n_restarts = self.supervisor.restarts[stage]
        os.kill(self.supervisor.pids[stage], signal.SIGKILL)
        if forget:
            for name in FOLDERS[stage]:
                shutil.rmtree(self.folder / "stages" / name, ignore_errors=True)
            assert self.supervisor.restarts[stage] == n_restarts, "it was started before its folder was gone"

    def await_restarted(self, stage: str, n: int, within_s: float = 90.0) -> None:
        """The supervisor started ``stage`` anew for the ``n``-th time."""
        until(lambda: self.supervisor.restarts[stage] >= n, f"{stage} runs again", within_s)


def own_prefix() -> str:
    """A topic prefix that nobody else has."""
    return f"t{uuid.uuid4().hex[:10]}."


def seconds_of(act: Callable[[], object]) -> float:
    """How long ``act`` took."""
    began_s = time.monotonic()
    act()
    return time.monotonic() - began_s


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
