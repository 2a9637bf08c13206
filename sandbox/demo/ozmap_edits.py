"""What the person does in OZmap. Each function finds its rows in the city; None: it has no such row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sandbox.demo.cast import Cast
from sandbox.demo.doubles import IXC, OZMAP
from sandbox.demo.edit import Edit, adds_ozmap, patches_ozmap
from sandbox.demo.mirror import Row
from sandbox.demo.speech import Speech
from sandbox.demo.world import Edited
from sandbox.oracle.boxes import Expected
from sandbox.oracle.raw import reference, text
from sandbox.oracle.splitters import by_parent, serving

A_FEW_STEPS = 0.0003
"""Degrees: some thirty metres, as when a box is put where it really hangs."""
TRIED_EACH = 6
"""OLTs and IPs that are tried on each other, each costing one look at all boxes."""


def rename_box(cast: Cast, speech: Speech) -> Edit | None:
    """A held box gets another name."""
    return _patch(cast, speech, "rename", "renomeia", lambda box: {"name": f"{text(box, 'name')}-B"})


def move_box(cast: Cast, speech: Speech) -> Edit | None:
    """A held box is moved on the map."""

    def moved(box: Row) -> Mapping[str, Any]:
        lng, lat = box["coords"]
        return {"coords": [round(lng + A_FEW_STEPS, 7), round(lat - A_FEW_STEPS, 7)]}

    return _patch(cast, speech, "move", "move", moved)


def comment_box(cast: Cast, speech: Speech) -> Edit | None:
    """A held box gets other comments."""
    note = speech.t("checked on site, lid replaced", "vistoriada em campo, tampa trocada")
    return _patch(cast, speech, "comment", "comenta", lambda _box: {"observation": note})


def add_splitter(cast: Cast, speech: Speech) -> Edit | None:
    """A second service splitter goes into a held box, so it has more ports."""
    for box, _one in cast.held():
        first, *others = cast.service_splitters(box)
        if others or first.get("index") is None:
            continue
        cast.take(box)
        fields = {
            "parent": box["id"],
            "splitterType": reference(first, "splitterType"),
            "name": f"{text(first, 'name')}-2",
            "index": first["index"] + 1,
            "isDrop": True,
        }
        name = text(box, "name")
        title = speech.t(f"second splitter in {name}", f"2º splitter em {name}")
        return Edit(OZMAP, title, adds_ozmap("splitters", **fields))
    return None


def change_project(cast: Cast, speech: Speech) -> Edit | None:
    """A held box is moved to another project that IXC has."""
    for project in cast.shuffled_rows(OZMAP, "projects"):

        def there(box: Row, project: Row = project) -> Edited | None:
            return (OZMAP, "boxes", {**box, "project": project["id"]})

        for box, _one in cast.held(there):
            if reference(box, "project") == project["id"] or _has_box(cast, project, text(box, "name")):
                continue
            cast.take(box)
            title = f"{text(box, 'name')} → {text(project, 'name')}"
            return Edit(OZMAP, title, patches_ozmap("boxes", box, project=project["id"]))
    return None


def feed_by_another_olt(cast: Cast, speech: Speech) -> Edit | None:
    """The first service splitter of a held box is fed by another OLT that IXC knows."""
    for box, one in cast.held():
        first = cast.service_splitters(box)[0]
        for olt in cast.shuffled_rows(OZMAP, "olts"):
            after = cast.world.boxes((OZMAP, "splitters", {**first, "olt": olt["id"]}))[one.ozmap_id]
            if after.is_held and after.transmitter != one.transmitter:
                cast.take(box)
                title = speech.t(
                    f"{one.name} fed by {text(olt, 'name')}", f"{one.name} na {text(olt, 'name')}"
                )
                return _feed(title, first, olt)
    return None


def feed_unfed_box(cast: Cast, speech: Speech) -> Edit | None:
    """A box that waits because nothing feeds it is fed, and so created in IXC."""
    for box in cast.waiting("no_transmitter"):
        first = cast.service_splitters(box)[0]
        if reference(first, "olt"):
            continue
        for olt in cast.shuffled_rows(OZMAP, "olts"):
            if cast.n_woken(box, (OZMAP, "splitters", {**first, "olt": olt["id"]})):
                cast.take(box)
                name = text(box, "name")
                return _feed(speech.t(f"feed {name}, unfed so far", f"alimenta {name}, sem OLT"), first, olt)
    return None


def change_olt_ip(cast: Cast, speech: Speech) -> Edit | None:
    """An OLT gets the IP of another transmitter; all its boxes follow. OLTs of few boxes are tried first."""
    before = cast.world.boxes()
    transmitters = cast.shuffled_rows(IXC, "radpop_radio")[:TRIED_EACH]
    for olt in _olts_by_boxes(cast, before)[:TRIED_EACH]:
        for ip in (text(transmitter, "ip") for transmitter in transmitters):
            after = cast.world.boxes((OZMAP, "olts", {**olt, "ip": ip}))
            moved = [one for key, one in after.items() if one.transmitter != before[key].transmitter]
            if moved and all(one.is_held and before[one.ozmap_id].is_held for one in moved):
                return _give_ip(speech, olt, ip, len(moved))
    return None


def release_draft(cast: Cast, speech: Speech) -> Edit | None:
    """A box in project is released, and so created in IXC (or found there by its name)."""
    for box in cast.waiting("draft"):
        if cast.n_woken(box, (OZMAP, "boxes", {**box, "draft": False})):
            cast.take(box)
            name = text(box, "name")
            title = speech.t(f"release draft {name}", f"libera {name}, em projeto")
            return Edit(OZMAP, title, patches_ozmap("boxes", box, draft=False))
    return None


def retype_client(cast: Cast, speech: Speech) -> Edit | None:
    """Somebody types over a client's name; the ERP's name comes back."""
    for client, _customer in cast.named_clients():
        cast.take(client)
        name = text(client, "name")
        title = speech.t(f"put back: name of {name}", f"desfaz: nome de {name}")
        return Edit(OZMAP, title, patches_ozmap("ftth-clients", client, name=f"{name} (?)"))
    return None


def _patch(cast: Cast, speech: Speech, en: str, pt: str, change: Any) -> Edit | None:
    """A held box with the fields of ``change`` laid over it."""
    for box, _one in cast.held(lambda box: (OZMAP, "boxes", {**box, **change(box)})):
        fields = change(box)
        if all(box.get(name) == value for name, value in fields.items()):
            continue
        cast.take(box)
        title = f"{speech.t(en, pt)} {text(box, 'name')}"
        return Edit(OZMAP, title, patches_ozmap("boxes", box, **fields))
    return None


def _feed(title: str, splitter: Row, olt: Row) -> Edit:
    return Edit(OZMAP, title, patches_ozmap("splitters", splitter, olt=olt["id"]))


def _has_box(cast: Cast, project: Row, name: str) -> bool:
    """Whether either system has a box of that name there: OZmap would refuse, IXC's be adopted."""
    ixc_ids = {
        text(row, "id") for row in cast.world.ixc["df_projeto"] if text(row, "nome") == text(project, "name")
    }
    return any(
        reference(row, "project") == project["id"] and text(row, "name") == name
        for row in cast.world.ozmap["boxes"]
    ) or any(
        text(row, "id_projeto") in ixc_ids and text(row, "descricao") == name
        for row in cast.world.mirrors[IXC].rows["rad_caixa_ftth"]
    )


def _olts_by_boxes(cast: Cast, expected: Mapping[str, Expected]) -> list[Row]:
    """The OLTs that feed held boxes, the one with the fewest first."""
    first = {place: serving(inside)[:1] for place, inside in by_parent(cast.world.ozmap).items()}
    n_fed = Counter(
        reference(splitter, "olt")
        for one in expected.values()
        if one.is_held
        for splitter in first.get(one.ozmap_id, [])
    )
    olts = cast.world.mirrors[OZMAP].by_id("olts")
    return [olts[olt_id] for olt_id, _n in sorted(n_fed.items(), key=lambda fed: fed[::-1]) if olt_id in olts]


def _give_ip(speech: Speech, olt: Row, ip: str, n_boxes: int) -> Edit:
    name = text(olt, "name")
    title = f"{name} → {ip}"
    return Edit(OZMAP, title, patches_ozmap("olts", olt, ip=ip), speech.boxes(n_boxes))
