"""client-name: the client on the map is called what the ERP calls the login's own customer.

Source: spec ``client-name``.
"""

from __future__ import annotations

from sandbox.oracle.raw import Rows, Subscribers, by_id, of, text


def expected_names(ozmap: Rows, ixc: Rows) -> dict[str, str]:
    """Client id → name it must have. Doubtful logins and codes, and empty names, ask for nothing."""
    subscribers = Subscribers(ozmap, ixc)
    wanted: dict[str, str] = {}
    for login in subscribers.fibre_logins():
        client, customer = subscribers.client(login), subscribers.customer(login)
        if client is not None and customer is not None and text(customer, "razao"):
            wanted[str(client["id"])] = text(customer, "razao")
    return wanted


def compare_names(ozmap: Rows, ixc: Rows, initial: Rows | None = None) -> list[str]:
    """What differs from client-name, in words. ``initial``: OZmap before; then no other name may change."""
    wanted = expected_names(ozmap, ixc)
    before = by_id(of(initial, "ftth-clients")) if initial is not None else {}
    words: list[str] = []
    for client in of(ozmap, "ftth-clients"):
        client_id, shown = str(client["id"]), text(client, "name")
        if client_id in wanted and shown != wanted[client_id]:
            words.append(f"client {text(client, 'code')} is called {shown!r}, wanted {wanted[client_id]!r}")
        elif (
            client_id not in wanted
            and client_id in before
            and client.get("name") != before[client_id].get("name")
        ):
            words.append(f"client {text(client, 'code')} was renamed to {shown!r}, which no rule asks")
    return words
