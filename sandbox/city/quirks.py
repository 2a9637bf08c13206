"""Makes a plain fibre login odd: names, box and port, coordinates, states, power (what each trait means)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from sandbox.city import names
from sandbox.city.model import Home, Login, Onu
from sandbox.city.seats import capacity
from sandbox.city.subscribers import DAY_S, SubscriberMaker

Bend = Callable[[Login, Home, SubscriberMaker], None]


def bend_all(maker: SubscriberMaker, bends: dict[str, Bend]) -> None:
    """Every login with a trait of ``bends`` is as the trait says, in the order they were drawn."""
    for login in list(maker.plan.logins):
        bend = bends.get(login.trait)
        if bend is not None and login.home is not None:
            bend(login, login.home, maker)


# -- the name ------------------------------------------------------------------------------------


def _retyped(_login: Login, home: Home, maker: SubscriberMaker) -> None:
    home.client_name = names.retyped(home.client_name, maker.rng)


def _case_name(_login: Login, home: Home, _maker: SubscriberMaker) -> None:
    home.client_name = home.client_name.upper()


def _blank_razao(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.customer.name += "   "


def _crlf_razao(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.customer.name += "\r\n"


def _empty_razao(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.customer.name = ""


# -- box and port --------------------------------------------------------------------------------


def another_port(login: Login, rng: random.Random) -> int:
    """A port of the login's box that is not its own."""
    assert login.seat is not None  # noqa: S101 -- fibre logins are drawn with a seat
    n_ports = capacity(login.seat.host, login.seat.splitter)
    return rng.choice([port for port in range(1, n_ports + 1) if port != login.port])


def another_box(login: Login, maker: SubscriberMaker) -> int:
    """The IXC id of some other box."""
    rows = (maker.rng.choice(maker.plan.boxes).ixc for _ in range(1000))
    return next(row.id for row in rows if row is not None and row.id != login.box)


def _port_moved(login: Login, _home: Home, maker: SubscriberMaker) -> None:
    login.port = login.onus[0].port = another_port(login, maker.rng)


def _box_moved(login: Login, _home: Home, maker: SubscriberMaker) -> None:
    login.box = login.onus[0].box = another_box(login, maker)
    login.port = login.onus[0].port = 1


def _onu_port_differs(login: Login, _home: Home, maker: SubscriberMaker) -> None:
    login.onus[0].port = another_port(login, maker.rng)


def _onu_box_differs(login: Login, _home: Home, maker: SubscriberMaker) -> None:
    login.onus[0].box = another_box(login, maker)


def _port_on_onu_only(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.port = 0


def no_port(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.port = login.onus[0].port = 0


def _shared_port(login: Login, _home: Home, maker: SubscriberMaker) -> None:
    neighbour = maker.plan.logins[0]
    for other in maker.plan.logins[:300]:
        if other is not login and other.technology == "F" and not other.trait and other.box:
            neighbour = other
    login.box = login.onus[0].box = neighbour.box
    login.port = login.onus[0].port = neighbour.port


# -- coordinates ---------------------------------------------------------------------------------


def _comma(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.lat, login.lng = login.lat.replace(".", ","), login.lng.replace(".", ",")


def _no_point(login: Login, home: Home, _maker: SubscriberMaker) -> None:
    if home.coords is None:
        return
    home.coords = (round(home.coords[0], 6), round(home.coords[1], 6))
    login.lat, login.lng = (str(round(part * 1_000_000)) for part in home.coords)


def _no_coordinates(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.lat = login.lng = ""


def _zero_coordinates(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.lat = login.lng = "0"


def _swapped(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.lat, login.lng = login.lng, login.lat


def _house_moved(_login: Login, home: Home, maker: SubscriberMaker) -> None:
    if home.coords is not None:
        home.coords = (round(home.coords[0] + maker.rng.choice((-3e-4, 2e-5)), 7), home.coords[1])


def _property_unplaced(_login: Login, home: Home, _maker: SubscriberMaker) -> None:
    home.coords = None


# -- states --------------------------------------------------------------------------------------


def state(status: str | None, *, is_active: bool, implanted: bool) -> Bend:
    """A bend to this contract status (None: no contract), login state and ``implanted``."""

    def bend(login: Login, home: Home, _maker: SubscriberMaker) -> None:
        if status is None:
            login.contract = None
        elif login.contract is not None:
            login.contract.status = status
        login.is_active, home.implanted = is_active, implanted
        if not is_active or not implanted:
            login.online = "SS"

    return bend


def _to_activate(login: Login, home: Home, _maker: SubscriberMaker) -> None:
    login.is_active, home.implanted, home.status = True, False, 0


def _left(login: Login, home: Home, _maker: SubscriberMaker) -> None:
    login.is_active, login.contract, login.online = False, None, "N"
    home.former = (home.client_id, home.code or "")
    home.note = f"Cliente anterior {home.code}"
    home.code, home.potency = None, None


def _wrong_status(login: Login, home: Home, maker: SubscriberMaker) -> None:
    login.online = maker.rng.choice(("S", "N"))
    home.status = 1 if login.online == "S" else 0


# -- power ---------------------------------------------------------------------------------------


def _reading(rx: str, potency: Callable[[float], float | None]) -> Bend:
    """A bend to a reading taken an hour ago; ``rx`` empty keeps a plausible one."""

    def bend(_login: Login, home: Home, maker: SubscriberMaker) -> None:
        onu = _login.onus[0]
        onu.rx = rx or f"{maker.rng.uniform(-27, -15):.2f}"
        onu.tx, onu.reading_age_s = "2.10", 3600.0
        home.potency = potency(float(onu.rx))

    return bend


def _power_impossible(login: Login, home: Home, maker: SubscriberMaker) -> None:
    onu = login.onus[0]
    onu.rx, onu.tx, onu.reading_age_s = maker.rng.choice(("12.00", "-75.30", "-99.99")), "2.10", 3600.0
    home.potency = -19.4


def _two_onus(login: Login, home: Home, maker: SubscriberMaker) -> None:
    """The replaced ONU's row stays: lower id; now and then still the one with the newest reading."""
    replaced = login.onus[0]
    replaced.box, replaced.port, replaced.rx, replaced.tx = login.box, 0, "-23.10", "2.00"
    replaced.reading_age_s = maker.rng.choice((90 * DAY_S, 1200.0))
    newer: Onu = maker.onu(login, home.serial)
    newer.rx, newer.tx, newer.reading_age_s = "-19.80", "2.20", 7200.0
    replaced.serial = f"OLD{replaced.serial[3:]}"
    login.onus.append(newer)
    home.potency = -19.8


def _no_onu(login: Login, home: Home, _maker: SubscriberMaker) -> None:
    login.onus, home.potency = [], None


def _lower_f(login: Login, _home: Home, _maker: SubscriberMaker) -> None:
    login.technology = "f"


BENDS: Final[dict[str, Bend]] = {
    "retyped": _retyped,
    "case_name": _case_name,
    "blank_razao": _blank_razao,
    "crlf_razao": _crlf_razao,
    "empty_razao": _empty_razao,
    "port_moved": _port_moved,
    "box_moved": _box_moved,
    "onu_port_differs": _onu_port_differs,
    "onu_box_differs": _onu_box_differs,
    "port_on_onu_only": _port_on_onu_only,
    "no_port": no_port,
    "shared_port": _shared_port,
    "comma": _comma,
    "no_point": _no_point,
    "no_coordinates": _no_coordinates,
    "zero_coordinates": _zero_coordinates,
    "swapped": _swapped,
    "house_moved": _house_moved,
    "property_unplaced": _property_unplaced,
    "to_activate": _to_activate,
    "reserved_pre_contract": state("P", is_active=True, implanted=False),
    "to_withdraw": state("D", is_active=False, implanted=False),
    "withdrawn_implanted": state("D", is_active=False, implanted=True),
    "to_cancel": state(None, is_active=False, implanted=True),
    "cancelled_contract": state("I", is_active=False, implanted=True),
    "left": _left,
    "in_debt": state("N", is_active=True, implanted=True),
    "legacy_contract": state("", is_active=True, implanted=True),
    "no_contract": state(None, is_active=True, implanted=True),
    "wrong_status": _wrong_status,
    "power_differs": _reading("", lambda rx: round(rx - 2.4, 2)),
    "power_first": _reading("", lambda _rx: None),
    "power_exact_step": _reading("-20.00", lambda _rx: -20.5),
    "power_impossible": _power_impossible,
    "two_onus": _two_onus,
    "no_onu": _no_onu,
    "lower_f": _lower_f,
}
