"""client-withdrawal: its truth table."""

from typing import Any

import pytest

from kernel.contracts import changes
from kernel.contracts.commands import EnsureNoReservation
from kernel.contracts.decisions import Progress
from kernel.contracts.outcomes import Result
from kernel.domain.policy import CancelledMeans, Mode
from tests.plant_rows import PLACED, SERVED, Seen, client, contract, home, login
from tests.topology import Topology, removed

RULE, LOGIN = "client-withdrawal", "login:ana"
RESERVATION = client(name="Ana Souza", implanted=False)


def ana(**fields: Any) -> Seen:
    return login(**PLACED | {"active": False} | fields)


WITHDRAWN = (ana(), contract(status="D"), RESERVATION)


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(SERVED, *WITHDRAWN, *changed, without=without, links={"b1": "100"}, **settings)


def only_command(topology: Topology) -> EnsureNoReservation:
    (command,) = topology.of_rule(RULE)
    assert isinstance(command, EnsureNoReservation)
    return command


@pytest.mark.parametrize(
    ("changed", "without", "spoken"),
    [
        ((), (), "ensure"),
        ((), (home(),), "ensure"),
        ((), (client(),), "already"),
        # an implanted client is not a reservation
        ((client(implanted=True),), (), "skip not_a_reservation"),
        # an inactive login with a withdrawn contract
        ((ana(active=True),), (), "skip login_active"),
        ((contract(status=" D "),), (), "ensure"),
        ((contract(status="d"),), (), "skip not_withdrawn"),
        ((contract(status="A"),), (), "skip not_withdrawn"),
        ((contract(status="I"),), (), "skip not_withdrawn"),
        ((contract(status="N"),), (), "skip not_withdrawn"),
        ((contract(status="P"),), (), "skip not_withdrawn"),
        ((contract(status=""),), (), "skip not_withdrawn"),
        ((ana(contract_id=None),), (), "skip not_withdrawn"),
        ((), (contract(),), "wait contract_not_found"),
        # fibre
        ((ana(connection="f"),), (), "ensure"),
        ((ana(connection="58"),), (), "skip not_fibre"),
        # doubt
        ((login(id="51"),), (), "skip ambiguous_login"),
        ((client(id="c2"),), (), "skip ambiguous_client"),
        ((home(id="h2"),), (), "skip ambiguous_property"),
        ((), (login(),), "skip login_unknown"),
    ],
)
def test_what_it_says_of_a_login(changed: tuple[Seen, ...], without: tuple[Seen, ...], spoken: str) -> None:
    assert base(*changed, without=without).spoken(RULE, LOGIN) == spoken


@pytest.mark.parametrize(("without", "property_id"), [((), "h1"), ((home(),), None)])
def test_client_property_and_drop_are_named(without: tuple[Seen, ...], property_id: str | None) -> None:
    command = only_command(base(without=without))
    assert command.model_dump(exclude={"rule", "subject", "type"}) == {
        "client_id": "c1",
        "property_id": property_id,
        "code": "ana",
    }


@pytest.mark.parametrize("means", CancelledMeans)
def test_a_withdrawn_reservation_is_removed_by_this_rule_alone_whatever_cancelled_means(
    means: CancelledMeans,
) -> None:
    topology = base(cancelled_means=means)
    assert [command.rule for command in topology.commands] == [RULE]


@pytest.mark.parametrize("missing", [login(), client(), contract()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    entity, row = missing
    topology = base(without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(next(seen for seen in WITHDRAWN if seen[0] is entity and seen[1].id == row.id))
    assert only_command(topology).client_id == "c1"


def test_a_login_made_inactive_before_its_contract_is_withdrawn_is_removed_when_it_is() -> None:
    topology = base(contract(status="P"), ana(active=True))
    topology.see(ana())
    assert topology.spoken(RULE, LOGIN) == "skip not_withdrawn"
    topology.see(contract(status="D"))
    assert only_command(topology).client_id == "c1"


def test_what_was_removed_comes_back_as_tombstones_and_leads_to_no_other_wish() -> None:
    topology = base()
    topology.answer(only_command(topology), Result.UPDATED, "c1")
    topology.take(removed(changes.OZMAP_CLIENT, "c1"))
    topology.take(removed(changes.OZMAP_PROPERTY, "h1"))
    assert topology.spoken(RULE, LOGIN) == "already"
    assert len(topology.commands) == 1


def test_in_report_it_is_shown_and_not_sent() -> None:
    topology = base(modes={RULE: Mode.REPORT})
    assert topology.commands == []
    assert topology.decision(RULE, LOGIN).progress is Progress.REPORTED


def test_a_refusal_because_it_was_implanted_meanwhile_is_shown() -> None:
    topology = base()
    topology.answer(only_command(topology), Result.REFUSED, reason="not_a_reservation")
    record = topology.decision(RULE, LOGIN)
    assert (record.progress, record.reason) == (Progress.REFUSED, "not_a_reservation")
    topology.see(client(implanted=True))
    assert topology.spoken(RULE, LOGIN) == "skip not_a_reservation"


def test_a_login_that_is_reinstated_is_wished_again_and_comes_after_the_removal() -> None:
    topology = base()
    topology.see(ana(active=True), contract())
    assert topology.spoken(RULE, LOGIN) == "skip login_active"
    topology.take(removed(changes.OZMAP_CLIENT, "c1"), removed(changes.OZMAP_PROPERTY, "h1"))
    assert [command.rule for command in topology.commands][-1] == "client-creation"
