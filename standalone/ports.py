"""Ports on loopback: a free one, and a clear refusal of one that is taken."""

from __future__ import annotations

import socket

from standalone.errors import PortTakenError


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on; it is not reserved: its user may have to ask again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_taken(port: int) -> None:
    """Raises PortTakenError when something listens on ``port`` of 127.0.0.1."""
    with socket.socket() as probe:
        # As the broker does: a predecessor's connection that fades away (TIME_WAIT) takes nothing.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise PortTakenError(
                f"Kafka's port {port} on 127.0.0.1 is taken: stop what listens there or choose another"
            ) from taken
