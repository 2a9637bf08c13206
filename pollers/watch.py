"""What an operator sees of the pollers: counts per pass, and a wrong time zone told once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog

from kernel.domain.errors import System
from kernel.runtime.metrics import (
    CLOCK_SKEW_SECONDS,
    CURSOR_AGE_SECONDS,
    POLLS,
    ROWS_BAD,
    ROWS_EMITTED,
    ROWS_READ,
    ROWS_SUPPRESSED,
    ZONE_ERROR_SECONDS,
)
from pollers.cursor import FullListing
from pollers.reading import Tally
from pollers.source import Source
from pollers.zone import ZoneEvidence, advice, weigh

log = structlog.get_logger()


@dataclass(slots=True)
class Watch:
    """Told of every pass. ``zone`` is the one set for IXC."""

    zone: ZoneInfo
    _evidence: dict[str, ZoneEvidence] = field(default_factory=dict)
    _told_error_s: float = 0.0

    def failed(self, source: Source) -> None:
        """A pass of ``source`` did not end."""
        POLLS.labels(source.entity.slug, "failed").inc()

    def ended(self, source: Source, tally: Tally) -> None:
        """A pass of ``source`` ended whole and its cursor moved."""
        slug = source.entity.slug
        POLLS.labels(slug, "ok").inc()
        ROWS_READ.labels(slug).inc(tally.n_read)
        ROWS_EMITTED.labels(slug).inc(tally.n_emitted)
        ROWS_SUPPRESSED.labels(slug).inc(tally.n_suppressed)
        ROWS_BAD.labels(slug).inc(tally.n_bad)
        CURSOR_AGE_SECONDS.labels(slug).set_function(lambda: _seconds_since(tally.begun_at))
        if tally.skew_s is not None:
            CLOCK_SKEW_SECONDS.labels(source.entity.system).set(tally.skew_s)
        if tally.n_emitted:
            why = {"listing": tally.reading.reason} if isinstance(tally.reading, FullListing) else {}
            log.info("rows_emitted", entity=slug, n_emitted=tally.n_emitted, n_read=tally.n_read, **why)
        if source.entity.system is System.IXC and source.stamp is not None and tally.read_at is not None:
            self._weigh_zone(slug, tally.read_at, tally.newest)

    def _weigh_zone(self, slug: str, read_at: datetime, newest: datetime | None) -> None:
        evidence = weigh(self._evidence.get(slug, ZoneEvidence()), read_at, newest)
        self._evidence[slug] = evidence
        errors = [e.error.total_seconds() for e in self._evidence.values() if e.error is not None]
        error_s = max(errors, key=abs, default=0.0)
        if error_s == self._told_error_s:
            return
        self._told_error_s = error_s
        ZONE_ERROR_SECONDS.labels(System.IXC).set(error_s)
        if evidence.error is not None:
            log.error("ixc_time_zone_suspect", entity=slug, **advice(self.zone, read_at, evidence.error))
        elif not error_s:
            log.info("ixc_time_zone_fits", ixc_time_zone=self.zone.key)


def _seconds_since(instant: datetime) -> float:
    return (datetime.now(UTC) - instant).total_seconds()
