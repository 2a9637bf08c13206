"""The oracle's reading of box-sync, condominium-sync and box-removal, on rows made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.oracle.boxes import compare_boxes, expected_boxes, links_by_name
from sandbox.oracle.condominiums import compare_condominiums, expected_condominiums
from sandbox.oracle.removal import brakes, compare_removals
from tests.unit.oracle.hand_made import Made, box, ixc_box, plant, splitter


def reason(ozmap: Made, ixc: Made, **more: Any) -> str:
    return expected_boxes(ozmap, ixc, **more)["box"].reason


def test_a_box_equal_on_both_sides_asks_for_nothing() -> None:
    ozmap, ixc = plant()
    assert compare_boxes(ozmap, ixc) == []
    assert links_by_name(ozmap, ixc) == {"box": "7"}


def test_a_box_ixc_lacks_is_missing_and_one_made_for_nobody_is_told() -> None:
    ozmap, ixc = plant()
    initial = [ixc_box("1", "OLD")]
    ixc["rad_caixa_ftth"] = [ixc_box("1", "OLD")]
    assert "not in IXC project 3" in compare_boxes(ozmap, ixc, initial=initial)[0]
    ixc["rad_caixa_ftth"] = [ixc_box("1", "OLD"), ixc_box("7"), ixc_box("8", "STRAY")]
    assert compare_boxes(ozmap, ixc, initial=initial) == [
        "IXC box 8 'STRAY' in project 3 was made for nobody"
    ]


def test_a_box_made_twice_is_told_with_and_without_links() -> None:
    ozmap, ixc = plant()
    ixc["rad_caixa_ftth"] = [ixc_box("7"), ixc_box("8")]
    assert "2 IXC boxes of that name" in compare_boxes(ozmap, ixc, initial=[])[0]
    assert "2 IXC boxes of that name" in compare_boxes(ozmap, ixc, links={"box": "7"})[0]
    assert compare_boxes(ozmap, ixc, links={"box": "7"}, initial=[]) == [
        "IXC box 8 'CTO 1' in project 3 was made beside 7",
        "'CTO 1' was made 2 times: 7, 8",
    ]


def test_a_box_made_beside_one_that_was_to_be_adopted_is_told() -> None:
    ozmap, ixc = plant()
    ixc["rad_caixa_ftth"] = [ixc_box("7"), ixc_box("8")]
    words = compare_boxes(ozmap, ixc, links={"box": "7"}, initial=[ixc_box("7")])
    assert words == ["IXC box 8 'CTO 1' in project 3 was made beside 7"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("id_projeto", "4"), ("id_transmissor", "6"), ("latitude", "-23.50001"), ("longitude", ""),
     ("obs_caixa_ftth", "x"), ("capacidade", "16"), ("descricao", "CTO 2"), ("status", "I")],
)  # fmt: skip
def test_each_of_the_fields_is_compared(field: str, value: str) -> None:
    ozmap, ixc = plant()
    ixc["rad_caixa_ftth"] = [ixc_box(**{field: value})]
    assert len(compare_boxes(ozmap, ixc, links={"box": "7"})) == 1


def test_forms_of_the_same_value_are_equal() -> None:
    ozmap, ixc = plant()
    row = ixc_box(
        name=" CTO 1 ", latitude="-23,5", longitude="-46.500000", capacidade="08", obs_caixa_ftth="poste\r\n"
    )
    ixc["rad_caixa_ftth"] = [row]
    assert compare_boxes(ozmap, ixc) == []


def test_a_link_that_leads_nowhere_or_is_missing_is_told() -> None:
    ozmap, ixc = plant()
    assert "which IXC does not have" in compare_boxes(ozmap, ixc, links={"box": "99"})[0]
    assert "no link" in compare_boxes(ozmap, ixc, links={})[0]


def test_a_draft_and_a_box_without_service_splitter_are_not_held() -> None:
    ozmap, ixc = plant()
    ozmap["boxes"] = [box(draft=True)]
    assert reason(ozmap, ixc) == "draft"
    ozmap["boxes"], ozmap["splitters"] = [box()], [splitter("s1", "box", is_drop=False)]
    assert reason(ozmap, ixc) == "no_service_splitter"


@pytest.mark.parametrize("name", ["centro", "Centro 2", ""])
def test_a_project_is_found_by_exactly_its_name(name: str) -> None:
    ozmap, ixc = plant()
    ixc["df_projeto"] = [{"id": "3", "nome": name}]
    assert reason(ozmap, ixc) == "project_not_found"


def test_two_projects_transmitters_or_boxes_of_one_name_are_ambiguous() -> None:
    ozmap, ixc = plant()
    ixc["df_projeto"].append({"id": "4", "nome": "Centro"})
    assert reason(ozmap, ixc) == "ambiguous_project"
    ozmap, ixc = plant()
    ixc["radpop_radio"].append({"id": "6", "ip": "10.0.0.2 "})
    assert reason(ozmap, ixc) == reason(ozmap, ixc, olt="optional") == "ambiguous_transmitter"
    ozmap, ixc = plant()
    ixc["rad_caixa_ftth"].append(ixc_box("8"))
    assert reason(ozmap, ixc) == "ambiguous_box"
    assert reason(ozmap, ixc, links={"box": "8"}) == "held"


def test_two_boxes_that_would_be_one_in_ixc_are_ambiguous() -> None:
    ozmap, ixc = plant()
    ozmap["boxes"].append(box("other", "CTO 1 "))
    ozmap["splitters"].append(splitter("s2", "other"))
    assert {one.reason for one in expected_boxes(ozmap, ixc).values()} == {"ambiguous_name"}


def test_the_setting_olt_decides_about_a_box_without_transmitter() -> None:
    ozmap, ixc = plant()
    ixc["radpop_radio"] = []
    assert reason(ozmap, ixc) == "no_transmitter"
    assert expected_boxes(ozmap, ixc, "optional")["box"].transmitter == "0"
    assert expected_boxes(ozmap, ixc, "ignored")["box"].transmitter is None
    ixc["rad_caixa_ftth"] = [ixc_box(id_transmissor="77")]
    assert compare_boxes(ozmap, ixc, olt="ignored") == []


@pytest.mark.parametrize("change", [{"ip": ""}, {"ip": None}, {"id": "another"}])
def test_an_olt_without_ip_or_unknown_feeds_nothing(change: dict[str, Any]) -> None:
    ozmap, ixc = plant()
    ozmap["olts"][0].update(change)
    assert reason(ozmap, ixc) == "no_transmitter"


def test_the_first_service_splitter_decides_the_transmitter_and_all_make_the_capacity() -> None:
    ozmap, ixc = plant()
    ixc["radpop_radio"].append({"id": "6", "ip": "10.0.0.3"})
    ozmap["olts"].append({"id": "olt2", "ip": "10.0.0.3"})
    ozmap["splitters"] = [
        splitter("a", "box", 2, index=0, is_drop=False, olt="olt2"),
        splitter("b", "box", 16, index=2, name="A", olt="olt2"),
        splitter("c", "box", 8, index=1, name="B"),
        splitter("d", "box", 4, index=None, name="0", olt="olt2"),
    ]
    one = expected_boxes(ozmap, ixc)["box"]
    assert (one.transmitter, one.capacity) == ("5", 28)


def test_a_first_splitter_without_light_has_no_transmitter_though_the_second_has() -> None:
    ozmap, ixc = plant()
    ozmap["splitters"] = [splitter("a", "box", olt=None), splitter("b", "box", index=2)]
    assert reason(ozmap, ixc) == "no_transmitter"


# -- condominiums --------------------------------------------------------------------------------


def condominium() -> tuple[Made, Made]:
    ozmap, ixc = plant()
    ozmap["boxes"] = []
    ozmap["buildings"] = [box("b", "Edifício Sol", observation="portaria")]
    ozmap["splitters"] = [
        splitter("s1", "b", name="Bloco A", note="subsolo"),
        splitter("s2", "b", 16, index=2, name="Bloco B"),
    ]
    return ozmap, ixc


def test_each_splitter_of_a_building_is_a_box_of_its_own() -> None:
    ozmap, ixc = condominium()
    ixc["rad_caixa_ftth"] = [
        ixc_box("1", "Edifício Sol - Bloco A", obs_caixa_ftth="subsolo"),
        ixc_box("2", "Edifício Sol - Bloco B", obs_caixa_ftth="", capacidade="16"),
    ]
    assert compare_condominiums(ozmap, ixc) == []
    expected = expected_condominiums(ozmap, ixc).values()
    assert compare_boxes(ozmap, ixc, initial=[], others=expected) == []
    ixc["rad_caixa_ftth"][1]["capacidade"] = "8"
    assert len(compare_condominiums(ozmap, ixc)) == 1


def test_condominium_boxes_that_come_out_alike_are_ambiguous_both() -> None:
    ozmap, ixc = condominium()
    ozmap["splitters"][1]["name"] = "Bloco A "
    assert {one.reason for one in expected_condominiums(ozmap, ixc).values()} == {"ambiguous_name"}


# -- removal -------------------------------------------------------------------------------------


def test_a_deleted_box_must_be_inactive_and_no_other_may_fall() -> None:
    ozmap, ixc = plant()
    ozmap["boxes"] = []
    assert "though its OZmap box was deleted" in compare_removals(ozmap, ixc, {"box": "7"})[0]
    before = {"rad_caixa_ftth": [ixc_box(), ixc_box("8", "X")]}
    ixc["rad_caixa_ftth"] = [ixc_box(status="I"), ixc_box("8", "X", status="I")]
    assert compare_removals(ozmap, ixc, {"box": "7"}, before) == [
        "IXC box 8 fell inactive though nothing was deleted"
    ]


@pytest.mark.parametrize(
    ("n_gone", "n_before", "held"), [(20, 100, False), (21, 100, True), (50, 1000, False), (51, 1000, True)]
)
def test_the_brake_holds_beyond_a_twentieth_and_twenty(n_gone: int, n_before: int, held: bool) -> None:
    assert brakes(n_gone, n_before) is held
