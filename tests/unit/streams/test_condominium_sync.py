"""condominium-sync: its truth table."""

from typing import Any

import pytest

from kernel.contracts import changes
from kernel.contracts.commands import EnsureBox
from kernel.contracts.outcomes import Result
from kernel.domain.policy import Mode, OltPolicy
from tests.plant_rows import (
    PLANT,
    Seen,
    building,
    condominium_splitter,
    ixc_box,
    ixc_project,
    ozmap_box,
    ozmap_olt,
    ozmap_project,
    splitter,
    transmitter,
)
from tests.topology import Topology, removed

RULE, SPLITTER = "condominium-sync", "splitter:s9"
NAME = "Ed. Sol - Bloco A"
CONDOMINIUM = (*PLANT, building(), condominium_splitter(observation="no térreo"))


def twin(**fields: Any) -> Seen:
    """The IXC box that the splitter is, equal in all its fields."""
    defaults = {
        "id": "300",
        "name": NAME,
        "latitude": -23.4,
        "longitude": -46.5,
        "comments": "no térreo",
        "capacity": 4,
    }
    return ixc_box(**defaults | fields)


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(CONDOMINIUM, *changed, without=without, **settings)


def linked(*changed: Seen, **settings: Any) -> Topology:
    return Topology.of(CONDOMINIUM, twin(), *changed, links={"s9": "300"}, **settings)


def only_command(topology: Topology) -> EnsureBox:
    (command,) = topology.of_rule(RULE)
    assert isinstance(command, EnsureBox)
    return command


NORTH = (ozmap_project(id="p2", name="Norte"), ixc_project(id="8", name="Norte"))


@pytest.mark.parametrize(
    ("changed", "without", "settings", "spoken"),
    [
        ((), (), {}, "ensure"),
        # each splitter of a building, whether clients may be connected to it or not
        ((condominium_splitter(is_drop=False),), (), {}, "ensure"),
        ((condominium_splitter(parent_id="b1"),), (), {}, "skip not_in_a_building"),
        ((), (building(),), {}, "wait host_unknown"),
        ((condominium_splitter(is_drop=False),), (building(),), {}, "skip not_in_a_building"),
        # the name
        ((building(name=" "),), (), {}, "skip name_empty"),
        ((condominium_splitter(name=""),), (), {}, "skip name_empty"),
        ((condominium_splitter(name="x" * 90),), (), {}, "ensure"),
        ((condominium_splitter(name="x" * 91),), (), {}, "skip name_too_long"),
        ((condominium_splitter(id="s8"),), (), {}, "skip ambiguous_name"),
        ((condominium_splitter(id="s8", name=" Bloco A "),), (), {}, "skip ambiguous_name"),
        ((condominium_splitter(id="s8", name="bloco a"),), (), {}, "ensure"),
        ((building(id="e2"), condominium_splitter(id="s8", parent_id="e2")), (), {}, "skip ambiguous_name"),
        (
            (building(id="e2", project_id="p2"), condominium_splitter(id="s8", parent_id="e2"), *NORTH),
            (),
            {},
            "ensure",
        ),
        (
            (
                building(id="e2", project_id="p2"),
                condominium_splitter(id="s8", parent_id="e2"),
                ozmap_project(id="p2", name=" Centro"),
            ),
            (),
            {},
            "skip ambiguous_name",
        ),
        (
            (building(id="e2", name="Ed. Sol - Bloco A"), condominium_splitter(id="s8", parent_id="e2")),
            (),
            {},
            "ensure",
        ),
        (
            (
                building(name="Ed - Sol"),
                condominium_splitter(name="A"),
                building(id="e2", name="Ed"),
                condominium_splitter(id="s8", parent_id="e2", name="Sol - A"),
            ),
            (),
            {},
            "skip ambiguous_name",
        ),
        # a box of OZmap of that name
        ((ozmap_box(name=NAME),), (), {}, "skip ambiguous_name"),
        ((ozmap_box(name=NAME, draft=True),), (), {}, "ensure"),
        ((ozmap_box(name=NAME, project_id="p2"), *NORTH), (), {}, "ensure"),
        ((ozmap_box(name=NAME), splitter(is_drop=False)), (), {}, "ensure"),
        # project and transmitter as for boxes
        ((), (ozmap_project(),), {}, "wait project_unknown"),
        ((), (ixc_project(),), {}, "wait project_not_found"),
        ((ixc_project(id="8"),), (), {}, "skip ambiguous_project"),
        ((condominium_splitter(olt_id=None),), (), {}, "wait not_fed"),
        ((condominium_splitter(olt_id=None),), (), {"olt": OltPolicy.OPTIONAL}, "ensure"),
        ((condominium_splitter(olt_id=None),), (), {"olt": OltPolicy.IGNORED}, "ensure"),
        ((), (transmitter(),), {}, "wait transmitter_not_found"),
        ((transmitter(id="4"),), (), {}, "skip ambiguous_transmitter"),
        # recognised by name in its project
        ((twin(),), (), {}, "ensure"),
        ((twin(), twin(id="301")), (), {}, "skip ambiguous_box"),
        ((twin(), twin(id="301", project_id="8")), (), {}, "ensure"),
        # switched off
        ((), (), {"modes": {RULE: Mode.REPORT}}, "ensure"),
    ],
)
def test_what_it_says_of_a_splitter(
    changed: tuple[Seen, ...], without: tuple[Seen, ...], settings: dict[str, Any], spoken: str
) -> None:
    assert base(*changed, without=without, **settings).spoken(RULE, SPLITTER) == spoken


def test_both_splitters_that_come_out_alike_are_skipped() -> None:
    topology = base(condominium_splitter(id="s8"))
    assert topology.spoken(RULE, "splitter:s8") == "skip ambiguous_name"
    assert topology.of_rule(RULE) == []


def test_it_is_called_after_both_and_has_the_building_s_place_and_the_splitter_s_comments_and_outputs() -> (
    None
):
    command = only_command(base(building(name=" Ed. Sol "), condominium_splitter(name=" Bloco A ")))
    assert command.key == "s9"
    assert (command.ixc_id, command.subject) == (None, SPLITTER)
    assert command.fields.model_dump() == {
        "name": NAME,
        "project_id": "7",
        "transmitter_id": "3",
        "latitude": -23.4,
        "longitude": -46.5,
        "comments": "",
        "capacity": 4,
    }


def test_its_transmitter_is_the_olt_that_feeds_this_very_splitter() -> None:
    others = condominium_splitter(id="s8", name="Bloco B", index=0), ozmap_olt(id="olt2", ip="10.0.0.2")
    topology = base(*others, transmitter(id="4", ip="10.0.0.2"), condominium_splitter(olt_id="olt2"))
    made = {c.key: c.fields.transmitter_id for c in topology.of_rule(RULE) if isinstance(c, EnsureBox)}
    assert made == {"s9": "4", "s8": "3"}


def test_a_box_of_that_name_is_adopted_and_linked_beside() -> None:
    topology = base(twin(capacity=8))
    command = only_command(topology)
    assert command.ixc_id == "300"
    topology.answer(command, Result.UPDATED, "300")
    topology.see(twin())
    assert topology.spoken(RULE, SPLITTER) == "already"
    link = topology.engine.links.of_ozmap("s9")
    assert link is not None
    assert link.ixc_id == "300"


def test_a_linked_one_that_is_equal_is_left_alone() -> None:
    assert linked().of_rule(RULE) == []
    assert linked().spoken(RULE, SPLITTER) == "already"


@pytest.mark.parametrize(
    "moved",
    [
        building(latitude=-23.9),
        building(longitude=-46.9),
        condominium_splitter(observation="outra"),
        condominium_splitter(observation="no térreo", n_outputs=8),
        ozmap_olt(ip="10.0.0.9"),
        twin(status="I"),
        twin(capacity=1),
        twin(comments="typed"),
    ],
)
def test_what_moves_is_written_to_the_linked_box(moved: Seen) -> None:
    topology = linked(transmitter(id="5", ip="10.0.0.9"))
    (command,) = [c for c in topology.see(moved) if c.rule == RULE]
    assert isinstance(command, EnsureBox)
    assert command.ixc_id == "300"


@pytest.mark.parametrize(
    ("renamed", "name"),
    [
        (condominium_splitter(name="Bloco B", observation="no térreo"), "Ed. Sol - Bloco B"),
        (building(name="Ed. Lua"), "Ed. Lua - Bloco A"),
    ],
)
def test_a_renamed_splitter_or_building_renames_its_box(renamed: Seen, name: str) -> None:
    topology = linked()
    topology.see(renamed)
    command = only_command(topology)
    assert (command.ixc_id, command.fields.name) == ("300", name)


def test_a_splitter_moved_to_another_building_takes_its_box_along() -> None:
    topology = linked(building(id="e2", name="Ed. Lua", latitude=-23.1))
    topology.see(condominium_splitter(parent_id="e2", observation="no térreo"))
    command = only_command(topology)
    assert (command.ixc_id, command.fields.name, command.fields.latitude) == (
        "300",
        "Ed. Lua - Bloco A",
        -23.1,
    )


def test_a_splitter_moved_out_of_buildings_keeps_its_link() -> None:
    topology = linked()
    topology.see(condominium_splitter(parent_id="b1"))
    assert topology.spoken(RULE, SPLITTER) == "skip not_in_a_building"
    assert topology.engine.links.of_ozmap("s9") is not None


def test_the_link_follows_the_name_where_ixc_has_a_free_box_of_it() -> None:
    topology = linked(twin(id="301", name="Ed. Sol - Bloco B"))
    topology.see(condominium_splitter(name="Bloco B", observation="no térreo"))
    command = only_command(topology)
    assert command.ixc_id == "301"
    topology.answer(command, Result.ALREADY, "301")
    assert topology.spoken(RULE, SPLITTER) == "already"
    assert topology.engine.links.of_ixc("300") is None


def test_a_new_splitter_waits_for_a_name_that_another_s_box_still_has() -> None:
    topology = linked(condominium_splitter(name="Bloco B"))
    topology.see(condominium_splitter(id="s8", observation="no térreo"))
    assert topology.spoken(RULE, "splitter:s8") == "wait name_in_use"
    topology.see(twin(name="Ed. Sol - Bloco B", comments=""))
    (command,) = [c for c in topology.of_rule(RULE) if c.key == "s8"]
    assert isinstance(command, EnsureBox)
    assert command.ixc_id is None


def test_two_splitters_that_exchange_their_names_both_get_the_other_s() -> None:
    rows = (
        twin(),
        twin(id="301", name="Ed. Sol - Bloco B", comments=""),
        condominium_splitter(id="s8", name="Bloco B"),
    )
    topology = Topology.of(CONDOMINIUM, *rows, links={"s9": "300", "s8": "301"})
    assert topology.of_rule(RULE) == []
    topology.see(
        condominium_splitter(name="Bloco B", observation="no térreo"),
        condominium_splitter(id="s8", name="Bloco A"),
    )
    renamed = {c.ixc_id: c.fields.name for c in topology.of_rule(RULE) if isinstance(c, EnsureBox)}
    assert renamed == {"300": "Ed. Sol - Bloco B", "301": NAME}


def test_a_linked_box_that_ixc_does_not_show_yet_is_waited_for() -> None:
    topology = base()
    topology.answer(only_command(topology), Result.CREATED, "300")
    assert topology.spoken(RULE, SPLITTER) == "wait ixc_box_not_seen"
    topology.see(twin())
    assert topology.spoken(RULE, SPLITTER) == "already"


def test_a_removed_splitter_is_still_answered_for() -> None:
    topology = linked()
    topology.take(removed(changes.OZMAP_SPLITTER, "s9"))
    assert topology.spoken(RULE, SPLITTER) == "skip splitter_unknown"


@pytest.mark.parametrize(
    "missing",
    [building(), ozmap_project(), ixc_project(), ozmap_olt(), transmitter(), condominium_splitter()],
)
def test_what_comes_later_wakes_the_splitter(missing: Seen) -> None:
    entity, row = missing
    topology = base(without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(next(seen for seen in CONDOMINIUM if seen[0] is entity and seen[1].id == row.id))
    assert only_command(topology).fields.name == NAME


def test_a_namesake_that_is_renamed_frees_the_name() -> None:
    topology = base(condominium_splitter(id="s8"))
    topology.see(condominium_splitter(id="s8", name="Bloco B"))
    assert {c.key for c in topology.of_rule(RULE)} == {"s8", "s9"}


def test_a_box_of_that_name_that_gets_a_service_splitter_later_makes_it_ambiguous() -> None:
    topology = base(ozmap_box(id="b2", name=NAME))
    assert topology.spoken(RULE, SPLITTER) == "ensure"
    topology.see(splitter(id="s2", parent_id="b2"))
    assert topology.spoken(RULE, SPLITTER) == "skip ambiguous_name"


def test_it_is_off_by_its_setting() -> None:
    topology = base(modes={RULE: Mode.OFF})
    assert RULE not in topology.engine.book.page(SPLITTER)


# splitter_as_box


@pytest.mark.parametrize(
    ("changed", "settings", "spoken"),
    [
        ((), {}, "ensure"),
        ((splitter(is_drop=False),), {}, "skip not_a_service_splitter"),
        ((ozmap_box(draft=True),), {}, "skip draft"),
        ((splitter(parent_id="b7"),), {}, "wait host_unknown"),
        ((splitter(parent_id="b7", is_drop=False),), {}, "skip not_in_a_building"),
        ((splitter(id="s2"),), {}, "skip ambiguous_name"),
        ((splitter(id="s2", is_drop=False),), {}, "ensure"),
        ((ozmap_box(id="b2"), splitter(id="s2", parent_id="b2")), {}, "skip ambiguous_name"),
        ((ozmap_box(id="b2", draft=True), splitter(id="s2", parent_id="b2")), {}, "ensure"),
        ((ozmap_box(id="b2", name="CTO-01 - S1"),), {}, "ensure"),
        (
            (building(name="CTO-01"), condominium_splitter(name="S1")),
            {},
            "skip ambiguous_name",
        ),
    ],
)
def test_with_splitter_as_box_the_service_splitters_of_boxes_are_alike(
    changed: tuple[Seen, ...], settings: dict[str, Any], spoken: str
) -> None:
    topology = Topology.of(PLANT, *changed, splitter_as_box=True, **settings)
    assert topology.spoken(RULE, "splitter:s1") == spoken


def test_with_splitter_as_box_it_takes_place_name_and_draft_from_its_box() -> None:
    topology = Topology.of(PLANT, splitter(observation="x"), splitter_as_box=True)
    command = only_command(topology)
    assert command.fields.model_dump() == {
        "name": "CTO-01 - S1",
        "project_id": "7",
        "transmitter_id": "3",
        "latitude": -23.5,
        "longitude": -46.6,
        "comments": "x",
        "capacity": 8,
    }
    assert topology.spoken("box-sync", "box:b1") == "skip splitter_as_box"


def test_with_splitter_as_box_condominiums_go_on() -> None:
    assert {c.key for c in base(splitter_as_box=True).of_rule(RULE)} == {"s1", "s9"}
