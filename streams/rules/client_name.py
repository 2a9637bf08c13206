"""client-name: the client of OZmap is called as the ERP calls its customer, whatever was typed there.

Source: spec client-name; the vendor's text, "Client Name".
"""

from kernel.contracts import changes
from kernel.contracts.commands import EnsureClientName
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import IxcLogin, OzmapClient
from kernel.domain.text import trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import fibre_login, known_client_of, subject_of
from streams.view import View

SLUG = "client-name"


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide which name the OZmap client with the code ``login`` shall have."""
    found = fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    client = known_client_of(login, view)
    if not isinstance(client, OzmapClient):
        return client
    customer = view.customer(found.customer_id) if found.customer_id else None
    if customer is None:
        return Wait(Reason.CUSTOMER_NOT_FOUND, found.customer_id or "")
    name = trimmed(customer.name)
    if not name:
        return Skip(Reason.CUSTOMER_WITHOUT_NAME, customer.id)
    if trimmed(client.name) == name:
        return Already()
    return Ensure(EnsureClientName(rule=SLUG, subject=subject_of(login), client_id=client.id, name=name))


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset({changes.IXC_LOGIN, changes.IXC_CUSTOMER, changes.OZMAP_CLIENT}),
    decide=decide,
)
