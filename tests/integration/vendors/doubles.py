"""A double as a process of its own, and the settings of a client that is to meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from kernel.settings import Settings
from kernel.vendors.budget import Budget

START_S = 30


@dataclass(frozen=True, slots=True)
class Running:
    """A double that serves: its address, its product's key and its own side."""

    url: str
    key: str
    certificate: str | None
    client: httpx.Client

    def ask(self, method: str, path: str, content: Any = None) -> Any:
        """A request to the double's own side."""
        answer = self.client.request(method, f"{self.url}/__sandbox__/{path}", json=content)
        answer.raise_for_status()
        return answer.json()

    def fault(self, kind: str, **more: Any) -> None:
        """From now on requests meet this fault."""
        self.ask("POST", "faults", {"kind": kind, **more})

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """What was asked of it after ``since``."""
        found: list[dict[str, Any]] = self.ask("GET", f"journal?since={since}")
        return found


@contextmanager
def running(system: str, *arguments: str) -> Iterator[Running]:
    """Inside the block the double serves, after it its process is gone."""
    command = [sys.executable, "-m", "sandbox", system, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            with httpx.Client(verify=False) as client:  # noqa: S501  its own side, on loopback
                yield Running(ready["url"], ready["keys"]["product"], ready.get("certificate"), client)
        finally:
            process.terminate()
            process.wait(START_S)


def settings_for(**fields: Any) -> Settings:
    """Settings of which a test names what it is about."""
    given: dict[str, Any] = {"ozmap_url": "http://127.0.0.1:1", "ixc_url": "http://127.0.0.1:1"}
    given |= {"ozmap_key": "OZKEY-3f9c1f7e55aa", "ixc_token": "12:IXCHASH-77d0c2b1e4"} | fields
    return Settings(**given)


def unhurried() -> Budget:
    """A budget that nobody meets."""
    return Budget(1e9)
