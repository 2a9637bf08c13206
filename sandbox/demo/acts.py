"""The demo's acts: all starts, the initial load, the edits, the summary, and on request the staying."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from kernel.settings import Settings
from sandbox.demo.cast import Cast
from sandbox.demo.doubles import IXC, OZMAP, Doubles
from sandbox.demo.edit import Played
from sandbox.demo.hearing import Hearing
from sandbox.demo.mirror import Mirror
from sandbox.demo.person import Person
from sandbox.demo.play import Wanted
from sandbox.demo.playing import Follower
from sandbox.demo.script import SCRIPT, name_of
from sandbox.demo.settling import GIVEN_UP_AFTER_S, Load, Settling
from sandbox.demo.speech import Speech
from sandbox.demo.staying import tell_how_to_stay
from sandbox.demo.summary import Run, Summary, rss_bytes
from sandbox.demo.surroundings import forgotten_kafka, product_settings
from sandbox.demo.table import Table
from sandbox.demo.world import World
from sandbox.only import only
from standalone.errors import StandaloneError
from standalone.stack import Stack
from standalone.stopping import Interrupted, Stopping

QUIET_CYCLES = 2
"""Poll cycles that are watched after the last edit (spec, "No echo")."""
ECHO_LAG_S = 0.3
"""From a poll's start until what follows from it would be written."""
GOLDEN_RATIO = 0.618034
"""Its multiples spread evenly over a cycle, whatever their number: no edit waits for the same phase."""


class Acts:
    """What runs between the doubles' start and their end. :meth:`stop` ends all of it, at any time."""

    def __init__(
        self, wanted: Wanted, speech: Speech, folder: Path, doubles: Doubles, stopping: Stopping
    ) -> None:
        self._wanted, self._speech, self._doubles, self._stopping = wanted, speech, doubles, stopping
        self._env = product_settings(wanted.interval_s)
        self._stack = Stack(folder, self._env, speech.step, later=self._await_doubles)
        self._world: World | None = None
        self._hearing: Hearing | None = None

    def play(self) -> list[str]:
        """Everything up to the summary has been shown; what was wrong, in words."""
        world, hearing = self._start()
        load = self._await_load(world, hearing)
        with Person(self._doubles) as person:
            follower = Follower(world, hearing, person, self._wanted.interval_s, self._check)
            played = self._edit(Cast(world, self._wanted.seed), follower)
        return self._sum_up(world, hearing, load, played)

    def stay(self) -> None:
        """How to use what runs has been shown, and somebody has asked to stop."""
        if self._world is None:
            raise RuntimeError("nothing runs yet")
        tell_how_to_stay(self._speech, self._doubles, self._stack, self._world)
        try:
            while True:
                self._check()
                time.sleep(0.2)
        except Interrupted:
            self._speech.line()

    def stop(self) -> None:
        """The stages have drained and Kafka is gone. May be called at any time."""
        with ExitStack() as ending:  # the last first, and each though another failed
            ending.enter_context(forgotten_kafka(self._stack, self._env))
            ending.callback(self._stack.stop)
            if self._world is not None:
                ending.callback(self._world.close)
            if self._hearing is not None:
                ending.callback(self._hearing.close)
            self._speech.step(self._speech.t("stopping", "parando"), style="dim")

    def _start(self) -> tuple[World, Hearing]:
        speech, t = self._speech, self._speech.t
        speech.step(t("both doubles and Kafka start", "sobem os dois simuladores e o Kafka"))
        with self._stopping.breaking():
            self._stack.fetch()
        self._stack.prepare()
        self._check()
        self._hearing = Hearing(self._settings())
        self._stack.supervisor.start()
        pids = ", ".join(f"{name} {pid}" for name, pid in self._stack.supervisor.pids.items())
        speech.step(t(f"stages run, by pid: {pids}", f"estágios no ar, por pid: {pids}"))
        speech.step(t(f"their logs: {self._stack.data_dir}/logs", f"logs: {self._stack.data_dir}/logs"))
        if self._world is None:
            raise RuntimeError("Kafka answers, but nobody asked for the doubles")
        self._world.links = self._hearing.links
        return self._world, self._hearing

    def _await_doubles(self) -> dict[str, str]:
        """The product's way to both doubles, once they serve and their rows are read."""
        self._doubles.await_ready(self._check)
        ozmap, ixc = self._doubles.ozmap.url, self._doubles.ixc.url
        self._world = World(Mirror(OZMAP, ozmap), Mirror(IXC, ixc))
        self._world.load()
        rows = self._world.ozmap["boxes"], self._world.ixc["radusuarios"]
        sizes = self._speech.t("{} boxes, {} logins", "{} caixas, {} logins").format(*map(len, rows))
        self._speech.step(f"OZmap {ozmap}, IXC {ixc}: {sizes}")
        return self._doubles.env | only("box-sync", "client-name")

    def _await_load(self, world: World, hearing: Hearing) -> Load:
        settling = Settling(world, hearing, self._speech, self._check)
        settling.await_settled(GIVEN_UP_AFTER_S[self._wanted.city])
        if settling.load.n_left:
            late = self._speech.t("still to be written or linked", "ainda por gravar ou vincular")
            self._speech.step(f"{settling.load.n_left} {late}", style="bold red")
        settling.tell()
        return settling.load

    def _edit(self, cast: Cast, follower: Follower) -> list[Played]:
        speech, interval_s = self._speech, self._wanted.interval_s
        speech.heading(speech.t("Somebody edits both systems", "Alguém edita os dois sistemas"))
        table = Table(speech, interval_s)
        table.head()
        played: list[Played] = []
        for n, step in enumerate(SCRIPT, start=1):
            edit = step(cast, speech)
            if edit is None:
                table.skip(name_of(step))
                continue
            self._pause(interval_s * (0.2 + 0.8 * (n * GOLDEN_RATIO % 1)))
            with table.travelling(edit) as draw:
                played.append(follower.play(edit, draw))
            table.settle(played[-1])
        return played

    def _sum_up(self, world: World, hearing: Hearing, load: Load, played: list[Played]) -> list[str]:
        speech, interval_s = self._speech, self._wanted.interval_s
        speech.line()
        watched = speech.t(
            f"{QUIET_CYCLES} poll cycles are watched for echoes", f"{QUIET_CYCLES} ciclos à espera de ecos"
        )
        speech.step(watched)
        self._pause(QUIET_CYCLES * interval_s + ECHO_LAG_S)
        hearing.listen(ECHO_LAG_S)
        sizes = rss_bytes(self._stack.supervisor.pids)
        summary = Summary(world, Run(load, played, interval_s, sizes))
        summary.tell(speech)
        speech.line()
        return summary.problems

    def _pause(self, seconds: float) -> None:
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            self._check()
            time.sleep(min(0.05, left_s))

    def _check(self) -> None:
        """Raise when somebody asked to stop, or when a stage ended for good."""
        self._stopping.check()
        if self._stack.has_given_up:
            raise StandaloneError(f"a stage cannot run: see {self._stack.data_dir}/logs")

    def _settings(self) -> Settings:
        """Where the product's topics are."""
        return Settings(
            kafka_bootstrap_servers=self._stack.kafka.bootstrap_servers,
            topic_prefix=self._env.get("TOPIC_PREFIX", ""),
        )
