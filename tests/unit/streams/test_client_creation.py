"""client-creation: its truth table."""

from typing import Any

import pytest

from kernel.contracts import changes
from kernel.contracts.commands import EnsureClient
from kernel.contracts.decisions import Progress
from kernel.contracts.outcomes import Result
from tests.plant_rows import (
    PLACED,
    SERVED,
    Seen,
    building,
    client,
    condominium_splitter,
    contract,
    customer,
    login,
    onu,
    ozmap_box,
    splitter,
)
from tests.topology import Topology, removed

RULE, LOGIN = "client-creation", "login:ana"
LINKS = {"b1": "100", "s9": "300"}
UNKNOWN_TO_OZMAP = tuple(
    seen for seen in SERVED if seen[0] not in (changes.OZMAP_CLIENT, changes.OZMAP_PROPERTY)
)


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(UNKNOWN_TO_OZMAP, *changed, without=without, links=LINKS, **settings)


def only_command(topology: Topology) -> EnsureClient:
    (command,) = topology.of_rule(RULE)
    assert isinstance(command, EnsureClient)
    return command


def ana(**fields: Any) -> Seen:
    return login(**PLACED | fields)


NO_PORT = ana(port=None)
TWO_SPLITTERS = (splitter(index=2), splitter(id="s2", index=1, n_outputs=4))
CONDOMINIUM = (building(), condominium_splitter(), ana(box_id="300", port=2))


@pytest.mark.parametrize(
    ("changed", "without", "spoken"),
    [
        ((), (), "ensure"),
        # whose login is no client's code, exactly, outer blanks aside
        ((client(),), (), "already"),
        ((client(code=" ana "),), (), "already"),
        ((client(code="Ana"),), (), "ensure"),
        ((client(code="anabela"),), (), "ensure"),
        ((client(implanted=False),), (), "already"),
        ((client(), client(id="c2")), (), "skip ambiguous_client"),
        ((login(id="51", login=" ana"),), (), "skip ambiguous_login"),
        ((ana(id="51", login="Ana", port=4),), (), "ensure"),
        # fibre, active
        ((ana(connection="f"),), (), "ensure"),
        ((ana(connection="58"),), (), "skip not_fibre"),
        ((ana(active=False),), (), "skip login_inactive"),
        # whose box is linked
        ((ana(box_id=None),), (), "skip login_without_box"),
        ((ana(box_id="101"),), (), "wait box_not_linked"),
        ((), (ozmap_box(),), "wait host_unknown"),
        (CONDOMINIUM, (), "ensure"),
        (CONDOMINIUM, (building(),), "wait host_unknown"),
        (CONDOMINIUM, (condominium_splitter(),), "wait host_unknown"),
        # the login's port, or the ONU row's when it is on the same box
        ((NO_PORT,), (), "ensure"),
        ((ana(port=0),), (), "ensure"),
        ((NO_PORT, onu(port=None)), (), "skip port_unknown"),
        ((NO_PORT, onu(port=0)), (), "skip port_unknown"),
        ((NO_PORT,), (onu(),), "skip port_unknown"),
        ((NO_PORT, onu(box_id="101")), (), "skip port_unknown"),
        ((NO_PORT, onu(box_id=None)), (), "skip port_unknown"),
        ((NO_PORT, onu(id="700", port=None)), (), "skip port_unknown"),
        # the port is there, free and unblocked
        ((ana(port=8),), (), "ensure"),
        ((ana(port=9),), (), "skip port_missing"),
        ((splitter(is_drop=False),), (), "skip port_missing"),
        ((splitter(taken=(3,)),), (), "wait port_taken"),
        ((splitter(taken=(2, 4)),), (), "ensure"),
        ((splitter(blocked=(3,)),), (), "wait port_blocked"),
        ((splitter(blocked=(2, 4)),), (), "ensure"),
        ((splitter(taken=(3,), blocked=(3,)),), (), "wait port_taken"),
        ((*TWO_SPLITTERS, ana(port=12)), (), "ensure"),
        ((*TWO_SPLITTERS, ana(port=13)), (), "skip port_missing"),
        ((*CONDOMINIUM, ana(box_id="300", port=5)), (), "skip port_missing"),
        ((*CONDOMINIUM, condominium_splitter(taken=(2,))), (), "wait port_taken"),
        # what must be known of the customer and the contract
        ((), (customer(),), "wait customer_not_found"),
        ((ana(customer_id=None),), (), "wait customer_not_found"),
        ((customer(name="  "),), (), "ensure"),
        ((), (contract(),), "wait contract_not_found"),
        ((ana(contract_id=None),), (), "ensure"),
        ((contract(status="D"),), (), "ensure"),
    ],
)
def test_what_it_says_of_a_login(changed: tuple[Seen, ...], without: tuple[Seen, ...], spoken: str) -> None:
    assert base(*changed, without=without).spoken(RULE, LOGIN) == spoken


def test_the_client_gets_what_ixc_says_and_its_box_s_project() -> None:
    topology = base(customer(name=" Ana Souza ", address="Rua B, 2"))
    assert only_command(topology).model_dump(exclude={"rule", "subject", "type"}) == {
        "code": "ana",
        "name": "Ana Souza",
        "implanted": True,
        "project_id": "p1",
        "host_id": "b1",
        "splitter_id": "s1",
        "port": 3,
        "latitude": -23.51,
        "longitude": -46.61,
        "address": "Rua A, 1",
    }


def test_the_code_is_the_login_without_outer_blanks() -> None:
    command = only_command(base(ana(login=" ana\t")))
    assert (command.code, command.key) == ("ana", "ana")


@pytest.mark.parametrize(
    ("changed", "implanted"),
    [
        (contract(status="A"), True),
        (contract(status=" A "), True),
        (contract(status="P"), False),
        (contract(status="D"), False),
        (contract(status=""), False),
        (ana(contract_id=None), False),
    ],
)
def test_it_is_implanted_as_the_contract_says(changed: Seen, implanted: bool) -> None:
    assert only_command(base(changed)).implanted is implanted


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ((), (-23.51, -46.61)),
        ((ana(latitude=None),), (-23.5, -46.6)),
        ((ana(longitude=None),), (-23.5, -46.6)),
        ((ana(latitude=None, longitude=None),), (-23.5, -46.6)),
        ((ana(latitude=None), ozmap_box(latitude=None, longitude=None)), (None, None)),
        ((*CONDOMINIUM, ana(box_id="300", port=2, latitude=None)), (-23.4, -46.5)),
    ],
)
def test_it_lies_where_the_login_does_or_else_the_box(
    changed: tuple[Seen, ...], place: tuple[float | None, float | None]
) -> None:
    command = only_command(base(*changed))
    assert (command.latitude, command.longitude) == place


@pytest.mark.parametrize(
    ("changed", "address"),
    [
        ((), "Rua A, 1"),
        ((ana(address="  "),), "Rua B, 2"),
        ((ana(address=""), customer(address=" Rua C ")), "Rua C"),
        ((ana(address=""), customer()), ""),
    ],
)
def test_its_address_is_the_login_s_or_else_the_customer_s(changed: tuple[Seen, ...], address: str) -> None:
    assert only_command(base(*changed)).address == address


@pytest.mark.parametrize(
    ("changed", "splitter_id", "port"),
    [
        ((*TWO_SPLITTERS, ana(port=4)), "s2", 4),
        ((*TWO_SPLITTERS, ana(port=5)), "s1", 1),
        ((*TWO_SPLITTERS, splitter(id="s0", index=0, is_drop=False), ana(port=5)), "s1", 1),
        ((NO_PORT,), "s1", 3),
        ((ana(port=5),), "s1", 5),
        ((NO_PORT, onu(id="700", port=6)), "s1", 6),
        ((*CONDOMINIUM, condominium_splitter(id="s8", index=0)), "s9", 2),
    ],
)
def test_the_port_is_the_one_behind_ixc_s_number(
    changed: tuple[Seen, ...], splitter_id: str, port: int
) -> None:
    command = only_command(base(*changed))
    assert (command.splitter_id, command.port) == (splitter_id, port)


FULL = tuple(range(1, 9))


@pytest.mark.parametrize(
    ("changed", "spoken", "at"),
    [
        ((), "ensure", ("s1", 1)),
        ((splitter(taken=(1, 2), blocked=(3,)),), "ensure", ("s1", 4)),
        ((*TWO_SPLITTERS,), "ensure", ("s2", 1)),
        ((splitter(taken=FULL, index=1), splitter(id="s2", index=2)), "ensure", ("s2", 1)),
        ((splitter(taken=FULL),), "wait no_free_port", None),
        ((splitter(taken=FULL[1:], blocked=(1,)),), "wait no_free_port", None),
        ((splitter(is_drop=False),), "wait no_free_port", None),
    ],
)
def test_with_first_free_port_a_login_without_port_gets_the_first_that_is_free_and_unblocked(
    changed: tuple[Seen, ...], spoken: str, at: tuple[str, int] | None
) -> None:
    topology = base(NO_PORT, *changed, without=(onu(),), first_free_port=True)
    assert topology.spoken(RULE, LOGIN) == spoken
    found = [(c.splitter_id, c.port) for c in topology.of_rule(RULE) if isinstance(c, EnsureClient)]
    assert found == ([at] if at else [])


def test_with_first_free_port_a_port_that_ixc_names_is_still_the_one() -> None:
    assert only_command(base(first_free_port=True)).port == 3
    assert base(splitter(taken=(3,)), first_free_port=True).spoken(RULE, LOGIN) == "wait port_taken"


def test_a_splitter_that_is_a_box_of_its_own_has_its_own_ports() -> None:
    topology = Topology.of(
        UNKNOWN_TO_OZMAP,
        *TWO_SPLITTERS,
        ana(box_id="500", port=2),
        links={"s1": "500"},
        splitter_as_box=True,
    )
    command = only_command(topology)
    assert (command.host_id, command.splitter_id, command.port) == ("b1", "s1", 2)


def test_a_splitter_that_is_a_box_of_its_own_and_serves_no_clients_any_more_has_no_port() -> None:
    topology = Topology.of(
        UNKNOWN_TO_OZMAP,
        splitter(is_drop=False),
        ana(box_id="500", port=2),
        links={"s1": "500"},
        splitter_as_box=True,
    )
    assert topology.spoken(RULE, LOGIN) == "skip port_missing"


@pytest.mark.parametrize("missing", [login(), customer(), contract(), ozmap_box(), splitter()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    entity, row = missing
    topology = base(without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(next(seen for seen in SERVED if seen[0] is entity and seen[1].id == row.id))
    assert only_command(topology).port == 3


@pytest.mark.parametrize("missing", [building(), condominium_splitter()])
def test_a_condominium_that_comes_later_wakes_the_login(missing: Seen) -> None:
    topology = base(*CONDOMINIUM, without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(missing)
    assert only_command(topology).host_id == "e1"


def test_an_onu_row_that_comes_later_wakes_the_login() -> None:
    topology = base(NO_PORT, without=(onu(),))
    topology.see(onu())
    assert only_command(topology).port == 3


def test_a_link_that_comes_later_wakes_the_login() -> None:
    topology = Topology.of(UNKNOWN_TO_OZMAP)
    assert topology.spoken(RULE, LOGIN) == "wait box_not_linked"
    (box,) = topology.of_rule("box-sync")
    topology.answer(box, Result.ALREADY, "100")
    assert only_command(topology).host_id == "b1"


@pytest.mark.parametrize("closed", [splitter(taken=(3,)), splitter(blocked=(3,))])
def test_a_port_that_becomes_free_wakes_the_login(closed: Seen) -> None:
    topology = base(closed)
    topology.see(splitter())
    assert only_command(topology).port == 3


def test_a_port_taken_when_the_sink_came_is_shown_and_tried_again_only_after_a_change() -> None:
    topology = base()
    topology.answer(only_command(topology), Result.REFUSED, reason="port_taken")
    record = topology.decision(RULE, LOGIN)
    assert (record.progress, record.reason) == (Progress.REFUSED, "port_taken")
    assert not any(c.rule == RULE for c in topology.pass_time(100_000))
    topology.see(splitter(taken=(3,)))
    assert topology.spoken(RULE, LOGIN) == "wait port_taken"
    (again,) = topology.see(splitter())
    assert again.rule == RULE


def test_two_logins_that_want_one_first_free_port_both_get_one_in_the_end() -> None:
    bia = ana(id="51", login="bia", port=None)
    topology = base(NO_PORT, bia, without=(onu(),), first_free_port=True)
    first, second = topology.of_rule(RULE)
    topology.answer(first, Result.CREATED, "c1")
    topology.see(client(), splitter(taken=(1,)))
    (again,) = topology.answer(second, Result.REFUSED, reason="port_taken")
    assert isinstance(again, EnsureClient)
    assert (again.code, again.port) == ("bia", 2)


def test_a_creation_is_not_repeated_once_the_client_is_seen() -> None:
    topology = base()
    topology.answer(only_command(topology), Result.CREATED, "c1")
    topology.see(splitter(taken=(3,)), client())
    assert topology.spoken(RULE, LOGIN) == "already"
    assert len(topology.of_rule(RULE)) == 1


def test_a_login_renamed_wants_a_client_of_its_new_name_whose_port_its_old_client_has() -> None:
    topology = Topology.of(SERVED, splitter(taken=(3,)), links=LINKS)
    topology.see(ana(login="ana2"))
    assert topology.spoken(RULE, "login:ana2") == "wait port_taken"
    assert topology.spoken(RULE, LOGIN) == "already"


def test_a_login_deleted_in_ixc_is_answered_for() -> None:
    topology = base()
    topology.take(removed(changes.IXC_LOGIN, "50"))
    assert topology.spoken(RULE, LOGIN) == "skip login_unknown"


def test_a_client_that_a_person_deletes_in_ozmap_comes_back() -> None:
    topology = Topology.of(SERVED, splitter(taken=(3,)), links=LINKS)
    topology.take(removed(changes.OZMAP_PROPERTY, "h1"), removed(changes.OZMAP_CLIENT, "c1"))
    topology.see(splitter())
    assert only_command(topology).code == "ana"


def test_a_creation_that_is_no_longer_wished_is_not_sent_again() -> None:
    topology = base()
    only_command(topology)
    topology.see(ana(active=False))
    assert topology.spoken(RULE, LOGIN) == "skip login_inactive"
    assert topology.engine.n_open()[RULE] == 0
    assert not any(c.rule == RULE for c in topology.pass_time(100_000))


def test_a_creation_wished_again_in_another_way_is_sent_as_it_was_because_it_may_be_under_way() -> None:
    topology = base()
    first = only_command(topology)
    topology.see(ana(active=False))
    topology.see(ana(port=4))
    assert topology.spoken(RULE, LOGIN) == "wait creation_in_flight"
    assert [c for c in topology.pass_time(301) if c.rule == RULE] == [first]
    (second,) = topology.answer(first, Result.REFUSED, reason="port_taken")
    assert isinstance(second, EnsureClient)
    assert second.port == 4


@pytest.mark.parametrize("contracts", [(contract(),), (contract(), contract(id="21", status="D"))])
def test_of_one_customer_s_contracts_only_the_login_s_own_counts(contracts: tuple[Seen, ...]) -> None:
    topology = base(*contracts, ana(id="51", login="bia", contract_id="21", port=4))
    made = {c.code: c.implanted for c in topology.of_rule(RULE) if isinstance(c, EnsureClient)}
    assert made == ({"ana": True} if len(contracts) == 1 else {"ana": True, "bia": False})
