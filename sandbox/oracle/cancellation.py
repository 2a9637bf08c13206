"""client-cancellation: the client left; the property stays and remembers who was where.

Source: spec ``client-cancellation``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.oracle.raw import Row, Rows, Subscribers, by_id, is_active, of, reference, text
from sandbox.oracle.splitters import is_taken


def expected_cancellations(ozmap: Rows, ixc: Rows, cancelled_means: str = "no_contract") -> set[str]:
    """Ids of clients that must be off their property, as the setting ``cancelled_means`` has it.

    A contract whose row is missing is not "no contract". A withdrawn reservation is client-withdrawal's.
    """
    subscribers = Subscribers(ozmap, ixc)
    found: set[str] = set()
    for login in subscribers.fibre_logins():
        client = subscribers.client(login)
        if client is None or is_active(login) or subscribers.home(client) is None:
            continue
        status = subscribers.contract_status(login)
        is_cancelled = subscribers.has_no_contract(login)
        if cancelled_means == "no_active_contract" and status is not None:
            is_withdrawn = status == "D" and client.get("implanted") is not True
            is_cancelled = status != "A" and not is_withdrawn
        if is_cancelled:
            found.add(str(client["id"]))
    return found


def compare_cancellations(
    before: Rows,
    after: Rows,
    ixc: Rows,
    cancelled_means: str = "no_contract",
    *,
    disconnect_drop: bool = True,
) -> list[str]:
    """What differs from client-cancellation, in words, between OZmap ``before`` and ``after``."""
    wanted = expected_cancellations(before, ixc, cancelled_means)
    clients = by_id(of(before, "ftth-clients"))
    homes, splitters = by_id(of(after, "properties")), by_id(of(after, "splitters"))
    words: list[str] = []
    for old in of(before, "properties"):
        client_id = reference(old, "client")
        if client_id not in wanted:
            continue
        home, code = homes.get(str(old["id"])), text(clients[client_id], "code")
        if home is None:
            words.append(f"property {old['id']} of {code} is gone, it must stay")
            continue
        if reference(home, "client"):
            words.append(f"client {code} is still on property {old['id']}")
        words += _not_remembered(old, home, code)
        for connection in old.get("connections") or []:
            words += _connected(connection, home, splitters, is_wanted=not disconnect_drop)
    return words


def _not_remembered(old: Row, home: Row, code: str) -> list[str]:
    """The observation keeps what it had, and says code, splitter and port once, in one line."""
    was, now = text(old, "observation"), text(home, "observation")
    added = [line for line in now.splitlines() if line not in was.splitlines()]
    lines = [line for line in added if code in line]
    words = []
    if any(line not in now.splitlines() for line in was.splitlines()):
        words.append(f"property {home['id']} lost what its observation said")
    if len(lines) != 1 or len(added) != 1:
        words.append(
            f"property {home['id']} has {len(lines)} lines about {code} of {len(added)} added, wanted one"
        )
    if lines:
        words += [
            f"property {home['id']} does not say {connection['name']} port {connection['port']}: {lines[0]!r}"
            for connection in old.get("connections") or []
            if not (str(connection["name"]) in lines[0] and str(connection["port"]) in lines[0])
        ]
    return words


def _connected(
    connection: Mapping[str, Any], home: Row, splitters: Mapping[str, Row], *, is_wanted: bool
) -> list[str]:
    splitter, port = splitters.get(str(connection["id"])), int(connection["port"])
    if splitter is None:
        return []
    is_on = is_taken(splitter, port)
    if is_on == is_wanted:
        return []
    shown = "taken" if is_on else "free"
    return [f"port {port} of splitter {splitter['id']} is {shown} after {home['id']} was left"]
