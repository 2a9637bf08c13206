"""The demo's judgement: what is owed, what counts as its own field, and how figures are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.demo.mirror import Change, Mirror, read_entry
from sandbox.demo.summary import foreign_fields, percentile, read_writes
from sandbox.demo.world import World

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
OZMAP_ROWS: dict[str, list[dict[str, Any]]] = {
    "projects": [{"id": "p1", "name": "Centro"}],
    "boxes": [{"id": "b1", "name": "CTO 1", "project": "p1", "coords": [-46.5, -23.5], "observation": ""}],
    "splitters": [
        {
            "id": "s1",
            "parent": "b1",
            "name": "S",
            "isDrop": True,
            "index": 1,
            "olt": "o1",
            "ratio": {"output": 8},
        }
    ],
    "olts": [{"id": "o1", "name": "OLT", "ip": "10.0.0.1"}],
    "ftth-clients": [{"id": "c1", "code": "ana", "name": "Ana"}],
}
IXC_ROWS: dict[str, list[dict[str, Any]]] = {
    "df_projeto": [{"id": "1", "nome": "Centro"}],
    "radpop_radio": [{"id": "7", "ip": "10.0.0.1"}],
    "rad_caixa_ftth": [
        {
            "id": "3",
            "descricao": "CTO 1",
            "id_projeto": "1",
            "id_transmissor": "7",
            "capacidade": "8",
            "latitude": "-23.5",
            "longitude": "-46.5",
            "obs_caixa_ftth": "",
            "status": "A",
        }
    ],
    "radusuarios": [{"id": "1", "login": "ana", "tipo_conexao_mapa": "F", "id_cliente": "9"}],
    "cliente": [{"id": "9", "razao": "Ana"}],
}


class StillMirror(Mirror):
    """A mirror of rows and a journal that are given, not fetched."""

    def __init__(self, system: str, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        super().__init__(system, "http://127.0.0.1:1")
        self.journal: list[dict[str, Any]] = []
        self._rows = {entity: {row["id"]: dict(row) for row in given} for entity, given in rows.items()}

    def everything(self) -> Iterator[dict[str, Any]]:
        yield from self.journal

    def change(self, entity: str, row_id: str, **fields: Any) -> None:
        self._rows[entity][row_id] = self._rows[entity][row_id] | fields


@pytest.fixture
def world() -> Iterator[World]:
    made = World(StillMirror("ozmap", OZMAP_ROWS), StillMirror("ixc", IXC_ROWS))
    yield made
    made.close()


def mirror_of(world: World, system: str) -> StillMirror:
    mirror = world.mirrors[system]
    assert isinstance(mirror, StillMirror)
    return mirror


def told(seq: int, actor: str, entity: str, before: Any, after: Any, at: datetime = AT) -> dict[str, Any]:
    """A journal entry as a double tells it."""
    return {
        "seq": seq,
        "at": at.isoformat().replace("+00:00", "Z"),
        "actor": actor,
        "entity": entity,
        "id": (before or after or {"id": None})["id"],
        "before": before,
        "after": after,
        "also": [],
    }


def test_equal_systems_owe_nothing(world: World) -> None:
    assert world.wishes() == {}


def test_an_edited_box_is_owed_until_a_write_shows_every_field_of_it(world: World) -> None:
    mirror_of(world, "ozmap").change("boxes", "b1", name="CTO 1-B", observation="checked")
    world.links = {"b1": "3"}
    (wish,) = world.wishes().values()
    row = IXC_ROWS["rad_caixa_ftth"][0]
    half = row | {"descricao": "CTO 1-B"}
    assert (wish.rule, wish.subject, wish.system) == ("box-sync", "box:b1", "ixc")
    assert not wish.is_met_by(Change("rad_caixa_ftth", "3", row, half))
    assert wish.is_met_by(Change("rad_caixa_ftth", "3", row, half | {"obs_caixa_ftth": "checked"}))


def test_another_row_that_looks_the_same_does_not_meet_a_wish_for_a_linked_box(world: World) -> None:
    mirror_of(world, "ozmap").change("boxes", "b1", name="CTO 1-B")
    world.links = {"b1": "3"}
    (wish,) = world.wishes().values()
    beside = IXC_ROWS["rad_caixa_ftth"][0] | {"id": "4", "descricao": "CTO 1-B"}
    assert not wish.is_met_by(Change("rad_caixa_ftth", "4", None, beside))


def test_a_name_typed_over_is_owed_by_login(world: World) -> None:
    mirror_of(world, "ozmap").change("ftth-clients", "c1", name="Ana (?)")
    (wish,) = world.wishes().values()
    assert (wish.rule, wish.subject, wish.system) == ("client-name", "login:ana", "ozmap")
    named = {"id": "c1", "name": "Ana"}
    assert wish.is_met_by(Change("ftth-clients", "c1", {"id": "c1"}, named))
    assert not wish.is_met_by(Change("boxes", "c1", {"id": "c1"}, named))


def test_asking_what_an_edit_would_do_changes_nothing(world: World) -> None:
    draft = OZMAP_ROWS["boxes"][0] | {"draft": True}
    assert world.boxes(("ozmap", "boxes", draft))["b1"].reason == "draft"
    assert world.boxes()["b1"].is_held


def test_a_row_as_it_would_be_stands_in_the_place_of_the_row_as_it_is(world: World) -> None:
    same = IXC_ROWS["radpop_radio"][0] | {"descricao": "OLT"}
    assert world.boxes(("ixc", "radpop_radio", same))["b1"].is_held
    twin = same | {"id": "new"}
    assert world.boxes(("ixc", "radpop_radio", twin))["b1"].reason == "ambiguous_transmitter"


@pytest.mark.parametrize(
    ("system", "entity", "fields", "n_foreign"),
    [
        ("ixc", "rad_caixa_ftth", {"descricao": "X", "ultima_atualizacao": "2026"}, 0),
        ("ixc", "rad_caixa_ftth", {"descricao": "X", "endereco": "Rua A"}, 1),
        ("ixc", "cliente", {"razao": "X"}, 1),
        ("ozmap", "ftth-clients", {"name": "X", "updatedAt": "2026"}, 0),
        ("ozmap", "ftth-clients", {"name": "X", "status": 1}, 1),
        ("ozmap", "boxes", {"name": "X"}, 1),
    ],
)
def test_only_fields_of_the_product_may_change(
    system: str, entity: str, fields: dict[str, Any], n_foreign: int
) -> None:
    before = {"id": "1"}
    assert len(foreign_fields(system, Change(entity, "1", before, before | fields))) == n_foreign


def test_a_row_that_vanished_or_appeared_in_ozmap_is_foreign() -> None:
    assert foreign_fields("ixc", Change("rad_caixa_ftth", "1", {"id": "1"}, None))
    assert foreign_fields("ozmap", Change("boxes", "1", None, {"id": "1"}))
    assert foreign_fields("ozmap", Change("boxes", "1", {"id": "1"}, None))
    assert not foreign_fields("ixc", Change("rad_caixa_ftth", "1", None, {"id": "1"}))


def test_writes_are_the_products_only_and_those_without_change_count(world: World) -> None:
    row = {"id": "3", "descricao": "A"}
    mirror_of(world, "ixc").journal = [
        told(1, "product", "rad_caixa_ftth", None, None),
        told(2, "person", "rad_caixa_ftth", row, row | {"descricao": "B"}),
        told(3, "product", "rad_caixa_ftth", row, row),
        told(4, "product", "rad_caixa_ftth", row, row | {"descricao": "B"}, AT + timedelta(seconds=2)),
    ]
    written = read_writes(world, AT + timedelta(seconds=1))
    assert (written.n_writes, written.n_since, written.foreign) == (2, 1, ())


def test_rows_that_changed_with_a_request_belong_to_its_entry() -> None:
    entry = told(1, "person", "boxes", {"id": "b1"}, {"id": "b1", "name": "B"})
    entry["also"] = [{"entity": "splitters", "id": "s1", "before": {"id": "s1"}, "after": None}]
    assert [change.entity for change in read_entry(entry).changes] == ["boxes", "splitters"]


@pytest.mark.parametrize(
    ("ordered", "share", "value"),
    [([1.0], 0.5, 1.0), ([1.0, 2.0], 0.5, 1.0), ([1.0, 2.0, 3.0], 0.5, 2.0), ([1.0, 2.0, 3.0], 1.0, 3.0)],
)
def test_a_percentile_is_a_value_that_was_measured(ordered: list[float], share: float, value: float) -> None:
    assert percentile(ordered, share) == value
