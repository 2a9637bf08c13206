"""IXC's rows in our words and back: each quirk of its listings (fact sheet IXC 3.1, 6, 7)."""

from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter, ValidationError

from kernel.contracts.changes import ENTITIES
from kernel.contracts.commands import BoxFields
from kernel.domain.errors import System
from kernel.domain.plant import IxcBox, IxcProject, IxcTransmitter
from kernel.domain.subscriber import IxcCustomer, IxcLogin
from kernel.vendors.ixc.models import BoxRow, CustomerRow, LoginRow, ProjectRow, TransmitterRow
from kernel.vendors.ixc.translate import (
    TABLES,
    parse_box,
    parse_count,
    parse_customer,
    parse_login,
    parse_project,
    parse_reference,
    parse_transmitter,
    parse_yes,
    render_box_fields,
    render_record_for_put,
)

BOX = {
    "id": "7",
    "status": "A",
    "id_transmissor": "3",
    "descricao": "CTO 01  ",
    "id_projeto": "1",
    "capacidade": "16",
    "latitude": "-24.3184644",
    "longitude": "-46.839651",
    "obs_caixa_ftth": "a\r\nb",
    "ultima_atualizacao": "2026-03-01 09:00:00",
}
UNSET = "0.0.0.0"  # noqa: S104  compared, not bound
LOGIN = {"id": "9", "login": "maria ", "ativo": "S", "tipo_conexao_mapa": "F", "id_cliente": "4"}


def read(model: type[Any], **fields: Any) -> Any:
    return TypeAdapter(model).validate_json(orjson.dumps(fields))


def box(**changed: Any) -> IxcBox:
    return parse_box(read(BoxRow, **(BOX | changed)))


def box_without(column: str) -> IxcBox:
    return parse_box(read(BoxRow, **{k: v for k, v in BOX.items() if k != column}))


def login(**changed: Any) -> IxcLogin:
    return parse_login(read(LoginRow, **(LOGIN | changed)))


def test_every_ixc_entity_has_a_table_and_those_that_show_one_a_stamp() -> None:
    assert set(TABLES) == {e.slug for e in ENTITIES if e.system is System.IXC}
    assert {s.path: s.stamp for s in TABLES.values()} == {
        "df_projeto": None,
        "radpop_radio": None,
        "rad_caixa_ftth": "ultima_atualizacao",
        "radusuarios": "ultima_atualizacao",
        "cliente": "ultima_atualizacao",
        "cliente_contrato": "ultima_atualizacao",
        "radpop_radio_cliente_fibra": "ultima_atualizacao",
    }


def test_a_box_in_our_words_keeps_its_text_as_it_is() -> None:
    assert box() == IxcBox(
        id="7",
        name="CTO 01  ",
        project_id="1",
        transmitter_id="3",
        latitude=-24.3184644,
        longitude=-46.839651,
        comments="a\r\nb",
        capacity=16,
        status="A",
    )


def test_numbers_may_be_text_or_numbers() -> None:
    assert box(id=7, id_projeto=1, id_transmissor=3, capacidade=16) == box()
    assert box(latitude=-24.3184644, longitude=-46.839651) == box()


@pytest.mark.parametrize("none", ["0", "", " ", "00", None, 0])
def test_an_empty_foreign_key_is_none_in_all_its_forms(none: object) -> None:
    assert box(id_projeto=none, id_transmissor=none) == box(id_projeto=None, id_transmissor=None)
    assert box(id_transmissor=none).transmitter_id is None
    assert login(id_cliente=none).customer_id is None


@pytest.mark.parametrize(("text", "named"), [("10", "10"), (" 5 ", "5"), ("100", "100"), ("0", None)])
def test_a_reference(text: str, named: str | None) -> None:
    assert parse_reference(text) == named


@pytest.mark.parametrize(
    ("text", "count"),
    [("16", 16), (" 8 ", 8), ("0", 0), ("", None), ("16.5", None), ("²", None), ("x", None)],
)
def test_a_count(text: str, count: int | None) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize(
    ("text", "yes"),
    [("S", True), ("s", True), (" S", True), ("N", False), ("SS", False), ("", False), ("I", False)],
)
def test_only_s_is_yes(text: str, yes: bool) -> None:
    assert parse_yes(text) is yes
    assert login(ativo=text).active is yes


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("-24.5", -24.5),
        ("-24,5", -24.5),
        ("-24500000", -24.5),
        (" -24.5 ", -24.5),
        ("", None),
        ("0", None),
        ("0.000000000", None),
        ("-124.5", None),
        ("sem", None),
        (None, None),
    ],
)
def test_a_latitude_in_each_of_ixcs_habits(text: str | None, degrees: float | None) -> None:
    assert box(latitude=text).latitude == degrees


def test_a_longitude_may_go_further_than_a_latitude() -> None:
    assert box(longitude="-124,5").longitude == -124.5
    assert box(longitude="-46839651").longitude == -46.839651


@pytest.mark.parametrize(
    "column", ["id_transmissor", "id_projeto", "capacidade", "latitude", "obs_caixa_ftth"]
)
def test_a_version_that_does_not_list_a_column_shows_it_as_none(column: str) -> None:
    assert box_without(column) == box(**{column: None})


@pytest.mark.parametrize(("status", "ours"), [("A", "A"), ("I", "I"), ("I ", "I"), ("X", "X"), ("", "")])
def test_a_status_is_shown_even_when_it_is_none_we_know(status: str, ours: str) -> None:
    assert box(status=status).status == ours


def test_a_version_without_status_has_active_boxes_only() -> None:
    assert box_without("status").status == "A"


@pytest.mark.parametrize(
    ("ip", "ours"),
    [
        ("10.0.0.2", "10.0.0.2"),
        (" 10.0.0.2 ", "10.0.0.2"),
        ("", None),
        ("0", None),
        (UNSET, None),
        (None, None),
    ],
)
def test_a_transmitter_without_ip_has_none_and_its_secrets_end_here(ip: str | None, ours: str | None) -> None:
    raw = read(
        TransmitterRow,
        id="3",
        descricao="OLT",
        ip=ip,
        ativo="S",
        senha="FAKE-SECRET-1",
        senha_hw="FAKE-SECRET-2",
    )
    assert parse_transmitter(raw) == IxcTransmitter(id="3", description="OLT", ip=ours, active=True)
    assert "FAKE-SECRET" not in repr(raw)


@pytest.mark.parametrize(("active", "ours"), [("S", True), ("N", False), ("", False), (None, True)])
def test_a_transmitter_is_active(active: str | None, ours: bool) -> None:
    assert parse_transmitter(read(TransmitterRow, id="3", ip="1.1.1.1", ativo=active)).active is ours


def test_a_login_in_our_words_without_its_password() -> None:
    raw = read(LoginRow, **LOGIN, senha="FAKE-SECRET-1", ultima_atualizacao="0000-00-00 00:00:00")
    assert parse_login(raw) == IxcLogin(id="9", login="maria ", active=True, connection="F", customer_id="4")
    assert "FAKE-SECRET" not in repr(raw)
    assert raw.stamp == "0000-00-00 00:00:00"


@pytest.mark.parametrize(
    ("kind", "fibre"),
    [("F", True), ("f", True), ("58", False), ("", False), ("LTE", False), (None, False)],
)
def test_only_f_is_fibre(kind: str | None, fibre: bool) -> None:
    assert login(tipo_conexao_mapa=kind).is_fibre is fibre


def test_a_customer_is_its_name_and_a_project_too() -> None:
    raw = read(CustomerRow, id="4", razao=" Maria ", senha="FAKE-SECRET-1", cnpj_cpf="000.000.000-00")
    assert parse_customer(raw) == IxcCustomer(id="4", name=" Maria ")
    assert {k: v for k, v in raw.model_dump().items() if v is not None} == {"id": "4", "razao": " Maria "}
    assert parse_customer(read(CustomerRow, id="4")).name == ""
    assert parse_project(read(ProjectRow, id="1", nome="Centro")) == IxcProject(id="1", name="Centro")


@pytest.mark.parametrize(
    ("model", "row"),
    [(BoxRow, {"id": "1"}), (LoginRow, {"id": "1", "login": "a"}), (ProjectRow, {"nome": "x"})],
)
def test_a_row_that_lacks_what_the_rules_need_is_no_row(model: type[Any], row: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        read(model, **row)


FIELDS = BoxFields(
    name="CTO 01",
    project_id="1",
    transmitter_id="3",
    latitude=-24.31846442,
    longitude=-46.8,
    comments="a\nb",
    capacity=16,
)


def test_the_seven_fields_are_rendered_as_ixcs_text() -> None:
    assert render_box_fields(FIELDS) == {
        "descricao": "CTO 01",
        "id_projeto": "1",
        "id_transmissor": "3",
        "latitude": "-24.31846442",
        "longitude": "-46.8",
        "obs_caixa_ftth": "a\nb",
        "capacidade": "16",
    }


def test_no_transmitter_is_zero_and_no_coordinate_is_empty() -> None:
    bare = FIELDS.model_copy(update={"transmitter_id": None, "latitude": None, "longitude": None})
    rendered = render_box_fields(bare)
    assert (rendered["id_transmissor"], rendered["latitude"], rendered["longitude"]) == ("0", "", "")


def test_rendered_fields_are_read_back_as_they_were() -> None:
    read_back = parse_box(read(BoxRow, id="7", **render_box_fields(FIELDS)))
    assert read_back.model_dump(exclude={"id", "status"}) == FIELDS.model_dump()


def test_a_listed_record_goes_back_whole_and_as_it_was_but_for_its_id() -> None:
    record = BOX | {"id_cidade": "", "idx": "", "numero": " 12 ", "data": "0000-00-00"}
    assert render_record_for_put(record) == {k: v for k, v in record.items() if k != "id"}
    assert "id" in record
