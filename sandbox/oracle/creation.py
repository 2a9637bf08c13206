"""client-creation: which logins OZmap must get a property and a client for, where, and why not the others.

Source: spec ``client-creation``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.oracle.raw import (
    Links,
    Row,
    Rows,
    Subscribers,
    by_id,
    grouped,
    is_active,
    of,
    ozmap_point,
    point,
    reference,
    text,
    whole,
)
from sandbox.oracle.splitters import by_parent, is_blocked, is_taken, n_outputs, serving, splitter_port

CREATED = "created"
CLOSE = 1e-6


@dataclass(frozen=True)
class Creation:
    """``reason`` is ``created`` or why not. ``splitter`` empty: any free port of the box."""

    login_id: str
    reason: str
    code: str = ""
    name: str = ""
    host: str = ""
    project: str = ""
    splitter: str = ""
    port: int = 0
    implanted: bool = False
    spot: tuple[float, float] | None = None
    street: str = ""


class _Places:
    """OZmap's places by the IXC box they are."""

    def __init__(self, ozmap: Rows, links: Links) -> None:
        self._linked = {ixc_id: ozmap_id for ozmap_id, ixc_id in links.items()}
        self._hosts = {**by_id(of(ozmap, "boxes")), **by_id(of(ozmap, "buildings"))}
        self._splitters = by_id(of(ozmap, "splitters"))
        self._by_parent = by_parent(ozmap)

    def find(self, ixc_box: str) -> tuple[Row, list[Row]] | None:
        """The box with its service splitters, or the building with the one splitter; None when not linked."""
        ozmap_id = self._linked.get(ixc_box, "")
        if ozmap_id in self._splitters:
            splitter = self._splitters[ozmap_id]
            return self._hosts[reference(splitter, "parent")], [splitter]
        if ozmap_id in self._hosts:
            return self._hosts[ozmap_id], serving(self._by_parent.get(ozmap_id, []))
        return None


def expected_creations(
    ozmap: Rows, ixc: Rows, links: Links, *, first_free_port: bool = False
) -> dict[str, Creation]:
    """What OZmap must get for each fibre login, by the id of its row. ``ozmap``: as it was before."""
    subscribers, places = Subscribers(ozmap, ixc), _Places(ozmap, links)
    expected = {
        str(row["id"]): Creation(str(row["id"]), "ambiguous_login")
        for rows in subscribers.doubtful_logins().values()
        for row in rows
    }
    for login in subscribers.fibre_logins():
        creation = _expected(login, subscribers, places, first_free_port=first_free_port)
        expected[creation.login_id] = creation
    return expected


def _expected(login: Row, subscribers: Subscribers, places: _Places, *, first_free_port: bool) -> Creation:
    login_id, found = str(login["id"]), subscribers.clients(login)
    if found:
        return Creation(login_id, "known" if len(found) == 1 else "ambiguous_client")
    if not is_active(login):
        return Creation(login_id, "inactive_login")
    place = places.find(reference(login, "id_caixa_ftth"))
    if place is None:
        return Creation(login_id, "box_not_linked")
    host, splitters = place
    reason, splitter, port = _port(login, subscribers.onus(login), splitters, first_free_port=first_free_port)
    customer = subscribers.customer(login)
    if reason == CREATED and customer is None:
        reason = "customer_unknown"
    if reason != CREATED:
        return Creation(login_id, reason)
    return Creation(
        login_id, CREATED, text(login, "login"), text(customer or {}, "razao"), str(host["id"]),
        reference(host, "project"), splitter, port, subscribers.contract_status(login) == "A",
        point(text(login, "latitude"), text(login, "longitude")) or ozmap_point(host),
        text(login, "endereco") or text(customer or {}, "endereco"),
    )  # fmt: skip


def _port(
    login: Row, onus: list[Row], splitters: list[Row], *, first_free_port: bool
) -> tuple[str, str, int]:
    """The outcome, and splitter and port where one is meant."""
    wanted = whole(text(login, "ftth_porta"))
    for onu in onus[-1:]:
        if wanted < 1 and reference(onu, "id_caixa_ftth") == reference(login, "id_caixa_ftth"):
            wanted = whole(text(onu, "porta_ftth"))
    if wanted < 1:
        is_room = any(
            not is_taken(splitter, port) and not is_blocked(splitter, port)
            for splitter in splitters
            for port in range(1, n_outputs(splitter) + 1)
        )
        if first_free_port:
            return (CREATED if is_room else "no_free_port"), "", 0
        return "port_unknown", "", 0
    found = _in(splitters, wanted)
    if found is None:
        return "port_does_not_exist", "", 0
    splitter, port = found
    if is_taken(splitter, port):
        return "port_taken", "", 0
    return ("port_blocked" if is_blocked(splitter, port) else CREATED), str(splitter["id"]), port


def _in(splitters: list[Row], port: int) -> tuple[Row, int] | None:
    if len(splitters) == 1:
        return (splitters[0], port) if port <= n_outputs(splitters[0]) else None
    return splitter_port(splitters, port)


def compare_creations(
    before: Rows, after: Rows, ixc: Rows, links: Links, *, first_free_port: bool = False
) -> list[str]:
    """What differs from client-creation, in words, between OZmap ``before`` and ``after``.

    Of several logins that want one same port exactly one must have it.
    """
    expected = expected_creations(before, ixc, links, first_free_port=first_free_port)
    made = [one for one in expected.values() if one.reason == CREATED]
    old = by_id(of(before, "ftth-clients"))
    new = grouped((row for row in of(after, "ftth-clients") if str(row["id"]) not in old), "code")
    homes = {reference(home, "client"): home for home in of(after, "properties")}
    words = [
        f"client {code} was created, which no rule asks" for code in new.keys() - {one.code for one in made}
    ]
    rivals: Mapping[object, list[Creation]] = defaultdict(list)
    for one in made:
        rivals[(one.splitter, one.port) if one.splitter else one.login_id].append(one)
    for group in rivals.values():
        there = [one for one in group if one.code in new]
        if len(there) != 1:
            words.append(f"{len(there)} of {', '.join(one.code for one in group)} were created, wanted one")
        for one in there:
            words += _compare(one, new[one.code], homes)
    return words


def _compare(one: Creation, clients: list[Row], homes: Mapping[str, Row]) -> list[str]:
    if len(clients) > 1:
        return [f"client {one.code} was created {len(clients)} times"]
    client = clients[0]
    home = homes.get(str(client["id"]))
    if home is None:
        return [f"client {one.code} lives in no property"]
    shown = [(text(client, "name"), one.name), (client.get("implanted") is True, one.implanted),
             (reference(home, "box"), one.host), (reference(home, "project"), one.project)]  # fmt: skip
    words = [
        f"client {one.code} has {is_now!r}, wanted {wanted!r}" for is_now, wanted in shown if is_now != wanted
    ]
    at = [(str(c["id"]), int(c["port"])) for c in home.get("connections") or []]
    if len(at) != 1 or (one.splitter and at[0] != (one.splitter, one.port)):
        words.append(
            f"client {one.code} is connected at {at}, wanted {one.splitter or 'any'} port {one.port or 'any'}"
        )
    spot = ozmap_point(home)
    if one.spot is not None and (spot is None or max(abs(spot[k] - one.spot[k]) for k in (0, 1)) > CLOSE):
        words.append(f"property of {one.code} is at {spot}, wanted {one.spot}")
    if one.street and one.street not in text(home, "address"):
        words.append(
            f"property of {one.code} has address {text(home, 'address')!r}, wanted {one.street!r} in it"
        )
    return words
