"""The initial load: waits until the oracle asks for nothing more, tells what it took."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.live import Live
from rich.text import Text

from kernel.contracts.decisions import Kind
from kernel.domain.reasons import sentence
from sandbox.demo.doubles import PRODUCT
from sandbox.demo.hearing import Hearing
from sandbox.demo.mirror import Entry
from sandbox.demo.speech import Speech
from sandbox.demo.world import BOX_SYNC, BOXES, CLIENTS, World

LISTEN_S = 0.1
QUIET_FOR_S = 1.0
"""Decisions come in one go; so long without one, and all have come."""
GIVEN_UP_AFTER_S = {"small": 60.0, "town": 300.0, "isp": 1800.0}
N_ABOUT = 2
"""Of the things that a reason is about so many are named."""


@dataclass
class Load:
    """The initial load: what was owed before it, what was written, and how much is left."""

    n_boxes: int
    n_held: int
    n_names: int
    n_owed: int
    n_created: int = 0
    n_updated: int = 0
    n_renamed: int = 0
    n_left: int = 0
    first_box_s: float | None = None


class Settling:
    """Watches the initial load. ``check`` may raise, to stop waiting."""

    def __init__(self, world: World, hearing: Hearing, speech: Speech, check: Callable[[], None]) -> None:
        self._world, self._hearing, self._speech, self._check = world, hearing, speech, check
        expected = world.boxes().values()
        self.load = Load(
            n_boxes=len(expected),
            n_held=sum(one.is_held for one in expected),
            n_names=len(world.names()),
            n_owed=sum(world.n_owed()),
        )

    def await_settled(self, within_s: float) -> Load:
        """Nothing is owed and every box is linked, or ``within_s`` is over and ``n_left`` is not 0."""
        live = Live(console=self._speech.console, auto_refresh=False, transient=True)
        give_up_at_s = time.monotonic() + within_s
        if self._speech.is_live:
            live.start()
        try:
            while not self._is_settled(live) and time.monotonic() < give_up_at_s:
                self._check()
        finally:
            live.stop()
        return self.load

    def _is_settled(self, live: Live) -> bool:
        self._hearing.listen(LISTEN_S)
        for mirror in self._world.mirrors.values():
            for entry in mirror.advance():
                self._count(entry)
        started_s = time.monotonic()
        owed_boxes, owed_names = self._world.n_owed()
        n_linked = len(self._hearing.links)
        if n_linked and not self.load.n_owed:
            self._tell_first(datetime.now(UTC))  # all were equal before: the first link is the first sync
        self.load.n_left = owed_boxes + owed_names + max(0, self.load.n_held - n_linked)
        live.update(self._progress(owed_boxes, owed_names, n_linked), refresh=self._speech.is_live)
        # A look at a large city costs as much as the product may need for some writes: not all the time.
        self._hearing.listen(min(2.0, 2 * (time.monotonic() - started_s)))
        return self.load.n_left == 0

    def _count(self, entry: Entry) -> None:
        if entry.actor != PRODUCT:
            return
        for change in entry.changes:
            if change.entity == CLIENTS:
                self.load.n_renamed += 1
            if change.entity != BOXES:
                continue
            self.load.n_created += change.before is None
            self.load.n_updated += change.before is not None
            self._tell_first(entry.at)

    def _tell_first(self, at: datetime) -> None:
        if self.load.first_box_s is not None:
            return
        self.load.first_box_s = self._speech.age_s(at)
        shown = self._speech.number(self.load.first_box_s, 1)
        first = self._speech.t(
            f"first synced box after {shown} s", f"primeira caixa sincronizada após {shown} s"
        )
        self._speech.step(first, style="bold green")

    def _progress(self, owed_boxes: int, owed_names: int, n_linked: int) -> Text:
        t, load = self._speech.t, self.load
        boxes = t("boxes as they must be", "caixas como devem ser")
        names, linked = t("names", "nomes"), t("linked", "vinculadas")
        return self._speech.clock() + Text(
            f"{load.n_held - owed_boxes}/{load.n_held} {boxes}, {n_linked} {linked}, "
            f"{load.n_names - owed_names}/{load.n_names} {names}"
        )

    def tell(self) -> None:
        """Prints what the load did, and why the other boxes are not in IXC, in the product's own words."""
        load, t = self.load, self._speech.t
        equal = load.n_held - load.n_created - load.n_updated
        adopted = load.n_held - load.n_created
        self._speech.step(
            t(
                f"{load.n_held} of {load.n_boxes} boxes are in IXC: {load.n_created} created, "
                f"{adopted} adopted ({load.n_updated} updated, {equal} already equal)",
                f"{load.n_held} de {load.n_boxes} caixas estão no IXC: {load.n_created} criadas, "
                f"{adopted} adotadas ({load.n_updated} atualizadas, {equal} já iguais)",
            )
        )
        self._speech.step(
            t(
                f"{load.n_names} clients are called as in IXC: {load.n_renamed} renamed, "
                f"{load.n_names - load.n_renamed} already so",
                f"{load.n_names} clientes com o nome do IXC: {load.n_renamed} renomeados, "
                f"{load.n_names - load.n_renamed} já estavam",
            )
        )
        self._tell_why_not()

    def _tell_why_not(self) -> None:
        reasons = self._reasons()
        if not reasons:
            return
        self._speech.heading(self._speech.t("Not in IXC, and why", "Fora do IXC, e por quê"))
        for reason, abouts in sorted(reasons.items(), key=lambda found: (-len(found[1]), found[0])):
            named = list(dict.fromkeys(abouts))
            about = ", ".join(named[:N_ABOUT]) + (" …" if len(named) > N_ABOUT else "")
            self._speech.item(f"{len(abouts):>6}  ", sentence(reason, about, self._speech.language))

    def _reasons(self) -> dict[str, list[str]]:
        """What the waiting and skipped boxes' decisions are about, by reason."""
        quiet_at_s = time.monotonic() + QUIET_FOR_S
        while self._n_decided() < self.load.n_boxes and time.monotonic() < quiet_at_s:
            self._check()
            if self._hearing.listen(LISTEN_S):
                quiet_at_s = time.monotonic() + QUIET_FOR_S
        reasons: dict[str, list[str]] = defaultdict(list)
        for (rule, subject), record in sorted(self._hearing.decisions.items()):
            is_out = subject.removeprefix("box:") not in self._hearing.links
            if rule == BOX_SYNC and is_out and record.kind in (Kind.WAIT, Kind.SKIP):
                reasons[record.reason].append(record.about)
        return reasons

    def _n_decided(self) -> int:
        return sum(rule == BOX_SYNC for rule, _subject in self._hearing.decisions)
