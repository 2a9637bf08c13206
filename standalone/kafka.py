"""A Kafka for one machine and for tests: one that is given, a Docker engine's, or Apache Kafka itself.

``require_kafka`` chooses. ``start_kafka`` is the way without Docker: one KRaft node on loopback, in a folder
that is kept or temporary, tied to this process (``standalone.tether``) so that it never outlives it.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from standalone.broker_config import broker_argv, format_argv, server_properties
from standalone.errors import BrokerError, StandaloneError, ToolMissingError
from standalone.folder_lock import FolderLock
from standalone.jars import KAFKA_VERSION, MIN_JAVA, ensure_jars, find_java
from standalone.ports import free_port, refuse_taken
from standalone.running import RunningKafka, Say, answering_cluster
from standalone.tether import Tether

READY_WITHIN_S = 60.0
"""1.1 s measured, about 15 s when the broker had been killed; the rest is for slow machines."""

STOP_WITHIN_S = 20.0
"""A clean stop takes 0.2 s empty; more would mean that it hangs."""

REVIVE_AFTER_S = 5.0
"""Between two attempts to revive a broker that does not even start."""

BOOTSTRAP_SERVERS = "KAFKA_BOOTSTRAP_SERVERS"
LOCAL_KAFKA = "LOCAL_KAFKA"
"""``java`` or ``docker``: which of the two is wanted; unset: Java where it is there, else Docker."""


def require_kafka(
    data_dir: Path | None = None,
    port: int | None = None,
    *,
    env: Mapping[str, str] = os.environ,
    say: Say = lambda _line: None,
    revive: bool = False,
) -> RunningKafka:
    """A Kafka that answers: given > Docker when asked for > Java > Docker when Java or Maven are missing.

    Raises StandaloneError with one line to show: the three ways when none is open.
    """
    if given := env.get(BOOTSTRAP_SERVERS, "").strip():
        return _given(given)
    wanted = env.get(LOCAL_KAFKA, "").strip()
    if wanted not in ("", "java", "docker"):
        raise StandaloneError(f"{LOCAL_KAFKA} is {wanted!r}: say java or docker, or leave it unset")
    if wanted == "docker":
        return _from_docker(data_dir, port)
    try:
        return start_kafka(data_dir, port, env=env, say=say, revive=revive)
    except ToolMissingError as missing:
        if wanted == "java":
            raise
        say(f"{missing}; trying Docker")
        try:
            return _from_docker(data_dir, port)
        except StandaloneError as no_docker:
            raise StandaloneError(
                f"No Kafka: set {BOOTSTRAP_SERVERS} to a running one, or start Docker ({no_docker}), "
                f"or have Java {MIN_JAVA}+ and Maven ({missing})"
            ) from missing


def _given(bootstrap_servers: str) -> RunningKafka:
    if answering_cluster(bootstrap_servers, within_s=10) is None:
        raise StandaloneError(
            f"Kafka at {bootstrap_servers} does not answer: start it, or unset {BOOTSTRAP_SERVERS}"
        )
    return RunningKafka(bootstrap_servers, "given")


def _from_docker(data_dir: Path | None, port: int | None) -> RunningKafka:
    try:
        from standalone.kafka_container import start_container
    except ModuleNotFoundError as missing:
        raise ToolMissingError(f"the Python package {missing.name} is not installed") from missing
    return start_container(data_dir, port)


def start_kafka(
    data_dir: Path | None = None,
    port: int | None = None,
    *,
    env: Mapping[str, str] = os.environ,
    say: Say = lambda _line: None,
    revive: bool = False,
) -> LocalKafka:
    """Apache Kafka runs and answers; the jars are fetched first when the cache lacks them.

    ``data_dir`` None: a temporary folder, gone with the broker. ``port`` None: a free one. ``revive``: a
    broker that dies is started again on the same port, and ``say`` tells. Raises StandaloneError.
    """
    java = find_java(env)
    return LocalKafka(java, ensure_jars(env, say), data_dir, port, say=say, revive=revive)


class LocalKafka(RunningKafka):
    """One node of Apache Kafka, our child."""

    def __init__(
        self,
        java: Path,
        jars: Path,
        data_dir: Path | None,
        port: int | None,
        *,
        say: Say,
        revive: bool,
    ) -> None:
        self._java, self._jars, self._say = java, jars, say
        self.folder = Path(tempfile.mkdtemp(prefix="kafka-")) if data_dir is None else data_dir.resolve()
        self._temporary = data_dir is None
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = FolderLock(self.folder)
        # If we are killed, nobody else knows of the temporary folder.
        self._tether = Tether(after_death=("rm", "-rf", str(self.folder)) if self._temporary else ())
        self._stopping = threading.Event()
        self._broker: subprocess.Popen[bytes] | None = None
        self._reviver = threading.Thread(target=self._keep_alive, name="kafka-reviver", daemon=True)
        try:
            self._start_on_some_port(port)
        except BaseException:
            self.stop()
            raise
        super().__init__(f"127.0.0.1:{self.port}", "java")
        if revive:
            self._reviver.start()

    @property
    def pid(self) -> int | None:
        """The broker's process id; None once stopped."""
        return None if self._broker is None else self._broker.pid

    def stop(self) -> None:
        """The broker has ended, cleanly unless it hung; a temporary folder is gone. May be called again."""
        self._stopping.set()
        if self._reviver.is_alive():
            self._reviver.join()
        broker, self._broker = self._broker, None
        if broker is not None:
            self._end(broker)
        self._tether.close()
        self._lock.release()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _start_on_some_port(self, port: int | None) -> None:
        if port is not None:
            refuse_taken(port)
        # A port found free may be taken by the time the broker asks for it; then another one is found.
        attempts = 3
        for attempt in range(attempts):
            self.port, controller_port = (port or free_port()), free_port()
            self._configure(controller_port)
            try:
                self._launch()
            except BrokerError:
                if attempt + 1 == attempts or "Address already in use" not in self._last_words():
                    raise
            else:
                return

    def _configure(self, controller_port: int) -> None:
        log_dir = self.folder / "log"
        if not log_dir.exists():
            self._format(log_dir, controller_port)
        self._properties.write_text(server_properties(log_dir, self.port, controller_port))

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _format(self, log_dir: Path, controller_port: int) -> None:
        # Formatted aside and renamed: a `log` folder that exists is whole, whenever we may have died.
        aside = log_dir.with_name("log.new")
        shutil.rmtree(aside, ignore_errors=True)
        self._properties.write_text(server_properties(aside, self.port, controller_port))
        formatted = subprocess.run(  # noqa: S603
            format_argv(self._java, self._jars, self._properties, new_cluster_id()),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if formatted.returncode != 0:
            raise BrokerError(f"Kafka's folder could not be formatted: {formatted.stderr.strip()[-500:]}")
        aside.rename(log_dir)

    def _launch(self) -> None:
        with self._out_file.open("wb") as out:
            broker = self._tether.spawn(
                broker_argv(self._java, self._jars, self._properties), output=out, keep_fds=[self._lock.fd]
            )
        self._broker = broker
        self._lock.describe(broker_pid=broker.pid)
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not self._answers() and not self._stopping.is_set():
            if broker.poll() is not None:
                self._fail(broker, f"ended with code {broker.returncode}")
            if time.monotonic() > give_up_at:
                self._fail(broker, f"did not answer within {READY_WITHIN_S:.0f} s")
            time.sleep(0.02)

    def _answers(self) -> bool:
        # The bare connection first: it is refused in microseconds, where a client would back off.
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        # Whoever answers on this port must be the cluster of our folder.
        return answering_cluster(f"127.0.0.1:{self.port}", within_s=1) == self.cluster_id

    @property
    def cluster_id(self) -> str:
        """The id that the folder was formatted with: the same at every start."""
        meta = (self.folder / "log" / "meta.properties").read_text()
        return next(line.partition("=")[2] for line in meta.splitlines() if line.startswith("cluster.id="))

    def _fail(self, broker: subprocess.Popen[bytes], why: str) -> None:
        self._broker = None
        self._end(broker)
        raise BrokerError(f"Apache Kafka {KAFKA_VERSION} {why}: {self._last_words()}")

    def _last_words(self) -> str:
        lines = [
            line.strip()
            for file in (self._out_file, self.folder / "broker.log")
            if file.exists()
            for line in file.read_text(errors="replace").splitlines()
        ]
        told = [line for line in lines if "ERROR" in line or "Exception" in line] or lines
        return " | ".join(told[-3:])[-600:] + f" (log: {self.folder})"

    @property
    def _out_file(self) -> Path:
        return self.folder / "broker.out"

    def _end(self, broker: subprocess.Popen[bytes]) -> None:
        broker.terminate()
        try:
            broker.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            broker.kill()
            broker.wait()
        self._tether.untie(broker.pid)

    def _keep_alive(self) -> None:
        while not self._stopping.wait(0.2):
            broker = self._broker
            if broker is not None:
                if broker.poll() is None:
                    continue
                self._tether.untie(broker.pid)
                self._say(f"Kafka (pid {broker.pid}) died with code {broker.returncode}, starting it again")
            try:
                self._launch()
            except BrokerError as failed:
                self._say(f"{failed}; trying again in {REVIVE_AFTER_S:.0f} s")
                self._stopping.wait(REVIVE_AFTER_S)


def new_cluster_id(seed: str | None = None) -> str:
    """16 bytes in URL-safe base64, as Kafka's own tool makes them: random, or always those of ``seed``."""
    made = (uuid.uuid4() if seed is None else uuid.uuid5(uuid.NAMESPACE_URL, seed)).bytes
    # Kafka's command lines would take a leading dash for an option.
    return "A" + base64.urlsafe_b64encode(made).decode().rstrip("=")[1:]
