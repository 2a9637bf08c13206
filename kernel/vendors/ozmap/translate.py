"""OZmap's rows in our words; its habits end here (sheet OZmap 2.6, 3)."""

from typing import Any

from kernel.contracts.changes import OZMAP_BOX, OZMAP_CLIENT, OZMAP_OLT, OZMAP_PROJECT, OZMAP_SPLITTER
from kernel.domain.errors import Malformed
from kernel.domain.plant import OzmapBox, OzmapOlt, OzmapProject, OzmapSplitter
from kernel.domain.subscriber import OzmapClient
from kernel.vendors.ozmap.models import (
    BoxRow,
    ClientRow,
    OltRow,
    Populated,
    ProjectRow,
    Reference,
    SplitterRow,
)
from kernel.vendors.rows import Source

UPDATED_AT = "updatedAt"
"""Moves with each change of the row itself; whether with changes inside a box is UNKNOWN (sheet 2.7)."""


def parse_reference(raw: Reference | None) -> str | None:
    """The id a reference names, None for none."""
    named = raw.id if isinstance(raw, Populated) else raw
    return named or None


def parse_place(
    coords: list[float] | None, lat: float | None, lng: float | None
) -> tuple[float | None, float | None]:
    """(latitude, longitude) of ``coords``, which is [lng, lat], else of the virtual fields; both or neither.

    (0, 0) and what lies off the globe is no place.
    """
    if coords is not None and len(coords) >= 2:
        lng, lat = coords[0], coords[1]
    if lat is None or lng is None or (lat == 0 and lng == 0) or not (abs(lat) <= 90 and abs(lng) <= 180):
        return None, None
    return lat, lng


def parse_project(raw: ProjectRow) -> OzmapProject:
    """A project of OZmap."""
    return OzmapProject(id=raw.id, name=raw.name)


def parse_box(raw: BoxRow) -> OzmapBox:
    """A box of OZmap.

    :raises Malformed: when it names no project.
    """
    latitude, longitude = parse_place(raw.coords, raw.lat, raw.lng)
    return OzmapBox(
        id=raw.id,
        project_id=_needed(raw.project, f"box {raw.id} names no project"),
        name=raw.name,
        draft=bool(raw.draft),
        latitude=latitude,
        longitude=longitude,
        observation=raw.observation or "",
    )


def parse_splitter(raw: SplitterRow) -> OzmapSplitter:
    """A splitter of a box or a building.

    :raises Malformed: when it names no parent, or nothing tells how many outputs it has.
    """
    return OzmapSplitter(
        id=raw.id,
        parent_id=_needed(raw.parent, f"splitter {raw.id} names no parent"),
        name=raw.name,
        is_drop=bool(raw.is_drop),
        n_outputs=_n_outputs(raw),
        index=raw.index,
        olt_id=parse_reference(raw.olt),
        observation=raw.observation or "",
    )


def _n_outputs(raw: SplitterRow) -> int:
    if raw.connectables is not None and raw.connectables.output:
        return len(raw.connectables.output)
    if raw.ratio is not None and raw.ratio.output is not None:
        return raw.ratio.output
    raise Malformed(f"splitter {raw.id}: neither connectables.output nor ratio.output says its outputs")


def parse_olt(raw: OltRow) -> OzmapOlt:
    """An OLT of OZmap; an empty ``ip`` is none (sheet 3.6)."""
    return OzmapOlt(id=raw.id, name=raw.name, ip=(raw.ip or "").strip() or None)


def parse_client(raw: ClientRow) -> OzmapClient:
    """A client of OZmap."""
    return OzmapClient(id=raw.id, code=raw.code, name=raw.name or "", implanted=bool(raw.implanted))


def _needed(raw: Reference, complaint: str) -> str:
    named = parse_reference(raw)
    if named is None:
        raise Malformed(complaint)
    return named


ROUTES: dict[str, Source[Any]] = {
    OZMAP_PROJECT.slug: Source("projects", ProjectRow, parse_project, UPDATED_AT),
    OZMAP_BOX.slug: Source("boxes", BoxRow, parse_box, UPDATED_AT),
    OZMAP_SPLITTER.slug: Source("splitters", SplitterRow, parse_splitter, UPDATED_AT),
    OZMAP_OLT.slug: Source("olts", OltRow, parse_olt, UPDATED_AT),
    OZMAP_CLIENT.slug: Source("ftth-clients", ClientRow, parse_client, UPDATED_AT),
}
"""Entity slug → where it is listed and how its rows are read."""
