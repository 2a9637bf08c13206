"""Stacks to try pollers on, on the session's Kafka: a fresh one a test, or one that a module shares."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from standalone.running import RunningKafka
from tests.integration.pollers.bench import Pollers, Stack, double


@contextmanager
def _city(name: str, kafka: RunningKafka, prefix: str, folder: Path) -> Iterator[Stack]:
    with double("ozmap", name) as ozmap, double("ixc", name) as ixc:
        running = Stack(kafka.bootstrap_servers, prefix, ozmap, ixc, folder)
        running.create_topics()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def stack(kafka: RunningKafka, prefix: str, tmp_path: Path) -> Iterator[Stack]:
    """Topics and both doubles of the small city; pollers started on it are gone afterwards."""
    with _city("small", kafka, prefix, tmp_path) as running:
        yield running


@pytest.fixture
def town(kafka: RunningKafka, prefix: str, tmp_path: Path) -> Iterator[Stack]:
    """The same with the town: its logins and clients fill twenty pages."""
    with _city("town", kafka, prefix, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def listed(kafka: RunningKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Pollers]]:
    """A stack whose pollers have listed everything and go on; each test makes edits of its own."""
    folder = tmp_path_factory.mktemp("listed")
    with _city("small", kafka, f"t{uuid.uuid4().hex[:10]}.", folder) as running:
        pollers = running.start()
        running.await_listed()
        yield running, pollers
