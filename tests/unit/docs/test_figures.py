"""Figures: what two arms say of each other, and that what is published is what was measured."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.__main__ import FIGURES, main
from benchmarks.measure import Arm, Bar, Figure, Ratio, alternate, loses, ratio_of
from benchmarks.report import BEGIN, END, RESULTS, Run, refresh_readme, render_block, render_page
from tests.unit.docs.pages import ROOT


def figure(ratio: float, bar: Bar | None = None) -> Figure:
    same = Ratio(middle=ratio, low=ratio, high=ratio)
    return Figure(
        id="P9", what="a ÷ b", ratio=same, bar=bar, same_twice=same, rates={"a": [1, 3, 2]}, unit="x/s"
    )


def run_of(*figures: Figure) -> Run:
    shown = ("cores", "processor", "memory", "load before", "Python", "Apache Kafka", "commit")
    machine = dict.fromkeys(shown, "?")
    return Run(at=datetime(2026, 11, 24, tzinfo=UTC), took_s=1, machine=machine, figures=figures)


def test_arms_take_turns_the_other_way_round_every_other_round_and_the_warm_up_is_dropped() -> None:
    seen: list[tuple[str, int]] = []

    def arm(name: str) -> Arm:
        async def run(number: int) -> float:
            seen.append((name, number))
            return float(number)

        return Arm(name, run)

    rates = asyncio.run(alternate([arm("a"), arm("b")], n_rounds=2))
    assert seen == [("a", 0), ("b", 0), ("b", 1), ("a", 1), ("a", 2), ("b", 2)]
    assert rates == {"a": [1, 2], "b": [1, 2]}


def test_a_ratio_is_taken_within_each_round() -> None:
    ratio = ratio_of({"a": [10, 2, 9], "b": [1, 1, 3]}, "a", "b")
    assert (ratio.low, ratio.middle, ratio.high) == (2, 3, 10)


@pytest.mark.parametrize(
    ("bar", "ratio", "verdict"),
    [
        (Bar(at_least=3), 3.0, "met"),
        (Bar(at_least=3), 2.99, "missed"),
        (Bar(at_most=0.5), 0.5, "met"),
        (Bar(at_most=0.5), 0.51, "missed"),
        (None, 1.0, "shown"),
    ],
)
def test_a_bar_is_met_or_missed(bar: Bar | None, ratio: float, verdict: str) -> None:
    assert figure(ratio, bar).verdict == verdict


def test_a_losing_arm_that_does_not_lose_is_a_run_without_teeth() -> None:
    good, bad = (Ratio(middle=m, low=m, high=m) for m in (0.5, 0.9))
    assert loses("slow", good, Bar(at_least=0.8)).holds
    toothless = loses("slow", bad, Bar(at_least=0.8))
    run = run_of(figure(1).model_copy(update={"checks": (toothless,)}))
    assert run.without_teeth == ["P9: slow misses ≥ 0.8, found 0.90 (0.90–0.90)"]


def test_the_readme_keeps_everything_around_the_figures(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"above\n{BEGIN}\nold\n{END}\nbelow\n")
    run = run_of(figure(2, Bar(at_least=3)))
    refresh_readme(run, "2026-11-24-1.json", readme)
    refresh_readme(run, "2026-11-24-1.json", readme)
    text = readme.read_text()
    assert text.startswith(f"above\n{BEGIN}\n| # |")
    assert text.endswith(f"{END}\nbelow\n")
    assert "old" not in text
    assert "| P9 | a ÷ b | **2.00** (2.00–2.00) | ≥ 3 | missed |" in text


def test_an_unknown_figure_is_named_and_nothing_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["p9"]) == 2
    assert "no figure p9" in capsys.readouterr().out


def test_each_figure_names_its_bar_in_its_first_line() -> None:
    for name in FIGURES:
        (file,) = (ROOT / "benchmarks").glob(f"{name}_*.py")
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith(f'"""{name.upper()}: ')
        assert re.search(r"[Bb]ar:? [≥≤] [\d.]+", first), first


def test_what_is_published_is_the_last_whole_run() -> None:
    block = (ROOT / "README.md").read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    named = re.search(r"\(benchmarks/results/([\d-]+\.json)\)", block)
    assert named is not None, "run: make bench"
    run = Run.model_validate_json((RESULTS / named[1]).read_text(encoding="utf-8"))
    assert block.strip() == render_block(run, named[1]).strip()
    assert (RESULTS / "latest.md").read_text(encoding="utf-8") == render_page(run, named[1])
    assert run.without_teeth == []
    assert {figure.id.split()[0] for figure in run.figures} == {"P1", "P1b", "P2", "P3", "P4"}
