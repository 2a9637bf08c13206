"""client-status: a client of OZmap shows whether its login is online; what IXC does not know, it leaves.

Source: spec client-status; the vendor's text, "Status and Power Synchronization"; fact sheet IXC 6.2
(``SS`` is "no status", not offline).
"""

from kernel.contracts import changes
from kernel.contracts.commands import EnsureStatus
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import ClientStatus, ContractStatus, IxcLogin, OzmapClient
from kernel.domain.text import trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import active_fibre_login, contract_of, known_client_of, subject_of
from streams.view import View

SLUG = "client-status"
SHOWN = {"S": ClientStatus.OK, "N": ClientStatus.ERROR}
"""``radusuarios.online`` → the client's status; every other value is unknown."""


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide which status the OZmap client with the code ``login`` shall show."""
    found = active_fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    contract = contract_of(found, view)
    if isinstance(contract, Wait):
        return contract
    if contract is None:
        return Skip(Reason.NO_CONTRACT)
    if trimmed(contract.status) != ContractStatus.ACTIVE:
        return Skip(Reason.CONTRACT_NOT_ACTIVE, trimmed(contract.status))
    status = SHOWN.get(trimmed(found.online))
    if status is None:
        return Skip(Reason.STATUS_UNKNOWN, trimmed(found.online))
    client = known_client_of(login, view)
    if not isinstance(client, OzmapClient):
        return client
    if client.status == status:
        return Already()
    return Ensure(EnsureStatus(rule=SLUG, subject=subject_of(login), client_id=client.id, status=status))


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset({changes.IXC_LOGIN, changes.IXC_CONTRACT, changes.OZMAP_CLIENT}),
    decide=decide,
)
