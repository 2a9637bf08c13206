"""Java, Maven and the broker's jars: found, checked, fetched once into the user's cache folder."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from standalone.errors import FetchError, ToolMissingError

KAFKA_VERSION = "4.3.1"
"""The broker of ``pom.xml`` and of docker-compose.yml; a test compares the three."""

MIN_JAVA = 17
"""Kafka 4 brokers are compiled for Java 17 (KIP-1013)."""

POM = Path(__file__).with_name("pom.xml")
_GET_JAVA = "install one, e.g. `apt install openjdk-17-jre-headless` or `brew install openjdk@17`"
_GET_MAVEN = "install it, e.g. `apt install maven` or `brew install maven`"
_MARKER = "complete.json"


def find_java(env: Mapping[str, str] = os.environ) -> Path:
    """The ``java`` of JAVA_HOME, else of PATH, seen to run and new enough. Raises ToolMissingError."""
    home = env.get("JAVA_HOME")
    named = str(Path(home, "bin", "java")) if home else "java"
    found = shutil.which(named, path=env.get("PATH", os.defpath))
    if found is None:
        raise ToolMissingError(f"Java {MIN_JAVA}+ is missing ({named} not found): {_GET_JAVA}")
    # Running it is the only proof: macOS ships a `java` that merely tells where to buy one.
    shown = subprocess.run([found, "-version"], capture_output=True, text=True, check=False, env=dict(env))  # noqa: S603
    stated = re.search(r'version "(?:1\.)?(\d+)', shown.stderr + shown.stdout)
    if shown.returncode != 0 or stated is None:
        raise ToolMissingError(f"Java {MIN_JAVA}+ is missing ({found} does not run): {_GET_JAVA}")
    if int(stated[1]) < MIN_JAVA:
        raise ToolMissingError(f"Java {stated[1]} ({found}) is too old, Kafka needs {MIN_JAVA}+: {_GET_JAVA}")
    return Path(found)


def find_maven(env: Mapping[str, str] = os.environ) -> Path:
    """The ``mvn`` of PATH. Raises ToolMissingError."""
    found = shutil.which("mvn", path=env.get("PATH", os.defpath))
    if found is None:
        raise ToolMissingError(f"Maven is missing (mvn not found): {_GET_MAVEN}")
    return Path(found)


def cache_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where the jars of this version live: ``$XDG_CACHE_HOME/ozmap-ixc/kafka-<version>``."""
    # The XDG specification says to ignore a relative path here.
    base = Path(env.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        base = Path(env.get("HOME", "~")).expanduser() / ".cache"
    return base / "ozmap-ixc" / f"kafka-{KAFKA_VERSION}"


def ensure_jars(env: Mapping[str, str] = os.environ, say: Callable[[str], None] = lambda _line: None) -> Path:
    """The folder with all jars of ``pom.xml``, fetched when anything is missing or has another size.

    Two starts at once fetch once: the second waits. Raises ToolMissingError (no Maven, and jars are missing)
    and FetchError.
    """
    folder = cache_folder(env)
    if is_complete(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.with_suffix(".lock")):
        if not is_complete(folder):
            say(f"fetching Apache Kafka {KAFKA_VERSION} by Maven, 44 MB, once")
            _fetch(folder, find_maven(env), env)
    return folder


def is_complete(folder: Path) -> bool:
    """Whether ``folder`` holds every jar, whole, that this ``pom.xml`` asked for."""
    try:
        marker = json.loads((folder / _MARKER).read_text())
        if marker["pom_sha256"] != _pom_sha256():
            return False
        return all((folder / name).stat().st_size == n_bytes for name, n_bytes in marker["jars"].items())
    except (OSError, ValueError, KeyError):
        return False


def _fetch(folder: Path, maven: Path, env: Mapping[str, str]) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        # Maven writes a `target` folder beside the pom it is given, so it gets a copy.
        shutil.copy(POM, fresh / "pom.xml")
        fetched = subprocess.run(  # noqa: S603
            [
                str(maven),
                "-q",
                "-B",
                "-f",
                str(fresh / "pom.xml"),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={fresh}",
            ],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=dict(env),
        )
        sizes = {jar.name: jar.stat().st_size for jar in sorted(fresh.glob("*.jar"))}
        if fetched.returncode != 0 or f"kafka_2.13-{KAFKA_VERSION}.jar" not in sizes:
            raise FetchError(
                f"Maven could not fetch Apache Kafka {KAFKA_VERSION}: {_first_error(fetched.stdout)}"
            )
        (fresh / _MARKER).write_text(json.dumps({"pom_sha256": _pom_sha256(), "jars": sizes}, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _first_error(maven_output: str) -> str:
    for line in maven_output.splitlines():
        if line.startswith("[ERROR]"):
            return line.removeprefix("[ERROR]").strip()[:300]
    return "it gave no reason; run `mvn -B -f standalone/pom.xml dependency:resolve` to see more"


def _pom_sha256() -> str:
    return hashlib.sha256(POM.read_bytes()).hexdigest()


@contextmanager
def _alone(lock_file: Path) -> Iterator[None]:
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the kernel releases it with the holder, so it cannot go stale
        yield
