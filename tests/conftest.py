"""Fixtures of real Kafka: one broker a session, and for each test a prefix of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka.admin import AdminClient

from standalone.errors import StandaloneError
from standalone.jars import ensure_jars, find_java
from standalone.kafka import require_kafka
from standalone.running import RunningKafka


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that starts a broker of its own says what it lacks where there is only Docker."""
    if item.get_closest_marker("own_broker") is None:
        return
    try:
        find_java()
        ensure_jars()
    except StandaloneError as error:
        pytest.skip(f"it starts a broker of its own: {error}")


@pytest.fixture(scope="session")
def kafka() -> Iterator[RunningKafka]:
    """A Kafka that answers: KAFKA_BOOTSTRAP_SERVERS when set, else one of ours, gone with the session."""
    with require_kafka() as running:
        yield running


@pytest.fixture
def admin(kafka: RunningKafka) -> AdminClient:
    """An admin client of the session's Kafka."""
    return AdminClient({"bootstrap.servers": kafka.bootstrap_servers})


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> Iterator[str]:
    """A topic prefix that no other test has; on a Kafka that was given its topics are deleted afterwards."""
    own = f"t{uuid.uuid4().hex[:10]}."
    yield own
    if "kafka" in request.fixturenames and request.getfixturevalue("kafka").origin == "given":
        admin = AdminClient({"bootstrap.servers": request.getfixturevalue("kafka").bootstrap_servers})
        left = [name for name in admin.list_topics(timeout=15).topics if name.startswith(own)]
        for deleted in (admin.delete_topics(left) if left else {}).values():
            deleted.result(timeout=30)
