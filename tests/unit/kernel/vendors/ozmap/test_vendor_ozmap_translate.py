"""OZmap's rows in our words: each habit of its replies."""

from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter, ValidationError

from kernel.contracts.changes import ENTITIES
from kernel.domain.errors import Malformed, System
from kernel.domain.plant import OzmapBox, OzmapOlt, OzmapProject, OzmapSplitter
from kernel.domain.subscriber import OzmapClient
from kernel.vendors.ozmap.models import BoxRow, ClientRow, OltRow, ProjectRow, SplitterRow
from kernel.vendors.ozmap.translate import (
    ROUTES,
    parse_box,
    parse_client,
    parse_olt,
    parse_place,
    parse_project,
    parse_splitter,
)

BOX = {
    "id": "682efb980000000100000085",
    "project": "5fc6a8ce0000000100000001",
    "name": " CTO 1 ",
    "coords": [-46.85, -24.31],
    "draft": False,
    "boxType": None,
    "updatedAt": "2026-03-01T12:00:00.123Z",
}
SPLITTER = {
    "id": "s1",
    "parent": "b1",
    "name": "Splitter 01",
    "isDrop": True,
    "connectables": {"id": "c", "input": ["f"], "output": [None, "f1", None, None]},
}


def read(model: type[Any], **fields: Any) -> Any:
    return TypeAdapter(model).validate_json(orjson.dumps(fields))


def box(**changed: Any) -> OzmapBox:
    return parse_box(read(BoxRow, **(BOX | changed)))


def splitter(**changed: Any) -> OzmapSplitter:
    row = SPLITTER | changed
    return parse_splitter(read(SplitterRow, **{k: v for k, v in row.items() if v != "absent"}))


def test_every_ozmap_entity_has_a_route_a_model_and_a_stamp() -> None:
    assert set(ROUTES) == {e.slug for e in ENTITIES if e.system is System.OZMAP}
    assert {source.stamp for source in ROUTES.values()} == {"updatedAt"}


def test_a_box_in_our_words_keeps_its_text_as_it_is() -> None:
    assert box(observation="a\r\nb ") == OzmapBox(
        id="682efb980000000100000085",
        project_id="5fc6a8ce0000000100000001",
        name=" CTO 1 ",
        draft=False,
        latitude=-24.31,
        longitude=-46.85,
        observation="a\r\nb ",
    )


def test_a_raw_row_shows_when_it_changed() -> None:
    assert read(BoxRow, **BOX).stamp == "2026-03-01T12:00:00.123Z"


@pytest.mark.parametrize(
    "reference", ["p1", {"id": "p1", "name": "Centro"}, {"_id": "p1"}, {"id": "p1", "_id": "p1"}]
)
def test_a_reference_is_an_id_or_a_populated_object(reference: object) -> None:
    assert box(project=reference).project_id == "p1"
    assert splitter(parent=reference, olt=reference).olt_id == "p1"
    assert splitter(parent=reference).parent_id == "p1"


@pytest.mark.parametrize("draft", [None, False])
def test_a_box_is_no_draft_unless_it_says_so(draft: bool | None) -> None:
    assert box(draft=draft).draft is False
    assert box(draft=True).draft is True


@pytest.mark.parametrize("text", [None, ""])
def test_an_absent_text_is_an_empty_one(text: str | None) -> None:
    assert box(observation=text).observation == ""
    assert splitter(observation=text).observation == ""


@pytest.mark.parametrize(
    ("coords", "lat", "lng", "place"),
    [
        ([-46.5, -23.5], None, None, (-23.5, -46.5)),
        ([-46.5, -23.5], 1.0, 1.0, (-23.5, -46.5)),
        ([-46.5, -23.5, 700.0], None, None, (-23.5, -46.5)),
        (None, -23.5, -46.5, (-23.5, -46.5)),
        ([], -23.5, -46.5, (-23.5, -46.5)),
        ([-46.5], -23.5, -46.5, (-23.5, -46.5)),
        (None, None, None, (None, None)),
        (None, -23.5, None, (None, None)),
        ([0.0, 0.0], None, None, (None, None)),
        ([-46.5, 0.0], None, None, (0.0, -46.5)),
        ([-200.0, 0.5], None, None, (None, None)),
        ([-46.5, 95.0], None, None, (None, None)),
        ([float("nan"), 1.0], None, None, (None, None)),
    ],
)
def test_a_place_is_coords_as_lng_lat_or_the_virtual_fields(
    coords: list[float] | None, lat: float | None, lng: float | None, place: tuple[float | None, ...]
) -> None:
    assert parse_place(coords, lat, lng) == place


@pytest.mark.parametrize("reference", ["", {"id": ""}])
def test_a_box_without_project_and_a_splitter_without_parent_are_malformed(reference: object) -> None:
    with pytest.raises(Malformed, match=r"682efb98.* names no project"):
        box(project=reference)
    with pytest.raises(Malformed, match="s1 names no parent"):
        splitter(parent=reference)


def test_a_splitter_in_our_words() -> None:
    assert splitter(index=2, olt="o1") == OzmapSplitter(
        id="s1",
        parent_id="b1",
        name="Splitter 01",
        is_drop=True,
        n_outputs=4,
        index=2.0,
        olt_id="o1",
        taken=(2,),
    )


@pytest.mark.parametrize(
    ("connectables", "taken"),
    [
        ({"output": ["f1", None, None, None]}, (1,)),
        ({"output": [None, None, None, "f4"]}, (4,)),
        ({"output": ["f1", "f2", {"id": "f3"}, None]}, (1, 2, 3)),
        ({"output": [None] * 4}, ()),
        ({"output": []}, ()),
        ("absent", ()),
        (None, ()),
    ],
)
def test_the_taken_ports_are_those_with_a_fibre_from_one(
    connectables: object, taken: tuple[int, ...]
) -> None:
    assert splitter(connectables=connectables, ratio={"output": 4}).taken == taken


FREE, BLOCKED = {"blocked": False, "tags": []}, {"id": "p", "blocked": True, "observation": "reserva"}


@pytest.mark.parametrize(
    ("ports", "blocked"),
    [
        ([FREE, BLOCKED, FREE, BLOCKED], (2, 4)),
        ([BLOCKED, {"tags": []}, {"blocked": None}, FREE], (1,)),
        ([{"index": 0, "blocked": True}, {"index": 1, "blocked": False}], (1,)),
        ([{"index": 1, "blocked": True}, {"index": 2, "blocked": False}], (1,)),
        ([{"index": 4, "blocked": True}, {"index": 2, "blocked": True}], (2, 4)),
        ([{"index": 3, "blocked": True}, {"index": 0, "blocked": False}], (4,)),
        ([{"index": 3, "blocked": True}, BLOCKED], (1, 2)),
        ([], ()),
        ("absent", ()),
        (None, ()),
    ],
)
def test_the_blocked_ports_are_those_at_their_place_or_their_index(
    ports: object, blocked: tuple[int, ...]
) -> None:
    assert splitter(ports=ports).blocked == blocked


@pytest.mark.parametrize(
    ("connectables", "ratio", "n_outputs"),
    [
        ({"input": [], "output": [None] * 8}, "absent", 8),
        ({"input": [], "output": [{"id": "f"}] * 16}, {"input": 1, "output": 8}, 16),
        ({"input": [], "output": []}, {"input": 1, "output": 8}, 8),
        ("absent", {"id": "r", "input": 1, "output": 8}, 8),
        (None, {"output": 4}, 4),
    ],
)
def test_outputs_are_counted_else_the_ratio_says_them(
    connectables: object, ratio: object, n_outputs: int
) -> None:
    assert splitter(connectables=connectables, ratio=ratio).n_outputs == n_outputs


@pytest.mark.parametrize("ratio", ["absent", None, {}, {"input": 1}])
def test_a_splitter_whose_outputs_nothing_tells_is_malformed(ratio: object) -> None:
    with pytest.raises(Malformed, match="splitter s1"):
        splitter(connectables="absent", ratio=ratio)


@pytest.mark.parametrize("olt", ["absent", None, ""])
def test_an_unfed_splitter_has_no_olt(olt: object) -> None:
    assert splitter(olt=olt).olt_id is None


@pytest.mark.parametrize("index", ["absent", None])
def test_a_splitter_may_lack_an_index_and_the_flag(index: object) -> None:
    assert splitter(index=index, isDrop="absent") == splitter(index=None, isDrop=None)
    assert splitter(isDrop="absent").is_drop is False


@pytest.mark.parametrize(
    ("ip", "ours"), [("10.0.0.2", "10.0.0.2"), (" 10.0.0.2 ", "10.0.0.2"), ("", None), (None, None)]
)
def test_an_olt_without_ip_has_none_and_its_password_ends_here(ip: str | None, ours: str | None) -> None:
    raw = read(
        OltRow,
        id="o1",
        name="OLT 1",
        ip=ip,
        user="root",
        password="FAKE-SECRET-1",
        snmp={"community": "FAKE-SECRET-2"},
    )
    assert parse_olt(raw) == OzmapOlt(id="o1", name="OLT 1", ip=ours)
    assert "FAKE-SECRET" not in repr(raw)


@pytest.mark.parametrize("kind", ["ftth", "FTTHClient"])
def test_a_client_of_either_kind(kind: str) -> None:
    raw = read(ClientRow, id="c1", code="maria", name="Maria", implanted=True, kind=kind)
    assert parse_client(raw) == OzmapClient(id="c1", code="maria", name="Maria", implanted=True)
    bare = read(ClientRow, id="c1", code=4711, kind=kind)
    assert parse_client(bare) == OzmapClient(id="c1", code="4711", name="", implanted=False)


def test_a_project() -> None:
    assert parse_project(read(ProjectRow, id="p1", name="Centro")) == OzmapProject(id="p1", name="Centro")


@pytest.mark.parametrize("missing", ["id", "name", "project"])
def test_a_row_that_lacks_what_the_rules_need_is_no_row(missing: str) -> None:
    with pytest.raises(ValidationError):
        read(BoxRow, **{k: v for k, v in BOX.items() if k != missing})
