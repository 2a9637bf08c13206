"""box-sync: which boxes IXC holds for OZmap, in which project, fed by which transmitter.

A box is held once it has left the draft, carries a service splitter, its project has a namesake in IXC
and, as far as the ``olt`` setting asks, the OLT that feeds its first service splitter is a transmitter
there. A box is recognised by its link; before there is one, by name and project, never by a guess.

Source: spec box-sync; the vendor's text, "Boxes".
"""

from kernel.domain.plant import IxcBox, OzmapBox, capacity_of, service_splitters
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.text import trimmed
from streams.decision import Decision, Skip, Wait
from streams.rules.placing import PLACING_NEEDS, Place, checked_name, ensure_held, is_in_scope, same_project
from streams.rules.rule import Rule, Subject
from streams.view import View

SLUG = "box-sync"


def decide(box_id: str, view: View, policy: Policy) -> Decision:
    """Decide what IXC shall hold for the OZmap box ``box_id``."""
    box = view.ozmap_box(box_id)
    if box is None:
        return Skip(Reason.BOX_UNKNOWN)
    if box.draft:
        return Skip(Reason.DRAFT)
    if policy.splitter_as_box:
        return Skip(Reason.SPLITTER_AS_BOX)
    service = service_splitters(view.splitters_of(box_id))
    if not service:
        return Skip(Reason.NO_SERVICE_SPLITTER)
    name = checked_name(trimmed(box.name))
    if isinstance(name, Skip):
        return name
    place = Place(
        rule=SLUG,
        subject=f"{Subject.BOX}:{box_id}",
        ozmap_id=box_id,
        name=name,
        project_id=box.project_id,
        fed_by=service[0],
        latitude=box.latitude,
        longitude=box.longitude,
        comments=box.observation,
        capacity=capacity_of(service),
    )
    return ensure_held(place, lambda project_id: _twin(box, project_id, view), view, policy)


def _twin(box: OzmapBox, project_id: str, view: View) -> IxcBox | Skip | Wait | None:
    """The IXC box that is this box: the linked one, or one to adopt; None when it must be created."""
    link = view.link_of(box.id)
    if link is not None:
        return view.ixc_box(link.ixc_id) or Wait(Reason.IXC_BOX_NOT_SEEN, link.ixc_id)
    if any(_is_namesake(box, other, view) for other in view.ozmap_boxes_named(box.name)):
        return Skip(Reason.AMBIGUOUS_BOX, trimmed(box.name))
    namesakes = view.ixc_boxes_named(project_id, box.name)
    free = [candidate for candidate in namesakes if view.link_to(candidate.id) is None]
    if len(free) > 1:
        return Skip(Reason.AMBIGUOUS_BOX, trimmed(box.name))
    if free:
        return free[0]
    return Wait(Reason.NAME_IN_USE, namesakes[0].id) if namesakes else None


def _is_namesake(box: OzmapBox, other: OzmapBox, view: View) -> bool:
    """Whether another OZmap box would be looked for under the same name in the same IXC project."""
    if other.id == box.id or not same_project(box.project_id, other.project_id, view):
        return False
    return is_in_scope(other, view)


RULE = Rule(slug=SLUG, subject=Subject.BOX, needs=PLACING_NEEDS, decide=decide)
