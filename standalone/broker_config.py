"""The broker's server.properties and the two command lines that run it."""

from __future__ import annotations

from pathlib import Path

LOG4J = Path(__file__).with_name("log4j2.xml")
HEAP_MB = 512

ONE_NODE = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    # One node holds the only copy of everything.
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # 50 partitions each by default: seconds at the first consumer, and files, for nothing on one node.
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    # topics.yaml is the one source; a typing error must not become a topic.
    "auto.create.topics.enable": "false",
    # 128 MB by default, a quarter of this heap.
    "log.cleaner.dedupe.buffer.size": str(32 * 1024 * 1024),
    "num.network.threads": "2",
    "num.io.threads": "4",
}


def server_properties(log_dir: Path, port: int, controller_port: int) -> str:
    """One node, both listeners on loopback only. Source: stack facts "Apache Kafka without Docker"."""
    broker, controller = f"PLAINTEXT://127.0.0.1:{port}", f"CONTROLLER://127.0.0.1:{controller_port}"
    settings = ONE_NODE | {
        "log.dirs": str(log_dir).replace("\\", "\\\\"),  # a backslash escapes in a properties file
        "listeners": f"{broker},{controller}",
        "advertised.listeners": f"{broker},{controller}",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def format_argv(java: Path, jars: Path, properties: Path, cluster_id: str) -> list[str]:
    """Formats the folder named in ``properties`` for a new cluster."""
    return [
        *_jvm(java, jars, properties.parent),
        "kafka.tools.StorageTool",
        "format",
        "--standalone",
        "-t",
        cluster_id,
        "-c",
        str(properties),
    ]


def broker_argv(java: Path, jars: Path, properties: Path) -> list[str]:
    """Runs the node."""
    return [
        *_jvm(java, jars, properties.parent, "-Xms256m", "-XX:+ExitOnOutOfMemoryError"),
        "kafka.Kafka",
        str(properties),
    ]


def _jvm(java: Path, jars: Path, folder: Path, *options: str) -> list[str]:
    # The first compiler and the serial collector alone: half the start time and less memory, and one node
    # at thousands of messages a second does not miss the others.
    return [
        str(java),
        f"-Xmx{HEAP_MB}m",
        *options,
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        f"-Dlog4j2.configurationFile={LOG4J}",
        f"-Dkafka.logs.dir={folder}",
        "-cp",
        f"{jars}/*",
    ]
