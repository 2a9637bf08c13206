"""topics.yaml is refused when it cannot be meant, and what loses records is known as such."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernel.domain.errors import Misconfigured
from kernel.runtime.topics import load_topics, loses_records

TOPIC = """
  - name: {name}
    key: id
    partitions: {partitions}
    configs: {{cleanup.policy: compact}}
    producers: [pollers]
    consumers: [streams]
    types: [a.observed.v1]
    description: Something.
"""


def written(folder: Path, *topics: str, head: str = "") -> Path:
    file = folder / "topics.yaml"
    file.write_text(head + "topics:" + "".join(topics))
    return file


def test_the_products_own_topics_are_valid_and_keep_state_compacted() -> None:
    catalogue = load_topics()
    assert {topic.name for topic in catalogue.topics} >= {"ozmap.box.changes.v1", "ixc.box.commands.v1"}
    assert all(
        topic.configs["cleanup.policy"] == "compact"
        for topic in catalogue.topics
        if topic.name.endswith(".changes.v1")
    )


def test_a_topic_stated_twice_is_refused_by_name(tmp_path: Path) -> None:
    topic = TOPIC.format(name="a.b.v1", partitions=1)
    with pytest.raises(Misconfigured, match=r"topics\.yaml: .*stated twice: a\.b\.v1"):
        load_topics(written(tmp_path, topic, topic))


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        (TOPIC.format(name="a.b.v1", partitions=0), r"topics\.0\.partitions"),
        (TOPIC.format(name="A b", partitions=1), r"topics\.0\.name"),
        (TOPIC.format(name="a.b.v1", partitions=1) + "    retention: 3\n", r"topics\.0\.retention"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path: Path, topic: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        load_topics(written(tmp_path, topic))


def test_a_missing_or_broken_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="No such file"):
        load_topics(tmp_path / "none.yaml")
    with pytest.raises(Misconfigured, match=r"topics\.yaml"):
        load_topics(written(tmp_path, head="a: [\n"))


@pytest.mark.parametrize(
    ("config", "found", "wanted", "loses"),
    [
        ("retention.ms", "1000", "999", True),
        ("retention.ms", "1000", "1001", False),
        ("retention.ms", "-1", "9999999999999", True),
        ("retention.ms", "1000", "-1", False),
        ("retention.bytes", "-1", "1048576", True),
        ("delete.retention.ms", "86400000", "1000", True),
        ("cleanup.policy", "compact", "delete", True),
        ("cleanup.policy", "delete", "compact", True),
        ("cleanup.policy", "delete", "compact,delete", True),
        ("cleanup.policy", "compact,delete", "compact", False),
        ("max.message.bytes", "8388608", "1048576", False),
        ("segment.ms", "604800000", "3600000", False),
    ],
)
def test_tighter_limits_and_added_policies_lose_records(
    config: str, found: str, wanted: str, loses: bool
) -> None:
    assert bool(loses_records(config, found, wanted)) is loses
