"""Every metric of the product in one place: its name, kind, labels and meaning. /metrics serves them.

Labels are few and closed: slugs of entities (``ozmap.box``), rules (``box-sync``), systems, reasons of the
catalogue. Never an id, a name or a login: cardinality stays small and nothing personal leaves a process.
"""

from prometheus_client import Counter, Gauge, Histogram

# Pollers
ROWS_READ = Counter("ozmap_ixc_poller_rows_read", "Rows that a vendor answered.", ["entity"])
ROWS_EMITTED = Counter(
    "ozmap_ixc_poller_rows_emitted",
    "Rows that differed from what the topic said and were produced.",
    ["entity"],
)
ROWS_SUPPRESSED = Counter(
    "ozmap_ixc_poller_rows_suppressed", "Rows equal to what the topic says; nothing was produced.", ["entity"]
)
ROWS_BAD = Counter(
    "ozmap_ixc_poller_rows_bad", "Rows that could not be understood; the others went on.", ["entity"]
)
ROWS_REMOVED = Counter("ozmap_ixc_poller_rows_removed", "Rows proven gone; tombstones produced.", ["entity"])
POLLS = Counter(
    "ozmap_ixc_poller_polls", "Polls of a source by how they ended: ok or failed.", ["entity", "end"]
)
POLL_SECONDS = Histogram(
    "ozmap_ixc_poller_poll_seconds",
    "Time of one poll, first request to moved cursor.",
    ["entity"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
CURSOR_AGE_SECONDS = Gauge(
    "ozmap_ixc_poller_cursor_age_seconds",
    "Now less the moment through which a source has been read.",
    ["entity"],
)
CLOCK_SKEW_SECONDS = Gauge(
    "ozmap_ixc_poller_clock_skew_seconds",
    "A system's clock less ours; positive when it is ahead.",
    ["system"],
)
ZONE_ERROR_SECONDS = Gauge(
    "ozmap_ixc_poller_zone_error_seconds",
    "How far IXC's clock seems to run from IXC_TIME_ZONE; 0: it fits.",
    ["system"],
)

# Streams
EVENTS_APPLIED = Counter("ozmap_ixc_stream_events_applied", "Events the tables were moved by.", ["topic"])
DECISIONS = Counter("ozmap_ixc_stream_decisions", "Decisions that changed.", ["rule", "kind", "reason"])
COMMANDS_SENT = Counter("ozmap_ixc_stream_commands_sent", "Commands sent, repeats included.", ["rule"])
WAITING = Gauge(
    "ozmap_ixc_stream_waiting", "Objects that wait for something not yet known.", ["rule", "reason"]
)
PENDING = Gauge("ozmap_ixc_stream_pending", "Commands sent and without outcome yet.", ["rule"])

# Sinks
OUTCOMES = Counter("ozmap_ixc_sink_outcomes", "Commands finished, by result.", ["rule", "result", "reason"])
COMMAND_SECONDS = Histogram(
    "ozmap_ixc_sink_command_seconds",
    "Time of one command from its start in the lane to its outcome, retries included.",
    ["rule"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
IN_FLIGHT = Gauge("ozmap_ixc_sink_in_flight", "Commands being worked on now.", ["system"])
QUEUED = Gauge("ozmap_ixc_sink_queued", "Commands read from Kafka that wait in their lane.", ["system"])
RETRIES = Counter("ozmap_ixc_sink_retries", "Tries that ended in an error that may pass.", ["system"])
SUPERSEDED = Counter(
    "ozmap_ixc_sink_superseded", "Commands replaced by a newer one before they started.", ["rule"]
)
HELD = Counter("ozmap_ixc_sink_held", "Commands whose tries were used up, moved to the held topic.", ["rule"])
PAUSED = Gauge(
    "ozmap_ixc_sink_paused", "1 while a system's key does not work and its commands wait.", ["system"]
)

# All stages
DEAD_LETTERS = Counter("ozmap_ixc_dead_letters", "Messages that could not be understood.", ["topic"])
