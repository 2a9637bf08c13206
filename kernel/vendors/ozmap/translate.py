"""OZmap's rows in our words; its habits end here (sheet OZmap 2.6, 3)."""

from typing import Any

from kernel.contracts.changes import (
    OZMAP_BOX,
    OZMAP_BUILDING,
    OZMAP_CLIENT,
    OZMAP_OLT,
    OZMAP_PROJECT,
    OZMAP_PROPERTY,
    OZMAP_SPLITTER,
)
from kernel.domain.errors import Malformed
from kernel.domain.plant import OzmapBox, OzmapBuilding, OzmapOlt, OzmapProject, OzmapSplitter
from kernel.domain.subscriber import Connection, OzmapClient, OzmapProperty
from kernel.vendors.ozmap.models import (
    BoxRow,
    BuildingRow,
    ClientRow,
    ConnectionPart,
    Embedded,
    OltRow,
    Port,
    ProjectRow,
    PropertyRow,
    Reference,
    SplitterRow,
)
from kernel.vendors.rows import Source, zoneless

UPDATED_AT = "updatedAt"
"""Moves with each change of the row itself; whether with changes inside a box is UNKNOWN (sheet 2.7)."""


def parse_reference(raw: Reference | Embedded | None) -> str | None:
    """The id a reference names, None for none.

    :raises Malformed: when it came as an object that shows no id.
    """
    if isinstance(raw, dict):
        named = raw.get("id", raw.get("_id"))
        if named is None:
            raise Malformed("a reference came as an object without id")
        return named or None
    return raw or None


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
        taken=_taken(raw),
        blocked=blocked_ports(raw.ports or []),
    )


def _taken(raw: SplitterRow) -> tuple[int, ...]:
    """The ports, from 1, that have a fibre (sheet 3.3: ``output[i]`` is port i + 1)."""
    return tuple(port for port, fibre in enumerate(_outputs(raw), 1) if fibre is not None)


def _outputs(raw: SplitterRow) -> list[Any]:
    return (raw.connectables or {}).get("output") or []


def blocked_ports(ports: list[Port]) -> tuple[int, ...]:
    """The ports, from 1, that are marked as blocked.

    A port's place in the array is its number (recorded replies, sheet 3.3) unless each says its ``index``.
    UNKNOWN: what that counts from. Where one says 0 it counts from 0, else from 1 as all else does.
    """
    indices = [port.get("index") for port in ports]
    numbers: list[int] = [index for index in indices if index is not None]
    if len(numbers) < len(ports):
        numbers = list(range(1, len(ports) + 1))
    elif 0 in numbers:
        numbers = [number + 1 for number in numbers]
    return tuple(sorted(n for n, port in zip(numbers, ports, strict=True) if port.get("blocked")))


def _n_outputs(raw: SplitterRow) -> int:
    if _outputs(raw):
        return len(_outputs(raw))
    n_outputs = (raw.ratio or {}).get("output")
    if n_outputs is not None:
        return n_outputs
    raise Malformed(f"splitter {raw.id}: neither connectables.output nor ratio.output says its outputs")


def parse_olt(raw: OltRow) -> OzmapOlt:
    """An OLT of OZmap; an empty ``ip`` is none (sheet 3.6)."""
    return OzmapOlt(id=raw.id, name=raw.name, ip=(raw.ip or "").strip() or None)


def parse_client(raw: ClientRow) -> OzmapClient:
    """A client of OZmap."""
    return OzmapClient(
        id=raw.id, code=raw.code, name=raw.name or "", implanted=bool(raw.implanted), status=raw.status
    )


def parse_building(raw: BuildingRow) -> OzmapBuilding:
    """A building of OZmap.

    :raises Malformed: when it names no project.
    """
    latitude, longitude = parse_place(raw.coords, raw.lat, raw.lng)
    return OzmapBuilding(
        id=raw.id,
        project_id=_needed(raw.project, f"building {raw.id} names no project"),
        name=raw.name,
        latitude=latitude,
        longitude=longitude,
    )


def parse_property(raw: PropertyRow) -> OzmapProperty:
    """A property of OZmap: apartments have no coordinates, empty ones no client (sheet 3.7, 3.9).

    :raises Malformed: when a connection to a splitter names no port.
    """
    latitude, longitude = parse_place(raw.coords, raw.lat, raw.lng)
    return OzmapProperty(
        id=raw.id,
        client_id=parse_reference(raw.client),
        box_id=parse_reference(raw.box),
        latitude=latitude,
        longitude=longitude,
        drop_id=parse_reference(raw.drop),
        connections=tuple(_connection(raw.id, each) for each in raw.connections or [] if _is_splitter(each)),
        potency_dbm=raw.potency_read,
    )


def _is_splitter(raw: ConnectionPart) -> bool:
    return raw.get("kind") == "Splitter"


def _connection(property_id: str, raw: ConnectionPart) -> Connection:
    splitter_id, port = raw.get("id"), raw.get("port")
    if splitter_id is None or port is None:
        raise Malformed(f"property {property_id}: its connection to splitter {splitter_id} names no port")
    return Connection(splitter_id=splitter_id, port=port)


def _needed(raw: Reference, complaint: str) -> str:
    named = parse_reference(raw)
    if named is None:
        raise Malformed(complaint)
    return named


ROUTES: dict[str, Source[Any]] = {
    OZMAP_PROJECT.slug: Source("projects", ProjectRow, zoneless(parse_project), UPDATED_AT),
    OZMAP_BOX.slug: Source("boxes", BoxRow, zoneless(parse_box), UPDATED_AT),
    OZMAP_BUILDING.slug: Source("buildings", BuildingRow, zoneless(parse_building), UPDATED_AT),
    OZMAP_SPLITTER.slug: Source("splitters", SplitterRow, zoneless(parse_splitter), UPDATED_AT),
    OZMAP_OLT.slug: Source("olts", OltRow, zoneless(parse_olt), UPDATED_AT),
    OZMAP_CLIENT.slug: Source("ftth-clients", ClientRow, zoneless(parse_client), UPDATED_AT),
    OZMAP_PROPERTY.slug: Source("properties", PropertyRow, zoneless(parse_property), UPDATED_AT),
}
"""Entity slug → where it is listed and how its rows are read."""
