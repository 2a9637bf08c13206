"""`make bench`, `make bench ARGS="p3 p4"`: takes figures, prints them, keeps them when all were taken.

Exit code: 0 all is well, 1 a bar was missed, 2 no such figure, 3 something that must hold did not: the run
counts for nothing and is not kept. `--keep` keeps a partial run too, `--show` keeps none.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from rich.console import Console

from benchmarks import p1_sink, p2_lanes, p3_engine, p4_pages
from benchmarks.bench import Bench
from benchmarks.machine import describe_machine, load
from benchmarks.measure import Figure
from benchmarks.report import Run, keep, refresh_readme, show

FIGURES: dict[str, Callable[[Bench], Awaitable[list[Figure]]]] = {
    "p1": p1_sink.take,
    "p2": p2_lanes.take,
    "p3": p3_engine.take,
    "p4": p4_pages.take,
}
OPTIONS = ("--keep", "--show")
MISSED, NO_TEETH, USAGE = 1, 3, 2


async def _take(names: list[str], console: Console) -> Run:
    at, machine, started_s = datetime.now(UTC), describe_machine(), time.monotonic()
    figures: list[Figure] = []
    with Bench(lambda line: console.print(line, style="dim")) as bench:
        for name in names:
            console.print(f"{name} …", style="dim")
            figures += await FIGURES[name](bench)
    machine["load after"] = load()
    return Run(at=at, took_s=time.monotonic() - started_s, machine=machine, figures=tuple(figures))


def main(arguments: list[str]) -> int:
    """The exit code."""
    console = Console(width=None if sys.stdout.isatty() else 150)
    asked = [word.lower() for word in arguments if word not in OPTIONS]
    if unknown := [word for word in asked if word not in FIGURES]:
        console.print(f"no figure {', '.join(unknown)}: there are {', '.join(FIGURES)}; {', '.join(OPTIONS)}")
        return USAGE
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    names = asked or list(FIGURES)
    run = asyncio.run(_take(names, console))
    show(run, console)
    if run.without_teeth:
        console.print("The run counts for nothing:", *run.without_teeth, sep="\n  ")
        return NO_TEETH
    is_whole = set(names) == set(FIGURES)
    if (is_whole and "--show" not in arguments) or "--keep" in arguments:
        file = keep(run, is_whole=is_whole)
        console.print(f"kept as benchmarks/results/{file.name}")
        if is_whole:
            refresh_readme(run, file.name)
    if run.missed:
        console.print("Below the bar:", *run.missed, sep="\n  ")
        return MISSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
