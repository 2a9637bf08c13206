"""What a run was taken on: processor, memory, system and versions; no name and no path of the machine."""

import os
import platform
import re
import subprocess
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import confluent_kafka

from kernel.domain.errors import IntegratorError
from standalone.errors import StandaloneError
from standalone.jars import KAFKA_VERSION, find_java

PACKAGES = (
    "confluent-kafka",
    "faust-streaming",
    "rocksdict",
    "httpx",
    "httpx-aiohttp",
    "aiohttp",
    "pydantic",
    "orjson",
)


def describe_machine() -> dict[str, str]:
    """Name → value, for people."""
    described = {
        "processor": _first_of(Path("/proc/cpuinfo"), r"model name\s*:\s*(.+)") or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{_memory_gib():.0f} GiB",
        "system": _first_of(Path("/etc/os-release"), r'PRETTY_NAME="?([^"\n]+)') or platform.system(),
        "load before": load(),
        "Python": platform.python_version(),
        "Java": _or_none(_java_version),
        "Apache Kafka": KAFKA_VERSION,
        "librdkafka": str(confluent_kafka.libversion()[0]),
        "commit": _or_none(_commit),
    }
    return described | {package: version(package) for package in PACKAGES}


def load() -> str:
    """Processes that want a core, last minute: far above the cores, a run is a noisy one."""
    return f"{os.getloadavg()[0]:.2f}"


def _first_of(file: Path, pattern: str) -> str:
    with suppress(OSError):
        found = re.search(pattern, file.read_text(encoding="utf-8", errors="replace"))
        return found[1].strip() if found else ""
    return ""


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _or_none(tell: Callable[[], str]) -> str:
    try:
        return tell()
    except (OSError, subprocess.CalledProcessError, IntegratorError, StandaloneError):
        return "none"


def _java_version() -> str:
    told = subprocess.run(  # noqa: S603
        [str(find_java(os.environ)), "-version"], capture_output=True, text=True, check=True
    )
    found = re.search(r'"([^"]+)"', told.stderr)
    return found[1] if found else "unknown"


def _commit() -> str:
    root = Path(__file__).parents[1]

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603

    measured = git("status", "--porcelain", "--", "kernel", "pollers", "streams", "sinks", "benchmarks/*.py")
    return git("rev-parse", "--short", "HEAD") + (" and changes" if measured else "")
