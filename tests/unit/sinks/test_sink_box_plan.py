"""The truth table of a box: what is written for it, and that nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.contracts.commands import BoxFields, EnsureBox
from sinks.ixc.plan import BOX_COLUMNS, BoxCreation, box_wish, is_named, new_box
from sinks.ixc.wish import Nothing, Row, Update, plan_update, strayed

CREATION = BoxCreation(tipo="P", style="50r7nh0u")
FIELDS = BoxFields(
    name="CTO 01",
    project_id="3",
    transmitter_id="7",
    latitude=-23.55,
    longitude=-46.63,
    comments="na esquina",
    capacity=16,
)
ROW = {
    "codigo_estilo_caixa": "7eTTWpDR",
    "id": "475",
    "status": "A",
    "id_transmissor": "7",
    "id_interface": "0",
    "descricao": "CTO 01",
    "id_projeto": "3",
    "capacidade": "16",
    "latitude": "-23.55",
    "longitude": "-46.63",
    "obs_caixa_ftth": "na esquina",
    "cep": " 01310-100 ",
    "endereco": "Av. Paulista\r\n",
    "ultima_atualizacao": "2026-01-02 03:04:05",
    "idx": "",
    "tipo": "A",
    "campo_novo": "v42",
}


def wish(**changes: object) -> EnsureBox:
    return EnsureBox(
        rule="box-sync", subject="box:b1", ixc_id="475", fields=FIELDS.model_copy(update=changes)
    )


def plan(command: EnsureBox, row: Row) -> Nothing | Update:
    return plan_update(box_wish(command, "475"), row)


def unlike(command: EnsureBox, row: Row) -> list[str]:
    return box_wish(command, "475").unlike(row)


def test_a_box_that_is_not_there_is_created_with_all_fields_of_the_form() -> None:
    assert new_box(wish(), CREATION) == {
        "descricao": "CTO 01",
        "tipo": "P",
        "id_projeto": "3",
        "id_transmissor": "7",
        "id_interface": "",
        "id_tecnologia": "",
        "capacidade": "16",
        "latitude": "-23.55",
        "longitude": "-46.63",
        "codigo_estilo_caixa": "50r7nh0u",
        "obs_caixa_ftth": "na esquina",
        "status": "A",
        "idx": "",
        "ultima_atualizacao": "",
        "cep": "",
        "endereco": "",
        "numero": "",
        "bairro": "",
        "id_cidade": "",
    }


def test_a_new_box_without_coordinates_and_transmitter_has_them_empty_and_zero() -> None:
    record = new_box(wish(latitude=None, longitude=None, transmitter_id=None), CREATION)
    assert (record["latitude"], record["longitude"], record["id_transmissor"]) == ("", "", "0")


@pytest.mark.parametrize("held", ["9", "0", ""])
def test_a_transmitter_that_the_policy_does_not_look_at_stays_as_ixc_has_it(held: str) -> None:
    command = wish(transmitter_id=None).model_copy(update={"keep_transmitter": True})
    row = {**ROW, "id_transmissor": held}
    assert plan(command, row) == Nothing()
    changed = plan(command.model_copy(update={"fields": FIELDS.model_copy(update={"capacity": 8})}), row)
    assert isinstance(changed, Update)
    assert changed.record == {**row, "capacidade": "8"}
    assert new_box(command, CREATION)["id_transmissor"] == "0"


def test_a_box_that_is_as_wished_gets_nothing() -> None:
    assert plan(wish(), ROW) == Nothing()


@pytest.mark.parametrize(
    ("field", "held"),
    [
        ("descricao", "  CTO 01 "),
        ("obs_caixa_ftth", "na esquina\r\n"),
        ("latitude", "-23,5500000"),
        ("latitude", "-23550000"),
        ("longitude", " -46.63000001"),
        ("capacidade", " 16"),
        ("capacidade", "016"),
        ("id_transmissor", " 7"),
        ("status", "A "),
    ],
)
def test_what_means_the_same_is_not_written(field: str, held: str) -> None:
    assert plan(wish(), {**ROW, field: held}) == Nothing()


@pytest.mark.parametrize("held", ["0", "", " "])
def test_no_transmitter_is_no_transmitter_however_ixc_writes_it(held: str) -> None:
    assert plan(wish(transmitter_id=None), {**ROW, "id_transmissor": held}) == Nothing()


def test_line_ends_inside_comments_carry_no_meaning() -> None:
    row = {**ROW, "obs_caixa_ftth": "a\r\nb"}
    assert plan(wish(comments="a\nb"), row) == Nothing()


@pytest.mark.parametrize(
    ("change", "field", "new"),
    [
        ({"name": "CTO 02"}, "descricao", "CTO 02"),
        ({"name": "cto 01"}, "descricao", "cto 01"),
        ({"project_id": "4"}, "id_projeto", "4"),
        ({"transmitter_id": "8"}, "id_transmissor", "8"),
        ({"transmitter_id": None}, "id_transmissor", "0"),
        ({"latitude": -23.56}, "latitude", "-23.56"),
        ({"longitude": -46.64}, "longitude", "-46.64"),
        ({"comments": ""}, "obs_caixa_ftth", ""),
        ({"capacity": 8}, "capacidade", "8"),
    ],
)
def test_one_difference_is_one_changed_field_in_the_whole_record(
    change: dict[str, object], field: str, new: str
) -> None:
    chosen = plan(wish(**change), ROW)
    assert isinstance(chosen, Update)
    assert chosen.record == {**ROW, field: new}
    assert [(c.field, c.old, c.new) for c in chosen.changed] == [(field, ROW[field], new)]


@pytest.mark.parametrize("held", ["I", "", "X"])
def test_a_box_that_is_not_active_is_made_active(held: str) -> None:
    chosen = plan(wish(), {**ROW, "status": held})
    assert isinstance(chosen, Update)
    assert chosen.record == {**ROW, "status": "A"}


@pytest.mark.parametrize("held", ["-20.1", "", "0", "nonsense"])
def test_without_coordinates_in_ozmap_those_of_ixc_stay(held: str) -> None:
    row = {**ROW, "latitude": held, "longitude": held}
    assert plan(wish(latitude=None, longitude=None), row) == Nothing()
    changed = plan(wish(latitude=None, longitude=None, capacity=8), row)
    assert isinstance(changed, Update)
    assert changed.record == {**row, "capacidade": "8"}


@pytest.mark.parametrize("held", ["", "0", "-2355", "abc", "-23.5501"])
def test_coordinates_that_are_none_or_elsewhere_are_written(held: str) -> None:
    chosen = plan(wish(), {**ROW, "latitude": held})
    assert isinstance(chosen, Update)
    assert chosen.record["latitude"] == "-23.55"


def test_a_field_that_this_version_does_not_list_is_written_and_missed_afterwards() -> None:
    row = {f: text for f, text in ROW.items() if f != "id_transmissor"}
    chosen = plan(wish(), row)
    assert isinstance(chosen, Update)
    assert chosen.record["id_transmissor"] == "7"
    assert unlike(wish(), row) == ["id_transmissor"]


text = st.text(max_size=12)
rows = st.dictionaries(st.sampled_from([*BOX_COLUMNS, "cep", "tipo", "idx", "xyz"]), text).map(
    lambda row: {**row, "id": "475"}
)


@given(row=rows, name=text, capacity=st.integers(0, 300), latitude=st.none() | st.floats(-90, 90))
def test_whatever_ixc_holds_foreign_fields_go_back_byte_for_byte_and_once_is_enough(
    row: dict[str, str], name: str, capacity: int, latitude: float | None
) -> None:
    command = wish(name=name, capacity=capacity, latitude=latitude)
    chosen = plan(command, row)
    if isinstance(chosen, Nothing):
        return
    assert isinstance(chosen, Update)
    assert {f: t for f, t in chosen.record.items() if f not in BOX_COLUMNS} == {
        f: t for f, t in row.items() if f not in BOX_COLUMNS
    }
    assert {c.field for c in chosen.changed} == {f for f in BOX_COLUMNS if chosen.record.get(f) != row.get(f)}
    assert plan(command, chosen.record) == Nothing()


def test_only_foreign_fields_can_stray_and_the_stamp_moves_by_itself() -> None:
    after = {**ROW, "ultima_atualizacao": "2026-02-02 00:00:00", "capacidade": "8"}
    assert strayed(box_wish(wish(), "475"), ROW, after) == []
    assert strayed(box_wish(wish(), "475"), ROW, {**after, "cep": "01310-100", "novo": "1"}) == [
        "cep",
        "novo",
    ]


@pytest.mark.parametrize(
    ("row", "is_it"),
    [
        ({"descricao": " CTO 01 ", "id_projeto": "3"}, True),
        ({"descricao": "cto 01", "id_projeto": "3"}, False),
        ({"descricao": "CTO 01", "id_projeto": "30"}, False),
        ({"descricao": "CTO 010", "id_projeto": "3"}, False),
        ({"id_projeto": "3"}, False),
    ],
)
def test_a_name_matches_exactly_after_trimming(row: dict[str, str], is_it: bool) -> None:
    assert is_named(wish(), row) is is_it
