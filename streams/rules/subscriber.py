"""What the rules on subscribers ask first: which login, which client, which property, and whether in doubt.

Source: spec, "Words" and "Match with doubt".
"""

from kernel.domain.reasons import Reason
from kernel.domain.subscriber import IxcContract, IxcLogin, OzmapClient, OzmapProperty
from kernel.domain.text import trimmed
from streams.decision import Skip, Wait
from streams.rules.rule import Subject
from streams.view import View


def subject_of(login: str) -> str:
    """The subject of every rule on this login."""
    return f"{Subject.LOGIN}:{login}"


def fibre_login(login: str, view: View) -> IxcLogin | Skip:
    """The one fibre login of this name; nothing else is ever touched."""
    found = view.logins_named(login)
    if not found:
        return Skip(Reason.LOGIN_UNKNOWN)
    if len(found) > 1:
        return Skip(Reason.AMBIGUOUS_LOGIN, ", ".join(row.id for row in found))
    if not found[0].is_fibre:
        return Skip(Reason.NOT_FIBRE, trimmed(found[0].connection))
    return found[0]


def active_fibre_login(login: str, view: View) -> IxcLogin | Skip:
    """The one fibre login of this name, if it is active."""
    found = fibre_login(login, view)
    if isinstance(found, IxcLogin) and not found.active:
        return Skip(Reason.LOGIN_INACTIVE)
    return found


def inactive_fibre_login(login: str, view: View) -> IxcLogin | Skip:
    """The one fibre login of this name, if it is inactive."""
    found = fibre_login(login, view)
    if isinstance(found, IxcLogin) and found.active:
        return Skip(Reason.LOGIN_ACTIVE)
    return found


def client_of(login: str, view: View) -> OzmapClient | Skip | None:
    """The one OZmap client with this login as its code; None when there is none."""
    found = view.ozmap_clients_coded(login)
    if len(found) > 1:
        return Skip(Reason.AMBIGUOUS_CLIENT, ", ".join(row.id for row in found))
    return found[0] if found else None


def known_client_of(login: str, view: View) -> OzmapClient | Skip | Wait:
    """The one OZmap client with this login as its code; waits for it."""
    return client_of(login, view) or Wait(Reason.CLIENT_NOT_FOUND)


def property_of(client: OzmapClient, view: View) -> OzmapProperty | Skip | None:
    """The one property the client lives in; None when there is none."""
    found = view.ozmap_properties_of(client.id)
    if len(found) > 1:
        return Skip(Reason.AMBIGUOUS_PROPERTY, ", ".join(row.id for row in found))
    return found[0] if found else None


def known_property_of(login: str, view: View) -> OzmapProperty | Skip | Wait:
    """The one property of the one client with this code; waits for either."""
    client = known_client_of(login, view)
    if not isinstance(client, OzmapClient):
        return client
    return property_of(client, view) or Wait(Reason.PROPERTY_NOT_FOUND)


def contract_of(login: IxcLogin, view: View) -> IxcContract | Wait | None:
    """The login's contract; None when it has none, a wait when its row has not been seen."""
    if login.contract_id is None:
        return None
    return view.contract(login.contract_id) or Wait(Reason.CONTRACT_NOT_FOUND, login.contract_id)
