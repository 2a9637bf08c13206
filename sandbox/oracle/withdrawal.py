"""client-withdrawal: the reservation of a withdrawn contract is gone: client, property and drop.

Source: spec ``client-withdrawal``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.oracle.raw import Row, Rows, Subscribers, by_id, is_active, of, reference, text
from sandbox.oracle.splitters import is_taken

REMOVED = "removed"


def expected_withdrawals(ozmap: Rows, ixc: Rows) -> dict[str, str]:
    """Client id → ``removed``, or why it stays, where an inactive fibre login's contract is withdrawn."""
    subscribers = Subscribers(ozmap, ixc)
    found: dict[str, str] = {}
    for login in subscribers.fibre_logins():
        client = subscribers.client(login)
        if client is None or is_active(login) or subscribers.contract_status(login) != "D":
            continue
        found[str(client["id"])] = "not_a_reservation" if client.get("implanted") is True else REMOVED
    return found


def compare_withdrawals(before: Rows, after: Rows, ixc: Rows, others: Iterable[str] = ()) -> list[str]:
    """What differs from client-withdrawal, in words, between OZmap ``before`` and ``after``.

    ``others``: ids of clients and properties that other rules or people took away.
    """
    wanted = {client for client, fate in expected_withdrawals(before, ixc).items() if fate == REMOVED}
    homes = {
        reference(home, "client"): home for home in of(before, "properties") if reference(home, "client")
    }
    gone_with = {str(homes[client]["id"]) for client in wanted if client in homes}
    words = _missing(before, after, "ftth-clients", wanted | set(others))
    words += _missing(before, after, "properties", gone_with | set(others))
    words += [
        f"client {client} is still there"
        for client in sorted(wanted & by_id(of(after, "ftth-clients")).keys())
    ]
    for client in sorted(wanted & homes.keys()):
        words += _left_behind(homes[client], after)
    return words


def _missing(before: Rows, after: Rows, entity: str, allowed: set[str]) -> list[str]:
    gone = by_id(of(before, entity)).keys() - by_id(of(after, entity)).keys() - allowed
    return [f"{entity} {row_id} is gone, which no rule asks" for row_id in sorted(gone)]


def _left_behind(home: Row, after: Rows) -> list[str]:
    """What must have gone with the property, or become free."""
    words = []
    if str(home["id"]) in by_id(of(after, "properties")):
        words.append(f"property {home['id']} is still there")
    if reference(home, "drop") in by_id(of(after, "cables")):
        words.append(f"drop {reference(home, 'drop')} is still there")
    splitters = by_id(of(after, "splitters"))
    for connection in home.get("connections") or []:
        splitter = splitters.get(str(connection["id"]))
        if splitter is not None and is_taken(splitter, int(connection["port"])):
            words.append(f"port {connection['port']} of splitter {text(splitter, 'name')} is still taken")
    return words
