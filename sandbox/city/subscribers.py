"""Customers, contracts, logins, ONUs and their properties in OZmap: plain first, then made odd by trait."""

from __future__ import annotations

import random
from typing import Final

from sandbox.city import names
from sandbox.city.dealing import deal
from sandbox.city.ground import YEAR_S
from sandbox.city.model import (
    Box,
    Building,
    Contract,
    Customer,
    Home,
    Login,
    Onu,
    Plan,
    Project,
    Seat,
    Street,
)
from sandbox.city.seats import Seats, ixc_place
from sandbox.city.stamps import ObjectIds
from sandbox.city.traits import LOGIN_TRAITS

FIBRE_SHARE: Final = 0.9
OTHER_TECHNOLOGIES: Final = ("58", "24", "L", "A", "LTE", "LDD")
DAY_S: Final = 86_400
SERIAL_MAKERS: Final = ("HWTC", "ZTEG", "FHTT", "PACE", "ITBS", "NOKG")


class SubscriberMaker:
    """Draws one login at a time; what it drew last stays reachable for traits that need a neighbour."""

    def __init__(self, rng: random.Random, ids: ObjectIds, plan: Plan, seats: Seats) -> None:
        self.rng = rng
        self.plan = plan
        self.seats = seats
        self._ids = ids
        self._n_onus = 0
        self._places = [project for project in plan.projects if project.id and project.ixc_id]

    def make(self, n_logins: int) -> None:
        """``n_logins`` rows of radusuarios are in the plan, nine in ten of them fibre, in chance order."""
        n_fibre = round(n_logins * FIBRE_SHARE)
        is_fibre = [True] * n_fibre + [False] * (n_logins - n_fibre)
        self.rng.shuffle(is_fibre)
        traits = iter(deal(self.rng, n_fibre, LOGIN_TRAITS))
        n_others = 0
        for fibre in is_fibre:
            if fibre:
                self._fibre_login(next(traits))
            else:
                technology = OTHER_TECHNOLOGIES[n_others % len(OTHER_TECHNOLOGIES)]
                self._other_login(technology, is_stale=n_others % 40 == 3)
                n_others += 1

    # -- IXC's side -------------------------------------------------------------------------------

    def _fibre_login(self, trait: str) -> None:
        seat = self.seats.sure() if trait else self.seats.any()
        contract, customer = self._contract_for(trait, seat)
        login = self._login(customer, contract, trait, seat.host.street, self._house_number(seat.host))
        login.seat = seat
        login.box, login.port = ixc_place(seat)
        login.lat, login.lng = str(seat.host.lat), str(seat.host.lng)
        home = login.home = self.home(login, seat)
        if home.coords is not None:
            login.lat, login.lng = (str(part) for part in home.coords)
        login.onus.append(self.onu(login, home.serial))
        home.potency = self._potency_for(login.onus[0])
        self.plan.homes.append(home)

    def _other_login(self, technology: str, *, is_stale: bool) -> None:
        """A radio, cable or leased line; a stale one still has a client of its code on the map."""
        rng = self.rng
        project = rng.choice(self._places)
        street = rng.choice(project.streets)
        customer = self._customer(street, rng.randrange(10, 990), project)
        contract = self._contract(customer, rng.choices("AAIND", (80, 5, 8, 4, 3))[0])
        login = self._login(customer, contract, "", street, customer.number)
        login.technology = technology
        login.is_active = contract.status in "AN"
        lat, lng = street.point(rng.uniform(0, 900), 10)
        login.lat, login.lng = str(lat), str(lng)
        if is_stale:
            seat = self.seats.sure()
            home = login.home = self.home(login, seat)
            home.client_name = names.retyped(home.client_name, rng)
            self.plan.homes.append(home)

    def _login(
        self, customer: Customer, contract: Contract, trait: str, street: Street, number: int
    ) -> Login:
        rng = self.rng
        serial = len(self.plan.logins) + 1
        login = Login(
            id=serial,
            login=names.login_of(customer.name, serial, rng),
            customer=customer,
            contract=contract,
            technology="F",
            is_active=True,
            online=rng.choices(("S", "SS", "N", ""), (60, 33, 5, 2))[0],
            box=0,
            port=0,
            lat="",
            lng="",
            address_from=rng.choices("SNC", (75, 15, 10))[0],
            street=street,
            number=number,
            age_s=rng.uniform(0, 1) * customer.age_s,
            trait=trait,
        )
        self.plan.logins.append(login)
        return login

    def _contract_for(self, trait: str, seat: Seat) -> tuple[Contract, Customer]:
        """Mostly a new customer with a new contract; plain ones share now and then."""
        last = self.plan.logins[-1] if self.plan.logins else None
        is_neighbour = last is not None and not last.trait and last.technology == "F" and not trait
        chance = self.rng.random()
        if is_neighbour and last is not None and last.contract is not None and chance < 0.04:
            return last.contract, last.customer
        if is_neighbour and last is not None and chance < 0.12:
            return self._contract(last.customer, "A"), last.customer
        host = seat.host
        customer = self._customer(host.street, self._house_number(host), host.project)
        return self._contract(customer, "A"), customer

    def _customer(self, street: Street, number: int, project: Project) -> Customer:
        rng = self.rng
        is_company = rng.random() < 0.08
        digits = f"{rng.randrange(10**13, 10**14)}"
        customer = Customer(
            id=len(self.plan.customers) + 1,
            name=names.company(rng) if is_company else names.person(rng),
            is_company=is_company,
            street=street,
            number=number,
            complement=rng.choice(names.COMPLEMENTS),
            project=project,
            age_s=rng.uniform(0.01, 4) * YEAR_S,
            document=_mask(digits, is_company=is_company),
            phone=f"({digits[:2]}) 9{digits[2:6]}-{digits[6:10]}",
        )
        self.plan.customers.append(customer)
        return customer

    def _contract(self, customer: Customer, status: str) -> Contract:
        contract = Contract(len(self.plan.contracts) + 1, customer, status, self.rng.randrange(1, 9),
                            customer.age_s * self.rng.uniform(0.7, 1))  # fmt: skip
        self.plan.contracts.append(contract)
        return contract

    def onu(self, login: Login, serial: str) -> Onu:
        """A new ONU row on the login's box and port, read lately in four cases of five."""
        rng = self.rng
        self._n_onus += 1
        is_read = rng.random() < 0.8
        return Onu(
            id=self._n_onus,
            serial=serial,
            box=login.box,
            port=login.port,
            rx=f"{rng.uniform(-27.5, -14):.2f}" if is_read else "0.00",
            tx=f"{rng.uniform(1.2, 3.2):.2f}" if is_read else "0.00",
            reading_age_s=rng.uniform(600, 1.4 * DAY_S) if is_read else None,
        )

    # -- OZmap's side -----------------------------------------------------------------------------

    def home(self, login: Login, seat: Seat) -> Home:
        """The property and client of a login on ``seat``; apartments have no coordinates of their own."""
        rng, host = self.rng, seat.host
        age_s = min(login.age_s, host.age_s)
        home = self.property_on(seat, age_s)
        home.address = f"{login.street.name}, {login.number} - {login.street.district}"
        if isinstance(host, Building):
            home.address = f"{host.name}, apto {rng.randrange(1, 15)}{rng.randrange(1, 5):02d}"
        home.code = login.login
        home.client_name = login.customer.name
        home.status = {"S": 0, "N": 1}.get(login.online, int(rng.random() < 0.05))
        return home

    def property_on(self, seat: Seat, age_s: float) -> Home:
        """A property with a drop to ``seat`` and no client yet."""
        host = seat.host
        return Home(
            id=self._ids.new(age_s),
            project=host.project,
            address=f"{host.street.name}, {self._house_number(host)} - {host.street.district}",
            coords=None if isinstance(host, Building) else self._house(host),
            seat=seat,
            host=host,
            drop_id=self._ids.new(age_s),
            fiber_id=self._ids.new(age_s),
            client_id=self._ids.new(age_s),
            code=None,
            client_name="",
            implanted=True,
            status=0,
            potency=None,
            serial=f"{self.rng.choice(SERIAL_MAKERS)}{self.rng.randrange(16**8):08X}",
            age_s=age_s,
        )

    def _house(self, box: Box) -> tuple[float, float]:
        rng = self.rng
        metres, aside_m = box.number - 10 + rng.uniform(-90, 90), rng.uniform(8, 20)
        return box.street.point(metres, rng.choice((-1, 1)) * aside_m)

    def _house_number(self, host: Box | Building) -> int:
        if isinstance(host, Building):
            return host.number
        return max(1, host.number + self.rng.randrange(-80, 80))

    def _potency_for(self, onu: Onu) -> float | None:
        """What the map shows: the reading, or one a little older, or a stale one when IXC has none."""
        rng = self.rng
        if onu.reading_age_s is None:
            return round(rng.uniform(-26, -15), 2) if rng.random() < 0.5 else None
        return round(float(onu.rx) + rng.choice((0, 0, 0, 0.1, -0.2)), 2)


def _mask(digits: str, *, is_company: bool) -> str:
    """CPF or CNPJ as IXC stores it, with its mask (ixc-api 6.4). Check digits are wrong on purpose."""
    if is_company:
        return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/0001-{digits[8:10]}"
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:11]}"
