"""client-cancellation: who cancelled is taken off the property, which stays and remembers who was where.

With ``cancelled_means: no_active_contract`` a reservation whose contract is withdrawn stays the matter of
client-withdrawal, which removes more.

Source: spec client-cancellation; the vendor's text, "Client Cancellation", Cancellation.
"""

from kernel.contracts import changes
from kernel.contracts.commands import EnsureNoClient
from kernel.domain.policy import CancelledMeans, Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import ContractStatus, IxcContract, IxcLogin, OzmapClient, OzmapProperty
from kernel.domain.text import trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import client_of, contract_of, inactive_fibre_login, property_of, subject_of
from streams.view import View

SLUG = "client-cancellation"


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide whether the client with the code ``login`` shall be taken off its property."""
    found = inactive_fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    contract = contract_of(found, view)
    if isinstance(contract, Wait):
        return contract
    client = client_of(login, view)
    if isinstance(client, Skip):
        return client
    if contract is not None and not _is_cancelled(contract, client, policy.cancelled_means):
        return Skip(Reason.NOT_CANCELLED, trimmed(contract.status))
    home = property_of(client, view) if client is not None else None
    if client is None or home is None:
        return Already()
    if isinstance(home, Skip):
        return home
    return Ensure(
        EnsureNoClient(
            rule=SLUG,
            subject=subject_of(login),
            client_id=client.id,
            property_id=home.id,
            code=login,
            farewell=_farewell(login, home, view),
            disconnects=policy.disconnect_drop,
        )
    )


def _is_cancelled(contract: IxcContract, client: OzmapClient | None, means: CancelledMeans) -> bool:
    """Whether a login that has this contract counts as cancelled all the same."""
    if means is CancelledMeans.NO_CONTRACT or trimmed(contract.status) == ContractStatus.ACTIVE:
        return False
    is_reservation = client is not None and not client.implanted
    return not (is_reservation and trimmed(contract.status) == ContractStatus.WITHDRAWN)


def _farewell(login: str, home: OzmapProperty, view: View) -> str:
    """The line that the property keeps: the client's code and where it was connected."""
    places = []
    for at in home.connections:
        splitter = view.ozmap_splitter(at.splitter_id)
        places.append(f"splitter {trimmed(splitter.name) if splitter else at.splitter_id}, porta {at.port}")
    return f"Cliente {login} cancelado; última conexão: {'; '.join(places) or 'nenhuma'}"


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset(
        {
            changes.IXC_LOGIN,
            changes.IXC_CONTRACT,
            changes.OZMAP_CLIENT,
            changes.OZMAP_PROPERTY,
            changes.OZMAP_SPLITTER,
        }
    ),
    decide=decide,
)
