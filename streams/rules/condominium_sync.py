"""condominium-sync: each splitter of a building is one box of IXC, named after both.

Such a box is always recognised by its name, which must be unique in its project; the link is kept beside
it and follows the name. Where no free box has the name, the linked box is renamed: the splitter, its
building or their project was. The setting ``splitter_as_box`` makes the service splitters of ordinary
boxes alike.

Source: spec condominium-sync; the vendor's text, "Condominiums".
"""

from collections.abc import Iterator

from kernel.contracts import changes
from kernel.domain.plant import IxcBox, OzmapBox, OzmapBuilding, OzmapSplitter, service_splitters
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.text import trimmed
from streams.decision import Decision, Skip, Wait
from streams.rules.placing import PLACING_NEEDS, Place, checked_name, ensure_held, is_in_scope, same_project
from streams.rules.rule import Rule, Subject
from streams.view import View

SLUG = "condominium-sync"
JOINT = " - "

Host = OzmapBuilding | OzmapBox


def decide(splitter_id: str, view: View, policy: Policy) -> Decision:
    """Decide what IXC shall hold for the OZmap splitter ``splitter_id``."""
    splitter = view.ozmap_splitter(splitter_id)
    if splitter is None:
        return Skip(Reason.SPLITTER_UNKNOWN, splitter_id)
    host = _host(splitter, view, policy)
    if isinstance(host, Skip | Wait):
        return host
    if not (trimmed(host.name) and trimmed(splitter.name)):
        return Skip(Reason.NAME_EMPTY)
    name = checked_name(_name(host, splitter))
    if isinstance(name, Skip):
        return name
    if _is_ambiguous(name, splitter_id, host.project_id, view, policy):
        return Skip(Reason.AMBIGUOUS_NAME, name)
    place = Place(
        rule=SLUG,
        subject=f"{Subject.SPLITTER}:{splitter_id}",
        ozmap_id=splitter_id,
        name=name,
        project_id=host.project_id,
        fed_by=splitter,
        latitude=host.latitude,
        longitude=host.longitude,
        comments=splitter.observation,
        capacity=splitter.n_outputs,
    )
    return ensure_held(place, lambda project_id: _twin(place, project_id, view), view, policy)


def _host(splitter: OzmapSplitter, view: View, policy: Policy) -> Host | Skip | Wait:
    """The building the splitter is in; with ``splitter_as_box`` also the box, for service splitters."""
    building = view.ozmap_building(splitter.parent_id)
    if building is not None:
        return building
    box = view.ozmap_box(splitter.parent_id)
    if box is None and splitter.is_drop:
        return Wait(Reason.HOST_UNKNOWN, splitter.parent_id)
    if box is None or not policy.splitter_as_box:
        return Skip(Reason.NOT_IN_A_BUILDING)
    if box.draft:
        return Skip(Reason.DRAFT)
    return box if splitter.is_drop else Skip(Reason.NOT_A_SERVICE_SPLITTER, splitter.name)


def _name(host: Host, splitter: OzmapSplitter) -> str:
    return f"{trimmed(host.name)}{JOINT}{trimmed(splitter.name)}"


def _is_ambiguous(name: str, splitter_id: str, project_id: str, view: View, policy: Policy) -> bool:
    """Whether another splitter, or a box of its own right, comes out under the same name and project."""
    if any(other.id != splitter_id for other in _splitters_named(name, project_id, view, policy)):
        return True
    if policy.splitter_as_box:
        return False
    boxes = (box for box in view.ozmap_boxes_named(name) if is_in_scope(box, view))
    return any(same_project(project_id, box.project_id, view) for box in boxes)


def _splitters_named(name: str, project_id: str, view: View, policy: Policy) -> Iterator[OzmapSplitter]:
    """The splitters that come out as ``name``; a joint may lie in either name, so all splits are tried."""
    parts = name.split(JOINT)
    for n_parts in range(1, len(parts)):
        host_name, splitter_name = JOINT.join(parts[:n_parts]), JOINT.join(parts[n_parts:])
        hosts: list[Host] = [*view.ozmap_buildings_named(host_name)]
        if policy.splitter_as_box:
            hosts += [box for box in view.ozmap_boxes_named(host_name) if not box.draft]
        for host in hosts:
            if same_project(project_id, host.project_id, view):
                inside = view.splitters_of(host.id)
                counted = inside if isinstance(host, OzmapBuilding) else service_splitters(inside)
                yield from (splitter for splitter in counted if trimmed(splitter.name) == splitter_name)


def _twin(place: Place, project_id: str, view: View) -> IxcBox | Skip | Wait | None:
    """The IXC box of that name; else the linked one, which is renamed; None when it must be created."""
    link = view.link_of(place.ozmap_id)
    namesakes = view.ixc_boxes_named(project_id, place.name)
    mine = [box for box in namesakes if link is not None and box.id == link.ixc_id]
    free = [box for box in namesakes if view.link_to(box.id) is None]
    if mine:
        return mine[0]
    if len(free) > 1:
        return Skip(Reason.AMBIGUOUS_BOX, place.name)
    if free:
        return free[0]
    if link is not None:  # a namesake that is another splitter's will be renamed in its turn
        return view.ixc_box(link.ixc_id) or Wait(Reason.IXC_BOX_NOT_SEEN, link.ixc_id)
    return Wait(Reason.NAME_IN_USE, namesakes[0].id) if namesakes else None


RULE = Rule(
    slug=SLUG,
    subject=Subject.SPLITTER,
    needs=PLACING_NEEDS | {changes.OZMAP_BUILDING},
    decide=decide,
)
