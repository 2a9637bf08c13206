"""client-name: the client of OZmap is called as the ERP calls its customer, whatever was typed there.

Source: spec client-name; the vendor's text, "Client Name".
"""

from kernel.contracts import changes
from kernel.contracts.commands import EnsureClientName
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.text import trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.view import View

SLUG = "client-name"


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide which name the OZmap client with the code ``login`` shall have."""
    logins = view.logins_named(login)
    if not logins:
        return Skip(Reason.LOGIN_UNKNOWN)
    if len(logins) > 1:
        return Skip(Reason.AMBIGUOUS_LOGIN, ", ".join(found.id for found in logins))
    if not logins[0].is_fibre:
        return Skip(Reason.NOT_FIBRE, trimmed(logins[0].connection))
    clients = view.ozmap_clients_coded(login)
    if not clients:
        return Wait(Reason.CLIENT_NOT_FOUND)
    if len(clients) > 1:
        return Skip(Reason.AMBIGUOUS_CLIENT, ", ".join(found.id for found in clients))
    customer_id = logins[0].customer_id
    customer = view.customer(customer_id) if customer_id else None
    if customer is None:
        return Wait(Reason.CUSTOMER_NOT_FOUND, customer_id or "")
    name = trimmed(customer.name)
    if not name:
        return Skip(Reason.CUSTOMER_WITHOUT_NAME, customer.id)
    if trimmed(clients[0].name) == name:
        return Already()
    return Ensure(
        EnsureClientName(rule=SLUG, subject=f"{Subject.LOGIN}:{login}", client_id=clients[0].id, name=name)
    )


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset({changes.IXC_LOGIN, changes.IXC_CUSTOMER, changes.OZMAP_CLIENT}),
    decide=decide,
)
