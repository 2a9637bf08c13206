"""ensure_box against rows in memory that misbehave as IXC does: each ending of a command on a box."""

from collections.abc import Callable, Sequence

import pytest

from kernel.contracts.commands import BoxFields, EnsureBox
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Malformed, Refused, System, Transient, Unauthorized
from kernel.domain.reasons import Reason
from kernel.vendors.ixc.requests import Condition
from sinks.effect import Effect
from sinks.ixc.box import ensure_box
from sinks.ixc.plan import BoxCreation
from sinks.ixc.record import N_PLANS

CREATION = BoxCreation(tipo="P", style="50r7nh0u")
FIELDS = BoxFields(
    name="CTO 01",
    project_id="3",
    transmitter_id="7",
    latitude=-23.5,
    longitude=-46.5,
    comments="",
    capacity=8,
)
Record = dict[str, str]


def row(row_id: str, **changes: str) -> Record:
    return {
        "id": row_id,
        "descricao": "CTO 01",
        "id_projeto": "3",
        "id_transmissor": "7",
        "latitude": "-23.5",
        "longitude": "-46.5",
        "obs_caixa_ftth": "",
        "capacidade": "8",
        "status": "A",
        "cep": "01310",
        "ultima_atualizacao": "2026-01-01 00:00:00",
        **changes,
    }


class Boxes:
    """The table in memory. ``before_read``, ``on_insert`` and ``on_update`` may misbehave."""

    def __init__(self, *rows: Record) -> None:
        self.rows = {r["id"]: dict(r) for r in rows}
        self.calls: list[str] = []
        self.before_read: Callable[[int], None] = lambda _n: None
        self.spoil: Callable[[Record], Record] = lambda record: record
        self.answer: Exception | None = None
        self.after_write: Callable[[], None] = lambda: None
        self.is_written = True

    async def read(self, table: str, row_id: str) -> Record | None:
        assert table == "rad_caixa_ftth"
        self.calls.append("read")
        self.before_read(self.calls.count("read"))
        found = self.rows.get(row_id)
        return None if found is None else dict(found)

    async def find(self, table: str, where: Sequence[Condition]) -> list[Record]:
        assert table == "rad_caixa_ftth"
        self.calls.append("find")
        assert {(c.column, c.op) for c in where} == {("id_projeto", "="), ("descricao", "L")}
        wanted = {c.column: c.value for c in where}
        return [
            dict(r)
            for r in self.rows.values()
            if wanted["descricao"].lower() in r["descricao"].lower()
            and r["id_projeto"] == wanted["id_projeto"]
        ]

    async def insert(self, table: str, record: Record) -> str:
        assert table == "rad_caixa_ftth"
        self.calls.append("insert")
        new_id = str(max(map(int, self.rows), default=0) + 1)
        if self.is_written:
            self.rows[new_id] = {**self.spoil(record), "id": new_id}
        self.after_write()
        if self.answer is not None:
            raise self.answer
        return new_id

    async def update(self, table: str, row_id: str, full_record: Record) -> None:
        assert table == "rad_caixa_ftth"
        assert "id" not in full_record
        self.calls.append("update")
        if self.is_written:
            kept = self.spoil(full_record)
            self.rows[row_id] = {**kept, "id": row_id, "ultima_atualizacao": "2026-09-09 09:09:09"}
        self.after_write()
        if self.answer is not None:
            raise self.answer


async def ensure(boxes: Boxes, ixc_id: str | None, **changes: object) -> Effect:
    fields = FIELDS.model_copy(update=changes)
    command = EnsureBox(rule="box-sync", subject="box:b1", ixc_id=ixc_id, fields=fields)
    return await ensure_box(command, boxes, CREATION)


async def refusal(boxes: Boxes, ixc_id: str | None, **changes: object) -> Refused:
    with pytest.raises(Refused) as caught:
        await ensure(boxes, ixc_id, **changes)
    return caught.value


async def test_a_box_that_nobody_has_is_created_and_read_back() -> None:
    boxes = Boxes()
    effect = await ensure(boxes, None)
    assert (effect.result, effect.remote_id, effect.detail) == (Result.CREATED, "1", "")
    assert {c.field: c.new for c in effect.changed}["capacidade"] == "8"
    assert boxes.rows["1"]["tipo"] == "P"
    assert boxes.calls == ["find", "insert", "read"]


async def test_a_box_of_that_name_in_that_project_is_adopted_without_a_write() -> None:
    boxes = Boxes(row("5", descricao="CTO 01 "), row("6", descricao="CTO 010"), row("7", id_projeto="4"))
    effect = await ensure(boxes, None)
    assert effect == Effect(Result.ALREADY, "5")
    assert boxes.calls == ["find"]


async def test_an_adopted_box_that_differs_is_updated() -> None:
    boxes = Boxes(row("5", capacidade="4"))
    effect = await ensure(boxes, None)
    assert (effect.result, effect.remote_id) == (Result.UPDATED, "5")
    assert [(c.field, c.old, c.new) for c in effect.changed] == [("capacidade", "4", "8")]


async def test_two_boxes_of_that_name_are_not_guessed() -> None:
    boxes = Boxes(row("5"), row("6", descricao=" CTO 01"))
    refused = await refusal(boxes, None)
    assert refused.reason == Reason.AMBIGUOUS_BOX
    assert "5, 6" in refused.detail
    assert boxes.calls == ["find"]


async def test_a_box_shown_without_its_id_is_neither_taken_nor_created_again() -> None:
    boxes = Boxes(row("5"))
    del boxes.rows["5"]["id"]
    with pytest.raises(Malformed):
        await ensure(boxes, None)
    assert boxes.calls == ["find"]


async def test_a_linked_box_is_updated_by_id_and_its_other_fields_stay() -> None:
    boxes = Boxes(row("5", descricao="old", cep=" 9 ", extra="x"))
    effect = await ensure(boxes, "5")
    assert effect.result is Result.UPDATED
    assert boxes.rows["5"] == row("5", cep=" 9 ", extra="x", ultima_atualizacao="2026-09-09 09:09:09")
    assert boxes.calls == ["read", "read", "update", "read"]


async def test_doing_it_twice_writes_once() -> None:
    boxes = Boxes()
    first = await ensure(boxes, None)
    second = await ensure(boxes, None)
    third = await ensure(boxes, first.remote_id)
    assert [first.result, second.result, third.result] == [Result.CREATED, Result.ALREADY, Result.ALREADY]
    assert boxes.calls.count("insert") == 1
    assert "update" not in boxes.calls


async def test_a_linked_box_that_is_gone_is_refused_not_created() -> None:
    boxes = Boxes(row("6"))
    assert (await refusal(boxes, "5")).reason == Reason.REMOTE_MISSING
    assert boxes.calls == ["read"]


ERRORS = [Transient("page of HTML"), Refused(Reason.REJECTED, "Ocorreu um erro"), Malformed("cut off")]


@pytest.mark.parametrize("error", ERRORS)
async def test_an_update_answered_with_an_error_and_written_is_a_success(error: Exception) -> None:
    boxes = Boxes(row("5", capacidade="4"))
    boxes.answer = error
    effect = await ensure(boxes, "5")
    assert effect.result is Result.UPDATED
    assert str(error) in effect.detail


@pytest.mark.parametrize("error", ERRORS)
async def test_an_insert_answered_with_an_error_and_written_is_found_by_name(error: Exception) -> None:
    boxes = Boxes()
    boxes.answer = error
    effect = await ensure(boxes, None)
    assert (effect.result, effect.remote_id) == (Result.CREATED, "1")
    assert len(boxes.rows) == 1


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("ixc_id", [None, "5"])
async def test_an_error_with_nothing_written_is_raised_as_it_came(
    error: Exception, ixc_id: str | None
) -> None:
    boxes = Boxes(*([row("5", capacidade="4")] if ixc_id else []))
    boxes.answer, boxes.is_written = error, False
    with pytest.raises(type(error)) as caught:
        await ensure(boxes, ixc_id)
    assert caught.value is error


async def test_an_insert_that_failed_and_left_an_incomplete_box_is_tried_again_and_completes_it() -> None:
    boxes = Boxes()
    boxes.answer = Refused(Reason.REJECTED, "Ocorreu um erro")
    boxes.spoil = lambda record: {**record, "capacidade": "0"}
    with pytest.raises(Transient):
        await ensure(boxes, None)
    boxes.answer, boxes.spoil = None, lambda record: record
    effect = await ensure(boxes, None)
    assert (effect.result, effect.remote_id) == (Result.UPDATED, "1")
    assert boxes.calls.count("insert") == 1


async def test_a_wrong_key_is_raised_at_once() -> None:
    boxes = Boxes(row("5", capacidade="4"))
    boxes.answer, boxes.is_written = Unauthorized(System.IXC, "401"), False
    with pytest.raises(Unauthorized):
        await ensure(boxes, "5")
    assert boxes.calls[-1] == "update"


@pytest.mark.parametrize("ixc_id", [None, "5"])
async def test_a_success_that_dropped_fields_names_them(ixc_id: str | None) -> None:
    boxes = Boxes(*([row("5", capacidade="4", latitude="1")] if ixc_id else []))
    boxes.spoil = lambda record: {**record, "capacidade": "4", "latitude": ""}
    refused = await refusal(boxes, ixc_id)
    assert (refused.reason, refused.detail) == (Reason.NOT_WRITTEN, "latitude, capacidade")


async def test_a_success_without_any_row_is_not_believed() -> None:
    boxes = Boxes()
    boxes.is_written = False
    assert (await refusal(boxes, None)).reason == Reason.NOT_WRITTEN


async def test_a_foreign_change_between_plan_and_write_is_noticed_and_planned_again() -> None:
    boxes = Boxes(row("5", capacidade="4"))

    def somebody_edits(n_reads: int) -> None:
        if n_reads == 2:
            boxes.rows["5"]["cep"] = "99999"

    boxes.before_read = somebody_edits
    effect = await ensure(boxes, "5")
    assert effect.result is Result.UPDATED
    assert boxes.rows["5"]["cep"] == "99999"
    assert boxes.calls == ["read", "read", "read", "update", "read"]


async def test_somebody_who_does_our_change_first_saves_us_the_write() -> None:
    boxes = Boxes(row("5", capacidade="4"))

    def somebody_edits(n_reads: int) -> None:
        if n_reads == 2:
            boxes.rows["5"]["capacidade"] = "8"

    boxes.before_read = somebody_edits
    assert (await ensure(boxes, "5")).result is Result.ALREADY
    assert "update" not in boxes.calls


async def test_a_row_that_never_rests_is_left_for_later() -> None:
    boxes = Boxes(row("5", capacidade="4"))

    def somebody_edits(n_reads: int) -> None:
        boxes.rows["5"]["cep"] = str(n_reads)

    boxes.before_read = somebody_edits
    with pytest.raises(Transient):
        await ensure(boxes, "5")
    assert boxes.calls == ["read"] * (N_PLANS + 1)


async def test_a_box_deleted_while_it_was_planned_is_missing() -> None:
    boxes = Boxes(row("5", capacidade="4"))
    boxes.before_read = lambda n_reads: boxes.rows.clear() if n_reads == 2 else None
    assert (await refusal(boxes, "5")).reason == Reason.REMOTE_MISSING


async def test_a_foreign_change_after_our_write_is_told_and_left() -> None:
    boxes = Boxes(row("5", capacidade="4"))
    boxes.after_write = lambda: boxes.rows["5"].update(cep="77777")
    effect = await ensure(boxes, "5")
    assert effect.result is Result.UPDATED
    assert "cep" in effect.detail
    assert boxes.rows["5"]["cep"] == "77777"
