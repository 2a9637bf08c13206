"""Waiting for a condition, with a deadline, and whether a process still runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import psutil

T = TypeVar("T")


def until(condition: Callable[[], T], what: str, within_s: float = 30.0) -> T:
    """The first true answer of ``condition``; fails naming ``what`` when none comes."""
    give_up_at = time.monotonic() + within_s
    while not (met := condition()):
        assert time.monotonic() < give_up_at, f"not within {within_s:g} s: {what}"
        time.sleep(0.02)
    return met


def runs(pid: int) -> bool:
    """Whether ``pid`` is a process that has not ended, waited for or not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
