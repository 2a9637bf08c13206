"""Subscribers one system knows and the other does not, and keys in doubt: one login twice, one code twice."""

from __future__ import annotations

from typing import Final

from sandbox.city import names
from sandbox.city.ground import YEAR_S
from sandbox.city.model import Home, Login
from sandbox.city.quirks import Bend, another_box, no_port, state
from sandbox.city.seats import ixc_place
from sandbox.city.subscribers import SubscriberMaker


def _unknown(login: Login, home: Home, _maker: SubscriberMaker) -> None:
    """OZmap has neither property nor client of the login; its port stays free."""
    home.is_unknown = True
    login.home = None


def _new_inactive(login: Login, home: Home, maker: SubscriberMaker) -> None:
    state("I", is_active=False, implanted=True)(login, home, maker)
    _unknown(login, home, maker)


def _new_pre_contract(login: Login, home: Home, maker: SubscriberMaker) -> None:
    state("P", is_active=True, implanted=False)(login, home, maker)
    _unknown(login, home, maker)


def _new_without_port(login: Login, home: Home, maker: SubscriberMaker) -> None:
    no_port(login, home, maker)
    _unknown(login, home, maker)


def _new_on_taken_port(login: Login, home: Home, maker: SubscriberMaker) -> None:
    """IXC puts the login on a port where OZmap has another client."""
    taken = next(
        other for other in maker.plan.logins
        if not other.trait and other.home is not None and other.box and other.seat is not None
    )  # fmt: skip
    _sit(login, taken.box, taken.port)
    _unknown(login, home, maker)


def _new_on_blocked_port(login: Login, home: Home, maker: SubscriberMaker) -> None:
    box, port = ixc_place(maker.rng.choice(maker.seats.blocked))
    _sit(login, box, port)
    _unknown(login, home, maker)


def _new_on_old_box(login: Login, home: Home, maker: SubscriberMaker) -> None:
    """The login's box is one only IXC has."""
    _sit(login, maker.rng.choice(maker.plan.ixc_only_boxes).id, 2)
    _unknown(login, home, maker)


def _new_without_box(login: Login, home: Home, maker: SubscriberMaker) -> None:
    _sit(login, 0, 3)
    _unknown(login, home, maker)


def _new_onu_elsewhere(login: Login, home: Home, maker: SubscriberMaker) -> None:
    """The login has no port; its ONU row has one, but on another box."""
    login.port = 0
    login.onus[0].box, login.onus[0].port = another_box(login, maker), 4
    _unknown(login, home, maker)


def _sit(login: Login, box: int, port: int) -> None:
    login.box = login.onus[0].box = box
    login.port = login.onus[0].port = port


def _login_twice(login: Login, home: Home, maker: SubscriberMaker) -> None:
    """A second row carries the login of a plain one."""
    plain = [other for other in maker.plan.logins[:400] if not other.trait and other.home is not None]
    login.login = maker.rng.choice(plain).login
    _unknown(login, home, maker)


def _code_twice(_login: Login, home: Home, maker: SubscriberMaker) -> None:
    """A second property has a client of the same code."""
    twin = maker.property_on(maker.seats.sure(), home.age_s)
    twin.code, twin.client_name = home.code, home.client_name
    maker.plan.homes.append(twin)


def _code_blank(_login: Login, home: Home, _maker: SubscriberMaker) -> None:
    home.code = f"{home.code} "


def _code_case(_login: Login, home: Home, _maker: SubscriberMaker) -> None:
    """Another code, since matching is exact: the login is unknown and its port is taken."""
    home.code = (home.code or "").upper()


def _code_pipe(login: Login, home: Home, _maker: SubscriberMaker) -> None:
    """Codes may carry what a URL must escape (ozmap-api 3.9)."""
    login.login = home.code = f"{login.id}|casa 2/fundos"


BENDS: Final[dict[str, Bend]] = {
    "not_in_ozmap": _unknown,
    "new_inactive": _new_inactive,
    "new_pre_contract": _new_pre_contract,
    "new_without_port": _new_without_port,
    "new_on_taken_port": _new_on_taken_port,
    "new_on_blocked_port": _new_on_blocked_port,
    "new_on_old_box": _new_on_old_box,
    "new_without_box": _new_without_box,
    "new_onu_elsewhere": _new_onu_elsewhere,
    "login_twice": _login_twice,
    "code_twice": _code_twice,
    "code_blank": _code_blank,
    "code_case": _code_case,
    "code_pipe": _code_pipe,
}


def add_strangers(maker: SubscriberMaker, n_logins: int) -> None:
    """Properties and ONUs no login stands behind: reservations, clients, empty and loose places."""
    plan, rng = maker.plan, maker.rng
    for k in range(max(2, n_logins // 250)):
        home = maker.property_on(maker.seats.any(), rng.uniform(0.01, 2) * YEAR_S)
        home.code = f"prospecto{k + 1}" if k else ""
        home.client_name, home.implanted = names.person(rng), k % 3 == 2
        plan.homes.append(home)
    for k in range(max(2, n_logins // 250)):
        home = maker.property_on(maker.seats.any(), rng.uniform(0.01, 2) * YEAR_S)
        if k % 3 == 1:
            home.seat = home.host = None
        plan.homes.append(home)
    for k in range(max(2, n_logins // 200)):
        login = plan.logins[k]
        onu = maker.onu(login, f"HWTC0000{k:04X}")
        onu.has_login, onu.rx, onu.tx, onu.reading_age_s = False, "0.00", "0.00", None
        plan.loose_onus.append((onu, login))
