"""The stack of each test: its own doubles, prefix and sinks on the session's Kafka."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from standalone.running import RunningKafka
from tests.integration.sinks.bench import IXC_TOKEN, OZMAP_KEY, Stack, double


@pytest.fixture
def stack(kafka: RunningKafka, prefix: str, tmp_path: Path) -> Iterator[Stack]:
    """Topics and both doubles of the small city; sinks started on it are gone afterwards."""
    with double("ixc", IXC_TOKEN) as ixc, double("ozmap", OZMAP_KEY) as ozmap:
        running = Stack(kafka.bootstrap_servers, prefix, ixc, ozmap, tmp_path)
        try:
            yield running
        finally:
            running.stop()
