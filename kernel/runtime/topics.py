"""topics.yaml, read and compared with a cluster: what differs, and how a cluster is brought to it.

Nothing here deletes a topic, and nothing takes records away or breaks the order of a key without being
allowed to (``allow_destructive``): such differences are reported and left.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # exported there without __all__
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    ResourceType,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kernel.domain.errors import Misconfigured, Transient

TIMEOUT_S = 10.0
"""For one answer of the cluster; it answers in milliseconds or it is not there."""

_LOSING_CONFIGS = frozenset({"cleanup.policy", "retention.ms", "retention.bytes", "delete.retention.ms"})
_NO_ANSWER = frozenset(
    {KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN, KafkaError.REQUEST_TIMED_OUT}
)


class Topic(BaseModel):
    """One topic as topics.yaml states it: ``name`` without the prefix, ``key`` None where none is set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,180}$")
    key: str | None
    partitions: int = Field(ge=1)
    configs: dict[str, str]
    producers: tuple[str, ...] = Field(min_length=1)
    consumers: tuple[str, ...] = Field(min_length=1)
    types: tuple[str, ...] = Field(min_length=1)
    description: str = Field(min_length=1)
    example: Any = None


class TopicCatalogue(BaseModel):
    """All topics of the product. ``defaults`` only holds the YAML anchors that topics share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    defaults: dict[str, dict[str, str]] = {}
    topics: tuple[Topic, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> TopicCatalogue:
        names = [topic.name for topic in self.topics]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"stated twice: {', '.join(twice)}")
        return self

    @property
    def namespaces(self) -> frozenset[str]:
        """The first words of all names: what is ours on a cluster where no prefix says so."""
        return frozenset(topic.name.partition(".")[0] for topic in self.topics)


class DriftKind(StrEnum):
    """How a cluster can differ from topics.yaml."""

    MISSING = "missing"  # the topic is not there
    PARTITIONS = "partitions"  # it has fewer or more partitions
    CONFIG = "config"  # a config has another value, or is set there and not stated here
    UNKNOWN = "unknown"  # it bears our prefix and is not stated here


@dataclass(frozen=True)
class Drift:
    """One difference. ``topic`` is the full name on the cluster; ``found`` and ``wanted`` are for people.

    ``blocked_by`` says why ``apply`` leaves it, "" when it would not; with ``needs_flag`` it leaves it only
    until ``allow_destructive`` is given.
    """

    kind: DriftKind
    topic: str
    found: str
    wanted: str
    config: str = ""
    blocked_by: str = ""
    needs_flag: bool = False


def topics_file() -> Path:
    """Where topics.yaml lies: beside the packages, in a checkout and in the image alike."""
    return Path(__file__).resolve().parents[2] / "topics.yaml"


def load_topics(path: Path | None = None) -> TopicCatalogue:
    """topics.yaml, checked. Raises Misconfigured naming the file and what is wrong in it."""
    path = path or topics_file()
    try:
        return TopicCatalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise Misconfigured(f"{path}: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        raise Misconfigured(f"{path}: {wrong}") from error


def diff(admin: AdminClient, catalogue: TopicCatalogue, *, prefix: str = "") -> list[Drift]:
    """What differs, by topic name. Raises Transient when the cluster does not answer."""
    n_partitions = _partitions(admin)
    present = [prefix + topic.name for topic in catalogue.topics if prefix + topic.name in n_partitions]
    configs = _configs(admin, present)
    drifts: list[Drift] = []
    for topic in catalogue.topics:
        name = prefix + topic.name
        if name not in n_partitions:
            drifts.append(Drift(DriftKind.MISSING, name, "none", f"{topic.partitions} partitions"))
            continue
        drifts += _partition_drift(name, topic, n_partitions[name])
        drifts += _config_drift(name, topic, configs[name])
    wanted = {prefix + topic.name for topic in catalogue.topics}
    for name in n_partitions:
        if name not in wanted and _is_ours(name, catalogue, prefix):
            drifts.append(
                Drift(DriftKind.UNKNOWN, name, "exists", "none", blocked_by="topics are never deleted")
            )
    return sorted(drifts, key=lambda drift: (drift.topic, drift.kind, drift.config))


def apply(
    admin: AdminClient,
    catalogue: TopicCatalogue,
    *,
    prefix: str = "",
    allow_destructive: bool = False,
    replication_factor: int = 1,
) -> list[Drift]:
    """The cluster is as topics.yaml says, but for what ``diff`` still reports. Returns what was changed.

    Created topics and altered configs are visible to every client when this returns. Raises Transient (no
    answer) and Misconfigured (the cluster refuses, e.g. more replicas than brokers).
    """
    todo = [
        drift
        for drift in diff(admin, catalogue, prefix=prefix)
        if not drift.blocked_by or (drift.needs_flag and allow_destructive)
    ]
    stated = {prefix + topic.name: topic for topic in catalogue.topics}
    missing = {d.topic: stated[d.topic] for d in todo if d.kind is DriftKind.MISSING}
    short = {d.topic: stated[d.topic] for d in todo if d.kind is DriftKind.PARTITIONS}
    _create(missing, admin, replication_factor)
    _grow(short, admin)
    altered = [d for d in todo if d.kind is DriftKind.CONFIG]
    _alter(altered, admin, stated)
    _await_visible(missing | short, admin)
    _await_configs(altered, admin, catalogue, prefix)
    return todo


def loses_records(config: str, found: str, wanted: str) -> str:
    """What is lost when ``config`` goes from ``found`` to ``wanted``; "" when nothing is.

    A cleanup policy loses only by what it adds; a limit only by getting tighter (-1 is no limit).
    """
    if config == "cleanup.policy":
        added = set(wanted.split(",")) - set(found.split(","))
        return f"records would be cleaned up by {'+'.join(sorted(added))}" if added else ""
    if config in _LOSING_CONFIGS:
        return "records would be deleted earlier" if _limit(wanted) < _limit(found) else ""
    return ""


def _limit(value: str) -> float:
    return float("inf") if value.strip() == "-1" else float(value)


def _partition_drift(name: str, topic: Topic, found: int) -> list[Drift]:
    if found == topic.partitions:
        return []
    blocked_by = ""
    if found > topic.partitions:
        blocked_by = "partitions cannot be taken away"
    elif topic.key is not None:
        blocked_by = "keys would move to other partitions and lose their order"
    return [
        Drift(
            DriftKind.PARTITIONS,
            name,
            str(found),
            str(topic.partitions),
            blocked_by=blocked_by,
            needs_flag=found < topic.partitions and bool(blocked_by),
        )
    ]


def _config_drift(name: str, topic: Topic, entries: Mapping[str, ConfigEntry]) -> list[Drift]:
    if misspelt := sorted(topic.configs.keys() - entries.keys()):
        raise Misconfigured(f"{topic.name}: Kafka knows no config {', '.join(misspelt)}")
    drifts = []
    for config, entry in entries.items():
        found, wanted = entry.value or "", topic.configs.get(config)
        if wanted is None:
            # Set there by hand and not stated here: it goes back to what the broker would use by itself,
            # and Kafka does not tell what that is for settings that it knows in several units.
            if ConfigSource(entry.source) is not ConfigSource.DYNAMIC_TOPIC_CONFIG:
                continue
            lost = "records may be cleaned up earlier" if config in _LOSING_CONFIGS else ""
        elif _same(config, found, wanted):
            continue
        else:
            lost = loses_records(config, found, wanted)
        drifts.append(
            Drift(
                DriftKind.CONFIG,
                name,
                found,
                "the broker's default" if wanted is None else wanted,
                config,
                blocked_by=lost,
                needs_flag=bool(lost),
            )
        )
    return drifts


def _same(config: str, found: str, wanted: str) -> bool:
    if config == "cleanup.policy":
        return set(found.split(",")) == set(wanted.split(","))
    return found == wanted


def _is_ours(name: str, catalogue: TopicCatalogue, prefix: str) -> bool:
    # Faust makes these for itself, with the stack's prefix.
    if name.endswith(("-changelog", "-__assignor-__leader")):
        return False
    if prefix:
        return name.startswith(prefix)
    return name.partition(".")[0] in catalogue.namespaces and "." in name


def _partitions(admin: AdminClient) -> dict[str, int]:
    try:
        topics = admin.list_topics(timeout=TIMEOUT_S).topics
    except KafkaException as error:
        raise Transient(f"Kafka does not answer: {_said(error)}") from error
    return {name: len(meta.partitions) for name, meta in topics.items() if not name.startswith("__")}


def _configs(admin: AdminClient, names: list[str]) -> dict[str, dict[str, ConfigEntry]]:
    if not names:
        return {}
    asked = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    found = _settle(admin.describe_configs(asked, request_timeout=TIMEOUT_S))
    return {resource.name: entries for resource, entries in found.items()}


def _create(topics: Mapping[str, Topic], admin: AdminClient, replication_factor: int) -> None:
    if topics:
        new = [
            NewTopic(
                name,
                num_partitions=topic.partitions,
                replication_factor=replication_factor,
                config=topic.configs,
            )
            for name, topic in topics.items()
        ]
        # Somebody else may have created it since we looked, from the same topics.yaml.
        _settle(admin.create_topics(new, request_timeout=TIMEOUT_S), unless=KafkaError.TOPIC_ALREADY_EXISTS)


def _grow(topics: Mapping[str, Topic], admin: AdminClient) -> None:
    if topics:
        new = [NewPartitions(name, topic.partitions) for name, topic in topics.items()]
        _settle(admin.create_partitions(new, request_timeout=TIMEOUT_S))


def _alter(drifts: list[Drift], admin: AdminClient, topics: Mapping[str, Topic]) -> None:
    resources: dict[str, ConfigResource] = {}
    for drift in drifts:
        stated = topics[drift.topic].configs.get(drift.config)
        operation = AlterConfigOpType.DELETE if stated is None else AlterConfigOpType.SET
        resource = resources.setdefault(drift.topic, ConfigResource(ResourceType.TOPIC, drift.topic))
        resource.add_incremental_config(ConfigEntry(drift.config, stated, incremental_operation=operation))
    if resources:
        _settle(admin.incremental_alter_configs(list(resources.values()), request_timeout=TIMEOUT_S))


def _await_visible(topics: Mapping[str, Topic], admin: AdminClient) -> None:
    if not topics:
        return
    # The controller answers before the brokers' metadata has caught up; who starts next must find the topic.
    give_up_at = time.monotonic() + TIMEOUT_S
    while True:
        seen = _partitions(admin)
        if all(seen.get(name, 0) >= topic.partitions for name, topic in topics.items()):
            return
        if time.monotonic() > give_up_at:
            raise Transient("Kafka made the topics and does not show them yet")
        time.sleep(0.05)


def _await_configs(altered: list[Drift], admin: AdminClient, catalogue: TopicCatalogue, prefix: str) -> None:
    # As with new topics: the controller has taken the configs, the brokers show them a moment later.
    left = {(drift.topic, drift.config) for drift in altered}
    give_up_at = time.monotonic() + TIMEOUT_S
    while left:
        left &= {(drift.topic, drift.config) for drift in diff(admin, catalogue, prefix=prefix)}
        if left and time.monotonic() > give_up_at:
            raise Transient("Kafka took the configs and does not show them yet")
        if left:
            time.sleep(0.05)


def _settle(futures: Mapping[Any, Future[Any]], *, unless: int | None = None) -> dict[Any, Any]:
    """What each future brought. The caller's frame keeps the AdminClient alive meanwhile."""
    brought = {}
    for asked, future in futures.items():
        try:
            brought[asked] = future.result(timeout=2 * TIMEOUT_S)
        except TimeoutError as error:
            raise Transient("Kafka does not answer") from error
        except KafkaException as error:
            if _code(error) == unless:
                continue
            if _code(error) in _NO_ANSWER:
                raise Transient(f"Kafka does not answer: {_said(error)}") from error
            name = asked.name if isinstance(asked, ConfigResource) else asked
            raise Misconfigured(f"{name}: Kafka refuses: {_said(error)}") from error
    return brought


def _code(error: KafkaException) -> int:
    return int(error.args[0].code())


def _said(error: KafkaException) -> str:
    return str(error.args[0].str())
