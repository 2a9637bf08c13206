"""box-sync: which boxes IXC holds for OZmap, in which project, fed by which transmitter.

A box is held once it has left the draft, carries a service splitter, its project has a namesake in IXC
and, as far as the ``olt`` setting asks, the OLT that feeds its first service splitter is a transmitter
there. A box is recognised by its link; before there is one, by name and project, never by a guess.

Source: spec box-sync; the vendor's text, "Boxes"; fact sheet IXC 6.1 for the length of a name.
"""

from kernel.contracts import changes
from kernel.contracts.commands import BoxFields, EnsureBox
from kernel.domain.coordinates import same_degrees
from kernel.domain.plant import IxcBox, IxcBoxStatus, OzmapBox, OzmapSplitter, capacity_of, service_splitters
from kernel.domain.policy import OltPolicy, Policy
from kernel.domain.reasons import Reason
from kernel.domain.text import same_text, trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.rules.rule import Rule, Subject
from streams.view import View

SLUG = "box-sync"
NAME_LIMIT = 100
"""Characters of ``rad_caixa_ftth.descricao`` (fact sheet IXC 6.1)."""


def decide(box_id: str, view: View, policy: Policy) -> Decision:
    """Decide what IXC shall hold for the OZmap box ``box_id``."""
    box = view.ozmap_box(box_id)
    if box is None:
        return Skip(Reason.BOX_UNKNOWN)
    if box.draft:
        return Skip(Reason.DRAFT)
    service = service_splitters(view.splitters_of(box_id))
    if not service:
        return Skip(Reason.NO_SERVICE_SPLITTER)
    if not trimmed(box.name):
        return Skip(Reason.NAME_EMPTY)
    if len(trimmed(box.name)) > NAME_LIMIT:
        return Skip(Reason.NAME_TOO_LONG, str(NAME_LIMIT))
    project_id = _ixc_project(box, view)
    if not isinstance(project_id, str):
        return project_id
    transmitter_id = _transmitter(service[0], view, policy.olt)
    if isinstance(transmitter_id, Skip | Wait):
        return transmitter_id
    remote = _twin(box, project_id, view)
    if isinstance(remote, Skip | Wait):
        return remote
    fields = BoxFields(
        name=trimmed(box.name),
        project_id=project_id,
        transmitter_id=transmitter_id,
        latitude=box.latitude,
        longitude=box.longitude,
        comments=box.observation,
        capacity=capacity_of(service),
    )
    keep = policy.olt is OltPolicy.IGNORED
    is_linked = view.link_of(box_id) is not None
    if is_linked and remote is not None and _holds(remote, fields, keep_transmitter=keep):
        return Already()
    return Ensure(
        EnsureBox(
            rule=SLUG,
            subject=f"{Subject.BOX}:{box_id}",
            ixc_id=None if remote is None else remote.id,
            fields=fields,
            keep_transmitter=keep,
        )
    )


def _ixc_project(box: OzmapBox, view: View) -> str | Skip | Wait:
    """The id of the IXC project with exactly the name of the box's project."""
    project = view.ozmap_project(box.project_id)
    if project is None:
        return Wait(Reason.PROJECT_UNKNOWN, box.project_id)
    name = trimmed(project.name)
    namesakes = view.ixc_projects_named(name)
    if not namesakes:
        return Wait(Reason.PROJECT_NOT_FOUND, name)
    if len(namesakes) > 1:
        return Skip(Reason.AMBIGUOUS_PROJECT, name)
    return namesakes[0].id


def _transmitter(first: OzmapSplitter, view: View, olt: OltPolicy) -> str | Skip | Wait | None:
    """The id of the IXC transmitter that feeds the box; None where the policy lets a box go without."""
    if olt is OltPolicy.IGNORED:
        return None
    found = _feeding_transmitter(first, view)
    if isinstance(found, Wait) and olt is OltPolicy.OPTIONAL:
        return None
    return found


def _feeding_transmitter(first: OzmapSplitter, view: View) -> str | Skip | Wait:
    if first.olt_id is None:
        return Wait(Reason.NOT_FED, first.name)
    olt = view.ozmap_olt(first.olt_id)
    if olt is None:
        return Wait(Reason.OLT_UNKNOWN, first.olt_id)
    ip = trimmed(olt.ip)
    if not ip:
        return Wait(Reason.OLT_WITHOUT_IP, olt.name)
    transmitters = view.transmitters_with_ip(ip)
    if not transmitters:
        return Wait(Reason.TRANSMITTER_NOT_FOUND, ip)
    if len(transmitters) > 1:
        return Skip(Reason.AMBIGUOUS_TRANSMITTER, ip)
    return transmitters[0].id


def _twin(box: OzmapBox, project_id: str, view: View) -> IxcBox | Skip | Wait | None:
    """The IXC box that is this box: the linked one, or one to adopt; None when it must be created."""
    link = view.link_of(box.id)
    if link is not None:
        return view.ixc_box(link.ixc_id) or Wait(Reason.IXC_BOX_NOT_SEEN, link.ixc_id)
    if any(_same_project(box, other, view) for other in view.ozmap_boxes_named(box.name)):
        return Skip(Reason.AMBIGUOUS_BOX, trimmed(box.name))
    namesakes = view.ixc_boxes_named(project_id, box.name)
    free = [candidate for candidate in namesakes if view.link_to(candidate.id) is None]
    if len(free) > 1:
        return Skip(Reason.AMBIGUOUS_BOX, trimmed(box.name))
    if free:
        return free[0]
    return Wait(Reason.NAME_IN_USE, namesakes[0].id) if namesakes else None


def _same_project(box: OzmapBox, other: OzmapBox, view: View) -> bool:
    """Whether another OZmap box would be looked for under the same name in the same IXC project."""
    if other.id == box.id or other.draft:
        return False
    if other.project_id == box.project_id:
        return True
    mine, theirs = view.ozmap_project(box.project_id), view.ozmap_project(other.project_id)
    return mine is not None and theirs is not None and trimmed(mine.name) == trimmed(theirs.name)


def _holds(remote: IxcBox, fields: BoxFields, *, keep_transmitter: bool) -> bool:
    """Whether IXC's box says already what it should, by meaning."""
    return (
        trimmed(remote.name) == fields.name
        and remote.project_id == fields.project_id
        and (keep_transmitter or remote.transmitter_id == fields.transmitter_id)
        and (fields.latitude is None or same_degrees(remote.latitude, fields.latitude))
        and (fields.longitude is None or same_degrees(remote.longitude, fields.longitude))
        and same_text(remote.comments, fields.comments)
        and remote.capacity == fields.capacity
        and remote.status == IxcBoxStatus.ACTIVE
    )


RULE = Rule(
    slug=SLUG,
    subject=Subject.BOX,
    needs=frozenset(
        {
            changes.OZMAP_BOX,
            changes.OZMAP_PROJECT,
            changes.OZMAP_SPLITTER,
            changes.OZMAP_OLT,
            changes.IXC_PROJECT,
            changes.IXC_TRANSMITTER,
            changes.IXC_BOX,
        }
    ),
    decide=decide,
)
