"""client-activation: a client whose contract is active is implanted, no longer a reservation.

Never the other way round.

Source: spec client-activation; the vendor's text, "Client Activation".
"""

from kernel.contracts import changes
from kernel.contracts.commands import EnsureImplanted
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import ContractStatus, IxcLogin, OzmapClient
from kernel.domain.text import trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import contract_of, fibre_login, known_client_of, subject_of
from streams.view import View

SLUG = "client-activation"


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide whether the OZmap client with the code ``login`` shall be implanted."""
    found = fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    contract = contract_of(found, view)
    if isinstance(contract, Wait):
        return contract
    if contract is None:
        return Skip(Reason.NO_CONTRACT)
    if trimmed(contract.status) != ContractStatus.ACTIVE:
        return Skip(Reason.CONTRACT_NOT_ACTIVE, trimmed(contract.status))
    client = known_client_of(login, view)
    if not isinstance(client, OzmapClient):
        return client
    if client.implanted:
        return Already()
    return Ensure(EnsureImplanted(rule=SLUG, subject=subject_of(login), client_id=client.id))


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset({changes.IXC_LOGIN, changes.IXC_CONTRACT, changes.OZMAP_CLIENT}),
    decide=decide,
)
