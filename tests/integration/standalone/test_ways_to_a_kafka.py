"""Which Kafka is taken, how its jars are fetched, and the one line that says what is missing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import docker
import pytest
import yaml
from docker.errors import DockerException

from standalone import jars
from standalone.errors import FetchError, StandaloneError, ToolMissingError
from standalone.kafka import require_kafka
from standalone.ports import free_port
from standalone.running import RunningKafka, answering_cluster
from tests.integration.standalone.until import runs, until

ROOT = Path(__file__).parents[3]
MAVEN = """#!/bin/sh
echo called >>"$MAVEN_CALLS"
for arg in "$@"; do case $arg in -DoutputDirectory=*) out=${arg#*=} ;; esac; done
echo jar >"$out/kafka_2.13-4.3.1.jar"
[ -z "$MAVEN_TAKES_S" ] || sleep "$MAVEN_TAKES_S"
echo jar >"$out/other.jar"
"""


def tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


@pytest.fixture
def with_maven(tmp_path: Path) -> dict[str, str]:
    """An environment with an empty cache and a Maven that writes two small jars and counts its calls."""
    tool(tmp_path / "bin", "mvn", MAVEN)
    return {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "MAVEN_CALLS": str(tmp_path / "calls"),
    }


def n_calls(env: dict[str, str]) -> int:
    return len(Path(env["MAVEN_CALLS"]).read_text().splitlines())


def test_jars_are_fetched_once_and_again_when_one_is_missing_or_cut(with_maven: dict[str, str]) -> None:
    folder = jars.ensure_jars(with_maven)
    assert folder.name == "kafka-4.3.1"
    jars.ensure_jars(with_maven)
    assert n_calls(with_maven) == 1
    (folder / "other.jar").unlink()
    jars.ensure_jars(with_maven)
    (folder / "other.jar").write_text("")
    jars.ensure_jars(with_maven)
    (folder / "complete.json").unlink()
    jars.ensure_jars(with_maven)
    assert n_calls(with_maven) == 4
    assert [left.name for left in folder.parent.iterdir() if left.name.startswith("kafka-4.3.1-")] == []


def test_two_starts_at_once_fetch_once(with_maven: dict[str, str]) -> None:
    fetch = [sys.executable, "-c", "from standalone.jars import ensure_jars; ensure_jars()"]
    env = with_maven | {"PYTHONPATH": str(ROOT), "MAVEN_TAKES_S": "1"}
    both = [subprocess.Popen(fetch, env=env) for _ in range(2)]
    assert [one.wait(30) for one in both] == [0, 0]
    assert n_calls(with_maven) == 1


def test_a_failed_fetch_says_what_maven_said(tmp_path: Path, with_maven: dict[str, str]) -> None:
    tool(tmp_path / "bin", "mvn", "#!/bin/sh\necho '[ERROR] repo.example is unknown'; exit 1\n")
    with pytest.raises(FetchError, match=r"Maven could not fetch .*repo\.example is unknown"):
        jars.ensure_jars(with_maven)
    assert not jars.is_complete(jars.cache_folder(with_maven))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (None, r"Java 17\+ is missing \(java not found\): .*apt install openjdk"),
        ("#!/bin/sh\nexit 1\n", r"Java 17\+ is missing \(.*java does not run\)"),
        (
            "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n",
            r"Java 11 \(.*\) is too old, Kafka needs 17\+",
        ),
        ("#!/bin/sh\necho 'java version \"1.8.0_392\"' >&2\n", r"Java 8 \(.*\) is too old"),
    ],
)
def test_a_java_that_will_not_do_is_named_in_one_line(tmp_path: Path, script: str | None, said: str) -> None:
    if script is not None:
        tool(tmp_path, "java", script)
    with pytest.raises(ToolMissingError, match=said) as raised:
        jars.find_java({"PATH": str(tmp_path)})
    assert "\n" not in str(raised.value)


def test_a_missing_maven_matters_only_when_jars_are_missing(with_maven: dict[str, str]) -> None:
    without = with_maven | {"PATH": "/nowhere"}
    with pytest.raises(ToolMissingError, match=r"Maven is missing .*apt install maven"):
        jars.ensure_jars(without)
    jars.ensure_jars(with_maven)
    assert jars.is_complete(jars.ensure_jars(without))


def test_without_any_of_the_three_ways_one_line_names_them_all() -> None:
    env = os.environ | {"PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere.sock", "PYTHONPATH": str(ROOT)}
    env.pop("KAFKA_BOOTSTRAP_SERVERS", None)
    env.pop("JAVA_HOME", None)
    ask = "from standalone.kafka import *\ntry: require_kafka()\nexcept StandaloneError as e: print(e)"
    said = subprocess.run(
        [sys.executable, "-c", ask], env=env, capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert said.count("\n") == 1
    for way in ("set KAFKA_BOOTSTRAP_SERVERS", "start Docker", "Java 17+ and Maven"):
        assert way in said


@pytest.mark.kafka
def test_a_given_kafka_is_taken_and_left_running(kafka: RunningKafka) -> None:
    with require_kafka(env={"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers}) as given:
        assert (given.origin, given.pid) == ("given", None)
    assert answering_cluster(kafka.bootstrap_servers, within_s=5)


def test_a_given_kafka_that_does_not_answer_is_named() -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    with pytest.raises(StandaloneError, match=rf"Kafka at {nowhere} does not answer"):
        require_kafka(env={"KAFKA_BOOTSTRAP_SERVERS": nowhere})


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(StandaloneError, match="LOCAL_KAFKA is 'podman': say java or docker"):
        require_kafka(env={"LOCAL_KAFKA": "podman"})


def test_the_broker_has_one_version_everywhere() -> None:
    in_pom = re.search(
        r"<artifactId>kafka_2\.13</artifactId>\s*<version>(.*)</version>", jars.POM.read_text()
    )
    assert in_pom is not None
    assert in_pom[1] == jars.KAFKA_VERSION
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{jars.KAFKA_VERSION}"


def docker_answers() -> bool:
    try:
        return bool(docker.from_env().ping())
    except DockerException:
        return False


CONTAINER_PARENT = """
import json, os, sys
from pathlib import Path
from standalone.kafka import require_kafka
kafka = require_kafka(Path(sys.argv[1]), env=os.environ | {"LOCAL_KAFKA": "docker"})
told = {"name": kafka.name, "volume": kafka.volume, "servers": kafka.bootstrap_servers}
print(json.dumps(told), flush=True)
sys.stdin.read()
"""


@pytest.mark.kafka
@pytest.mark.skipif(not docker_answers(), reason="no Docker engine answers")
def test_a_container_is_gone_after_its_parent_was_killed_and_its_volume_brings_the_cluster_back(
    tmp_path: Path,
) -> None:
    env = {name: value for name, value in os.environ.items() if name != "KAFKA_BOOTSTRAP_SERVERS"}
    client = docker.from_env()

    def cluster_of_a_killed_parent() -> tuple[str | None, str]:
        parent = subprocess.Popen(
            [sys.executable, "-c", CONTAINER_PARENT, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        assert parent.stdout is not None
        told = json.loads(parent.stdout.readline())
        cluster = answering_cluster(told["servers"], within_s=5)
        parent.kill()
        parent.communicate()
        assert not runs(parent.pid)
        until(lambda: not client.containers.list(all=True, filters={"name": told["name"]}), "its end")
        return cluster, told["volume"]

    first, volume = cluster_of_a_killed_parent()
    second, _ = cluster_of_a_killed_parent()
    client.volumes.get(volume).remove()
    assert first is not None
    assert first == second
