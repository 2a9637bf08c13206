"""ensure_placement: login and ONU row on a port, each way it ends."""

import pytest

from kernel.contracts.commands import EnsurePlacement
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Malformed, Refused, Transient
from kernel.domain.reasons import Reason
from sinks.effect import Effect
from sinks.ixc.placement import ensure_placement
from sinks.ixc.plan import login_port, onu_port
from sinks.ixc.record import N_PLANS
from sinks.ixc.wish import LOGINS, MOVES_BY_ITSELF, ONUS, Nothing, Update, Wish, plan_update
from tests.unit.sinks.ixc_tables import NOW, Record, Tables

COMMAND = EnsurePlacement(
    rule="port-move", subject="login:maria", login_id="9", onu_id="5", box_id="70", port=3
)
LOGIN = {
    "id": "9",
    "login": "maria",
    "senha": "FAKE-SECRET-1",
    "online": "S",
    "id_caixa_ftth": "7",
    "ftth_porta": "2",
    "obs": " de fundo \r\n",
    "latitude": "-23,5",
    "ultima_conexao_final": "0000-00-00 00:00:00",
    "ultima_atualizacao": "2026-01-01 00:00:00",
}
ONU = {
    "id": "5",
    "id_login": "9",
    "id_caixa_ftth": "7",
    "porta_ftth": "2",
    "mac": "FHTT01",
    "sinal_rx": "-21.50",
    "ultima_atualizacao": "2026-01-01 00:00:00",
}
BOTH = {LOGINS: LOGIN, ONUS: ONU}
MOVED = {LOGINS: {**LOGIN, "id_caixa_ftth": "70", "ftth_porta": "3"}}
ERRORS = [Transient("page of HTML"), Refused(Reason.REJECTED, "Ocorreu um erro"), Malformed("cut off")]


def login(tables: Tables) -> Record:
    return tables.rows[LOGINS, "9"]


def onu(tables: Tables) -> Record:
    return tables.rows[ONUS, "5"]


@pytest.mark.parametrize(("box", "port"), [("70", "3"), (" 70", "03"), ("70 ", " 3 ")])
def test_what_means_the_same_place_is_not_written(box: str, port: str) -> None:
    assert plan_update(login_port(COMMAND), {**LOGIN, "id_caixa_ftth": box, "ftth_porta": port}) == Nothing()
    assert plan_update(onu_port(COMMAND, "5"), {**ONU, "id_caixa_ftth": box, "porta_ftth": port}) == Nothing()


@pytest.mark.parametrize("box", ["70", "7", "0", "", "700"])
@pytest.mark.parametrize("port", ["3", "0", "", "30", "x"])
def test_only_the_columns_that_differ_are_replaced(box: str, port: str) -> None:
    row = {**LOGIN, "id_caixa_ftth": box, "ftth_porta": port}
    chosen = plan_update(login_port(COMMAND), row)
    if (box, port) == ("70", "3"):
        assert chosen == Nothing()
        return
    assert isinstance(chosen, Update)
    assert chosen.record == {**row, "id_caixa_ftth": "70", "ftth_porta": "3"}
    changed = {change.field: (change.old, change.new) for change in chosen.changed}
    assert ("id_caixa_ftth" in changed) == (box != "70")
    assert ("ftth_porta" in changed) == (port != "3")


@pytest.mark.parametrize(
    ("table", "column"), [(LOGINS, "ativo"), (LOGINS, "login"), (ONUS, "sinal_rx"), ("cliente", "razao")]
)
def test_a_column_that_ozmap_does_not_own_cannot_be_wished(table: str, column: str) -> None:
    with pytest.raises(ValueError, match=f"not ours to write in {table}: {column}"):
        Wish(table, "9", {column: "x"}, lambda _row: [])


async def test_login_and_onu_are_put_on_the_port_and_all_else_stays() -> None:
    tables = Tables(**BOTH)
    effect = await ensure_placement(COMMAND, tables)
    assert (effect.result, effect.remote_id, effect.detail) == (Result.UPDATED, "9", "")
    assert [(c.field, c.old, c.new) for c in effect.changed] == [
        ("id_caixa_ftth", "7", "70"),
        ("ftth_porta", "2", "3"),
        (f"{ONUS}.id_caixa_ftth", "7", "70"),
        (f"{ONUS}.porta_ftth", "2", "3"),
    ]
    assert login(tables) == {**MOVED[LOGINS], "ultima_atualizacao": NOW}
    assert onu(tables) == {**ONU, "id_caixa_ftth": "70", "porta_ftth": "3", "ultima_atualizacao": NOW}
    assert tables.calls == [
        *(f"{call} {LOGINS}" for call in ("read", "read", "update", "read")),
        *(f"{call} {ONUS}" for call in ("read", "read", "update", "read")),
    ]


async def test_doing_it_twice_writes_once() -> None:
    tables = Tables(**BOTH)
    await ensure_placement(COMMAND, tables)
    assert await ensure_placement(COMMAND, tables) == Effect(Result.ALREADY, "9")
    assert len(tables.puts) == 2


async def test_a_login_without_onu_is_done_alone() -> None:
    tables = Tables(**BOTH)
    await ensure_placement(COMMAND.model_copy(update={"onu_id": None}), tables)
    assert onu(tables) == ONU
    assert not [call for call in tables.calls if ONUS in call]


async def test_an_onu_row_that_ixc_moved_itself_is_read_after_the_login_and_not_written() -> None:
    tables = Tables(**BOTH)

    def mirrors(table: str) -> None:
        if table == LOGINS:
            tables.rows[ONUS, "5"] |= {"id_caixa_ftth": "70", "porta_ftth": "3"}

    tables.after_write = mirrors
    effect = await ensure_placement(COMMAND, tables)
    assert effect.result is Result.UPDATED
    assert f"update {ONUS}" not in tables.calls


async def test_an_onu_row_alone_out_of_place_is_put_right() -> None:
    tables = Tables(**{**MOVED, ONUS: ONU})
    effect = await ensure_placement(COMMAND, tables)
    assert effect.result is Result.UPDATED
    assert {change.field for change in effect.changed} == {f"{ONUS}.id_caixa_ftth", f"{ONUS}.porta_ftth"}
    assert f"update {LOGINS}" not in tables.calls


@pytest.mark.parametrize("there", [{}, {ONUS: {**ONU, "id_login": "10"}}])
@pytest.mark.parametrize("login_row", [LOGIN, MOVED[LOGINS]])
async def test_an_onu_row_that_is_gone_or_of_another_login_is_told_and_left(
    there: dict[str, Record], login_row: Record
) -> None:
    tables = Tables(**{LOGINS: login_row, **there})
    effect = await ensure_placement(COMMAND, tables)
    assert effect.result is (Result.UPDATED if login_row is LOGIN else Result.ALREADY)
    assert f"{ONUS} 5" in effect.detail
    assert f"update {ONUS}" not in tables.calls


async def test_an_onu_row_that_goes_while_it_is_planned_is_told() -> None:
    tables = Tables(**{**MOVED, ONUS: ONU})

    def goes(n: int, _table: str) -> None:
        if n == 3:
            del tables.rows[ONUS, "5"]

    tables.before_read = goes
    effect = await ensure_placement(COMMAND, tables)
    assert effect.result is Result.ALREADY
    assert f"{ONUS} 5" in effect.detail


async def test_a_version_that_does_not_list_the_login_of_an_onu_is_served_too() -> None:
    tables = Tables(**{**MOVED, ONUS: {c: t for c, t in ONU.items() if c != "id_login"}})
    assert (await ensure_placement(COMMAND, tables)).result is Result.UPDATED
    assert onu(tables)["porta_ftth"] == "3"


async def test_a_login_that_is_gone_is_refused_and_its_onu_left() -> None:
    tables = Tables(**{ONUS: ONU})
    with pytest.raises(Refused) as caught:
        await ensure_placement(COMMAND, tables)
    assert (caught.value.reason, caught.value.detail) == (Reason.REMOTE_MISSING, f"{LOGINS} 9")
    assert tables.puts == []


async def test_port_zero_is_never_written() -> None:
    tables = Tables(**BOTH)
    with pytest.raises(Refused) as caught:
        await ensure_placement(COMMAND.model_copy(update={"port": 0}), tables)
    assert caught.value.reason == Reason.PORT_MISSING
    assert tables.calls == []


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("table", [LOGINS, ONUS])
async def test_an_error_that_wrote_is_a_success(table: str, error: Exception) -> None:
    tables = Tables(**BOTH)
    tables.answers = {table: error}
    effect = await ensure_placement(COMMAND, tables)
    assert effect.result is Result.UPDATED
    assert str(error) in effect.detail
    assert (login(tables)["ftth_porta"], onu(tables)["porta_ftth"]) == ("3", "3")


@pytest.mark.parametrize("error", ERRORS)
async def test_an_error_that_did_not_write_is_raised_as_it_came(error: Exception) -> None:
    tables = Tables(**BOTH)
    tables.answers, tables.is_written = {LOGINS: error}, False
    with pytest.raises(type(error)) as caught:
        await ensure_placement(COMMAND, tables)
    assert caught.value is error


async def test_a_success_that_dropped_a_column_names_it() -> None:
    tables = Tables(**BOTH)
    tables.spoil = lambda record: {**record, "ftth_porta": "2"}
    with pytest.raises(Refused) as caught:
        await ensure_placement(COMMAND, tables)
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_WRITTEN, "ftth_porta")


async def test_a_refused_onu_row_is_told_beside_the_login_that_was_done() -> None:
    tables = Tables(**{**MOVED, ONUS: ONU})
    tables.answers, tables.is_written = {ONUS: Refused(Reason.REJECTED, "porta ocupada")}, False
    with pytest.raises(Refused) as caught:
        await ensure_placement(COMMAND, tables)
    assert caught.value.reason == Reason.REJECTED
    assert "porta ocupada" in caught.value.detail
    assert f"{ONUS} 5" in caught.value.detail


@pytest.mark.parametrize("column", sorted(MOVES_BY_ITSELF[LOGINS] - {"id"}))
async def test_what_ixc_moves_itself_is_no_foreign_change_and_its_newest_value_goes_back(column: str) -> None:
    tables = Tables(**BOTH)
    tables.before_read = lambda n, _table: login(tables).update({column: f"moved {n}"})
    tables.after_write = lambda _table: login(tables).update({column: "moved on"})
    effect = await ensure_placement(COMMAND.model_copy(update={"onu_id": None}), tables)
    assert (effect.result, effect.detail) == (Result.UPDATED, "")
    assert [put[column] for put in tables.puts] == ["moved 2"]


async def test_a_signal_scan_of_the_onu_is_no_foreign_change() -> None:
    tables = Tables(**{**MOVED, ONUS: ONU})
    tables.before_read = lambda n, _table: onu(tables).update(sinal_rx=f"-{n}.00")
    effect = await ensure_placement(COMMAND, tables)
    assert (effect.result, effect.detail) == (Result.UPDATED, "")
    assert [put["sinal_rx"] for put in tables.puts] == ["-3.00"]


@pytest.mark.parametrize("column", ["obs", "senha", "latitude", "id_caixa_ftth"])
async def test_a_persons_change_between_plan_and_write_is_planned_again(column: str) -> None:
    tables = Tables(**BOTH)

    def somebody_edits(n: int, _table: str) -> None:
        if n == 2:
            login(tables)[column] = "99"

    tables.before_read = somebody_edits
    effect = await ensure_placement(COMMAND.model_copy(update={"onu_id": None}), tables)
    assert effect.result is Result.UPDATED
    assert tables.calls.count(f"read {LOGINS}") == 4
    if column != "id_caixa_ftth":
        assert login(tables)[column] == "99"


async def test_a_login_that_a_person_keeps_changing_is_left_for_later() -> None:
    tables = Tables(**BOTH)
    tables.before_read = lambda n, _table: login(tables).update(obs=str(n))
    with pytest.raises(Transient):
        await ensure_placement(COMMAND, tables)
    assert tables.puts == []
    assert len(tables.calls) == N_PLANS + 1


async def test_a_foreign_change_after_our_write_is_told_and_left() -> None:
    tables = Tables(**BOTH)
    tables.after_write = lambda table: login(tables).update(obs="novo") if table == LOGINS else None
    effect = await ensure_placement(COMMAND, tables)
    assert effect.result is Result.UPDATED
    assert "obs" in effect.detail
    assert "FAKE-SECRET" not in str(effect)
    assert login(tables)["obs"] == "novo"
