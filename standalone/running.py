"""What every way to a Kafka ends in: bootstrap servers that answer, and something to stop afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

Say = Callable[[str], None]
"""Takes one line for a person to read."""


class RunningKafka:
    """A Kafka that answers, until ``stop`` or the end of the ``with`` block.

    ``origin`` says where it comes from: ``given``, ``docker`` or ``java``.
    """

    def __init__(self, bootstrap_servers: str, origin: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.origin = origin

    @property
    def pid(self) -> int | None:
        """The broker's process id; None where it is no child of ours."""
        return None

    def stop(self) -> None:
        """What we started is stopped; a Kafka that was given is left alone. May be called again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def answering_cluster(bootstrap_servers: str, within_s: float) -> str | None:
    """The cluster id that a broker at ``bootstrap_servers`` tells within ``within_s``; None: no answer."""
    # log_level 0: librdkafka writes refused connections to standard error, and here they are expected.
    admin = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 0})
    give_up_at = time.monotonic() + within_s
    while True:
        left_s = give_up_at - time.monotonic()
        try:
            return str(admin.list_topics(timeout=max(left_s, 0.1)).cluster_id)
        except KafkaException:
            if left_s <= 0:
                return None
            time.sleep(0.05)
