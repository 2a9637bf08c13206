"""box-sync: which OZmap boxes IXC must hold, with which values, and why it must not hold the others.

Source: spec ``box-sync`` and "Who owns which field".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.oracle.raw import Links, Row, Rows, by_id, number, of, ozmap_point, reference, text, whole
from sandbox.oracle.splitters import by_parent, n_outputs, serving

NAME_LIMIT = 100
"""``rad_caixa_ftth.descricao`` is varchar(100) (ixc-api 6.1)."""

HELD = "held"


@dataclass(frozen=True)
class Expected:
    """What IXC must hold for one OZmap object; ``reason`` is ``held``, or why it must not (yet).

    Only a held one has values. ``ixc_id``: the IXC box it already is, by link or adoption; None: it is made.
    ``transmitter``: "0" is none, None "not looked at" (``olt`` ignored).
    """

    ozmap_id: str
    reason: str
    name: str = ""
    project: str = ""
    transmitter: str | None = None
    latitude: float = 0.0
    longitude: float = 0.0
    comments: str = ""
    capacity: int = 0
    status: str = "A"
    ixc_id: str | None = None

    @property
    def is_held(self) -> bool:
        return self.reason == HELD


class Wanted:
    """What both box rules ask of IXC's side: projects by name, transmitters by IP, boxes by name.

    ``known_ids``: only these IXC boxes may be adopted (those that were there before); None: all.
    """

    def __init__(
        self, ozmap: Rows, ixc: Rows, olt: str, links: Links | None, known_ids: set[str] | None
    ) -> None:
        self._olt_setting = olt
        self._links = dict(links or {})
        self._projects = by_id(of(ozmap, "projects"))
        self._olts = by_id(of(ozmap, "olts"))
        self._ixc_projects: dict[str, list[str]] = defaultdict(list)
        for row in of(ixc, "df_projeto"):
            self._ixc_projects[text(row, "nome")].append(str(row["id"]))
        self._transmitters: dict[str, list[str]] = defaultdict(list)
        for row in of(ixc, "radpop_radio"):
            self._transmitters[text(row, "ip")].append(str(row["id"]))
        taken = set(self._links.values())
        self._boxes: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._linked_names: set[tuple[str, str]] = set()
        for row in of(ixc, "rad_caixa_ftth"):
            key = (text(row, "id_projeto"), text(row, "descricao"))
            if str(row["id"]) in taken:
                self._linked_names.add(key)
            elif known_ids is None or str(row["id"]) in known_ids:
                self._boxes[key].append(str(row["id"]))

    def project_name(self, document: Row) -> str:
        return text(self._projects.get(reference(document, "project"), {}), "name")

    def project(self, document: Row) -> tuple[str, str]:
        """IXC project id, or empty and the reason."""
        name = self.project_name(document)
        found = self._ixc_projects.get(name, []) if name else []
        if len(found) == 1:
            return found[0], ""
        return "", "ambiguous_project" if found else "project_not_found"

    def transmitter(self, splitter: Row) -> tuple[str | None, str]:
        """IXC transmitter id ("0" none, None not looked at), and the reason when there must be no box."""
        if self._olt_setting == "ignored":
            return None, ""
        olt = self._olts.get(reference(splitter, "olt"))
        ip = text(olt, "ip") if olt is not None else ""
        found = self._transmitters.get(ip, []) if ip else []
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, "ambiguous_transmitter"
        return ("0", "") if self._olt_setting == "optional" else (None, "no_transmitter")

    def twin(self, ozmap_id: str, project: str, name: str) -> tuple[str | None, str]:
        """The IXC box it is already, and the reason when that cannot be told."""
        if ozmap_id in self._links:
            return self._links[ozmap_id], ""
        found = self._boxes.get((project, name), [])
        if len(found) > 1:
            return None, "ambiguous_box"
        if not found and (project, name) in self._linked_names:
            return None, "name_in_use"
        return (found[0] if found else None), ""

    def is_linked(self, ozmap_id: str) -> bool:
        return ozmap_id in self._links


def expected_boxes(
    ozmap: Rows,
    ixc: Rows,
    olt: str = "required",
    links: Links | None = None,
    known_ids: set[str] | None = None,
) -> dict[str, Expected]:
    """What IXC must hold for each OZmap box, by box id. ``olt``: required, optional or ignored."""
    wanted = Wanted(ozmap, ixc, olt, links, known_ids)
    splitters = by_parent(ozmap)
    expected = {
        str(box["id"]): _expected_box(box, serving(splitters.get(str(box["id"]), [])), wanted)
        for box in of(ozmap, "boxes")
    }
    return _without_namesakes(expected, wanted)


def _expected_box(box: Row, service: list[Row], wanted: Wanted) -> Expected:
    box_id, name = str(box["id"]), text(box, "name")
    if box.get("draft") is True:
        return Expected(box_id, "draft")
    if not service:
        return Expected(box_id, "no_service_splitter")
    if not name:
        return Expected(box_id, "no_name")
    if len(name) > NAME_LIMIT:
        return Expected(box_id, "name_too_long")
    capacity = sum(n_outputs(splitter) for splitter in service)
    return place(box_id, name, box, service[0], text(box, "observation"), capacity, wanted)


def place(
    ozmap_id: str, name: str, where: Row, fed_by: Row, comments: str, capacity: int, wanted: Wanted
) -> Expected:
    """The part boxes and condominiums share: project, transmitter, the box it is already, values."""
    project, why_not = wanted.project(where)
    if why_not:
        return Expected(ozmap_id, why_not)
    transmitter, why_not = wanted.transmitter(fed_by)
    if why_not:
        return Expected(ozmap_id, why_not)
    ixc_id, why_not = wanted.twin(ozmap_id, project, name)
    if why_not:
        return Expected(ozmap_id, why_not)
    spot = ozmap_point(where)
    if spot is None:
        return Expected(ozmap_id, "no_coordinates")
    return Expected(
        ozmap_id, HELD, name, project, transmitter, spot[0], spot[1], comments, capacity, "A", ixc_id
    )


def _without_namesakes(expected: dict[str, Expected], wanted: Wanted) -> dict[str, Expected]:
    """Two OZmap boxes that would be one box in IXC are ambiguous, unless they are linked already."""
    alike: dict[tuple[str, str], list[Expected]] = defaultdict(list)
    for one in expected.values():
        if one.is_held and not wanted.is_linked(one.ozmap_id):
            alike[one.project, one.name].append(one)
    doubtful = {one.ozmap_id for group in alike.values() if len(group) > 1 for one in group}
    return {key: Expected(key, "ambiguous_name") if key in doubtful else one for key, one in expected.items()}


def compare_boxes(
    ozmap: Rows,
    ixc: Rows,
    links: Links | None = None,
    olt: str = "required",
    initial: Iterable[Row] | None = None,
    others: Iterable[Expected] = (),
) -> list[str]:
    """What differs from box-sync, in words; empty when IXC holds what it must and nothing was made beside it.

    ``links``: pairs the product wrote; without them boxes are found by name and project. ``initial``: the
    ``rad_caixa_ftth`` rows before the product ran: given, boxes made twice or for nobody are seen and only
    those rows may make a name ambiguous. ``others``: what other rules want there too (condominiums).
    """
    known_ids = {str(row["id"]) for row in initial} if initial is not None else None
    expected = expected_boxes(ozmap, ixc, olt, links, known_ids)
    held = [one for one in expected.values() if one.is_held]
    words = compare_held(held, ixc, links, are_made_told=known_ids is not None)
    if known_ids is not None:
        words += _made_beside([*held, *(one for one in others if one.is_held)], ixc, known_ids, links or {})
    return words


def compare_held(
    held: Iterable[Expected], ixc: Rows, links: Links | None, *, are_made_told: bool = False
) -> list[str]:
    """Each is exactly one IXC box of its name in its project, with all its values.

    ``are_made_told``: rows made beside a linked one are told elsewhere; older ones are not the product's.
    """
    rows = by_id(of(ixc, "rad_caixa_ftth"))
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row_id, row in rows.items():
        named[text(row, "id_projeto"), text(row, "descricao")].append(row_id)
    words: list[str] = []
    for one in held:
        ids = named.get((one.project, one.name), [])
        linked = (links or {}).get(one.ozmap_id)
        shown = f"{one.name!r} ({one.ozmap_id})"
        if links is not None and linked is None:
            words.append(f"{shown}: no link")
        if linked is not None and linked not in rows:
            words.append(f"{shown}: linked to {linked}, which IXC does not have")
        elif len(ids) > 1 and not (are_made_told and linked is not None):
            words.append(
                f"{shown}: {len(ids)} IXC boxes of that name in project {one.project}: {', '.join(ids)}"
            )
        elif linked is None and not ids:
            words.append(f"{shown}: not in IXC project {one.project}")
        else:
            words += [f"{shown}: {word}" for word in differences(one, rows[linked or ids[0]])]
    return words


def differences(one: Expected, row: Row) -> list[str]:
    """What the IXC row says otherwise: seven fields and the status."""
    texts: list[tuple[str, str]] = [
        ("descricao", one.name),
        ("id_projeto", one.project),
        ("obs_caixa_ftth", one.comments),
        ("status", one.status),
    ]
    if one.transmitter is not None:
        texts.append(("id_transmissor", one.transmitter))
    words = [
        f"IXC box {row['id']} {field} is {text(row, field)!r}, wanted {value!r}"
        for field, value in texts
        if (text(row, field) or ("0" if field == "id_transmissor" else "")) != value
    ]
    if whole(text(row, "capacidade")) != one.capacity:
        words.append(f"IXC box {row['id']} capacidade is {text(row, 'capacidade')!r}, wanted {one.capacity}")
    for field, degrees in (("latitude", one.latitude), ("longitude", one.longitude)):
        shown = number(text(row, field))
        if shown is None or abs(shown - degrees) > 1e-7:
            words.append(f"IXC box {row['id']} {field} is {text(row, field)!r}, wanted {degrees}")
    return words


def _made_beside(held: list[Expected], ixc: Rows, known_ids: set[str], links: Links) -> list[str]:
    """Rows that appeared for nobody, or of one name twice, and rows that vanished."""
    rows = by_id(of(ixc, "rad_caixa_ftth"))
    owners = {(one.project, one.name): one for one in held}
    linked = set(links.values())
    words = [f"IXC box {row_id} is gone" for row_id in sorted(known_ids - rows.keys(), key=int)]
    made: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row_id in sorted(rows.keys() - known_ids, key=int):
        key = (text(rows[row_id], "id_projeto"), text(rows[row_id], "descricao"))
        made[key].append(row_id)
        owner = owners.get(key)
        shown = f"IXC box {row_id} {key[1]!r} in project {key[0]}"
        if owner is None and row_id not in linked:
            words.append(f"{shown} was made for nobody")
        elif owner is not None and owner.ixc_id not in (None, row_id):
            words.append(f"{shown} was made beside {owner.ixc_id}")
    twice = [(key, ids) for key, ids in made.items() if len(ids) > 1]
    return words + [f"{key[1]!r} was made {len(ids)} times: {', '.join(ids)}" for key, ids in twice]


def links_by_name(ozmap: Rows, ixc: Rows, olt: str = "required") -> dict[str, str]:
    """The pairs adoption would find now: OZmap box id → IXC box id."""
    found = expected_boxes(ozmap, ixc, olt).values()
    return {one.ozmap_id: one.ixc_id for one in found if one.is_held and one.ixc_id is not None}
