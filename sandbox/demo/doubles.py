"""Both doubles as processes of their own, and what the demo asks of them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

PRODUCT, PERSON = "product", "person"


@dataclass(frozen=True)
class Ready:
    """A double that serves: its URL and the key of each actor. ``repr`` shows no key."""

    system: str
    url: str
    keys: dict[str, str]

    def __repr__(self) -> str:
        return f"Ready({self.system} at {self.url})"


class Doubles:
    """OZmap and IXC with the same city, running until the ``with`` block ends."""

    def __init__(self, city: str, seed: int, time_zone: str = "America/Sao_Paulo") -> None:
        self._arguments = ["--city", city, "--seed", str(seed), "--time-zone", time_zone]
        self._running: list[subprocess.Popen[str]] = []
        self.ozmap = self.ixc = Ready("", "", {})

    def __enter__(self) -> Self:
        ozmap = self._spawn("ozmap", {name: secrets.token_hex(16) for name in (PRODUCT, PERSON)})
        ixc_keys = {name: f"{n}:{secrets.token_hex(32)}" for n, name in enumerate((PRODUCT, PERSON), start=1)}
        ixc = self._spawn("ixc", ixc_keys)
        try:
            self.ozmap, self.ixc = _ready(ozmap), _ready(ixc)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def env(self) -> dict[str, str]:
        """The settings with which the product reaches both."""
        return {
            "OZMAP_URL": self.ozmap.url,
            "OZMAP_KEY": self.ozmap.keys[PRODUCT],
            "IXC_URL": self.ixc.url,
            "IXC_TOKEN": self.ixc.keys[PRODUCT],
        }

    def rows(self, system: str) -> dict[str, list[dict[str, Any]]]:
        """Every stored row of a double, by entity."""
        ready = self.ozmap if system == "ozmap" else self.ixc
        entities = OZMAP_ROWS if system == "ozmap" else IXC_ROWS
        with httpx.Client(base_url=ready.url, timeout=60) as http:
            return {name: http.get(f"/__sandbox__/rows/{name}").raise_for_status().json() for name in entities}

    def writes(self, system: str, since: int = 0) -> list[dict[str, Any]]:
        """Journal entries of a double after ``since`` that changed something, oldest first."""
        ready = self.ozmap if system == "ozmap" else self.ixc
        with httpx.Client(base_url=ready.url, timeout=60) as http:
            entries = http.get("/__sandbox__/journal", params={"since": since}).raise_for_status().json()
        return [entry for entry in entries if entry["changed"]]

    def _spawn(self, system: str, keys: dict[str, str]) -> subprocess.Popen[str]:
        argv = [sys.executable, "-m", "sandbox", system, *self._arguments]
        for actor, key in keys.items():
            argv += ["--key", f"{key}={actor}"]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=os.environ)  # noqa: S603
        self._running.append(process)
        return process

    def _stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()


OZMAP_ROWS = (
    "projects",
    "boxes",
    "buildings",
    "splitters",
    "olts",
    "ftth-clients",
    "properties",
)
IXC_ROWS = (
    "df_projeto",
    "radpop_radio",
    "rad_caixa_ftth",
    "radusuarios",
    "cliente_contrato",
    "cliente",
    "radpop_radio_cliente_fibra",
)


def _ready(process: subprocess.Popen[str]) -> Ready:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"the double ended with code {process.wait()} before it served")
    told = json.loads(line)
    return Ready(told["system"], told["url"], told["keys"])
