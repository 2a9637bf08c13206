"""Buildings, clients and properties of OZmap in our words (sheet OZmap 2.6, 3.7-3.9)."""

from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter, ValidationError

from kernel.domain.errors import Malformed
from kernel.domain.plant import OzmapBuilding
from kernel.domain.subscriber import Connection, OzmapClient, OzmapProperty
from kernel.vendors.ozmap.models import BuildingRow, ClientRow, PropertyRow
from kernel.vendors.ozmap.translate import parse_building, parse_client, parse_property

AT_3 = {"id": "s1", "kind": "Splitter", "name": "Splitter 01", "port": 3, "implanted": True, "fiber": "f1"}
HOUSE = {
    "id": "h1",
    "client": {"_id": "c1", "id": "c1", "code": "maria", "kind": "ftth", "onu": {"user_PPPoE": "maria"}},
    "box": "b1",
    "coords": [-46.85, -24.31],
    "drop": "d1",
    "connections": [AT_3],
    "potencyRead": -21.5,
    "address": "Rua Azul, 12",
    "updatedAt": "2026-03-01T12:00:00.123Z",
}


def read(model: type[Any], **fields: Any) -> Any:
    return TypeAdapter(model).validate_json(orjson.dumps(fields))


def house(**changed: Any) -> OzmapProperty:
    row = HOUSE | changed
    return parse_property(read(PropertyRow, **{k: v for k, v in row.items() if v != "absent"}))


def test_a_property_in_our_words() -> None:
    assert house() == OzmapProperty(
        id="h1",
        client_id="c1",
        box_id="b1",
        latitude=-24.31,
        longitude=-46.85,
        drop_id="d1",
        connections=(Connection(splitter_id="s1", port=3),),
        potency_dbm=-21.5,
    )


@pytest.mark.parametrize(
    ("client", "ours"),
    [
        ({"id": "c1", "code": "maria"}, "c1"),
        ({"_id": "c1", "code": "maria"}, "c1"),
        ("c1", "c1"),
        (None, None),
        ("absent", None),
        ("", None),
    ],
)
def test_a_client_is_embedded_or_named_or_absent(client: object, ours: str | None) -> None:
    assert house(client=client).client_id == ours


@pytest.mark.parametrize("reference", ["x1", {"id": "x1", "name": "x"}, {"_id": "x1"}])
def test_box_and_drop_are_ids_or_populated(reference: object) -> None:
    found = house(box=reference, drop=reference)
    assert (found.box_id, found.drop_id) == ("x1", "x1")


@pytest.mark.parametrize("none", [None, "", "absent"])
def test_a_property_may_lack_all_but_its_id(none: object) -> None:
    bare = dict.fromkeys(HOUSE, "absent") | {"id": "h1", "client": none, "box": none, "drop": none}
    assert house(**bare) == OzmapProperty(id="h1")


@pytest.mark.parametrize(
    ("place", "ours"),
    [
        ({"lat": -1.0, "lng": -2.0}, (-24.31, -46.85)),
        ({"coords": "absent", "lat": -1.0, "lng": -2.0}, (-1.0, -2.0)),
        ({"coords": None, "lat": None, "lng": None}, (None, None)),
        ({"coords": "absent"}, (None, None)),
    ],
)
def test_a_property_stands_at_its_coords_and_an_apartment_nowhere(
    place: dict[str, Any], ours: tuple[float | None, float | None]
) -> None:
    found = house(**place)
    assert (found.latitude, found.longitude) == ours


@pytest.mark.parametrize(
    ("connections", "ours"),
    [
        ([AT_3], [("s1", 3)]),
        ([AT_3, AT_3 | {"id": "s2", "port": 1}], [("s1", 3), ("s2", 1)]),
        ([AT_3 | {"kind": "DIO"}], []),
        ([{"id": "x", "kind": "Fusion"}, AT_3], [("s1", 3)]),
        ([{"id": "x"}], []),
        ([], []),
        (None, []),
        ("absent", []),
    ],
)
def test_only_connections_to_splitters_count(connections: object, ours: list[tuple[str, int]]) -> None:
    found = house(connections=connections).connections
    assert [(each.splitter_id, each.port) for each in found] == ours


@pytest.mark.parametrize("port", [None, "absent"])
def test_a_splitter_without_port_is_no_connection_that_can_be_understood(port: object) -> None:
    connection = {k: v for k, v in (AT_3 | {"port": port}).items() if v != "absent"}
    with pytest.raises(Malformed, match="property h1: its connection to splitter s1 names no port"):
        house(connections=[connection])


@pytest.mark.parametrize(
    ("read_dbm", "ours"),
    [(-21.5, -21.5), (-21, -21.0), (0, 0.0), ("-21.5", -21.5), (None, None), ("absent", None)],
)
def test_the_measured_power(read_dbm: object, ours: float | None) -> None:
    assert house(potencyRead=read_dbm).potency_dbm == ours


@pytest.mark.parametrize("status", [0, 1, None])
def test_a_clients_status(status: int | None) -> None:
    raw = read(ClientRow, id="c1", code="maria", status=status)
    assert parse_client(raw) == OzmapClient(id="c1", code="maria", status=status)
    assert parse_client(read(ClientRow, id="c1", code="maria")).status is None


def test_a_building_in_our_words() -> None:
    raw = read(
        BuildingRow, id="e1", project={"id": "p1"}, name=" Ed. Sol ", coords=[-46.85, -24.31], kind="Building"
    )
    assert parse_building(raw) == OzmapBuilding(
        id="e1", project_id="p1", name=" Ed. Sol ", latitude=-24.31, longitude=-46.85
    )
    assert parse_building(read(BuildingRow, id="e1", project="p1", name="x", coords=[])).latitude is None


def test_a_building_without_project_is_malformed_and_one_without_name_no_row() -> None:
    with pytest.raises(Malformed, match="building e1 names no project"):
        parse_building(read(BuildingRow, id="e1", project="", name="x"))
    with pytest.raises(ValidationError):
        read(BuildingRow, id="e1", project="p1")
