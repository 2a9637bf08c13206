"""Apache Kafka in a container of the local Docker engine, for machines without Java or Maven."""

from __future__ import annotations

import hashlib
import sys
import uuid
from pathlib import Path

import docker
from docker.errors import DockerException, NotFound
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from standalone.broker_config import ONE_NODE
from standalone.errors import BrokerError, ToolMissingError
from standalone.folder_lock import FolderLock
from standalone.jars import KAFKA_VERSION
from standalone.kafka import READY_WITHIN_S, STOP_WITHIN_S, new_cluster_id
from standalone.ports import free_port, refuse_taken
from standalone.running import RunningKafka, answering_cluster
from standalone.tether import Tether

IMAGE = f"apache/kafka:{KAFKA_VERSION}"
_LOG_DIR = "/var/lib/kafka/data"

# Run when we are gone, however we went: nobody else would stop the container.
_CLEAR_AWAY = """
import sys, docker
left = docker.from_env().containers.get(sys.argv[1])
left.stop(timeout=10)
left.remove(v=True)
"""


def start_container(data_dir: Path | None = None, port: int | None = None) -> ContainerKafka:
    """Kafka answers on a loopback port; its records live in a volume named after ``data_dir``, or go with it.

    Raises StandaloneError: no engine, no image, a taken port or folder, no answer.
    """
    try:
        docker.from_env().ping()
    except DockerException as silent:
        raise ToolMissingError("no Docker engine answers: start it, or set DOCKER_HOST") from silent
    return ContainerKafka(data_dir, port)


class _Broker(DockerContainer):
    """testcontainers' own KafkaContainer does not start ``apache/kafka`` images (testcontainers 4.15)."""

    def __init__(self, name: str, port: int, cluster_id: str, volume: str | None) -> None:
        super().__init__(IMAGE, name=name)
        # (address, port): otherwise Docker would publish on every interface.
        self.ports = {f"{port}/tcp": ("127.0.0.1", port)}  # type: ignore[dict-item]  # docker-py takes it
        if volume is not None:
            self.with_volume_mapping(volume, _LOG_DIR, "rw")
        # The port is chosen before the start, so that the broker can advertise it from its first moment.
        listeners = "CONTROLLER://127.0.0.1:{}".format("9093" if port != 9093 else "9094")
        settings = ONE_NODE | {
            "listeners": f"PLAINTEXT://0.0.0.0:{port},{listeners}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
            "controller.quorum.voters": "1@" + listeners.removeprefix("CONTROLLER://"),
            "log.dirs": _LOG_DIR,
        }
        self.with_env("CLUSTER_ID", cluster_id)
        for key, value in settings.items():
            self.with_env("KAFKA_" + key.upper().replace(".", "_"), value)


class ContainerKafka(RunningKafka):
    """One node of Apache Kafka in a container that is stopped and removed with this process."""

    def __init__(self, data_dir: Path | None, port: int | None) -> None:
        if port is not None:
            refuse_taken(port)
        port = port or free_port()
        self._lock = None
        mark = uuid.uuid4().hex[:12]
        if data_dir is not None:
            data_dir.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(data_dir.resolve())
            mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
        self.name = f"ozmap-ixc-kafka-{mark}"
        self.volume = None if data_dir is None else self.name
        self._tether = Tether(after_death=(sys.executable, "-c", _CLEAR_AWAY, self.name))
        super().__init__(f"127.0.0.1:{port}", "docker")
        try:
            self._start(port, new_cluster_id(seed=self.volume))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """The container is gone, its volume only if it was temporary. May be called again."""
        self._remove()
        self._tether.close()
        if self._lock is not None:
            self._lock.release()

    def _start(self, port: int, cluster_id: str) -> None:
        self._remove()  # one that an engine's crash left behind; the folder's lock says that nobody uses it
        # The tether clears away; testcontainers' reaper would need one more image.
        testcontainers_config.ryuk_disabled = True
        try:
            _Broker(self.name, port, cluster_id, self.volume).start()
        except DockerException as failed:
            raise BrokerError(f"Docker could not start {IMAGE}: {str(failed)[:300]}") from failed
        if answering_cluster(self.bootstrap_servers, within_s=READY_WITHIN_S) is None:
            raise BrokerError(f"{IMAGE} ({self.name}) did not answer within {READY_WITHIN_S:.0f} s")

    def _remove(self) -> None:
        client = docker.from_env()
        try:
            left = client.containers.get(self.name)
            left.stop(timeout=int(STOP_WITHIN_S))
            left.remove(v=True)
        except NotFound:
            pass
        finally:
            client.close()
