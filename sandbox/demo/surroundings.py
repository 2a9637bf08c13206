"""What the demo does around the product: settings that nobody's shell bends, and a Kafka left clean."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from confluent_kafka import KafkaException

from kernel.runtime.kafka import make_admin
from kernel.settings import Settings
from standalone.kafka import BOOTSTRAP_SERVERS
from standalone.running import RunningKafka
from standalone.stack import Stack

JUDGED = ("rule_box_sync", "rule_client_name")
"""The rules that the demo's oracle follows; others are off, or their writes would look like mistakes."""

# The doubles answer at once and are ours: no reason to spare them as one spares a vendor.
_PACE = {"OZMAP_REQUESTS_PER_S": "400", "IXC_REQUESTS_PER_S": "400", "RESEND_AFTER_S": "20"}


def product_settings(interval_s: float) -> dict[str, str]:
    """Every setting of the stages but those of the doubles: the demo's, or empty, which is the default.

    On a Kafka that was given the topics get a prefix of their own.
    """
    own = {name.upper(): "" for name in Settings.model_fields if name != "kafka_bootstrap_servers"}
    off = {name.upper(): "off" for name in Settings.model_fields if name.startswith("rule_")}
    on = {name.upper(): "on" for name in JUDGED}
    prefix = f"demo-{secrets.token_hex(4)}." if os.environ.get(BOOTSTRAP_SERVERS, "").strip() else ""
    return own | off | on | _PACE | {"POLL_INTERVAL_S": str(interval_s), "TOPIC_PREFIX": prefix}


@contextmanager
def forgotten_kafka(stack: Stack, env: Mapping[str, str]) -> Iterator[None]:
    """After the block a Kafka that was given has no topic of ours any more, and Docker no volume."""
    kafka = stack.kafka_if_running
    try:
        yield
    finally:
        _forget(kafka, env["TOPIC_PREFIX"])


def _forget(kafka: RunningKafka | None, prefix: str) -> None:
    if kafka is None:
        return
    if kafka.origin == "given":
        _delete_ours(kafka.bootstrap_servers, prefix)
    elif kafka.origin == "docker":
        _remove_volume(str(getattr(kafka, "volume", "")))


def _delete_ours(bootstrap_servers: str, prefix: str) -> None:
    """Topics and groups whose names begin with ``prefix`` are gone."""
    if not prefix:
        raise ValueError("without a prefix everything would be ours")
    admin = make_admin(Settings(kafka_bootstrap_servers=bootstrap_servers))
    ours = [name for name in admin.list_topics(timeout=10).topics if name.startswith(prefix)]
    for deleted in admin.delete_topics(ours).values() if ours else ():
        deleted.result(timeout=30)
    listed = admin.list_consumer_groups().result(timeout=10).valid
    groups = [group.group_id for group in listed if group.group_id.startswith(prefix)]
    for gone in admin.delete_consumer_groups(groups).values() if groups else ():
        with suppress(
            KafkaException
        ):  # streams are a static member: theirs cannot go before its session ends
            gone.result(timeout=30)


def _remove_volume(name: str) -> None:
    import docker
    from docker.errors import DockerException

    with suppress(DockerException):
        docker.from_env().volumes.get(name).remove()
