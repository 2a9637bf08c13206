"""Structured logs: one JSON line an event on stderr, a constant event name and facts as fields."""

import logging
import sys
import time
from collections.abc import Callable

import structlog

REPEATS_AFTER_S = 30.0
"""The same complaint of a library is written once in this time: an outage is one line, not thousands."""


class OncePerWhile(logging.Filter):
    """Lets a library's record through if the same template was not let through lately."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._last_s: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether ``record`` is news."""
        now_s, about = self._monotonic(), (record.name, str(record.msg))
        if now_s - self._last_s.get(about, -REPEATS_AFTER_S) < REPEATS_AFTER_S:
            return False
        self._last_s[about] = now_s
        return True


def configure_logs(stage: str, level: str = "INFO") -> None:
    """Every later log line of this process is one JSON object on stderr that carries ``stage``.

    Libraries that log by the standard library are heard from WARNING on, each complaint once in a while.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(OncePerWhile())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(stage=stage)
