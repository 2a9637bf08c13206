"""A subscriber of IXC in our words: login, customer, contract, ONU (sheet IXC 6.2-6.5, 7)."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from pydantic import TypeAdapter

from kernel.contracts.changes import IXC_ONU
from kernel.domain.subscriber import IxcContract, IxcCustomer, IxcLogin, IxcOnu
from kernel.vendors.ixc.models import ContractRow, CustomerRow, LoginRow, OnuRow
from kernel.vendors.ixc.translate import (
    TABLES,
    parse_contract,
    parse_customer,
    parse_login,
    parse_number,
    parse_onu,
    parse_port,
)

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
STREET = {"endereco": "Rua Azul", "numero": "12", "bairro": "Centro"}


def read(model: type[Any], **fields: Any) -> Any:
    return TypeAdapter(model).validate_json(orjson.dumps(fields))


def login(**columns: Any) -> IxcLogin:
    return parse_login(read(LoginRow, **({"id": "9", "login": "maria", "ativo": "S"} | columns)))


def onu(zone: ZoneInfo = SAO_PAULO, **columns: Any) -> IxcOnu:
    return parse_onu(read(OnuRow, **({"id": "5"} | columns)), zone)


def test_a_login_in_our_words() -> None:
    assert login(
        tipo_conexao_mapa="F",
        id_cliente="4",
        id_contrato="6",
        id_caixa_ftth="7",
        ftth_porta="8",
        latitude="-24.5",
        longitude="-46.8",
        online="S",
        endereco_padrao_cliente="N",
        senha="FAKE-SECRET-1",
        **STREET,
    ) == IxcLogin(
        id="9",
        login="maria",
        active=True,
        connection="F",
        customer_id="4",
        contract_id="6",
        box_id="7",
        port=8,
        latitude=-24.5,
        longitude=-46.8,
        online="S",
        address="Rua Azul, 12 - Centro",
    )


def test_a_login_of_a_version_that_lists_none_of_the_newer_columns_has_none_of_them() -> None:
    assert login() == IxcLogin(id="9", login="maria", active=True)


@pytest.mark.parametrize("none", ["0", "", " ", "00", None, 0])
def test_no_contract_no_box_and_no_port_in_all_their_forms(none: object) -> None:
    assert login(id_contrato=none, id_caixa_ftth=none, ftth_porta=none) == login()
    assert onu(id_login=none, id_caixa_ftth=none, porta_ftth=none) == IxcOnu(id="5")


@pytest.mark.parametrize(
    ("text", "port"),
    [("8", 8), (" 8 ", 8), ("08", 8), ("128", 128), ("0", None), ("", None), ("-1", None), ("4A", None)],
)
def test_a_port_counts_from_one(text: str, port: int | None) -> None:
    assert parse_port(text) == port
    assert login(ftth_porta=text).port == port
    assert onu(porta_ftth=text).port == port


def test_the_port_columns_of_login_and_onu_have_different_names() -> None:
    assert login(porta_ftth="8").port is None
    assert onu(ftth_porta="8").port is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        ("-24.5", "-46.8", (-24.5, -46.8)),
        ("-24,5", "-46,8", (-24.5, -46.8)),
        ("-24500000", "-46800000", (-24.5, -46.8)),
        ("", "", (None, None)),
        ("0", "0", (None, None)),
        ("0.000000", "0.000000", (None, None)),
        ("-24.5", "", (-24.5, None)),
        ("rua", "ali", (None, None)),
        ("-46.8", "-24.5", (-46.8, -24.5)),
        ("-124.5", "-24.5", (None, -24.5)),
    ],
)
def test_a_login_stands_where_its_text_says_and_swapped_ones_are_not_guessed(
    latitude: str, longitude: str, place: tuple[float | None, float | None]
) -> None:
    found = login(latitude=latitude, longitude=longitude)
    assert (found.latitude, found.longitude) == place


@pytest.mark.parametrize(
    ("text", "ours"),
    [("S", "S"), (" S ", "S"), ("N", "N"), ("SS", "SS"), ("", ""), ("I", "I"), ("s", "s"), (None, "")],
)
def test_online_is_ixcs_word_without_blanks(text: str | None, ours: str) -> None:
    assert login(online=text).online == ours


ADDRESSES = [
    ({}, "Rua Azul, 12 - Centro"),
    ({"complemento": "Fundos"}, "Rua Azul, 12, Fundos - Centro"),
    ({"bloco": "B", "apartamento": "302"}, "Rua Azul, 12, bloco B, apto 302 - Centro"),
    ({"bloco": "Bloco B", "apartamento": "Ap 302"}, "Rua Azul, 12, Bloco B, Ap 302 - Centro"),
    ({"bloco": "0", "apartamento": "0", "complemento": "0"}, "Rua Azul, 12 - Centro"),
    ({"numero": "SN"}, "Rua Azul, SN - Centro"),
    ({"numero": ""}, "Rua Azul - Centro"),
    ({"numero": "0"}, "Rua Azul - Centro"),
    ({"bairro": " "}, "Rua Azul, 12"),
    ({"endereco": " Rua \r\n Azul  ", "complemento": "casa\t2 "}, "Rua Azul, 12, casa 2 - Centro"),
    ({"cep": "11740-000", "cidade": "3", "referencia": "ao lado"}, "Rua Azul, 12 - Centro"),
    ({"endereco": ""}, ""),
    ({"endereco": " "}, ""),
    ({"endereco": "0"}, ""),
    ({"endereco": None}, ""),
]


@pytest.mark.parametrize(("columns", "line"), ADDRESSES)
def test_an_address_in_one_line(columns: dict[str, str], line: str) -> None:
    assert login(**(STREET | columns)).address == line
    assert parse_customer(read(CustomerRow, id="4", **(STREET | columns))).address == line


@pytest.mark.parametrize(
    ("whose", "is_own"), [("N", True), ("n ", True), (None, True), ("", True), ("S", False), ("C", False)]
)
def test_a_logins_address_is_valid_only_when_it_is_its_own(whose: str | None, is_own: bool) -> None:
    address = login(endereco_padrao_cliente=whose, **STREET).address
    assert address == ("Rua Azul, 12 - Centro" if is_own else "")


def test_of_a_customer_only_name_and_address_leave() -> None:
    person = {"cnpj_cpf": "111", "fone": "222", "email": "333", "senha": "FAKE-SECRET-1", "obs": "444"}
    found = parse_customer(read(CustomerRow, id="4", razao="Maria", **STREET, **person))
    assert found == IxcCustomer(id="4", name="Maria", address="Rua Azul, 12 - Centro")


@pytest.mark.parametrize(
    ("text", "ours"), [("A", "A"), ("D", "D"), (" I", "I"), ("", ""), (None, ""), ("X", "X")]
)
def test_a_contract_is_its_status_and_one_we_do_not_know_shows(text: str | None, ours: str) -> None:
    raw = read(
        ContractRow, id="6", status=text, status_internet="CM", credit_card_recorrente_token="FAKE-SECRET-1"
    )
    assert parse_contract(raw) == IxcContract(id="6", status=ours)
    assert "FAKE-SECRET" not in repr(raw)


def test_an_onu_in_our_words() -> None:
    raw: dict[str, Any] = {
        "id_login": "9",
        "id_caixa_ftth": "7",
        "porta_ftth": "8",
        "sinal_rx": "-21.50",
        "data_sinal": "2026-11-24 06:30:00",
        "senha_onu_cliente": "FAKE-SECRET-1",
    }
    assert onu(**raw) == IxcOnu(
        id="5",
        login_id="9",
        box_id="7",
        port=8,
        rx_dbm=-21.5,
        read_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    )
    assert "FAKE-SECRET" not in repr(read(OnuRow, id="5", **raw))


@pytest.mark.parametrize(
    ("text", "dbm"),
    [
        ("-21.50", -21.5),
        ("-21,50", -21.5),
        (" -21.50 ", -21.5),
        (-21.5, -21.5),
        ("0.00", 0.0),
        ("12.00", 12.0),
        ("-99.99", -99.99),
        ("", None),
        (None, None),
        ("-", None),
        ("nan", None),
        ("-inf", None),
        ("-1.021,5", None),
    ],
)
def test_a_signal_is_a_number_also_where_it_is_no_reading(text: Any, dbm: float | None) -> None:
    assert onu(sinal_rx=text).rx_dbm == dbm
    assert parse_number(text if text is None else str(text)) == dbm


@pytest.mark.parametrize(
    ("zone", "text", "read_at"),
    [
        ("America/Sao_Paulo", "2026-11-24 06:30:00", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("America/Porto_Velho", "2026-11-24 06:30:00", datetime(2026, 11, 24, 10, 30, tzinfo=UTC)),
        ("UTC", "2026-11-24 06:30:00", datetime(2026, 11, 24, 6, 30, tzinfo=UTC)),
        ("America/Sao_Paulo", "24/11/2026 06:30:00", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("America/Sao_Paulo", "0000-00-00 00:00:00", None),
        ("America/Sao_Paulo", "0000-00-00", None),
        ("America/Sao_Paulo", "", None),
        ("America/Sao_Paulo", None, None),
        ("America/Sao_Paulo", "ontem", None),
    ],
)
def test_a_reading_was_taken_by_ixcs_clock(zone: str, text: str | None, read_at: datetime | None) -> None:
    assert onu(ZoneInfo(zone), data_sinal=text).read_at == read_at
    parse = TABLES[IXC_ONU.slug].parser(ZoneInfo(zone))
    assert parse(read(OnuRow, id="5", data_sinal=text)) == IxcOnu(id="5", read_at=read_at)
