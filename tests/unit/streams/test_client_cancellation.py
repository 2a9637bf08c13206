"""client-cancellation: its truth table."""

from typing import Any

import pytest

from kernel.contracts import changes
from kernel.contracts.commands import EnsureNoClient
from kernel.contracts.decisions import Progress
from kernel.contracts.outcomes import Result
from kernel.domain.policy import CancelledMeans, Mode
from tests.plant_rows import PLACED, SERVED, Seen, at, client, contract, home, login, splitter
from tests.topology import Topology, removed

RULE, LOGIN = "client-cancellation", "login:ana"
NO_CONTRACT, NO_ACTIVE = CancelledMeans.NO_CONTRACT, CancelledMeans.NO_ACTIVE_CONTRACT


def ana(**fields: Any) -> Seen:
    return login(**PLACED | {"active": False, "contract_id": None} | fields)


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(SERVED, ana(), *changed, without=without, links={"b1": "100"}, **settings)


def only_command(topology: Topology) -> EnsureNoClient:
    (command,) = topology.of_rule(RULE)
    assert isinstance(command, EnsureNoClient)
    return command


KEEPS = ana(contract_id="20")
RESERVATION = client(implanted=False)


@pytest.mark.parametrize(
    ("changed", "without", "means", "spoken"),
    [
        ((), (), NO_CONTRACT, "ensure"),
        ((), (), NO_ACTIVE, "ensure"),
        ((RESERVATION,), (), NO_CONTRACT, "ensure"),
        # an inactive login
        ((ana(active=True),), (), NO_CONTRACT, "skip login_active"),
        ((ana(active=True),), (), NO_ACTIVE, "skip login_active"),
        # without contract, or without an active one
        ((KEEPS,), (), NO_CONTRACT, "skip not_cancelled"),
        ((KEEPS,), (), NO_ACTIVE, "skip not_cancelled"),
        ((KEEPS, contract(status="I")), (), NO_CONTRACT, "skip not_cancelled"),
        ((KEEPS, contract(status="I")), (), NO_ACTIVE, "ensure"),
        ((KEEPS, contract(status="")), (), NO_ACTIVE, "ensure"),
        ((KEEPS, contract(status=" A ")), (), NO_ACTIVE, "skip not_cancelled"),
        ((KEEPS, contract(status="I"), RESERVATION), (), NO_ACTIVE, "ensure"),
        # a withdrawn one is cancelled when it was implanted; else it is the matter of client-withdrawal
        ((KEEPS, contract(status="D")), (), NO_CONTRACT, "skip not_cancelled"),
        ((KEEPS, contract(status="D")), (), NO_ACTIVE, "ensure"),
        ((KEEPS, contract(status="D"), RESERVATION), (), NO_ACTIVE, "skip not_cancelled"),
        # a contract that is named and not known is not "no contract"
        ((KEEPS,), (contract(),), NO_CONTRACT, "wait contract_not_found"),
        ((KEEPS,), (contract(),), NO_ACTIVE, "wait contract_not_found"),
        # fibre
        ((ana(connection="f"),), (), NO_CONTRACT, "ensure"),
        ((ana(connection="58"),), (), NO_CONTRACT, "skip not_fibre"),
        # who is off already
        ((), (client(),), NO_CONTRACT, "already"),
        ((), (home(),), NO_CONTRACT, "already"),
        ((home(client_id=None),), (), NO_CONTRACT, "already"),
        ((home(client_id="c7"),), (), NO_CONTRACT, "already"),
        # doubt
        ((login(id="51"),), (), NO_CONTRACT, "skip ambiguous_login"),
        ((client(id="c2"),), (), NO_CONTRACT, "skip ambiguous_client"),
        ((home(id="h2"),), (), NO_CONTRACT, "skip ambiguous_property"),
        ((), (login(),), NO_CONTRACT, "skip login_unknown"),
    ],
)
def test_what_it_says_of_a_login(
    changed: tuple[Seen, ...], without: tuple[Seen, ...], means: CancelledMeans, spoken: str
) -> None:
    assert base(*changed, without=without, cancelled_means=means).spoken(RULE, LOGIN) == spoken


def test_the_command_takes_the_client_off_and_the_property_remembers_where_it_was() -> None:
    command = only_command(base(splitter(name=" SP 1 ")))
    assert command.model_dump(exclude={"rule", "subject", "type"}) == {
        "client_id": "c1",
        "property_id": "h1",
        "code": "ana",
        "farewell": "Cliente ana cancelado; última conexão: splitter SP 1, porta 3",
        "disconnects": True,
    }


@pytest.mark.parametrize(
    ("changed", "without", "places"),
    [
        ((home(connections=()),), (), "nenhuma"),
        ((), (splitter(),), "splitter s1, porta 3"),
        ((home(connections=at(("s1", 3), ("s1", 8))),), (), "splitter S1, porta 3; splitter S1, porta 8"),
    ],
)
def test_the_line_names_each_connection(
    changed: tuple[Seen, ...], without: tuple[Seen, ...], places: str
) -> None:
    farewell = only_command(base(*changed, without=without)).farewell
    assert farewell == f"Cliente ana cancelado; última conexão: {places}"
    assert "\n" not in farewell


def test_the_drop_stays_on_the_port_when_the_setting_says_so() -> None:
    assert not only_command(base(disconnect_drop=False)).disconnects


@pytest.mark.parametrize("missing", [login(), client(), home()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    entity, row = missing
    topology = base(without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(next(seen for seen in (ana(), *SERVED) if seen[0] is entity and seen[1].id == row.id))
    assert only_command(topology).client_id == "c1"


def test_a_contract_that_comes_later_wakes_the_login() -> None:
    topology = base(KEEPS, without=(contract(),), cancelled_means=NO_ACTIVE)
    topology.see(contract(status="I"))
    assert only_command(topology).client_id == "c1"


def test_a_contract_taken_off_the_login_cancels_it() -> None:
    topology = base(KEEPS)
    topology.see(ana())
    assert only_command(topology).client_id == "c1"


def test_what_was_taken_off_comes_back_and_leads_to_no_second_line() -> None:
    topology = base()
    topology.answer(only_command(topology), Result.UPDATED, "c1")
    topology.see(home(client_id=None, connections=(), drop_id=None))
    assert topology.spoken(RULE, LOGIN) == "already"
    topology.take(removed(changes.OZMAP_CLIENT, "c1"))
    assert topology.spoken(RULE, LOGIN) == "already"
    assert len(topology.of_rule(RULE)) == 1


def test_in_report_it_is_shown_and_not_sent() -> None:
    topology = base(modes={RULE: Mode.REPORT})
    assert topology.of_rule(RULE) == []
    assert topology.decision(RULE, LOGIN).progress is Progress.REPORTED


def test_a_creation_still_on_its_way_is_undone_when_its_client_appears() -> None:
    known = (client(), home())
    topology = base(ana(active=True, contract_id="20"), without=known)
    assert [command.rule for command in topology.commands] == ["client-creation"]
    topology.see(ana())
    assert topology.spoken(RULE, LOGIN) == "already"
    topology.see(client(), home())
    assert only_command(topology).property_id == "h1"


def test_of_a_contract_with_several_logins_only_the_one_taken_off_is_cancelled() -> None:
    bia = (
        ana(id="51", login="bia", contract_id="20", active=True),
        client(id="c2", code="bia"),
        home(id="h2", client_id="c2"),
    )
    assert only_command(base(*bia)).code == "ana"
