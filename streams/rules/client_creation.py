"""client-creation: an active fibre login that OZmap does not know gets a property and a client there.

It is put on the port that IXC names, if that is free; a taken or blocked port is shown, never forced.

Source: spec client-creation; the vendor's text, "Client Creation".
"""

from dataclasses import dataclass

from kernel.contracts import changes
from kernel.contracts.commands import EnsureClient
from kernel.domain.plant import (
    OzmapBox,
    OzmapBuilding,
    OzmapSplitter,
    PortOf,
    service_splitters,
    splitter_port,
)
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import ContractStatus, IxcCustomer, IxcLogin, OzmapClient
from kernel.domain.text import trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import active_fibre_login, client_of, contract_of, subject_of
from streams.view import View

SLUG = "client-creation"


@dataclass(frozen=True, slots=True)
class _Site:
    """Where IXC's box is in OZmap: the box or building, and the splitters that make its ports."""

    host: OzmapBox | OzmapBuilding
    splitters: list[OzmapSplitter]


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide whether OZmap shall get a client for the login, and where."""
    client = client_of(login, view)
    if client is not None:
        return Already() if isinstance(client, OzmapClient) else client
    found = active_fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    site = _site(found, view)
    if not isinstance(site, _Site):
        return site
    at = _port(found, site, view, policy)
    if not isinstance(at, PortOf):
        return at
    customer = view.customer(found.customer_id) if found.customer_id else None
    if customer is None:
        return Wait(Reason.CUSTOMER_NOT_FOUND, found.customer_id or "")
    contract = contract_of(found, view)
    if isinstance(contract, Wait):
        return contract
    implanted = contract is not None and trimmed(contract.status) == ContractStatus.ACTIVE
    return Ensure(_client(login, found, customer, site.host, at, implanted=implanted))


def _client(
    code: str,
    login: IxcLogin,
    customer: IxcCustomer,
    host: OzmapBox | OzmapBuilding,
    at: PortOf,
    *,
    implanted: bool,
) -> EnsureClient:
    has_place = login.latitude is not None and login.longitude is not None
    return EnsureClient(
        rule=SLUG,
        subject=subject_of(code),
        code=code,
        name=trimmed(customer.name),
        implanted=implanted,
        project_id=host.project_id,
        host_id=host.id,
        splitter_id=at.splitter_id,
        port=at.port,
        latitude=login.latitude if has_place else host.latitude,
        longitude=login.longitude if has_place else host.longitude,
        address=trimmed(login.address) or trimmed(customer.address),
    )


def _site(login: IxcLogin, view: View) -> _Site | Skip | Wait:
    """The OZmap side of the login's box."""
    if login.box_id is None:
        return Skip(Reason.LOGIN_WITHOUT_BOX)
    link = view.link_to(login.box_id)
    if link is None:
        return Wait(Reason.BOX_NOT_LINKED, login.box_id)
    box = view.ozmap_box(link.ozmap_id)
    if box is not None:
        return _Site(box, service_splitters(view.splitters_of(box.id)))
    splitter = view.ozmap_splitter(link.ozmap_id)
    if splitter is None:
        return Wait(Reason.HOST_UNKNOWN, link.ozmap_id)
    host = view.ozmap_building(splitter.parent_id) or view.ozmap_box(splitter.parent_id)
    return Wait(Reason.HOST_UNKNOWN, splitter.parent_id) if host is None else _Site(host, [splitter])


def _port(login: IxcLogin, site: _Site, view: View, policy: Policy) -> PortOf | Skip | Wait:
    """The free port that the client shall have."""
    number = _number(login, view)
    if number is None:
        return _first_free(site) if policy.first_free_port else Skip(Reason.PORT_UNKNOWN)
    at = _behind(number, site)
    if at is None:
        return Skip(Reason.PORT_MISSING, str(number))
    splitter = next(s for s in site.splitters if s.id == at.splitter_id)
    if at.port in splitter.taken:
        return Wait(Reason.PORT_TAKEN, str(number))
    return Wait(Reason.PORT_BLOCKED, str(number)) if at.port in splitter.blocked else at


def _number(login: IxcLogin, view: View) -> int | None:
    """IXC's port of the login; else its newest ONU row's, if that is on the same box."""
    if login.port:
        return login.port
    newest = view.onus_of(login.id)[-1:]
    return next((onu.port for onu in newest if onu.box_id == login.box_id and onu.port), None)


def _behind(number: int, site: _Site) -> PortOf | None:
    """The port that IXC's number means: of a box through its service splitters, of a building's splitter
    its own.
    """
    if isinstance(site.host, OzmapBox):
        return splitter_port(site.splitters, number)
    (only,) = site.splitters
    return PortOf(only.id, number) if 1 <= number <= only.n_outputs else None


def _first_free(site: _Site) -> PortOf | Wait:
    for splitter in site.splitters:
        for port in range(1, splitter.n_outputs + 1):
            if port not in splitter.taken and port not in splitter.blocked:
                return PortOf(splitter.id, port)
    return Wait(Reason.NO_FREE_PORT)


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset(
        {
            changes.IXC_LOGIN,
            changes.IXC_ONU,
            changes.IXC_CUSTOMER,
            changes.IXC_CONTRACT,
            changes.OZMAP_CLIENT,
            changes.OZMAP_SPLITTER,
            changes.OZMAP_BOX,
            changes.OZMAP_BUILDING,
        }
    ),
    decide=decide,
)
