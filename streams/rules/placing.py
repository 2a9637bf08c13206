"""What both rules on IXC's boxes ask: the project, the transmitter, and whether IXC holds it already.

Source: spec box-sync ("Project", "Transmitter"), condominium-sync ("as above").
"""

from collections.abc import Callable
from dataclasses import dataclass

from kernel.contracts import changes
from kernel.contracts.commands import BoxFields, EnsureBox
from kernel.domain.coordinates import same_degrees
from kernel.domain.plant import IxcBox, IxcBoxStatus, OzmapBox, OzmapSplitter, service_splitters
from kernel.domain.policy import OltPolicy, Policy
from kernel.domain.reasons import Reason
from kernel.domain.text import same_text, trimmed
from streams.decision import Already, Decision, Ensure, Skip, Wait
from streams.view import View

NAME_LIMIT = 100
"""Characters of ``rad_caixa_ftth.descricao`` (fact sheet IXC 6.1)."""

PLACING_NEEDS = frozenset(
    {
        changes.OZMAP_BOX,
        changes.OZMAP_PROJECT,
        changes.OZMAP_SPLITTER,
        changes.OZMAP_OLT,
        changes.IXC_PROJECT,
        changes.IXC_TRANSMITTER,
        changes.IXC_BOX,
    }
)
"""What must have been listed before a box of IXC can be decided."""


def checked_name(name: str) -> str | Skip:
    """The name that the IXC box shall have, or why it can have none."""
    if not name:
        return Skip(Reason.NAME_EMPTY)
    if len(name) > NAME_LIMIT:
        return Skip(Reason.NAME_TOO_LONG, str(NAME_LIMIT))
    return name


@dataclass(frozen=True, slots=True)
class Place:
    """What of OZmap becomes one box of IXC, under the id and rule that speak for it."""

    rule: str
    subject: str
    ozmap_id: str
    name: str
    project_id: str
    fed_by: OzmapSplitter
    latitude: float | None
    longitude: float | None
    comments: str
    capacity: int


Twin = Callable[[str], IxcBox | Skip | Wait | None]
"""From the IXC project to the IXC box that a place is already, or None when it must be created."""


def ensure_held(place: Place, twin: Twin, view: View, policy: Policy) -> Decision:
    """Decide that IXC holds ``place`` as a box, linked to it, with all seven fields, active."""
    project_id = ixc_project(place.project_id, view)
    if not isinstance(project_id, str):
        return project_id
    transmitter_id = transmitter(place.fed_by, view, policy.olt)
    if isinstance(transmitter_id, Skip | Wait):
        return transmitter_id
    remote = twin(project_id)
    if isinstance(remote, Skip | Wait):
        return remote
    fields = BoxFields(
        name=place.name,
        project_id=project_id,
        transmitter_id=transmitter_id,
        latitude=place.latitude,
        longitude=place.longitude,
        comments=place.comments,
        capacity=place.capacity,
    )
    keep = policy.olt is OltPolicy.IGNORED
    link = view.link_of(place.ozmap_id)
    is_linked = remote is not None and link is not None and link.ixc_id == remote.id
    if is_linked and remote is not None and holds(remote, fields, keep_transmitter=keep):
        return Already()
    return Ensure(
        EnsureBox(
            rule=place.rule,
            subject=place.subject,
            ixc_id=None if remote is None else remote.id,
            fields=fields,
            keep_transmitter=keep,
        )
    )


def ixc_project(ozmap_project_id: str, view: View) -> str | Skip | Wait:
    """The id of the IXC project with exactly the name of this OZmap project."""
    project = view.ozmap_project(ozmap_project_id)
    if project is None:
        return Wait(Reason.PROJECT_UNKNOWN, ozmap_project_id)
    name = trimmed(project.name)
    namesakes = view.ixc_projects_named(name)
    if not namesakes:
        return Wait(Reason.PROJECT_NOT_FOUND, name)
    if len(namesakes) > 1:
        return Skip(Reason.AMBIGUOUS_PROJECT, name)
    return namesakes[0].id


def transmitter(first: OzmapSplitter, view: View, olt: OltPolicy) -> str | Skip | Wait | None:
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


def is_in_scope(box: OzmapBox, view: View) -> bool:
    """Whether an OZmap box is one of IXC's: out of the draft, with a service splitter (spec box-sync)."""
    return not box.draft and bool(service_splitters(view.splitters_of(box.id)))


def same_project(project_id: str, other_id: str, view: View) -> bool:
    """Whether two OZmap projects are one, or namesakes: then they are one project in IXC."""
    if project_id == other_id:
        return True
    mine, theirs = view.ozmap_project(project_id), view.ozmap_project(other_id)
    return mine is not None and theirs is not None and trimmed(mine.name) == trimmed(theirs.name)


def holds(remote: IxcBox, fields: BoxFields, *, keep_transmitter: bool) -> bool:
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
