"""box-sync: its truth table."""

import pytest

from kernel.contracts.commands import EnsureBox
from kernel.contracts.outcomes import Result
from kernel.domain.policy import OltPolicy, Policy
from tests.plant_rows import (
    PLANT,
    Seen,
    ixc_box,
    ixc_project,
    ozmap_box,
    ozmap_olt,
    ozmap_project,
    splitter,
    transmitter,
)
from tests.topology import Topology, observed

RULE, BOX = "box-sync", "box:b1"


def plant(*changed: Seen, without: tuple[Seen, ...] = (), olt: OltPolicy = OltPolicy.REQUIRED) -> Topology:
    """The plant with rows changed (same entity and id) or added or left out, wholly listed."""
    rows = {(entity.slug, row.id): (entity, row) for entity, row in PLANT}
    rows |= {(entity.slug, row.id): (entity, row) for entity, row in changed}
    for entity, row in without:
        del rows[entity.slug, row.id]
    topology = Topology(Policy(olt=olt))
    topology.take(*(observed(entity, row) for entity, row in rows.values()))
    topology.listed()
    return topology


@pytest.mark.parametrize(
    ("changed", "without", "olt", "spoken"),
    [
        ((), (), "required", "ensure"),
        ((ozmap_box(draft=True),), (), "required", "skip draft"),
        ((), (splitter(),), "required", "skip no_service_splitter"),
        ((splitter(is_drop=False),), (), "required", "skip no_service_splitter"),
        ((ozmap_box(name="  "),), (), "required", "skip name_empty"),
        ((ozmap_box(name="x" * 100),), (), "required", "ensure"),
        ((ozmap_box(name="x" * 101),), (), "required", "skip name_too_long"),
        ((), (ozmap_project(),), "required", "wait project_unknown"),
        ((), (ixc_project(),), "required", "wait project_not_found"),
        ((ixc_project(name="centro"),), (), "required", "wait project_not_found"),
        ((ixc_project(name=" Centro "),), (), "required", "ensure"),
        ((ixc_project(id="8"),), (), "required", "skip ambiguous_project"),
        ((splitter(olt_id=None),), (), "required", "wait not_fed"),
        ((splitter(olt_id=None),), (), "optional", "ensure"),
        ((splitter(olt_id=None),), (), "ignored", "ensure"),
        ((), (ozmap_olt(),), "required", "wait olt_unknown"),
        ((), (ozmap_olt(),), "optional", "ensure"),
        ((ozmap_olt(ip=None),), (), "required", "wait olt_without_ip"),
        ((ozmap_olt(ip=None),), (), "optional", "ensure"),
        ((), (transmitter(),), "required", "wait transmitter_not_found"),
        ((), (transmitter(),), "optional", "ensure"),
        ((), (transmitter(),), "ignored", "ensure"),
        ((transmitter(id="4"),), (), "required", "skip ambiguous_transmitter"),
        ((transmitter(id="4"),), (), "optional", "skip ambiguous_transmitter"),
        ((transmitter(id="4"),), (), "ignored", "ensure"),
        ((ixc_box(), ixc_box(id="101")), (), "required", "skip ambiguous_box"),
        ((ixc_box(), ixc_box(id="101", project_id="8")), (), "required", "ensure"),
        ((ozmap_box(id="b2"), splitter(id="s2", parent_id="b2")), (), "required", "skip ambiguous_box"),
        (
            (ozmap_box(id="b2", draft=True), splitter(id="s2", parent_id="b2")),
            (),
            "required",
            "ensure",
        ),
        ((ozmap_box(id="b2"),), (), "required", "ensure"),
        ((ozmap_box(id="b2"), splitter(id="s2", parent_id="b2", is_drop=False)), (), "required", "ensure"),
        (
            (ozmap_box(id="b2", project_id="p2"), splitter(id="s2", parent_id="b2")),
            (),
            "required",
            "ensure",
        ),
    ],
)
def test_what_it_says_of_a_box(
    changed: tuple[Seen, ...], without: tuple[Seen, ...], olt: str, spoken: str
) -> None:
    assert plant(*changed, without=without, olt=OltPolicy(olt)).spoken(RULE, BOX) == spoken


def only_command(topology: Topology) -> EnsureBox:
    (command,) = topology.commands
    assert isinstance(command, EnsureBox)
    return command


def test_a_new_box_carries_all_seven_fields() -> None:
    fields = only_command(plant(splitter(id="s2", name="S2", index=2, n_outputs=16, olt_id=None))).fields
    assert fields.model_dump() == {
        "name": "CTO-01",
        "project_id": "7",
        "transmitter_id": "3",
        "latitude": -23.5,
        "longitude": -46.6,
        "comments": "na esquina",
        "capacity": 24,
    }


def test_the_first_service_splitter_is_the_lowest_index_then_name_and_one_without_index_is_last() -> None:
    topology = plant(
        splitter(index=None, name="A"),
        splitter(id="s2", name="Z", index=2, olt_id="olt2"),
        ozmap_olt(id="olt2", ip="10.0.0.2"),
        transmitter(id="4", ip="10.0.0.2"),
    )
    assert only_command(topology).fields.transmitter_id == "4"


def test_a_box_of_that_name_in_that_project_is_adopted_and_named_in_the_command() -> None:
    assert only_command(plant(ixc_box(name=" CTO-01 ", capacity=4))).ixc_id == "100"


def test_a_linked_box_that_is_equal_already_is_left_alone() -> None:
    topology = plant(ixc_box())
    assert topology.answer(only_command(topology), Result.ALREADY, "100") == []
    assert topology.spoken(RULE, BOX) == "already"


@pytest.mark.parametrize(
    "remote",
    [
        {"name": "OTHER"},
        {"project_id": "8"},
        {"transmitter_id": "4"},
        {"latitude": -23.6},
        {"longitude": None},
        {"comments": "?"},
        {"capacity": 16},
        {"status": "I"},
    ],
)
def test_each_field_that_differs_is_written_by_id_once_linked(remote: dict[str, object]) -> None:
    topology = plant(ixc_box())
    topology.answer(only_command(topology), Result.ALREADY, "100")
    (command,) = topology.take(observed(*ixc_box(**remote)))
    assert isinstance(command, EnsureBox)
    assert command.ixc_id == "100"


@pytest.mark.parametrize(
    "remote", [{"name": "CTO-01  "}, {"latitude": -23.500000001}, {"comments": "na esquina\r\n"}]
)
def test_what_differs_without_meaning_is_not_written(remote: dict[str, object]) -> None:
    topology = plant(ixc_box())
    topology.answer(only_command(topology), Result.ALREADY, "100")
    assert topology.take(observed(*ixc_box(**remote))) == []


def test_a_transmitter_set_in_ixc_stays_when_the_olt_is_ignored() -> None:
    topology = plant(ixc_box(transmitter_id="55"), olt=OltPolicy.IGNORED)
    command = only_command(topology)
    assert command.keep_transmitter
    topology.answer(command, Result.ALREADY, "100")
    assert topology.spoken(RULE, BOX) == "already"


def test_no_transmitter_is_written_as_none_when_the_olt_is_optional() -> None:
    topology = plant(ixc_box(), splitter(olt_id=None), olt=OltPolicy.OPTIONAL)
    assert only_command(topology).fields.transmitter_id is None


def test_a_name_freed_by_a_rename_is_waited_for_and_not_stolen() -> None:
    topology = plant(ixc_box())
    topology.answer(only_command(topology), Result.ALREADY, "100")
    topology.take(observed(*ozmap_box(name="CTO-99")))
    second = ozmap_box(id="b2"), splitter(id="s2", parent_id="b2")
    assert topology.take(*(observed(*seen) for seen in second)) == []
    assert topology.spoken(RULE, "box:b2") == "wait name_in_use"
    (command,) = topology.take(observed(*ixc_box(name="CTO-99")))
    assert isinstance(command, EnsureBox)
    assert (command.key, command.ixc_id) == ("b2", None)


def test_a_created_box_waits_until_ixc_shows_it() -> None:
    topology = plant()
    assert topology.answer(only_command(topology), Result.CREATED, "100") == []
    assert topology.spoken(RULE, BOX) == "wait ixc_box_not_seen"
    assert topology.take(observed(*ixc_box())) == []
    assert topology.spoken(RULE, BOX) == "already"


def test_a_box_that_returns_to_draft_keeps_its_link() -> None:
    topology = plant(ixc_box())
    topology.answer(only_command(topology), Result.ALREADY, "100")
    topology.take(observed(*ozmap_box(draft=True)))
    assert topology.spoken(RULE, BOX) == "skip draft"
    assert topology.engine.links.of_ozmap("b1") is not None


@pytest.mark.parametrize(
    ("missing", "waits"),
    [
        (ozmap_project(), "wait project_unknown"),
        (ixc_project(), "wait project_not_found"),
        (ozmap_olt(), "wait olt_unknown"),
        (transmitter(), "wait transmitter_not_found"),
        (splitter(), "skip no_service_splitter"),
        (ozmap_box(), None),
    ],
)
def test_what_comes_later_wakes_the_box_without_anyone_asking(missing: Seen, waits: str | None) -> None:
    topology = plant(without=(missing,))
    assert topology.commands == []
    if waits:
        assert topology.spoken(RULE, BOX) == waits
    assert len(topology.take(observed(*missing))) == 1


@pytest.mark.parametrize(
    ("moved", "field", "value"),
    [
        (ozmap_olt(ip="10.0.0.9"), "transmitter_id", "5"),
        (splitter(n_outputs=16), "capacity", 16),
        (ozmap_project(name="Norte"), "project_id", "8"),
        (ozmap_box(project_id="p2"), "project_id", "8"),
        (ozmap_box(name="CTO-02"), "name", "CTO-02"),
        (ozmap_box(observation="outra"), "comments", "outra"),
        (ozmap_box(latitude=-23.1), "latitude", -23.1),
    ],
)
def test_what_moves_is_written_though_the_box_itself_may_not_have_changed(
    moved: Seen, field: str, value: object
) -> None:
    others = (
        ixc_project(id="8", name="Norte"),
        ozmap_project(id="p2", name="Norte"),
        transmitter(id="5", ip="10.0.0.9"),
    )
    topology = plant(ixc_box(), *others)
    topology.answer(only_command(topology), Result.ALREADY, "100")
    (command,) = topology.take(observed(*moved))
    assert isinstance(command, EnsureBox)
    assert getattr(command.fields, field) == value
