"""The end of the demo: both doubles compared once more, writes counted, figures, verdict."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.text import Text

from sandbox.demo.doubles import IXC, PRODUCT
from sandbox.demo.edit import Played
from sandbox.demo.mirror import Change, read_entry
from sandbox.demo.settling import Load
from sandbox.demo.speech import Speech
from sandbox.demo.world import CLIENTS, World
from sandbox.oracle.untouched import compare_untouched

OZMAP_OWNED = frozenset({"name", "updatedAt"})
"""What the product may change of an OZmap client, and what OZmap itself stamps then."""
N_SHOWN = 12


@dataclass(frozen=True)
class Written:
    """What the product wrote, by the journals. ``foreign`` tells writes to fields that are not its own."""

    n_writes: int
    n_since: int
    foreign: tuple[str, ...]


def read_writes(world: World, since: datetime) -> Written:
    """Every write of the product in both journals, those that changed nothing too."""
    n_writes, n_since, foreign = 0, 0, list[str]()
    for system, mirror in world.mirrors.items():
        for entry in map(read_entry, mirror.everything()):
            if entry.actor != PRODUCT or not entry.changes:
                continue
            n_writes += 1
            n_since += entry.at >= since
            foreign += [word for change in entry.changes for word in foreign_fields(system, change)]
    return Written(n_writes, n_since, tuple(foreign))


def foreign_fields(system: str, change: Change) -> list[str]:
    """Fields that are not the product's and that this change touched, in words."""
    if change.before is None:
        return [] if system == IXC else [f"OZmap {change.entity} {change.row_id} was created"]
    if system == IXC:
        return compare_untouched(
            change.entity, [change.before], [] if change.after is None else [change.after]
        )
    after: Mapping[str, Any] = change.after or {}
    owned = OZMAP_OWNED if change.entity == CLIENTS else frozenset[str]()
    changed = {
        name for name in change.before.keys() | after.keys() if change.before.get(name) != after.get(name)
    }
    return [f"OZmap {change.entity} {change.row_id} {name} changed" for name in sorted(changed - owned)]


@dataclass(frozen=True)
class Run:
    """What the summary is made of: the initial load, the edits, and the stages' memory by name."""

    load: Load
    played: Sequence[Played]
    interval_s: float
    rss_bytes: Mapping[str, int]

    @property
    def n_effects(self) -> int:
        """Writes that the oracle asked for, the load's and the edits'."""
        return self.load.n_owed + sum(played.n_effects for played in self.played)


class Summary:
    """Compares, prints, judges. ``problems`` is empty when both systems are equal and every edit arrived."""

    def __init__(self, world: World, run: Run) -> None:
        self._world, self._run = world, run
        world.load_again()
        self._boxes, self._names = world.box_differences(), world.name_differences()
        last = run.played[-1] if run.played else None
        self._written = read_writes(world, last.at if last else datetime.now(UTC))
        self._n_late = max(0, self._written.n_since - (last.n_effects if last else 0))
        late = [f"{self._n_late} writes more than needed after the last edit"] if self._n_late else []
        missing = [word for played in run.played for word in played.missing]
        self.problems = [*missing, *self._boxes, *self._names, *self._written.foreign, *late]

    def tell(self, speech: Speech) -> None:
        """Prints the summary."""
        t = speech.t
        n_held = sum(one.is_held for one in self._world.boxes().values())
        n_names = len(self._world.names())
        n_arrived = sum(played.has_arrived for played in self._run.played)
        n_played = len(self._run.played)
        speech.heading(
            t(
                "Both systems compared, by an oracle of its own",
                "Os dois sistemas comparados, por um oráculo à parte",
            )
        )
        _judged(
            speech,
            n_arrived == n_played,
            t("edits", "edições"),
            t(f"{n_arrived} of {n_played} arrived", f"{n_arrived} de {n_played} chegaram"),
        )
        _judged(
            speech,
            not self._boxes,
            t("boxes", "caixas"),
            t(f"{n_held} in IXC as OZmap has them", f"{n_held} no IXC como no OZmap"),
        )
        _judged(
            speech,
            not self._names,
            t("names", "nomes"),
            t(f"{n_names} in OZmap as IXC has them", f"{n_names} no OZmap como no IXC"),
        )
        self._tell_writes(speech)
        self._tell_figures(speech)
        self._tell_problems(speech)

    def _tell_writes(self, speech: Speech) -> None:
        t, written, run = speech.t, self._written, self._run
        per_effect = speech.number(written.n_writes / max(1, run.n_effects), 2)
        _judged(
            speech,
            not written.foreign,
            t("foreign", "alheios"),
            t(
                f"{len(written.foreign)} fields changed that are not the product's",
                f"{len(written.foreign)} campos alterados que não são do produto",
            ),
        )
        _judged(
            speech,
            not self._n_late,
            t("quiet", "calma"),
            t(
                f"{self._n_late} writes beyond the needed in two poll cycles after the last edit",
                f"{self._n_late} gravações além das necessárias em dois ciclos após a última edição",
            ),
        )
        _judged(
            speech,
            written.n_writes == run.n_effects,
            t("writes", "gravações"),
            t(
                f"{written.n_writes} for {run.n_effects} effects ({per_effect} each)",
                f"{written.n_writes} para {run.n_effects} efeitos ({per_effect} cada)",
            ),
            otherwise="!",
        )

    def _tell_figures(self, speech: Speech) -> None:
        t, interval_s = speech.t, self._run.interval_s
        seconds = sorted(played.effect_s for played in self._run.played if played.effect_s is not None)
        if seconds:
            p50 = speech.number(percentile(seconds, 0.5) / interval_s, 2)
            longest = speech.number(seconds[-1] / interval_s, 2)
            every = speech.number(interval_s, 1)
            _plain(
                speech,
                t("latency", "latência"),
                t(
                    f"p50 {p50}, max {longest} poll intervals (of {every} s)",
                    f"p50 {p50}, máx. {longest} ciclos (de {every} s)",
                ),
            )
        sizes = {name: rss / 2**20 for name, rss in self._run.rss_bytes.items()}
        each = ", ".join(f"{name} {size:.0f}" for name, size in sizes.items())
        _plain(speech, t("memory", "memória"), f"{sum(sizes.values()):.0f} MB RSS ({each})")

    def _tell_problems(self, speech: Speech) -> None:
        if not self.problems:
            return
        speech.heading(speech.t("What is wrong", "O que está errado"))
        for word in self.problems[:N_SHOWN]:
            speech.item("  ", Text(word, style="red"))
        if len(self.problems) > N_SHOWN:
            speech.line(
                speech.t(
                    f"  and {len(self.problems) - N_SHOWN} more", f"  e mais {len(self.problems) - N_SHOWN}"
                )
            )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of ``ordered`` (sorted, not empty) do not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def rss_bytes(pids: Mapping[str, int]) -> dict[str, int]:
    """The resident memory of processes by name; one that is gone is left out."""
    sizes = {name: _rss_bytes(pid) for name, pid in pids.items()}
    return {name: size for name, size in sizes.items() if size}


def _rss_bytes(pid: int) -> int:
    """Kibibytes in /proc (proc(5)), kibibytes from ``ps`` where there is no /proc; 0: no such process."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        told = next((line.split()[1] for line in lines if line.startswith("VmRSS:")), "0")
    except OSError:
        asked = ["ps", "-o", "rss=", "-p", str(pid)]
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    return int(told or 0) * 1024


def _judged(speech: Speech, is_good: bool, name: str, told: str, *, otherwise: str = "✗") -> None:
    mark = Text("✓ ", style="green") if is_good else Text(f"{otherwise} ", style="bold red")
    speech.item(Text("  ") + mark + Text(f"{name:<11}"), told)


def _plain(speech: Speech, name: str, told: str) -> None:
    speech.item(f"    {name:<11}", told)
