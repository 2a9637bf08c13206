"""Splitters of a place: which serve clients, in which order, and how IXC numbers their ports.

Source: spec, "Ports of a box with several service splitters".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sandbox.oracle.raw import Row, Rows, of, reference


def n_outputs(splitter: Row) -> int:
    """How many clients it can carry."""
    outputs = (splitter.get("connectables") or {}).get("output")
    if outputs:
        return len(outputs)
    return int((splitter.get("ratio") or {}).get("output") or 0)


def order(splitter: Row) -> tuple[bool, float, str, str]:
    """By index, name, id; a splitter without index comes after those with one."""
    index = splitter.get("index")
    return (
        index is None,
        0.0 if index is None else float(index),
        str(splitter.get("name") or ""),
        str(splitter["id"]),
    )


def by_parent(ozmap: Rows) -> dict[str, list[Row]]:
    """All splitters by the place they sit in, ordered."""
    found: dict[str, list[Row]] = defaultdict(list)
    for splitter in sorted(of(ozmap, "splitters"), key=order):
        found[reference(splitter, "parent")].append(splitter)
    return dict(found)


def serving(splitters: Sequence[Row]) -> list[Row]:
    """Those clients may be connected to, in order."""
    return [splitter for splitter in sorted(splitters, key=order) if splitter.get("isDrop") is True]


def box_port(splitters: Sequence[Row], splitter_id: str, port: int) -> int | None:
    """The box's port for a splitter's port; None when the splitter is no service splitter of the box."""
    n_before = 0
    for splitter in serving(splitters):
        if str(splitter["id"]) == splitter_id:
            return n_before + port
        n_before += n_outputs(splitter)
    return None


def splitter_port(splitters: Sequence[Row], port: int) -> tuple[Row, int] | None:
    """The splitter and its port for a port of the box; None when the box has no such port."""
    rest = port
    for splitter in serving(splitters):
        if 1 <= rest <= n_outputs(splitter):
            return splitter, rest
        rest -= n_outputs(splitter)
    return None


def is_taken(splitter: Row, port: int) -> bool:
    outputs = (splitter.get("connectables") or {}).get("output") or []
    return port <= len(outputs) and outputs[port - 1] is not None


def is_blocked(splitter: Row, port: int) -> bool:
    ports = splitter.get("ports") or []
    return port <= len(ports) and bool(ports[port - 1].get("blocked"))
