"""client-activation: an active contract implants the client; nothing un-implants it.

Source: spec ``client-activation``.
"""

from __future__ import annotations

from sandbox.oracle.raw import Rows, Subscribers, by_id, of, text


def expected_implanted(ozmap: Rows, ixc: Rows) -> set[str]:
    """Ids of clients that must be implanted."""
    subscribers = Subscribers(ozmap, ixc)
    clients = (
        subscribers.client(login)
        for login in subscribers.fibre_logins()
        if subscribers.contract_status(login) == "A"
    )
    return {str(client["id"]) for client in clients if client is not None}


def compare_activation(ozmap: Rows, ixc: Rows, initial: Rows | None = None) -> list[str]:
    """What differs from client-activation, in words. ``initial``: OZmap before; then no other may change."""
    wanted = expected_implanted(ozmap, ixc)
    before = by_id(of(initial, "ftth-clients")) if initial is not None else {}
    words: list[str] = []
    for client in of(ozmap, "ftth-clients"):
        client_id, is_implanted = str(client["id"]), client.get("implanted") is True
        was = before.get(client_id)
        if client_id in wanted and not is_implanted:
            words.append(f"client {text(client, 'code')} is not implanted though its contract is active")
        elif was is not None and (was.get("implanted") is True) != is_implanted and client_id not in wanted:
            words.append(f"client {text(client, 'code')} became implanted={is_implanted}, which no rule asks")
    return words
