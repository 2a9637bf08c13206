"""The stack of each test: its own doubles, prefix and pollers on the session's Kafka."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from standalone.running import RunningKafka
from tests.integration.pollers.bench import Stack, double


@pytest.fixture
def stack(kafka: RunningKafka, prefix: str, tmp_path: Path) -> Iterator[Stack]:
    """Topics and both doubles of the small city; pollers started on it are gone afterwards."""
    with double("ozmap") as ozmap, double("ixc") as ixc:
        running = Stack(kafka.bootstrap_servers, prefix, ozmap, ixc, tmp_path)
        running.create_topics()
        try:
            yield running
        finally:
            running.stop()
