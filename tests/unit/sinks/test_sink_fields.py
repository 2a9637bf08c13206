"""One field of one row of OZmap: when it is held by meaning, and each ending of a command on it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kernel.contracts.commands import EnsureClientName, EnsureImplanted, EnsurePower, EnsureStatus
from kernel.contracts.outcomes import FieldChange, Result
from kernel.domain.errors import Malformed, Refused, System, Transient, Unauthorized
from kernel.domain.reasons import Reason
from sinks.effect import Effect
from sinks.ozmap.fields import ensure_client_name, ensure_implanted, ensure_power, ensure_status
from sinks.ozmap.plan import implanted, name, plan_field, power, status
from sinks.ozmap.steps import Done, Patch

LOGIN = "login:maria"
NAME = EnsureClientName(rule="client-name", subject=LOGIN, client_id="r1", name="Maria Souza")
IMPLANTED = EnsureImplanted(rule="client-activation", subject=LOGIN, client_id="r1")
STATUS = EnsureStatus(rule="client-status", subject=LOGIN, client_id="r1", status=1)
POWER = EnsurePower(rule="client-power", subject=LOGIN, property_id="r1", power_dbm=-21.5, step_db=0.5)

Ensure = Callable[[Any, Any], Awaitable[Effect]]
EACH = [
    (ensure_client_name, NAME, "ftth-clients", "name", "x", "Maria Souza"),
    (ensure_implanted, IMPLANTED, "ftth-clients", "implanted", False, True),
    (ensure_status, STATUS, "ftth-clients", "status", 0, 1),
    (ensure_power, POWER, "properties", "potencyRead", -30.0, -21.5),
]
each = pytest.mark.parametrize(("ensure", "command", "route", "field", "old", "new"), EACH)
ERRORS = [Transient("502"), Refused(Reason.REJECTED, "no"), Malformed("cut off")]


class OneRow:
    """One row of OZmap in memory. ``keep`` may spoil what is written, ``answer`` what is said."""

    def __init__(self, route: str, held: dict[str, Any] | None) -> None:
        self.route = route
        self.held = held
        self.patches: list[dict[str, Any]] = []
        self.answer: Exception | None = None
        self.keep: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body

    async def read(self, route: str, row_id: str) -> dict[str, Any] | None:
        assert (route, row_id) == (self.route, "r1")
        return None if self.held is None else dict(self.held)

    async def patch(self, route: str, row_id: str, body: dict[str, Any]) -> None:
        assert (route, row_id) == (self.route, "r1")
        self.patches.append(body)
        if self.held is not None:
            self.held |= self.keep(body)
        if self.answer is not None:
            raise self.answer


@pytest.mark.parametrize(
    ("wish", "field", "held"),
    [
        *((name(NAME), "name", held) for held in ("Maria Souza", " Maria Souza ", "Maria Souza\n")),
        (implanted(IMPLANTED), "implanted", True),
        (status(STATUS), "status", 1),
        (status(STATUS), "status", 1.0),
        *((power(POWER), "potencyRead", held) for held in (-21.5, -21.01, -21.99, -21.500001)),
    ],
)
def test_what_means_the_same_is_not_written(wish: Any, field: str, held: object) -> None:
    assert plan_field(wish, {"id": "r1", field: held}) == Done("r1")


@pytest.mark.parametrize(
    ("wish", "field", "held"),
    [
        *((name(NAME), "name", held) for held in ("maria souza", "", None, 5, "Maria  Souza")),
        *((implanted(IMPLANTED), "implanted", held) for held in (False, None, "true", 1)),
        *((status(STATUS), "status", held) for held in (0, None, "1", True)),
        *((power(POWER), "potencyRead", held) for held in (-21.0, -22.0, 0, None, "-21.5", True)),
    ],
)
def test_what_differs_is_patched_alone(wish: Any, field: str, held: object) -> None:
    chosen = plan_field(wish, {"id": "r1", field: held, "code": "maria", "tags": []})
    assert chosen == Patch(wish.route, "r1", {field: wish.wanted})
    old = None if held is None else str(held)
    assert isinstance(chosen, Patch)
    assert chosen.changed == (FieldChange(field=field, old=old, new=str(wish.wanted)),)


def test_exactly_the_step_is_a_change_though_floats_round() -> None:
    command = POWER.model_copy(update={"power_dbm": -20.1, "step_db": 0.1})
    assert isinstance(plan_field(power(command), {"potencyRead": -20.2}), Patch)
    assert plan_field(power(command), {"potencyRead": -20.15}) == Done("r1")


def test_with_a_step_of_zero_the_same_reading_is_still_the_same() -> None:
    command = POWER.model_copy(update={"step_db": 0.0})
    assert plan_field(power(command), {"potencyRead": -21.5}) == Done("r1")
    assert isinstance(plan_field(power(command), {"potencyRead": -21.51}), Patch)


def test_a_name_is_written_without_its_outer_blanks() -> None:
    chosen = plan_field(name(NAME.model_copy(update={"name": " Maria Souza "})), {"id": "r1"})
    assert chosen == Patch("ftth-clients", "r1", {"name": "Maria Souza"})


@each
async def test_a_row_that_is_gone_is_refused(
    ensure: Ensure, command: Any, route: str, field: str, old: object, new: object
) -> None:
    with pytest.raises(Refused) as caught:
        await ensure(command, OneRow(route, None))
    assert (caught.value.reason, caught.value.detail) == (Reason.REMOTE_MISSING, f"{route}/r1")


@each
async def test_a_row_that_is_so_is_left_alone(
    ensure: Ensure, command: Any, route: str, field: str, old: object, new: object
) -> None:
    row = OneRow(route, {"id": "r1", field: new})
    assert await ensure(command, row) == Effect(Result.ALREADY, "r1")
    assert row.patches == []


@each
async def test_a_row_gets_its_field_and_nothing_else(
    ensure: Ensure, command: Any, route: str, field: str, old: object, new: object
) -> None:
    row = OneRow(route, {"id": "r1", field: old, "code": "maria"})
    effect = await ensure(command, row)
    assert (effect.result, effect.remote_id, effect.detail) == (Result.UPDATED, "r1", "")
    assert effect.changed == (FieldChange(field=field, old=str(old), new=str(new)),)
    assert row.patches == [{field: new}]
    assert row.held == {"id": "r1", field: new, "code": "maria"}


@pytest.mark.parametrize("error", ERRORS)
@each
async def test_an_error_that_wrote_is_a_success(
    error: Exception, ensure: Ensure, command: Any, route: str, field: str, old: object, new: object
) -> None:
    row = OneRow(route, {"id": "r1", field: old})
    row.answer = error
    effect = await ensure(command, row)
    assert effect.result is Result.UPDATED
    assert str(error) in effect.detail


@pytest.mark.parametrize("error", ERRORS)
@each
async def test_an_error_that_did_not_write_is_raised_as_it_came_and_sent_once(
    error: Exception, ensure: Ensure, command: Any, route: str, field: str, old: object, new: object
) -> None:
    row = OneRow(route, {"id": "r1", field: old})
    row.answer, row.keep = error, lambda _body: {}
    with pytest.raises(type(error)) as caught:
        await ensure(command, row)
    assert caught.value is error
    assert len(row.patches) == 1


@each
async def test_a_success_that_did_not_write_is_not_believed(
    ensure: Ensure, command: Any, route: str, field: str, old: object, new: object
) -> None:
    row = OneRow(route, {"id": "r1", field: old})
    row.keep = lambda _body: {}
    with pytest.raises(Refused) as caught:
        await ensure(command, row)
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_WRITTEN, field)


async def test_a_name_that_was_cut_short_is_not_written_a_second_time() -> None:
    row = OneRow("ftth-clients", {"id": "r1", "name": "x"})
    row.keep = lambda body: {"name": body["name"][:3]}
    with pytest.raises(Refused) as caught:
        await ensure_client_name(NAME, row)
    assert caught.value.reason == Reason.NOT_WRITTEN
    assert len(row.patches) == 1


async def test_a_wrong_key_is_raised_at_once() -> None:
    row = OneRow("ftth-clients", {"id": "r1", "name": "x"})
    row.answer = Unauthorized(System.OZMAP, "401")
    with pytest.raises(Unauthorized):
        await ensure_client_name(NAME, row)


def test_a_field_that_ixc_does_not_own_cannot_be_put_into_a_patch() -> None:
    for route, field in (("ftth-clients", "code"), ("properties", "coords"), ("splitters", "name")):
        with pytest.raises(ValueError, match=f"not ours to write in {route}: {field}"):
            Patch(route, "r1", {field: "x"})
