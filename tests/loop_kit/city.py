"""Both doubles of one city, and their sandbox side: rows, journal, faults."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from sandbox.demo.doubles import Doubles

Rows = dict[str, list[dict[str, Any]]]
Entry = dict[str, Any]

SYSTEMS = ("ozmap", "ixc")
OF_RULES = {
    "ozmap": ("projects", "boxes", "splitters", "olts", "ftth-clients"),
    "ixc": ("df_projeto", "radpop_radio", "rad_caixa_ftth", "radusuarios", "cliente"),
}
"""What box-sync and client-name look at."""

ALL_OF_IXC = (*OF_RULES["ixc"], "cliente_contrato", "radpop_radio_cliente_fibra")


class City(Doubles):
    """Both doubles as processes of their own, running until the ``with`` block ends."""

    def __init__(self, city: str, folder: Path, seed: int = 1) -> None:
        super().__init__(city, seed, folder / "doubles")

    def rows(self, system: str, entities: tuple[str, ...] = ()) -> Rows:
        """Rows as stored, by entity; without ``entities`` those that the rules look at."""
        return {name: self._get(system, f"rows/{name}") for name in entities or OF_RULES[system]}

    def journal(self, system: str, since: int = 0, *, effects: bool = False) -> list[Entry]:
        """Requests after number ``since``, oldest first; with ``effects`` those alone that changed a row."""
        found: list[Entry] = self._get(system, f"journal?since={since}&effects={int(effects)}")
        return found

    def n_requests(self, system: str) -> int:
        """How many requests a double has answered so far."""
        return int(self._get(system, "health")["n_requests"])

    def fault(self, system: str, kind: str, **parameters: Any) -> None:
        """A fault is on for the product's requests."""
        body = {"kind": kind} | parameters
        body["match"] = {"actor": "product"} | body.get("match", {})
        httpx.post(self._url(system, "faults"), json=body).raise_for_status()

    def n_times_left(self) -> int:
        """How many requests the faults that are on for some times have still to meet."""
        on = [fault for system in SYSTEMS for fault in self._get(system, "faults")["on"]]
        return sum(fault["times_left"] or 0 for fault in on)

    def n_met(self) -> dict[str, int]:
        """How many requests the faults that are on have met, by kind."""
        met: Counter[str] = Counter()
        for system in SYSTEMS:
            for fault in self._get(system, "faults")["on"]:
                met[fault["kind"]] += fault["n_met"]
        return dict(met)

    def clear_faults(self) -> None:
        """No fault is on any more."""
        for system in SYSTEMS:
            httpx.delete(self._url(system, "faults")).raise_for_status()

    def _get(self, system: str, what: str) -> Any:
        return httpx.get(self._url(system, what), timeout=60).raise_for_status().json()

    def _url(self, system: str, what: str) -> str:
        return f"{(self.ozmap if system == 'ozmap' else self.ixc).url}/__sandbox__/{what}"
