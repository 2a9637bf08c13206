"""client-name: its truth table."""

import pytest

from kernel.contracts.commands import EnsureClientName
from tests.plant_rows import SUBSCRIBER, Seen, client, customer, login
from tests.topology import Topology, observed

RULE, LOGIN = "client-name", "login:ana"


def base(*changed: Seen, without: tuple[Seen, ...] = ()) -> Topology:
    rows = {(entity.slug, row.id): (entity, row) for entity, row in SUBSCRIBER}
    rows |= {(entity.slug, row.id): (entity, row) for entity, row in changed}
    for entity, row in without:
        del rows[entity.slug, row.id]
    topology = Topology()
    topology.take(*(observed(entity, row) for entity, row in rows.values()))
    topology.listed()
    return topology


@pytest.mark.parametrize(
    ("changed", "without", "spoken"),
    [
        ((), (), "ensure"),
        ((client(name="Ana Souza"),), (), "already"),
        ((client(name=" Ana Souza "),), (), "already"),
        ((client(name="ANA SOUZA"),), (), "ensure"),
        ((login(connection="f"),), (), "ensure"),
        ((login(connection="58"),), (), "skip not_fibre"),
        ((login(active=False),), (), "ensure"),
        ((login(login=" ana "),), (), "ensure"),
        ((login(login="Ana"),), (), "skip login_unknown"),
        ((login(id="51"),), (), "skip ambiguous_login"),
        ((login(id="51", login="ana "),), (), "skip ambiguous_login"),
        ((client(id="c2"),), (), "skip ambiguous_client"),
        ((), (client(),), "wait client_not_found"),
        ((), (customer(),), "wait customer_not_found"),
        ((login(customer_id=None),), (), "wait customer_not_found"),
        ((customer(name="  "),), (), "skip customer_without_name"),
        ((), (login(),), "skip login_unknown"),
    ],
)
def test_what_it_says_of_a_login(changed: tuple[Seen, ...], without: tuple[Seen, ...], spoken: str) -> None:
    assert base(*changed, without=without).spoken(RULE, LOGIN) == spoken


def test_the_name_is_the_erp_s_without_outer_blanks() -> None:
    (command,) = base(customer(name=" Ana Souza\r\n")).commands
    assert isinstance(command, EnsureClientName)
    assert (command.client_id, command.name, command.key) == ("c1", "Ana Souza", "ana")


def test_whatever_is_typed_in_ozmap_is_put_right() -> None:
    topology = base(client(name="Ana Souza"))
    assert len(topology.take(observed(*client(name="typed over")))) == 1


@pytest.mark.parametrize("missing", [login(), customer(), client()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    topology = base(without=(missing,))
    assert topology.commands == []
    assert len(topology.take(observed(*missing))) == 1
