"""client-status: its truth table."""

from typing import Any

import pytest

from kernel.contracts.commands import EnsureStatus
from kernel.contracts.outcomes import Result
from tests.plant_rows import PLACED, SERVED, Seen, client, contract, login
from tests.topology import Topology

RULE, LOGIN = "client-status", "login:ana"
OK, ERROR = 0, 1


def ana(**fields: Any) -> Seen:
    return login(**PLACED | {"online": "N"} | fields)


def ana_s_client(status: int | None) -> Seen:
    return client(name="Ana Souza", implanted=True, status=status)


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(SERVED, ana(), *changed, without=without, links={"b1": "100"}, **settings)


def only_command(topology: Topology) -> EnsureStatus:
    (command,) = topology.of_rule(RULE)
    assert isinstance(command, EnsureStatus)
    return command


@pytest.mark.parametrize(
    ("online", "shown", "written"),
    [
        ("S", ERROR, OK),
        ("S", None, OK),
        ("S", OK, None),
        ("N", OK, ERROR),
        ("N", None, ERROR),
        ("N", ERROR, None),
        (" S ", ERROR, OK),
        ("SS", OK, None),
        ("SS", ERROR, None),
        ("", ERROR, None),
        ("s", ERROR, None),
        ("n", OK, None),
        ("X", OK, None),
        ("0", OK, None),
    ],
)
def test_what_is_written_for_what_ixc_says(online: str, shown: int | None, written: int | None) -> None:
    topology = base(ana(online=online), ana_s_client(shown))
    found = [c.status for c in topology.of_rule(RULE) if isinstance(c, EnsureStatus)]
    assert found == ([] if written is None else [written])


@pytest.mark.parametrize(
    ("changed", "without", "spoken"),
    [
        ((), (), "ensure"),
        ((ana_s_client(ERROR),), (), "already"),
        ((ana(online="SS"),), (), "skip status_unknown"),
        # fibre and active, with an active contract
        ((ana(connection="f"),), (), "ensure"),
        ((ana(connection="58"),), (), "skip not_fibre"),
        ((ana(active=False),), (), "skip login_inactive"),
        ((contract(status=" A "),), (), "ensure"),
        ((contract(status="I"),), (), "skip contract_not_active"),
        ((contract(status=""),), (), "skip contract_not_active"),
        ((ana(contract_id=None),), (), "skip no_contract"),
        ((), (contract(),), "wait contract_not_found"),
        # a reservation shows its status too
        ((client(implanted=False, status=OK),), (), "ensure"),
        # doubt
        ((login(id="51"),), (), "skip ambiguous_login"),
        ((client(id="c2"),), (), "skip ambiguous_client"),
        ((), (client(),), "wait client_not_found"),
        ((), (login(),), "skip login_unknown"),
    ],
)
def test_what_it_says_of_a_login(changed: tuple[Seen, ...], without: tuple[Seen, ...], spoken: str) -> None:
    assert base(*changed, without=without).spoken(RULE, LOGIN) == spoken


def test_the_command_names_the_client_and_its_status() -> None:
    command = only_command(base())
    assert command.model_dump(exclude={"rule", "subject", "type"}) == {"client_id": "c1", "status": ERROR}


@pytest.mark.parametrize("missing", [login(), client(), contract()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    entity, row = missing
    topology = base(without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(next(seen for seen in (ana(), *SERVED) if seen[0] is entity and seen[1].id == row.id))
    assert only_command(topology).status == ERROR


def test_an_outage_and_its_end_are_two_writes() -> None:
    topology = base()
    topology.answer(only_command(topology), Result.UPDATED, "c1")
    topology.see(ana_s_client(ERROR))
    assert topology.spoken(RULE, LOGIN) == "already"
    topology.see(ana(online="S"))
    assert [c.status for c in topology.of_rule(RULE) if isinstance(c, EnsureStatus)] == [ERROR, OK]


def test_a_login_of_which_ixc_knows_nothing_more_keeps_its_status() -> None:
    topology = base(ana_s_client(ERROR))
    topology.see(ana(online="SS"))
    assert topology.of_rule(RULE) == []


def test_a_login_moved_to_another_contract_is_judged_by_that_one() -> None:
    topology = base(contract(status="I"), contract(id="21"))
    assert topology.of_rule(RULE) == []
    topology.see(ana(contract_id="21"))
    assert only_command(topology).status == ERROR
