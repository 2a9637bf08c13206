"""The demo: both doubles, Kafka, all stages, and a person who edits both systems while one watches."""

from __future__ import annotations


def show(*, stay: bool, city: str, seed: int, interval_s: float) -> int:
    """The demo has run and everything it started is gone; the exit code.

    0: every edit arrived and both systems are equal. 1: something differs or did not arrive, and is named;
    the data folder is kept. 2: it could not start. 130 or 143: Ctrl-C or SIGTERM before the summary.
    ``stay``: all runs on after the summary until Ctrl-C or SIGTERM; the code is the summary's all the same.
    """
    # Only here: the package is imported by whoever needs a part of it.
    from sandbox.demo.play import Play, Wanted
    from sandbox.demo.speech import Speech

    return Play(Wanted(stay=stay, city=city, seed=seed, interval_s=interval_s), Speech()).run()
