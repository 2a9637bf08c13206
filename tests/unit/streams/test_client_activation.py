"""client-activation: its truth table."""

from typing import Any

import pytest

from kernel.contracts import changes
from kernel.contracts.commands import EnsureImplanted
from kernel.contracts.outcomes import Result
from tests.plant_rows import PLACED, SERVED, Seen, client, contract, login
from tests.topology import Topology, removed

RULE, LOGIN = "client-activation", "login:ana"
RESERVATION = client(name="Ana Souza", implanted=False, status=0)


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(SERVED, RESERVATION, *changed, without=without, links={"b1": "100"}, **settings)


def only_command(topology: Topology) -> EnsureImplanted:
    (command,) = topology.of_rule(RULE)
    assert isinstance(command, EnsureImplanted)
    return command


def ana(**fields: Any) -> Seen:
    return login(**PLACED | fields)


@pytest.mark.parametrize(
    ("changed", "without", "spoken"),
    [
        ((), (), "ensure"),
        ((client(implanted=True),), (), "already"),
        # an active contract, in the ERP's own letter
        ((contract(status=" A "),), (), "ensure"),
        ((contract(status="a"),), (), "skip contract_not_active"),
        ((contract(status="P"),), (), "skip contract_not_active"),
        ((contract(status="I"),), (), "skip contract_not_active"),
        ((contract(status="N"),), (), "skip contract_not_active"),
        ((contract(status="D"),), (), "skip contract_not_active"),
        ((contract(status=""),), (), "skip contract_not_active"),
        ((ana(contract_id=None),), (), "skip no_contract"),
        ((), (contract(),), "wait contract_not_found"),
        # never set back
        ((client(implanted=True), contract(status="D")), (), "skip contract_not_active"),
        ((client(implanted=True), ana(contract_id=None)), (), "skip no_contract"),
        # fibre; whether the login is active does not matter
        ((ana(connection="f"),), (), "ensure"),
        ((ana(connection="58"),), (), "skip not_fibre"),
        ((ana(active=False),), (), "ensure"),
        # doubt
        ((login(id="51"),), (), "skip ambiguous_login"),
        ((client(id="c2"),), (), "skip ambiguous_client"),
        ((), (client(),), "wait client_not_found"),
        ((client(code="Ana"),), (), "wait client_not_found"),
        ((), (login(),), "skip login_unknown"),
    ],
)
def test_what_it_says_of_a_login(changed: tuple[Seen, ...], without: tuple[Seen, ...], spoken: str) -> None:
    assert base(*changed, without=without).spoken(RULE, LOGIN) == spoken


def test_the_command_names_the_client_and_nothing_else() -> None:
    command = only_command(base())
    assert command.model_dump(exclude={"rule", "subject", "type"}) == {"client_id": "c1"}
    assert command.key == "ana"


@pytest.mark.parametrize("missing", [login(), client(), contract()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    entity, row = missing
    topology = base(without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(next(seen for seen in (RESERVATION, *SERVED) if seen[0] is entity and seen[1].id == row.id))
    assert only_command(topology).client_id == "c1"


def test_a_contract_that_becomes_active_wakes_every_login_that_has_it() -> None:
    others = ana(id="51", login="bia"), client(id="c2", code="bia")
    topology = base(*others, contract(status="P"))
    assert topology.of_rule(RULE) == []
    topology.see(contract())
    assert {c.client_id for c in topology.of_rule(RULE) if isinstance(c, EnsureImplanted)} == {"c1", "c2"}


def test_a_login_moved_to_another_contract_is_judged_by_that_one() -> None:
    topology = base(contract(status="P"), contract(id="21", status="A"))
    assert topology.spoken(RULE, LOGIN) == "skip contract_not_active"
    topology.see(ana(contract_id="21"))
    assert len(topology.of_rule(RULE)) == 1
    topology.see(contract(status="D"))
    assert len(topology.of_rule(RULE)) == 1


def test_other_contracts_of_the_customer_do_not_count() -> None:
    topology = base(contract(status="P"), contract(id="21", status="A"))
    assert topology.spoken(RULE, LOGIN) == "skip contract_not_active"


def test_a_client_set_back_in_ozmap_is_implanted_again_while_the_contract_is_active() -> None:
    topology = base(client(implanted=True))
    topology.see(RESERVATION)
    assert only_command(topology).client_id == "c1"


def test_what_we_wrote_comes_back_and_leads_to_nothing() -> None:
    topology = base()
    topology.answer(only_command(topology), Result.UPDATED, "c1")
    topology.see(client(name="Ana Souza", implanted=True, status=0))
    assert topology.spoken(RULE, LOGIN) == "already"
    assert len(topology.commands) == 1


def test_a_contract_that_is_deleted_is_waited_for() -> None:
    topology = base()
    topology.take(removed(changes.IXC_CONTRACT, "20"))
    assert topology.spoken(RULE, LOGIN) == "wait contract_not_found"
