"""ensure_coordinates: when a login lies near enough, and what is written when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.contracts.commands import EnsureCoordinates
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Refused, Transient
from kernel.domain.reasons import Reason
from sinks.effect import Effect
from sinks.ixc.coordinates import ensure_coordinates
from sinks.ixc.plan import login_place
from sinks.ixc.wish import LOGINS, Nothing, Update, plan_update
from tests.unit.sinks.ixc_tables import Record, Tables

COMMAND = EnsureCoordinates(
    rule="coordinates",
    subject="login:maria",
    login_id="9",
    latitude=-23.5,
    longitude=-46.5,
    tolerance_m=1.0,
)
LOGIN = {"id": "9", "login": "maria", "latitude": "-23.5", "longitude": "-46.5", "ftth_porta": "2"}
METRE = 1 / 111_195
"""Degrees of latitude in a metre."""


def at(latitude: str, longitude: str) -> Record:
    return {**LOGIN, "latitude": latitude, "longitude": longitude}


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("-23.5", "-46.5"),
        ("-23,5", "-46,50"),
        ("-23500000", "-46500000"),
        (" -23.5 ", "-46.5000000000"),
        (f"{-23.5 - 0.9 * METRE:.8f}", "-46.5"),
        ("-23.5", f"{-46.5 + 1.05 * METRE:.8f}"),  # a degree of longitude is shorter there
    ],
)
def test_near_enough_is_not_written(latitude: str, longitude: str) -> None:
    assert plan_update(login_place(COMMAND), at(latitude, longitude)) == Nothing()


@pytest.mark.parametrize(
    ("latitude", "longitude", "columns"),
    [
        ("", "", ["latitude", "longitude"]),
        ("0", "0", ["latitude", "longitude"]),
        ("-23.5", "", ["longitude"]),
        ("sul", "-46.5", ["latitude"]),
        ("-46.5", "-23.5", ["latitude", "longitude"]),
        (f"{-23.5 - 1.1 * METRE:.8f}", "-46.5", ["latitude"]),
        ("-23.5", f"{-46.5 + 1.2 * METRE:.8f}", ["longitude"]),
        (f"{-23.5 - 0.9 * METRE:.8f}", f"{-46.5 + 0.9 * METRE:.8f}", ["latitude", "longitude"]),
        ("-235", "-46.5", ["latitude"]),
    ],
)
def test_farther_or_nowhere_is_written(latitude: str, longitude: str, columns: list[str]) -> None:
    row = at(latitude, longitude)
    chosen = plan_update(login_place(COMMAND), row)
    assert isinstance(chosen, Update)
    assert [change.field for change in chosen.changed] == columns
    assert chosen.record == {**row, **{column: LOGIN[column] for column in columns}}


def test_a_tolerance_of_zero_still_knows_the_same_place() -> None:
    exactly = login_place(COMMAND.model_copy(update={"tolerance_m": 0.0}))
    assert plan_update(exactly, at("-23,50000000", "-46.5")) == Nothing()
    assert isinstance(plan_update(exactly, at("-23.5000001", "-46.5")), Update)


degrees = st.text(max_size=12) | st.floats(-200, 200).map(str) | st.integers(-(10**9), 10**9).map(str)


@given(
    latitude=st.floats(-89, 89),
    longitude=st.floats(-179, 179),
    tolerance_m=st.floats(0, 50),
    held_latitude=degrees,
    held_longitude=degrees,
)
def test_whatever_ixc_holds_once_is_enough_and_nothing_else_moves(
    latitude: float, longitude: float, tolerance_m: float, held_latitude: str, held_longitude: str
) -> None:
    if abs(latitude) < 1e-6 or abs(longitude) < 1e-6:
        return  # IXC's text for that reads as "no coordinate"
    wish = login_place(
        COMMAND.model_copy(update={"latitude": latitude, "longitude": longitude, "tolerance_m": tolerance_m})
    )
    row = at(held_latitude, held_longitude)
    chosen = plan_update(wish, row)
    if isinstance(chosen, Update):
        assert {c: t for c, t in chosen.record.items() if c not in wish.wanted} == {
            c: t for c, t in row.items() if c not in wish.wanted
        }
        assert plan_update(wish, chosen.record) == Nothing()


async def test_a_login_is_put_where_its_property_is() -> None:
    tables = Tables(**{LOGINS: at("", "")})
    effect = await ensure_coordinates(COMMAND, tables)
    assert (effect.result, effect.remote_id) == (Result.UPDATED, "9")
    assert [(c.field, c.old, c.new) for c in effect.changed] == [
        ("latitude", "", "-23.5"),
        ("longitude", "", "-46.5"),
    ]
    assert await ensure_coordinates(COMMAND, tables) == Effect(Result.ALREADY, "9")
    assert len(tables.puts) == 1


async def test_a_coordinate_that_was_cut_short_is_named_unless_it_is_near_enough() -> None:
    far = COMMAND.model_copy(update={"latitude": -23.54321987})
    tables = Tables(**{LOGINS: at("", "")})
    tables.spoil = lambda record: {**record, "latitude": record["latitude"][:5]}
    with pytest.raises(Refused) as caught:
        await ensure_coordinates(far, tables)
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_WRITTEN, "latitude")
    tables.spoil = lambda record: {**record, "latitude": record["latitude"][:10]}
    assert (await ensure_coordinates(far, tables)).result is Result.UPDATED


async def test_an_error_that_wrote_is_a_success_and_one_that_did_not_is_raised() -> None:
    tables = Tables(**{LOGINS: at("", "")})
    tables.answers, tables.is_written = {LOGINS: Transient("504")}, False
    with pytest.raises(Transient):
        await ensure_coordinates(COMMAND, tables)
    tables.is_written = True
    assert (await ensure_coordinates(COMMAND, tables)).result is Result.UPDATED
