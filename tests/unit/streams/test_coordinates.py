"""coordinates: its truth table."""

import math
from typing import Any

import pytest

from kernel.contracts.commands import EnsureCoordinates
from kernel.contracts.outcomes import Result
from kernel.domain.coordinates import (
    EARTH_RADIUS_M,
    distance_m,
    parse_latitude,
    parse_longitude,
    render_degrees,
)
from tests.plant_rows import PLACED, SERVED, Seen, client, home, login
from tests.topology import Topology

RULE, LOGIN = "coordinates", "login:ana"
AWAY = home(latitude=-23.6)
METRE = math.degrees(1 / EARTH_RADIUS_M)
"""Degrees of latitude."""


def base(*changed: Seen, without: tuple[Seen, ...] = (), **settings: Any) -> Topology:
    return Topology.of(SERVED, *changed, without=without, links={"b1": "100"}, **settings)


def only_command(topology: Topology) -> EnsureCoordinates:
    (command,) = topology.of_rule(RULE)
    assert isinstance(command, EnsureCoordinates)
    return command


def ana(**fields: Any) -> Seen:
    return login(**PLACED | fields)


@pytest.mark.parametrize(
    ("changed", "without", "spoken"),
    [
        ((), (), "already"),
        ((AWAY,), (), "ensure"),
        ((home(longitude=-46.7),), (), "ensure"),
        ((ana(latitude=None),), (), "ensure"),
        ((ana(longitude=None),), (), "ensure"),
        ((ana(latitude=None, longitude=None),), (), "ensure"),
        # a property without coordinates changes nothing
        ((home(latitude=None, longitude=None),), (), "skip property_without_coordinates"),
        ((home(latitude=None),), (), "skip property_without_coordinates"),
        ((home(longitude=None),), (), "skip property_without_coordinates"),
        # nor does one at the place that is none
        ((home(latitude=0.0, longitude=0.0),), (), "skip property_without_coordinates"),
        # only fibre and active
        ((AWAY, ana(connection="f")), (), "ensure"),
        ((AWAY, ana(connection="58")), (), "skip not_fibre"),
        ((AWAY, ana(active=False)), (), "skip login_inactive"),
        # its connection and its contract do not matter
        ((AWAY, home(latitude=-23.6, connections=())), (), "ensure"),
        ((AWAY, ana(contract_id=None)), (), "ensure"),
        # doubt
        ((AWAY, login(id="51")), (), "skip ambiguous_login"),
        ((AWAY, client(id="c2")), (), "skip ambiguous_client"),
        ((AWAY, home(id="h2")), (), "skip ambiguous_property"),
        ((), (login(),), "skip login_unknown"),
        ((), (client(),), "wait client_not_found"),
        ((), (home(),), "wait property_not_found"),
    ],
)
def test_what_it_says_of_a_login(changed: tuple[Seen, ...], without: tuple[Seen, ...], spoken: str) -> None:
    assert base(*changed, without=without).spoken(RULE, LOGIN) == spoken


@pytest.mark.parametrize(
    ("tolerance_m", "away_m", "spoken"),
    [
        (1.0, 0.99, "already"),
        (1.0, 1.01, "ensure"),
        (1.0, -0.99, "already"),
        (1.0, -1.01, "ensure"),
        (50.0, 49.9, "already"),
        (50.0, 50.1, "ensure"),
        (0.0, 0.02, "ensure"),
        (0.0, 0.0, "already"),
    ],
)
def test_only_more_than_the_tolerance_is_written(tolerance_m: float, away_m: float, spoken: str) -> None:
    topology = base(home(latitude=-23.51 + away_m * METRE), coordinates_tolerance_m=tolerance_m)
    assert topology.spoken(RULE, LOGIN) == spoken


def test_exactly_the_tolerance_is_not_written() -> None:
    apart = home(latitude=1.0, longitude=1.0), ana(latitude=1.0, longitude=2.0)
    exactly_m = distance_m(1.0, 1.0, 1.0, 2.0)
    assert base(*apart, coordinates_tolerance_m=exactly_m).of_rule(RULE) == []
    assert len(base(*apart, coordinates_tolerance_m=math.nextafter(exactly_m, 0)).of_rule(RULE)) == 1


def test_what_ixc_keeps_of_the_coordinates_comes_back_and_leads_to_nothing_at_any_tolerance() -> None:
    exact = {"latitude": -23.600000001234567, "longitude": -46.123456789123}
    topology = base(home(**exact), coordinates_tolerance_m=0.0)
    command = only_command(topology)
    kept = {
        "latitude": parse_latitude(render_degrees(command.latitude)),
        "longitude": parse_longitude(render_degrees(command.longitude)),
    }
    topology.answer(command, Result.UPDATED, "50")
    topology.see(ana(**kept))
    assert topology.spoken(RULE, LOGIN) == "already"


def test_the_command_carries_the_property_s_place_and_the_tolerance() -> None:
    command = only_command(base(AWAY, coordinates_tolerance_m=2.5))
    assert command.model_dump(exclude={"rule", "subject", "type"}) == {
        "login_id": "50",
        "latitude": -23.6,
        "longitude": -46.61,
        "tolerance_m": 2.5,
    }


@pytest.mark.parametrize("missing", [login(), client(), home()])
def test_what_comes_later_wakes_the_login(missing: Seen) -> None:
    entity, row = missing
    whole = next(seen for seen in (*SERVED, AWAY)[::-1] if seen[0] is entity and seen[1].id == row.id)
    topology = base(AWAY, without=(missing,))
    assert topology.of_rule(RULE) == []
    topology.see(whole)
    assert only_command(topology).latitude == -23.6


def test_a_login_moved_in_ixc_is_put_back() -> None:
    topology = base()
    topology.see(ana(latitude=-20.0))
    assert only_command(topology).latitude == -23.51


def test_coordinates_that_a_property_gets_later_wake_the_login() -> None:
    topology = base(home(latitude=None, longitude=None))
    topology.see(AWAY)
    assert only_command(topology).latitude == -23.6
