"""The oracle's reading of the subscriber rules, on rows made by hand."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sandbox.oracle.activation import compare_activation
from sandbox.oracle.cancellation import compare_cancellations, expected_cancellations
from sandbox.oracle.coordinates import compare_coordinates
from sandbox.oracle.creation import compare_creations, expected_creations
from sandbox.oracle.names import compare_names
from sandbox.oracle.placement import compare_placements, expected_placements
from sandbox.oracle.power import compare_powers
from sandbox.oracle.raw import degrees
from sandbox.oracle.splitters import box_port, splitter_port
from sandbox.oracle.status import compare_statuses
from sandbox.oracle.untouched import compare_untouched
from sandbox.oracle.withdrawal import compare_withdrawals, expected_withdrawals
from tests.unit.oracle.hand_made import LINKS, Made, splitter, subscriber, without_client


def all_words(ozmap: Made, ixc: Made) -> list[str]:
    return [
        *compare_names(ozmap, ixc), *compare_placements(ozmap, ixc, LINKS), *compare_coordinates(ozmap, ixc),
        *compare_creations(ozmap, ozmap, ixc, LINKS), *compare_activation(ozmap, ixc),
        *compare_withdrawals(ozmap, ozmap, ixc), *compare_cancellations(ozmap, ozmap, ixc),
        *compare_statuses(ozmap, ixc), *compare_powers(ozmap, ixc),
    ]  # fmt: skip


def edited(rows: Made, entity: str, **fields: Any) -> Made:
    """A copy in which the first row of the entity has these fields."""
    changed = copy.deepcopy(rows)
    changed[entity][0].update(fields)
    return changed


def test_a_subscriber_equal_on_both_sides_asks_for_nothing() -> None:
    assert all_words(*subscriber()) == []


OZMAP_EDITS = [
    ("ftth-clients", {"name": "ana"}),
    ("ftth-clients", {"implanted": False}),
    ("ftth-clients", {"status": 1}),
    ("properties", {"potencyRead": -20.5}),
    ("properties", {"potencyRead": None}),
    ("properties", {"coords": [-46.5011, -23.501]}),
]


@pytest.mark.parametrize(("entity", "fields"), OZMAP_EDITS)
def test_each_difference_is_told_once(entity: str, fields: dict[str, Any]) -> None:
    ozmap, ixc = subscriber()
    assert len(all_words(edited(ozmap, entity, **fields), ixc)) == 1


@pytest.mark.parametrize(("entity", "fields"), OZMAP_EDITS)
def test_a_radio_login_is_never_touched(entity: str, fields: dict[str, Any]) -> None:
    ozmap, ixc = subscriber()
    radio = edited(ixc, "radusuarios", tipo_conexao_mapa="58")
    assert all_words(edited(ozmap, entity, **fields), radio) == []


@pytest.mark.parametrize(("entity", "fields"), OZMAP_EDITS)
def test_a_login_twice_or_a_code_twice_asks_for_nothing(entity: str, fields: dict[str, Any]) -> None:
    ozmap, ixc = subscriber()
    ozmap = edited(ozmap, entity, **fields)
    twice = copy.deepcopy(ixc)
    twice["radusuarios"].append({**ixc["radusuarios"][0], "id": "2", "login": "ana "})
    assert all_words(ozmap, twice) == []
    ozmap["ftth-clients"].append({**ozmap["ftth-clients"][0], "id": "c2"})
    assert all_words(ozmap, ixc) == []


def test_lower_case_f_is_fibre_and_an_empty_name_asks_for_nothing() -> None:
    ozmap, ixc = subscriber()
    renamed = edited(ozmap, "ftth-clients", name="x")
    assert compare_names(renamed, edited(ixc, "radusuarios", tipo_conexao_mapa="f"))
    assert compare_names(renamed, edited(ixc, "cliente", razao="  ")) == []


def test_a_name_no_rule_asks_for_is_told_when_the_state_before_is_known() -> None:
    ozmap, ixc = subscriber()
    ozmap["ftth-clients"].append({"id": "x", "code": "unknown", "name": "B"})
    after = copy.deepcopy(ozmap)
    after["ftth-clients"][1]["name"] = "C"
    assert compare_names(after, ixc, initial=ozmap) == [
        "client unknown was renamed to 'C', which no rule asks"
    ]


# -- box and port --------------------------------------------------------------------------------


def test_port_numbers_run_through_the_service_splitters_in_order_and_back() -> None:
    inside = [
        splitter("late", "box", 4, index=None, name="A"),
        splitter("through", "box", 2, index=0, is_drop=False),
        splitter("second", "box", 8, index=2, name="A"), splitter("first", "box", 16, index=1, name="Z"),
    ]  # fmt: skip
    assert [box_port(inside, key, 1) for key in ("first", "second", "late", "through")] == [1, 17, 25, None]
    for number in range(1, 29):
        found = splitter_port(inside, number)
        assert found is not None
        assert box_port(inside, found[0]["id"], found[1]) == number
    assert splitter_port(inside, 29) is None
    assert splitter_port(inside, 0) is None


def test_equal_indexes_are_ordered_by_name_then_id() -> None:
    inside = [splitter("b", "box", name="S"), splitter("a", "box", name="S"), splitter("c", "box", name="A")]
    assert [box_port(inside, key, 1) for key in "cab"] == [1, 9, 17]


@pytest.mark.parametrize(
    ("entity", "fields"),
    [("radusuarios", {"ftth_porta": "3"}), ("radusuarios", {"id_caixa_ftth": "0"}),
     ("radpop_radio_cliente_fibra", {"porta_ftth": "0"}),
     ("radpop_radio_cliente_fibra", {"id_caixa_ftth": "8"})],
)  # fmt: skip
def test_login_and_newest_onu_row_must_be_where_the_client_is(entity: str, fields: dict[str, Any]) -> None:
    ozmap, ixc = subscriber()
    assert len(compare_placements(ozmap, edited(ixc, entity, **fields), LINKS)) == 1


def test_an_older_onu_row_may_say_anything() -> None:
    ozmap, ixc = subscriber()
    ixc["radpop_radio_cliente_fibra"].append({**ixc["radpop_radio_cliente_fibra"][0], "id": "10"})
    ixc["radpop_radio_cliente_fibra"][0].update(id="9", porta_ftth="5")
    assert compare_placements(ozmap, ixc, LINKS) == []


def test_a_login_waits_while_its_box_is_not_linked_or_itself_is_inactive() -> None:
    ozmap, ixc = subscriber()
    assert expected_placements(ozmap, ixc, {})["1"].reason == "box_not_linked"
    assert (
        expected_placements(ozmap, edited(ixc, "radusuarios", ativo="N"), LINKS)["1"].reason
        == "inactive_login"
    )


def test_a_client_in_a_condominium_is_on_its_splitters_box_with_the_splitters_port() -> None:
    ozmap, ixc = subscriber()
    ozmap["buildings"], ozmap["boxes"] = [{**ozmap["boxes"][0]}], []
    ozmap["splitters"].insert(0, splitter("s0", "box", index=0))
    assert compare_placements(ozmap, ixc, {"s1": "7"}) == []
    assert len(compare_placements(ozmap, ixc, {"s1": "8"})) == 2


# -- coordinates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [("-23,5", -23.5), ("-23550520", -23.55052), ("-46", -46.0), ("", None), ("x", None), ("-181.5", -181.5)],
)
def test_degrees_are_read_as_ixc_means_them(text: str, meant: float | None) -> None:
    assert degrees(text) == meant


@pytest.mark.parametrize(
    ("latitude", "longitude", "n_words"),
    [("-23,501", "-46.501", 0), ("-23501000", "-46501000", 0), ("-23.501008", "-46.501", 0),
     ("-23.501020", "-46.501", 1), ("", "", 1), ("0", "0", 1), ("-46.501", "-23.501", 1)],
)  # fmt: skip
def test_a_login_must_be_within_a_metre_of_its_property(latitude: str, longitude: str, n_words: int) -> None:
    ozmap, ixc = subscriber()
    moved = edited(ixc, "radusuarios", latitude=latitude, longitude=longitude)
    assert len(compare_coordinates(ozmap, moved)) == n_words


def test_a_property_without_coordinates_moves_nothing_and_near_enough_is_untouched() -> None:
    ozmap, ixc = subscriber()
    moved = edited(ixc, "radusuarios", latitude="-23.501001")
    assert compare_coordinates(edited(ozmap, "properties", coords=None), moved) == []
    assert "for no reason" in compare_coordinates(ozmap, moved, initial=ixc)[0]


# -- states --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("online", "status", "n_words"), [
    ("S", 0, 0), ("S", 1, 1), ("N", 0, 1), ("N", 1, 0), ("SS", 1, 0), ("", 1, 0), ("I", 1, 0)
])  # fmt: skip
def test_only_s_and_n_say_something_of_the_status(online: str, status: int, n_words: int) -> None:
    ozmap, ixc = subscriber()
    words = compare_statuses(
        edited(ozmap, "ftth-clients", status=status), edited(ixc, "radusuarios", online=online)
    )
    assert len(words) == n_words


def test_a_status_needs_an_active_login_and_an_active_contract() -> None:
    ozmap, ixc = subscriber()
    wrong = edited(ozmap, "ftth-clients", status=1)
    assert compare_statuses(wrong, edited(ixc, "radusuarios", ativo="N")) == []
    assert compare_statuses(wrong, edited(ixc, "cliente_contrato", status="N")) == []


def test_an_active_contract_implants_even_an_inactive_login_and_nothing_takes_it_back() -> None:
    ozmap, ixc = subscriber()
    reserved = edited(ozmap, "ftth-clients", implanted=False)
    assert len(compare_activation(reserved, edited(ixc, "radusuarios", ativo="N"))) == 1
    assert compare_activation(reserved, edited(ixc, "cliente_contrato", status="P")) == []
    cancelled = edited(ixc, "cliente_contrato", status="I")
    assert "which no rule asks" in compare_activation(reserved, cancelled, initial=ozmap)[0]


@pytest.mark.parametrize(
    ("rx", "shown", "n_words"),
    [("0.00", -9.0, 0), ("", -9.0, 0), ("12.00", -9.0, 0), ("-60.01", -9.0, 0), ("-60.00", -9.0, 1),
     ("-20.00", -20.49, 0), ("-20.00", -20.5, 1), ("-20.00", None, 1), ("-20.10", -19.6, 1)],
)  # fmt: skip
def test_a_reading_is_shown_once_it_differs_by_a_step(rx: str, shown: float | None, n_words: int) -> None:
    ozmap, ixc = subscriber()
    read = edited(ixc, "radpop_radio_cliente_fibra", sinal_rx=rx)
    assert len(compare_powers(edited(ozmap, "properties", potencyRead=shown), read)) == n_words


def test_the_newest_reading_counts_not_the_newest_row() -> None:
    ozmap, ixc = subscriber()
    ixc["radpop_radio_cliente_fibra"].append(
        {"id": "2", "id_login": "1", "sinal_rx": "-25.00", "data_sinal": "2025-05-01 06:30:00"}
    )
    assert compare_powers(ozmap, ixc) == []
    ixc["radpop_radio_cliente_fibra"][1]["data_sinal"] = "2025-06-01 06:30:01"
    assert len(compare_powers(ozmap, ixc)) == 1


# -- leaving -------------------------------------------------------------------------------------


def withdrawn() -> tuple[Made, Made]:
    ozmap, ixc = subscriber()
    ozmap = edited(ozmap, "ftth-clients", implanted=False)
    return ozmap, edited(edited(ixc, "radusuarios", ativo="N"), "cliente_contrato", status="D")


def test_a_withdrawn_reservation_must_be_gone_with_property_drop_and_port() -> None:
    before, ixc = withdrawn()
    assert expected_withdrawals(before, ixc) == {"c": "removed"}
    assert len(compare_withdrawals(before, before, ixc)) == 4
    after = copy.deepcopy(before)
    after["ftth-clients"], after["properties"], after["cables"] = [], [], []
    after["splitters"] = [splitter("s1", "box")]
    assert compare_withdrawals(before, after, ixc) == []


def test_an_implanted_client_is_no_reservation_and_must_stay() -> None:
    before, ixc = withdrawn()
    before = edited(before, "ftth-clients", implanted=True)
    assert expected_withdrawals(before, ixc) == {"c": "not_a_reservation"}
    after = copy.deepcopy(before)
    after["ftth-clients"] = []
    assert compare_withdrawals(before, after, ixc) == ["ftth-clients c is gone, which no rule asks"]


def cancelled() -> tuple[Made, Made, Made]:
    """Before, as it must be after, and IXC."""
    before, ixc = subscriber()
    before["properties"][0]["observation"] = "portão azul"
    after = copy.deepcopy(before)
    note = "portão azul\nCliente anterior ana: S porta 2"
    after["properties"][0].update(client=None, connections=[], observation=note)
    after["splitters"] = [splitter("s1", "box")]
    return before, after, edited(ixc, "radusuarios", ativo="N", id_contrato="0")


def test_a_cancelled_client_is_off_its_property_which_remembers_it() -> None:
    before, after, ixc = cancelled()
    assert compare_cancellations(before, after, ixc) == []
    assert len(compare_cancellations(before, before, ixc)) == 3


@pytest.mark.parametrize(
    "note",
    ["", "portão azul", "Cliente anterior ana: S porta 2", "portão azul\nana saiu",
     "portão azul\nCliente anterior ana: S porta 2\nCliente anterior ana: S porta 2"],
)  # fmt: skip
def test_the_line_is_added_once_and_nothing_is_lost(note: str) -> None:
    before, after, ixc = cancelled()
    assert compare_cancellations(before, edited(after, "properties", observation=note), ixc)


def test_with_the_drop_left_on_the_port_stays_taken() -> None:
    before, after, ixc = cancelled()
    assert len(compare_cancellations(before, after, ixc, disconnect_drop=False)) == 1
    after["splitters"] = before["splitters"]
    assert compare_cancellations(before, after, ixc, disconnect_drop=False) == []


def test_what_cancelled_means_is_a_setting_and_a_missing_contract_row_is_not_no_contract() -> None:
    before, _, ixc = cancelled()
    ended = edited(edited(ixc, "radusuarios", id_contrato="4"), "cliente_contrato", status="I")
    assert expected_cancellations(before, ended) == set()
    assert expected_cancellations(before, ended, "no_active_contract") == {"c"}
    running = edited(ended, "cliente_contrato", status="A")
    assert expected_cancellations(before, running, "no_active_contract") == set()
    unseen = edited(ixc, "radusuarios", id_contrato="77")
    assert expected_cancellations(before, unseen, "no_active_contract") == set()
    assert expected_cancellations(before, edited(ixc, "radusuarios", ativo="S")) == set()


# -- creation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "onu", "reason"),
    [
        ({}, {}, "created"),
        ({"ativo": "N"}, {}, "inactive_login"),
        ({"id_caixa_ftth": "0"}, {}, "box_not_linked"),
        ({"id_caixa_ftth": "8"}, {}, "box_not_linked"),
        ({"ftth_porta": "0"}, {}, "created"),
        ({"ftth_porta": "0"}, {"porta_ftth": "0"}, "port_unknown"),
        ({"ftth_porta": "0"}, {"id_caixa_ftth": "8"}, "port_unknown"),
        ({"ftth_porta": "3"}, {}, "port_taken"),
        ({"ftth_porta": "4"}, {}, "port_blocked"),
        ({"ftth_porta": "9"}, {}, "port_does_not_exist"),
        ({"id_cliente": "77"}, {}, "customer_unknown"),
    ],
)
def test_a_login_is_created_on_its_port_or_not_for_a_reason(
    login: dict[str, str], onu: dict[str, str], reason: str
) -> None:
    ozmap, ixc = without_client()
    ozmap["splitters"] = [splitter("s1", "box", taken=(3,), blocked=(4,))]
    ixc = edited(edited(ixc, "radusuarios", **login), "radpop_radio_cliente_fibra", **onu)
    assert expected_creations(ozmap, ixc, LINKS)["1"].reason == reason


def test_the_first_free_port_is_taken_only_when_the_setting_says_so() -> None:
    ozmap, ixc = without_client()
    ixc = edited(edited(ixc, "radusuarios", ftth_porta="0"), "radpop_radio_cliente_fibra", porta_ftth="0")
    assert expected_creations(ozmap, ixc, LINKS, first_free_port=True)["1"].reason == "created"
    ozmap["splitters"] = [splitter("s1", "box", 2, taken=(1,), blocked=(2,))]
    assert expected_creations(ozmap, ixc, LINKS, first_free_port=True)["1"].reason == "no_free_port"


def test_it_is_implanted_as_the_contract_says_and_stands_where_the_login_or_else_the_box_is() -> None:
    ozmap, ixc = without_client()
    ixc = edited(edited(ixc, "cliente_contrato", status="P"), "radusuarios", latitude="0", longitude="0")
    creation = expected_creations(ozmap, ixc, LINKS)["1"]
    assert (creation.implanted, creation.spot) == (False, (-23.5, -46.5))


def test_the_second_splitters_ports_follow_the_firsts() -> None:
    ozmap, ixc = without_client()
    ozmap["splitters"].append(splitter("s2", "box", index=2))
    creation = expected_creations(ozmap, edited(ixc, "radusuarios", ftth_porta="11"), LINKS)["1"]
    assert (creation.splitter, creation.port) == ("s2", 3)


def test_what_was_created_is_compared_and_nothing_else_may_be() -> None:
    before, ixc = without_client()
    after, _ = subscriber()
    assert compare_creations(before, after, ixc, LINKS) == []
    assert compare_creations(before, before, ixc, LINKS) == ["0 of ana were created, wanted one"]
    wrong = edited(
        edited(after, "ftth-clients", implanted=False), "properties", address="Rua B", coords=[1.0, 1.0]
    )
    assert len(compare_creations(before, wrong, ixc, LINKS)) == 3
    after["ftth-clients"].append({"id": "x", "code": "bia"})
    assert compare_creations(before, after, ixc, LINKS) == ["client bia was created, which no rule asks"]


def test_of_two_logins_on_one_port_exactly_one_is_created() -> None:
    before, ixc = without_client()
    ixc["radusuarios"].append({**ixc["radusuarios"][0], "id": "2", "login": "bia"})
    after, _ = subscriber()
    assert compare_creations(before, after, ixc, LINKS) == []
    assert compare_creations(before, before, ixc, LINKS) == ["0 of ana, bia were created, wanted one"]


# -- foreign fields ------------------------------------------------------------------------------


def test_a_foreign_field_that_changed_and_a_row_that_vanished_are_told() -> None:
    before = [{"id": "1", "senha": "a", "ftth_porta": "1", "ultima_atualizacao": "x"}, {"id": "2"}]
    after = [{"id": "1", "senha": "", "ftth_porta": "2", "ultima_atualizacao": "y"}]
    assert compare_untouched("radusuarios", before, after) == [
        "radusuarios 1 senha went from 'a' to ''",
        "radusuarios 2 is gone",
    ]
