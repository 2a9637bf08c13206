"""port-move: a login of IXC, and its ONU row, are on the box and port where OZmap has the client.

Source: spec port-move and "Ports of a box with several service splitters"; the vendor's text,
"Port/Box Update".
"""

from kernel.contracts import changes
from kernel.contracts.commands import EnsurePlacement
from kernel.domain.plant import PortOf, box_port
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import IxcLogin, IxcOnu, OzmapProperty
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import active_fibre_login, known_property_of, subject_of
from streams.view import View

SLUG = "port-move"


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide on which box and port of IXC the login shall be."""
    found = active_fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    home = known_property_of(login, view)
    if not isinstance(home, OzmapProperty):
        return home
    if not home.connections:
        return Skip(Reason.NOT_CONNECTED)
    if len(home.connections) > 1:
        return Skip(Reason.AMBIGUOUS_CONNECTION)
    place = _place(PortOf(home.connections[0].splitter_id, home.connections[0].port), view, policy)
    if not isinstance(place, tuple):
        return place
    box_id, port = place
    onus = view.onus_of(found.id)
    newest = onus[-1] if onus else None
    if _is_at(found, box_id, port) and (newest is None or _is_at(newest, box_id, port)):
        return Already()
    return Ensure(
        EnsurePlacement(
            rule=SLUG,
            subject=subject_of(login),
            login_id=found.id,
            onu_id=newest.id if newest else None,
            box_id=box_id,
            port=port,
        )
    )


def _place(at: PortOf, view: View, policy: Policy) -> tuple[str, int] | Skip | Wait:
    """The IXC box and the number IXC has for this port of OZmap."""
    splitter = view.ozmap_splitter(at.splitter_id)
    if splitter is None:
        return Wait(Reason.SPLITTER_UNKNOWN, at.splitter_id)
    if not 1 <= at.port <= splitter.n_outputs:
        return Skip(Reason.PORT_MISSING, str(at.port))
    if view.ozmap_building(splitter.parent_id) is not None:
        return _numbered(splitter.id, splitter.name, at.port, view)
    box = view.ozmap_box(splitter.parent_id)
    if box is None:
        return Wait(Reason.HOST_UNKNOWN, splitter.parent_id)
    if policy.splitter_as_box and splitter.is_drop:
        return _numbered(splitter.id, splitter.name, at.port, view)
    port = box_port(view.splitters_of(box.id), splitter.id, at.port)
    if port is None:
        return Skip(Reason.NOT_A_SERVICE_SPLITTER, splitter.name)
    return _numbered(box.id, box.name, port, view)


def _numbered(ozmap_id: str, name: str, port: int, view: View) -> tuple[str, int] | Wait:
    link = view.link_of(ozmap_id)
    return Wait(Reason.BOX_NOT_LINKED, name) if link is None else (link.ixc_id, port)


def _is_at(row: IxcLogin | IxcOnu, box_id: str, port: int) -> bool:
    return row.box_id == box_id and row.port == port


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset(
        {
            changes.IXC_LOGIN,
            changes.IXC_ONU,
            changes.OZMAP_CLIENT,
            changes.OZMAP_PROPERTY,
            changes.OZMAP_SPLITTER,
            changes.OZMAP_BOX,
            changes.OZMAP_BUILDING,
        }
    ),
    decide=decide,
)
