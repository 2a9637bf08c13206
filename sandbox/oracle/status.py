"""client-status: OK or ERROR on the map as the login is online or offline.

Source: spec ``client-status``.
"""

from __future__ import annotations

from sandbox.oracle.raw import Rows, Subscribers, by_id, is_active, of, text

OK, ERROR = 0, 1
SHOWN = {"S": OK, "N": ERROR}


def expected_statuses(ozmap: Rows, ixc: Rows) -> dict[str, int]:
    """Client id → status it must have. An unknown ``online`` (SS, empty, others) asks for nothing."""
    subscribers = Subscribers(ozmap, ixc)
    wanted: dict[str, int] = {}
    for login in subscribers.fibre_logins():
        client = subscribers.client(login)
        is_served = is_active(login) and subscribers.contract_status(login) == "A"
        if client is not None and is_served and text(login, "online") in SHOWN:
            wanted[str(client["id"])] = SHOWN[text(login, "online")]
    return wanted


def compare_statuses(ozmap: Rows, ixc: Rows, initial: Rows | None = None) -> list[str]:
    """What differs from client-status, in words. ``initial``: OZmap before; then no other may change."""
    wanted = expected_statuses(ozmap, ixc)
    before = by_id(of(initial, "ftth-clients")) if initial is not None else {}
    words: list[str] = []
    for client in of(ozmap, "ftth-clients"):
        client_id, status = str(client["id"]), client.get("status") or 0
        if client_id in wanted and status != wanted[client_id]:
            words.append(f"client {text(client, 'code')} has status {status}, wanted {wanted[client_id]}")
        elif (
            client_id not in wanted
            and client_id in before
            and (before[client_id].get("status") or 0) != status
        ):
            words.append(f"client {text(client, 'code')} got status {status}, which no rule asks")
    return words
