"""A real cluster is compared with topics.yaml and brought to it, and loses nothing on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # exported there without __all__
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from kernel.domain.errors import Misconfigured, Transient
from kernel.runtime.topics import Drift, DriftKind, Topic, TopicCatalogue, apply, diff, load_topics
from standalone.ports import free_port
from standalone.running import RunningKafka

pytestmark = pytest.mark.kafka


def topic(name: str = "ozmap.box.changes.v1", **stated: object) -> Topic:
    return Topic.model_validate(
        {
            "name": name,
            "key": "id",
            "partitions": 1,
            "configs": {"cleanup.policy": "delete", "retention.ms": "600000"},
            "producers": ["pollers"],
            "consumers": ["streams"],
            "types": ["ozmap.box.observed.v1"],
            "description": "Boxes.",
        }
        | stated
    )


@dataclass
class Cluster:
    """The session's Kafka under one test's prefix."""

    admin: AdminClient
    prefix: str

    def diff(self, *topics: Topic) -> list[Drift]:
        return diff(self.admin, TopicCatalogue(topics=topics), prefix=self.prefix)

    def apply(self, *topics: Topic, allow_destructive: bool = False) -> list[Drift]:
        return apply(
            self.admin,
            TopicCatalogue(topics=topics),
            prefix=self.prefix,
            allow_destructive=allow_destructive,
        )

    def set_config(self, name: str, config: str, value: str) -> None:
        wish = ConfigResource(ResourceType.TOPIC, self.prefix + name)
        wish.add_incremental_config(ConfigEntry(config, value, incremental_operation=AlterConfigOpType.SET))
        for altered in self.admin.incremental_alter_configs([wish]).values():
            altered.result(timeout=15)

    def n_partitions(self, name: str) -> int:
        return len(self.admin.list_topics(timeout=15).topics[self.prefix + name].partitions)


@pytest.fixture
def cluster(admin: AdminClient, prefix: str) -> Cluster:
    return Cluster(admin, prefix)


def test_all_topics_of_the_product_are_created_once(cluster: Cluster) -> None:
    catalogue = load_topics()
    assert len(cluster.apply(*catalogue.topics)) == len(catalogue.topics)
    assert cluster.diff(*catalogue.topics) == []
    assert cluster.apply(*catalogue.topics) == []
    assert cluster.n_partitions("ixc.box.commands.v1") == 12


def test_a_missing_topic_is_drift(cluster: Cluster) -> None:
    assert [(d.kind, d.topic) for d in cluster.diff(topic())] == [
        (DriftKind.MISSING, cluster.prefix + "ozmap.box.changes.v1")
    ]


def test_a_keyed_topic_gets_partitions_only_with_the_flag(cluster: Cluster) -> None:
    cluster.apply(topic())
    grown = topic(partitions=3)
    (drift,) = cluster.diff(grown)
    assert (drift.kind, drift.found, drift.wanted, drift.needs_flag) == (DriftKind.PARTITIONS, "1", "3", True)
    assert cluster.apply(grown) == []
    assert cluster.n_partitions(grown.name) == 1
    assert cluster.apply(grown, allow_destructive=True) == [drift]
    assert cluster.n_partitions(grown.name) == 3


def test_a_topic_without_key_gets_partitions_at_once(cluster: Cluster) -> None:
    cluster.apply(topic(key=None))
    cluster.apply(topic(key=None, partitions=2))
    assert cluster.n_partitions("ozmap.box.changes.v1") == 2


def test_surplus_partitions_stay_and_are_shown_even_with_the_flag(cluster: Cluster) -> None:
    cluster.apply(topic(partitions=3))
    (drift,) = cluster.diff(topic())
    assert drift.blocked_by == "partitions cannot be taken away"
    assert cluster.apply(topic(), allow_destructive=True) == []
    assert cluster.diff(topic()) == [drift]


def test_a_longer_retention_is_set_and_a_shorter_one_needs_the_flag(cluster: Cluster) -> None:
    cluster.apply(topic())
    longer = topic(configs={"cleanup.policy": "delete", "retention.ms": "700000"})
    assert [d.config for d in cluster.apply(longer)] == ["retention.ms"]
    assert cluster.diff(longer) == []
    assert cluster.apply(topic()) == []
    assert [(d.config, d.found, d.wanted) for d in cluster.diff(topic())] == [
        ("retention.ms", "700000", "600000")
    ]
    cluster.apply(topic(), allow_destructive=True)
    assert cluster.diff(topic()) == []


def test_a_change_of_the_cleanup_policy_needs_the_flag(cluster: Cluster) -> None:
    cluster.apply(topic())
    compacted = topic(configs={"cleanup.policy": "compact", "retention.ms": "600000"})
    assert cluster.apply(compacted) == []
    assert cluster.diff(compacted)[0].needs_flag
    cluster.apply(compacted, allow_destructive=True)
    assert cluster.diff(compacted) == []


def test_a_config_set_by_hand_is_drift_and_goes_back_to_the_default(cluster: Cluster) -> None:
    cluster.apply(topic())
    cluster.set_config("ozmap.box.changes.v1", "segment.ms", "60000")
    (drift,) = cluster.diff(topic())
    assert (drift.config, drift.found, drift.wanted) == ("segment.ms", "60000", "the broker's default")
    cluster.apply(topic())
    assert cluster.diff(topic()) == []


@pytest.mark.parametrize(("config", "by_hand"), [("retention.ms", "-1"), ("cleanup.policy", "compact")])
def test_what_a_hand_set_to_keep_records_is_not_undone_without_the_flag(
    cluster: Cluster, config: str, by_hand: str
) -> None:
    unstated = topic(configs={"segment.ms": "3600000"})
    cluster.apply(unstated)
    cluster.set_config(unstated.name, config, by_hand)
    assert cluster.apply(unstated) == []
    (drift,) = cluster.diff(unstated)
    assert (drift.config, drift.found, drift.needs_flag) == (config, by_hand, True)
    cluster.apply(unstated, allow_destructive=True)
    assert cluster.diff(unstated) == []


def test_an_unknown_topic_of_our_prefix_is_shown_and_never_deleted(cluster: Cluster) -> None:
    cluster.apply(topic(), topic("ozmap.gone.changes.v1"))
    (drift,) = cluster.diff(topic())
    assert (drift.kind, drift.topic) == (DriftKind.UNKNOWN, cluster.prefix + "ozmap.gone.changes.v1")
    cluster.apply(topic(), allow_destructive=True)
    assert cluster.n_partitions("ozmap.gone.changes.v1") == 1


def test_faust_own_topics_and_other_stacks_are_not_ours_to_report(cluster: Cluster) -> None:
    cluster.apply(topic())
    foreign = [f"{cluster.prefix}streams-__assignor-__leader", f"{cluster.prefix}streams-boxes-changelog"]
    foreign += [f"other{cluster.prefix}ozmap.box.changes.v1"]
    for made in cluster.admin.create_topics([NewTopic(name, 1, 1) for name in foreign]).values():
        made.result(timeout=15)
    assert cluster.diff(topic()) == []
    for gone in cluster.admin.delete_topics(foreign).values():
        gone.result(timeout=15)


def test_a_misspelt_config_is_refused_by_name(cluster: Cluster) -> None:
    cluster.apply(topic())
    with pytest.raises(
        Misconfigured, match=r"ozmap\.box\.changes\.v1: Kafka knows no config retention\.msec"
    ):
        cluster.diff(topic(configs={"retention.msec": "1"}))


def test_more_replicas_than_brokers_is_refused_in_words(cluster: Cluster) -> None:
    with pytest.raises(
        Misconfigured, match=r"ozmap\.box\.changes\.v1: Kafka refuses: .*[Rr]eplication factor"
    ):
        apply(cluster.admin, TopicCatalogue(topics=(topic(),)), prefix=cluster.prefix, replication_factor=3)


def test_an_unreachable_cluster_is_transient() -> None:
    nowhere = AdminClient({"bootstrap.servers": f"127.0.0.1:{free_port()}", "log_level": 0})
    with pytest.raises(Transient, match="Kafka does not answer"):
        diff(nowhere, TopicCatalogue(topics=(topic(),)))


def ozmap_ixc_topics(bootstrap_servers: str, prefix: str, *args: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers, "TOPIC_PREFIX": prefix}
    return subprocess.run(
        [sys.executable, "-c", "from ops.topics import app; app()", *args],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_tells_drift_by_its_exit_code_and_ends_in_line(kafka: RunningKafka, prefix: str) -> None:
    before = ozmap_ixc_topics(kafka.bootstrap_servers, prefix, "diff", "--json")
    assert before.returncode == 1, before.stderr
    assert {drift["kind"] for drift in json.loads(before.stdout)["drifts"]} == {"missing"}
    applied = ozmap_ixc_topics(kafka.bootstrap_servers, prefix, "apply")
    assert applied.returncode == 0, applied.stderr
    assert prefix + "pollers.cursor.v1" in applied.stdout
    after = ozmap_ixc_topics(kafka.bootstrap_servers, prefix, "diff")
    assert (after.returncode, after.stdout) == (0, "Kafka is as topics.yaml says.\n")


def test_the_command_says_in_one_line_that_kafka_is_not_there() -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    failed = ozmap_ixc_topics(nowhere, "", "diff")
    assert failed.returncode == 2
    assert failed.stdout == ""
    assert failed.stderr.splitlines()[-1].startswith(f"topics: Kafka does not answer ({nowhere})")
