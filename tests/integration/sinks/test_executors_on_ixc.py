"""Placement and coordinates against the IXC double over HTTP: each switch, each fault, each death."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from kernel.contracts.commands import EnsureCoordinates, EnsurePlacement
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Refused
from kernel.domain.reasons import Reason
from sandbox.oracle.untouched import compare_untouched
from sinks.effect import Effect
from sinks.ixc.coordinates import ensure_coordinates
from sinks.ixc.placement import ensure_placement
from tests.integration.sandbox.ixc_asking import LOGIN, ONU, PERSON
from tests.integration.sinks.mortal import DiedError, Mortal
from tests.integration.sinks.street import IxcTown, ixc_town

PLACEMENT = EnsurePlacement(
    rule="port-move", subject="login:maria", login_id="11", onu_id="21", box_id="2", port=7
)
PLACE = EnsureCoordinates(
    rule="coordinates",
    subject="login:maria",
    login_id="11",
    latitude=-23.5512345,
    longitude=-46.6398765,
    tolerance_m=1.0,
)


@pytest.fixture
async def town() -> AsyncIterator[IxcTown]:
    async with ixc_town() as found:
        yield found


async def at(town: IxcTown) -> tuple[str, str, str, str]:
    login, onu = await town.row(LOGIN, "11"), await town.row(ONU, "21")
    return login["id_caixa_ftth"], login["ftth_porta"], onu["id_caixa_ftth"], onu["porta_ftth"]


async def test_login_and_onu_move_once_and_nothing_else_of_them_changes(town: IxcTown) -> None:
    before = {table: await town.asking.sandbox("GET", f"rows/{table}") for table in (LOGIN, ONU)}
    effect = await ensure_placement(PLACEMENT, town.api)
    assert effect.result is Result.UPDATED
    assert await at(town) == ("2", "7", "2", "7")
    assert await ensure_placement(PLACEMENT, town.api) == Effect(Result.ALREADY, "11")
    assert [(w["entity"], w["changed"]) for w in await town.writes()] == [
        (LOGIN, ["ftth_porta", "id_caixa_ftth", "ultima_atualizacao"]),
        (ONU, ["id_caixa_ftth", "porta_ftth", "ultima_atualizacao"]),
    ]
    for table, rows in before.items():
        assert compare_untouched(table, rows, await town.asking.sandbox("GET", f"rows/{table}")) == []


@pytest.mark.parametrize(
    "switch",
    [
        "mirror_port=true",
        "put_missing=error_html",
        "onu_port_zero=refuse",
        f"unlisted={ONU}.ultima_atualizacao",
        "stamp_from_body=true",
        "port_check=both",
        "language=en",
        "show_hidden=true",
    ],
)
async def test_on_every_installation_both_end_on_the_port(switch: str) -> None:
    async with ixc_town(switch) as town:
        effect = await ensure_placement(PLACEMENT, town.api)
        assert effect.result is Result.UPDATED
        assert await at(town) == ("2", "7", "2", "7")
        n_writes = 1 if switch == "mirror_port=true" else 2
        assert len(await town.writes()) == n_writes, "an ONU that IXC moved itself is not written again"
        assert (await ensure_placement(PLACEMENT, town.api)).result is Result.ALREADY


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("dies_at", [1, 2])
async def test_a_death_at_either_write_is_repaired_by_the_next_delivery(
    town: IxcTown, dies_at: int, after: bool
) -> None:
    with pytest.raises(DiedError):
        await ensure_placement(PLACEMENT, Mortal(town.api, dies_at, after=after))
    effect = await ensure_placement(PLACEMENT, town.api)
    assert effect.result is (Result.ALREADY if (dies_at, after) == (2, True) else Result.UPDATED)
    assert await at(town) == ("2", "7", "2", "7")
    assert len(await town.writes()) == 2, "nothing is written twice"


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("table", [LOGIN, ONU])
async def test_an_error_that_wrote_is_a_success(town: IxcTown, table: str, status: int) -> None:
    await town.fault("error_but_written", table, status=status)
    effect = await ensure_placement(PLACEMENT, town.api)
    assert effect.result is Result.UPDATED
    assert "all the same" in effect.detail
    assert await at(town) == ("2", "7", "2", "7")
    assert len(await town.writes()) == 2


@pytest.mark.parametrize(("table", "field"), [(LOGIN, "ftth_porta"), (ONU, "id_caixa_ftth")])
async def test_a_success_that_dropped_a_column_names_it(town: IxcTown, table: str, field: str) -> None:
    await town.fault("success_but_dropped_field", table, field=field)
    with pytest.raises(Refused) as caught:
        await ensure_placement(PLACEMENT, town.api)
    assert caught.value.reason == Reason.NOT_WRITTEN
    assert field in caught.value.detail


async def test_a_port_that_this_installation_refuses_is_shown_in_its_words() -> None:
    async with ixc_town("port_check=both") as town:
        with pytest.raises(Refused) as caught:
            await ensure_placement(
                PLACEMENT.model_copy(update={"box_id": "1", "port": 4}), town.api
            )  # login joao is there
        assert caught.value.reason == Reason.REJECTED
        assert len(await town.writes()) == 0


async def test_a_person_who_edits_between_our_reading_and_our_write_keeps_the_edit(town: IxcTown) -> None:
    class Busy(Mortal):
        """A person edits the login after our first reading of it."""

        n_reads = 0

        async def read(self, table: str, row_id: str) -> Any:
            row = await self._api.read(table, row_id)
            self.n_reads += 1
            if self.n_reads == 1:
                record = await town.asking.row(LOGIN, "11")
                assert (await town.asking.put(LOGIN, "11", {**record, "obs": "cão"}, token=PERSON)).json
            return row

    busy = Busy(town.api)
    assert (await ensure_placement(PLACEMENT, busy)).result is Result.UPDATED
    assert (await town.row(LOGIN, "11"))["obs"] == "cão"
    assert busy.n_writes == 2


async def test_an_accounting_that_moves_the_login_all_the_time_disturbs_nothing() -> None:
    async with ixc_town("churn_per_s=500") as town:
        assert (await ensure_placement(PLACEMENT, town.api)).result is Result.UPDATED
        assert len(await town.writes()) == 2


async def test_coordinates_are_written_once_and_not_within_the_tolerance(town: IxcTown) -> None:
    effect = await ensure_coordinates(PLACE, town.api)
    assert effect.result is Result.UPDATED
    login = await town.row(LOGIN, "11")
    assert (login["latitude"], login["longitude"]) == ("-23.5512345", "-46.6398765")
    near = PLACE.model_copy(update={"latitude": -23.5512400})
    assert await ensure_coordinates(near, town.api) == Effect(Result.ALREADY, "11")
    (write,) = await town.writes()
    assert write["changed"] == ["latitude", "longitude", "ultima_atualizacao"]


@pytest.mark.parametrize("after", [True, False])
async def test_a_death_at_the_write_of_coordinates_is_repaired(town: IxcTown, after: bool) -> None:
    with pytest.raises(DiedError):
        await ensure_coordinates(PLACE, Mortal(town.api, 1, after=after))
    effect = await ensure_coordinates(PLACE, town.api)
    assert effect.result is (Result.ALREADY if after else Result.UPDATED)
    assert len(await town.writes()) == 1


async def test_placement_and_coordinates_of_one_login_do_not_undo_each_other(town: IxcTown) -> None:
    await ensure_placement(PLACEMENT, town.api)
    await ensure_coordinates(PLACE, town.api)
    assert (await ensure_placement(PLACEMENT, town.api)).result is Result.ALREADY
    assert (await ensure_coordinates(PLACE, town.api)).result is Result.ALREADY


async def test_a_dropped_coordinate_is_named_and_an_error_that_wrote_is_a_success(town: IxcTown) -> None:
    await town.fault("success_but_dropped_field", LOGIN, field="longitude")
    with pytest.raises(Refused) as caught:
        await ensure_coordinates(PLACE, town.api)
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_WRITTEN, "longitude")
    await town.fault("error_but_written", LOGIN)
    assert (await ensure_coordinates(PLACE, town.api)).result is Result.UPDATED
