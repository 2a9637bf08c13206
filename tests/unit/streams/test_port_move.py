"""port-move: its truth table."""

from typing import Any

import pytest

from kernel.contracts import changes
from kernel.contracts.commands import EnsurePlacement
from kernel.contracts.outcomes import Result
from tests.plant_rows import (
    PLACED,
    SERVED,
    Seen,
    at,
    building,
    client,
    condominium_splitter,
    home,
    ixc_box,
    login,
    onu,
    ozmap_box,
    splitter,
)
from tests.topology import Topology, removed

RULE, LOGIN = "port-move", "login:ana"
LINKS = {"b1": "100", "b2": "200", "s9": "300"}
MOVED = home(connections=at(("s1", 5)))
SECOND_BOX = (ozmap_box(id="b2", name="CTO-02"), splitter(id="s2", parent_id="b2"))
CONDOMINIUM = (building(), condominium_splitter(), home(connections=at(("s9", 2))))


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(SERVED, *changed, without=without, links=LINKS, **settings)


def only_command(topology: Topology) -> EnsurePlacement:
    (command,) = topology.of_rule(RULE)
    assert isinstance(command, EnsurePlacement)
    return command


def ana(**fields: Any) -> Seen:
    return login(**PLACED | fields)


@pytest.mark.parametrize(
    ("changed", "without", "spoken"),
    [
        ((), (), "already"),
        ((MOVED,), (), "ensure"),
        ((ana(port=4),), (), "ensure"),
        ((ana(port=None),), (), "ensure"),
        ((ana(box_id="101"),), (), "ensure"),
        ((ana(box_id=None),), (), "ensure"),
        ((onu(port=4),), (), "ensure"),
        ((onu(port=None),), (), "ensure"),
        ((onu(box_id=None),), (), "ensure"),
        ((), (onu(),), "already"),
        # two ONU rows: the one with the highest id counts, by number and not by text
        ((onu(id="8", port=4),), (), "already"),
        ((onu(id="700", port=4),), (), "ensure"),
        ((onu(id="700"), onu(port=4)), (), "already"),
        # only fibre and active
        ((MOVED, ana(connection="f")), (), "ensure"),
        ((MOVED, ana(connection="58")), (), "skip not_fibre"),
        ((MOVED, ana(connection="")), (), "skip not_fibre"),
        ((MOVED, ana(active=False)), (), "skip login_inactive"),
        # doubt
        ((MOVED, login(id="51")), (), "skip ambiguous_login"),
        ((MOVED, client(id="c2")), (), "skip ambiguous_client"),
        ((MOVED, client(id="c2", code=" ana")), (), "skip ambiguous_client"),
        ((MOVED, client(id="c2", code="Ana")), (), "ensure"),
        ((MOVED, home(id="h2")), (), "skip ambiguous_property"),
        ((home(connections=at(("s1", 3), ("s1", 4))),), (), "skip ambiguous_connection"),
        # where OZmap has the client
        ((home(connections=()),), (), "skip not_connected"),
        ((), (home(),), "wait property_not_found"),
        ((), (client(),), "wait client_not_found"),
        ((), (login(),), "skip login_unknown"),
        ((home(connections=at(("s7", 3))),), (), "wait splitter_unknown"),
        ((home(connections=at(("s1", 9))),), (), "skip port_missing"),
        ((splitter(is_drop=False),), (), "skip not_a_service_splitter"),
        ((splitter(parent_id="b7"),), (), "wait host_unknown"),
        # only when the new box is linked
        ((*SECOND_BOX, home(connections=at(("s2", 1)))), (), "ensure"),
        (
            (ozmap_box(id="b3"), splitter(id="s3", parent_id="b3"), home(connections=at(("s3", 1)))),
            (),
            "wait box_not_linked",
        ),
        (CONDOMINIUM, (), "ensure"),
        ((*CONDOMINIUM, ana(box_id="300", port=2), onu(box_id="300", port=2)), (), "already"),
        (
            (*CONDOMINIUM, condominium_splitter(id="s8"), home(connections=at(("s8", 2)))),
            (),
            "wait box_not_linked",
        ),
    ],
)
def test_what_it_says_of_a_login(changed: tuple[Seen, ...], without: tuple[Seen, ...], spoken: str) -> None:
    assert base(*changed, without=without).spoken(RULE, LOGIN) == spoken


def test_the_login_and_its_newest_onu_row_go_to_the_box_and_port_of_ozmap() -> None:
    command = only_command(base(*SECOND_BOX, home(connections=at(("s2", 6))), onu(id="700")))
    assert command.model_dump(exclude={"rule", "subject", "type"}) == {
        "login_id": "50",
        "onu_id": "700",
        "box_id": "200",
        "port": 6,
    }
    assert command.key == "ana"


def test_a_login_without_onu_row_is_moved_alone() -> None:
    assert only_command(base(MOVED, without=(onu(),))).onu_id is None


def test_ports_of_a_box_with_several_splitters_are_numbered_through() -> None:
    topology = base(
        splitter(index=2), splitter(id="s2", index=1, n_outputs=4), splitter(id="s3", is_drop=False, index=0)
    )
    assert only_command(topology).port == 7


def test_a_splitter_put_before_another_moves_the_login_though_its_property_did_not_change() -> None:
    topology = base()
    assert topology.of_rule(RULE) == []
    topology.see(splitter(id="s2", index=0, n_outputs=4))
    assert only_command(topology).port == 7


def test_a_port_of_a_condominium_is_numbered_by_its_splitter_alone() -> None:
    command = only_command(base(*CONDOMINIUM, condominium_splitter(id="s8", index=0)))
    assert (command.box_id, command.port) == ("300", 2)


def test_with_splitter_as_box_a_service_splitter_s_ports_are_its_own() -> None:
    links = {"s1": "400", "s2": "500"}
    moved = splitter(id="s2", index=2), home(connections=at(("s2", 5)))
    topology = Topology.of(SERVED, *moved, links=links, splitter_as_box=True)
    assert (only_command(topology).box_id, only_command(topology).port) == ("500", 5)


def test_with_splitter_as_box_what_is_no_service_splitter_is_no_place_for_a_client() -> None:
    topology = base(splitter(is_drop=False), splitter_as_box=True)
    assert topology.spoken(RULE, LOGIN) == "skip not_a_service_splitter"


@pytest.mark.parametrize("missing", [login(), client(), home(), splitter(), ozmap_box()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    entity, row = missing
    whole = next(seen for seen in (*SERVED, MOVED)[::-1] if seen[0] is entity and seen[1].id == row.id)
    topology = base(MOVED, without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(whole)
    assert only_command(topology).port == 5


def test_a_building_that_comes_later_wakes_the_login() -> None:
    topology = base(*CONDOMINIUM, without=(building(),))
    assert topology.spoken(RULE, LOGIN) == "wait host_unknown"
    topology.see(building())
    assert only_command(topology).box_id == "300"


def test_a_link_that_comes_later_wakes_the_login() -> None:
    topology = Topology.of(SERVED, MOVED)
    assert topology.spoken(RULE, LOGIN) == "wait box_not_linked"
    (box,) = topology.of_rule("box-sync")
    topology.answer(box, Result.ALREADY, "100")
    assert only_command(topology).box_id == "100"


def test_what_we_wrote_comes_back_and_leads_to_nothing() -> None:
    topology = base(MOVED)
    topology.answer(only_command(topology), Result.UPDATED, "50")
    topology.see(ana(port=5))
    topology.see(onu(port=5))
    assert topology.spoken(RULE, LOGIN) == "already"
    assert len({command.id for command in topology.of_rule(RULE)}) == 1


def test_a_port_typed_over_in_ixc_is_put_back() -> None:
    topology = base()
    topology.see(ana(port=8))
    assert only_command(topology).port == 3


def test_two_logins_of_one_contract_and_customer_are_each_where_their_own_client_is() -> None:
    other = ana(id="51", login="bia"), client(id="c2", code="bia"), home(id="h2", client_id="c2")
    topology = base(*other, MOVED)
    assert only_command(topology).login_id == "50"
    assert topology.spoken(RULE, "login:bia") == "already"


def test_two_clients_that_exchange_their_ports_are_exchanged_without_forcing() -> None:
    bia = (
        ana(id="51", login="bia", port=4),
        onu(id="71", login_id="51", port=4),
        client(id="c2", code="bia"),
        home(id="h2", client_id="c2", connections=at(("s1", 4))),
    )
    topology = base(*bia)
    topology.see(home(connections=at(("s1", 4))), home(id="h2", client_id="c2", connections=at(("s1", 3))))
    moves = {c.login_id: c.port for c in topology.of_rule(RULE) if isinstance(c, EnsurePlacement)}
    assert moves == {"50": 4, "51": 3}


def test_a_removed_property_stops_it() -> None:
    topology = base(MOVED)
    topology.take(removed(changes.OZMAP_PROPERTY, "h1"))
    assert topology.spoken(RULE, LOGIN) == "wait property_not_found"


def test_a_login_that_is_renamed_is_decided_under_its_new_name() -> None:
    topology = base(client(id="c2", code="bia"), home(id="h2", client_id="c2", connections=at(("s1", 6))))
    topology.see(ana(login="bia"))
    assert topology.spoken(RULE, LOGIN) == "skip login_unknown"
    assert only_command(topology).key == "bia"


def test_an_ixc_box_of_a_link_does_not_have_to_be_seen_to_be_moved_to() -> None:
    topology = base(*SECOND_BOX, home(connections=at(("s2", 1))), without=(ixc_box(),))
    assert only_command(topology).box_id == "200"
