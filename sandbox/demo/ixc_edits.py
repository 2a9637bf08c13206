"""What the person does in IXC. Each function finds its rows in the city; None: it has no such row."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.demo.cast import Cast
from sandbox.demo.doubles import IXC
from sandbox.demo.edit import Edit, adds_ixc, puts_ixc
from sandbox.demo.mirror import Row
from sandbox.demo.speech import Speech
from sandbox.oracle.raw import reference, text

NEW = "new"
"""The id of a row that IXC does not have yet, in what the oracle is asked beforehand."""


def add_transmitter(cast: Cast, speech: Speech) -> Edit | None:
    """The transmitter that boxes wait for is entered in IXC: they are created."""
    like = next(iter(cast.shuffled_rows(IXC, "radpop_radio")), None)
    for box in cast.waiting("no_transmitter"):
        olt = cast.olt_of(cast.service_splitters(box)[0])
        ip = "" if olt is None else text(olt, "ip")
        if like is None or olt is None or not ip:
            continue
        fields = _copied(like, ip=ip, descricao=text(olt, "name"))
        n_boxes = cast.n_woken(box, (IXC, "radpop_radio", {**fields, "id": NEW}))
        if n_boxes:
            cast.take(box)
            title = speech.t(f"new transmitter {ip}", f"novo transmissor {ip}")
            return Edit(IXC, title, adds_ixc("radpop_radio", **fields), speech.boxes(n_boxes))
    return None


def add_project(cast: Cast, speech: Speech) -> Edit | None:
    """The project that boxes wait for is entered in IXC: they are created."""
    like = next(iter(cast.shuffled_rows(IXC, "df_projeto")), None)
    for box in cast.waiting("project_not_found"):
        project = next(
            (row for row in cast.world.ozmap["projects"] if row["id"] == reference(box, "project")), None
        )
        if like is None or project is None:
            continue
        name = text(project, "name")
        fields = _copied(like, nome=name)
        n_boxes = cast.n_woken(box, (IXC, "df_projeto", {**fields, "id": NEW}))
        if n_boxes:
            cast.take(box)
            title = speech.t(f"new project {name}", f"novo projeto {name}")
            return Edit(IXC, title, adds_ixc("df_projeto", **fields), speech.boxes(n_boxes))
    return None


def type_over_comments(cast: Cast, speech: Speech) -> Edit | None:
    """Somebody types over a held box's comments in IXC; OZmap's come back."""
    for box, one in cast.held():
        if one.ixc_id is None:
            continue
        cast.take(box)
        typed = speech.t("typed over in IXC", "alterado no IXC")
        title = speech.t(f"put back: comments of {one.name}", f"desfaz: obs. de {one.name}")
        return Edit(IXC, title, puts_ixc("rad_caixa_ftth", one.ixc_id, obs_caixa_ftth=typed))
    return None


def rename_customer(cast: Cast, speech: Speech) -> Edit | None:
    """A customer is renamed in the ERP; the client on the map follows."""
    for client, customer in cast.named_clients():
        cast.take(client)
        old = text(customer, "razao")
        new = f"{old} {'ME' if text(customer, 'tipo_pessoa') == 'J' else 'Filho'}"
        title = speech.t(f"rename {old}", f"renomeia {old}")
        return Edit(IXC, title, puts_ixc("cliente", str(customer["id"]), razao=new))
    return None


def _copied(like: Row, **fields: str) -> Mapping[str, str]:
    """A new record like another one, as a person makes it by "duplicate" in the ERP."""
    return {name: str(value or "") for name, value in like.items() if name != "id"} | fields
