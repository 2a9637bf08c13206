"""client-power: its truth table."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.contracts.commands import EnsurePower
from kernel.contracts.outcomes import Result
from tests.plant_rows import PLACED, READ_AT, SERVED, Seen, client, contract, home, login, onu
from tests.topology import Topology

RULE, LOGIN = "client-power", "login:ana"


def ana(**fields: Any) -> Seen:
    return login(**PLACED | fields)


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(SERVED, home(potency_dbm=-25.0), *changed, without=without, **settings)


def written(topology: Topology) -> list[float]:
    return [c.power_dbm for c in topology.of_rule(RULE) if isinstance(c, EnsurePower)]


@pytest.mark.parametrize(
    ("shown_dbm", "read_dbm", "step_db", "is_written"),
    [
        (-20.0, -20.0, 0.5, False),
        (-20.0, -20.49, 0.5, False),
        (-20.0, -19.51, 0.5, False),
        (-20.0, -20.5, 0.5, True),
        (-20.0, -19.5, 0.5, True),
        (-20.0, -20.51, 0.5, True),
        # exactly the step, where floats are not: 20.35 - 20.05 is 0.3000000000000007, 19.1 - 19.4 less
        (-20.05, -20.35, 0.3, True),
        (-19.1, -19.4, 0.3, True),
        (-19.4, -19.1, 0.3, True),
        (-21.3, -21.2, 0.1, True),
        (-21.3, -21.29, 0.1, False),
        (-20.0, -22.99, 3.0, False),
        (-20.0, -23.0, 3.0, True),
        (None, -20.0, 0.5, True),
        (0.0, -20.0, 0.5, True),
    ],
)
def test_exactly_the_step_is_written_and_less_is_not(
    shown_dbm: float | None, read_dbm: float, step_db: float, is_written: bool
) -> None:
    topology = base(home(potency_dbm=shown_dbm), onu(rx_dbm=read_dbm), power_step_db=step_db)
    assert written(topology) == ([read_dbm] if is_written else [])


@pytest.mark.parametrize(
    ("read_dbm", "is_reading"),
    [
        (0.0, False),
        (-0.0, False),
        (None, False),
        (-60.0, True),
        (-60.01, False),
        (10.0, True),
        (10.01, False),
        (-0.01, True),
        (0.01, True),
        (-99.0, False),
        (65535.0, False),
    ],
)
def test_zero_empty_and_impossible_values_are_no_reading(read_dbm: float | None, is_reading: bool) -> None:
    topology = base(onu(rx_dbm=read_dbm))
    assert topology.spoken(RULE, LOGIN) == ("ensure" if is_reading else "skip no_reading")


LATER = READ_AT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("changed", "power_dbm"),
    [
        ((onu(id="71", rx_dbm=-22.0, read_at=LATER),), -22.0),
        ((onu(read_at=LATER), onu(id="71", rx_dbm=-22.0)), -20.0),
        ((onu(id="71", rx_dbm=0.0, read_at=LATER),), -20.0),
        ((onu(id="71", rx_dbm=-80.0, read_at=LATER),), -20.0),
        ((onu(id="71", rx_dbm=None, read_at=LATER),), -20.0),
        ((onu(id="71", rx_dbm=-22.0, read_at=None),), -20.0),
        ((onu(id="71", rx_dbm=-22.0),), -22.0),
        ((onu(id="8", rx_dbm=-22.0),), -20.0),
        ((onu(id="700", rx_dbm=-22.0),), -22.0),
        ((onu(id="71", login_id="51", rx_dbm=-22.0, read_at=LATER),), -20.0),
        ((onu(id="71", box_id="101", rx_dbm=-22.0, read_at=LATER),), -22.0),
    ],
)
def test_of_several_rows_the_newest_valid_reading_counts(changed: tuple[Seen, ...], power_dbm: float) -> None:
    assert written(base(*changed)) == [power_dbm]


@pytest.mark.parametrize(
    ("changed", "without", "spoken"),
    [
        ((), (), "ensure"),
        ((home(potency_dbm=-20.0),), (), "already"),
        ((), (onu(),), "skip no_reading"),
        ((onu(read_at=None),), (), "skip no_reading"),
        ((onu(login_id=None),), (), "skip no_reading"),
        # fibre and active; the contract does not matter
        ((ana(connection="f"),), (), "ensure"),
        ((ana(connection="58"),), (), "skip not_fibre"),
        ((ana(active=False),), (), "skip login_inactive"),
        ((contract(status="I"),), (), "ensure"),
        ((ana(contract_id=None),), (), "ensure"),
        # doubt
        ((login(id="51"),), (), "skip ambiguous_login"),
        ((client(id="c2"),), (), "skip ambiguous_client"),
        ((home(id="h2"),), (), "skip ambiguous_property"),
        ((), (client(),), "wait client_not_found"),
        ((), (home(),), "wait property_not_found"),
        ((), (login(),), "skip login_unknown"),
    ],
)
def test_what_it_says_of_a_login(changed: tuple[Seen, ...], without: tuple[Seen, ...], spoken: str) -> None:
    assert base(*changed, without=without).spoken(RULE, LOGIN) == spoken


def test_the_command_carries_property_reading_and_step() -> None:
    (command,) = base(power_step_db=0.7).of_rule(RULE)
    assert command.model_dump(exclude={"rule", "subject", "type"}) == {
        "property_id": "h1",
        "power_dbm": -20.0,
        "step_db": 0.7,
    }


@pytest.mark.parametrize("missing", [login(), client(), home(), onu()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    entity, row = missing
    whole = (home(potency_dbm=-25.0), *SERVED)
    topology = base(without=(missing,))
    assert written(topology) == []
    topology.see(next(seen for seen in whole if seen[0] is entity and seen[1].id == row.id))
    assert written(topology) == [-20.0]


def test_readings_that_creep_are_written_when_they_have_gone_a_step_from_what_is_shown() -> None:
    topology = base(home(potency_dbm=-20.0))
    for read_dbm in (-20.2, -20.4, -20.6, -20.8):
        topology.see(onu(rx_dbm=read_dbm))
        for command in topology.of_rule(RULE)[-1:]:
            assert isinstance(command, EnsurePower)
            topology.answer(command, Result.UPDATED, "h1")
            topology.see(home(potency_dbm=command.power_dbm))
    assert written(topology) == [-20.6]
