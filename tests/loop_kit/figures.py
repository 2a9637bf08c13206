"""What a proof measured, for whoever runs it with ``-s``."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence


def tell(text: str) -> None:
    """The line is on the console when pytest lets it through."""
    sys.stdout.write(f"\n{text}\n")


def shown(latencies_s: Sequence[float]) -> str:
    """How many, the median and the longest."""
    return f"{len(latencies_s)}: p50 {statistics.median(latencies_s):.2f} s, max {max(latencies_s):.2f} s"
