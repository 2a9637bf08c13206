"""client-withdrawal: who withdrew before activation leaves OZmap: the reservation, its property, its drop.

Source: spec client-withdrawal; the vendor's text, "Client Cancellation", Withdrawal.
"""

from kernel.contracts import changes
from kernel.contracts.commands import EnsureNoReservation
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import ContractStatus, IxcLogin, OzmapClient
from kernel.domain.text import trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import client_of, contract_of, inactive_fibre_login, property_of, subject_of
from streams.view import View

SLUG = "client-withdrawal"


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide whether the reservation with the code ``login`` shall go."""
    found = inactive_fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    contract = contract_of(found, view)
    if isinstance(contract, Wait):
        return contract
    status = trimmed(contract.status) if contract is not None else ""
    if status != ContractStatus.WITHDRAWN:
        return Skip(Reason.NOT_WITHDRAWN, status)
    client = client_of(login, view)
    if not isinstance(client, OzmapClient):
        return client or Already()
    if client.implanted:
        return Skip(Reason.NOT_A_RESERVATION)
    home = property_of(client, view)
    if isinstance(home, Skip):
        return home
    return Ensure(
        EnsureNoReservation(
            rule=SLUG,
            subject=subject_of(login),
            client_id=client.id,
            property_id=home.id if home else None,
            code=login,
        )
    )


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset({changes.IXC_LOGIN, changes.IXC_CONTRACT, changes.OZMAP_CLIENT, changes.OZMAP_PROPERTY}),
    decide=decide,
)
