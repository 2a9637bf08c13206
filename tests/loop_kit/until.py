"""Waiting for a condition, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], what: str, within_s: float = 90.0, every_s: float = 0.05) -> T:
    """The first true answer of ``condition``; fails naming ``what`` when none comes."""
    give_up_at_s = time.monotonic() + within_s
    while not (met := condition()):
        assert time.monotonic() < give_up_at_s, f"not within {within_s:g} s: {what}"
        time.sleep(every_s)
    return met
