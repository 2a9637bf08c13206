"""One sink on real Kafka against both doubles: each way a command ends, seen from outside."""

import pytest

from kernel.contracts.commands import EnsureClientName
from kernel.contracts.envelope import parse_headers
from kernel.contracts.outcomes import Result
from kernel.domain.reasons import Reason
from tests.integration.sinks.bench import BOXES, Stack, box_command, until

pytestmark = pytest.mark.kafka


def test_a_box_is_created_then_already_then_updated_then_adopted(stack: Stack) -> None:
    stack.start_sink()
    (first,) = stack.send(box_command(1), cause="change-1")
    created = stack.outcomes_of([first])[first]
    assert (created.result, created.reason) == (Result.CREATED, None)
    row = stack.ixc.rows(BOXES)[created.remote_id or ""]
    assert (row["descricao"], row["status"], row["tipo"]) == ("CTO prova 0001", "A", "P")

    (again,) = stack.send(box_command(1, ixc_id=created.remote_id))
    assert stack.outcomes_of([again])[again].result is Result.ALREADY
    (moved,) = stack.send(box_command(1, ixc_id=created.remote_id, capacity=8))
    updated = stack.outcomes_of([moved])[moved]
    assert updated.result is Result.UPDATED
    assert [(c.field, c.old, c.new) for c in updated.changed] == [("capacidade", "16", "8")]
    (unlinked,) = stack.send(box_command(1, capacity=4))
    adopted = stack.outcomes_of([unlinked])[unlinked]
    assert (adopted.result, adopted.remote_id) == (Result.UPDATED, created.remote_id)

    writes = stack.ixc.writes()
    assert [w["method"] for w in writes] == ["POST", "PUT", "PUT"]
    assert {*writes[1]["changed"], *writes[2]["changed"]} - {"ultima_atualizacao"} == {"capacidade"}


def test_an_outcome_can_be_followed_to_its_command_and_its_cause(stack: Stack) -> None:
    stack.start_sink()
    (sent,) = stack.send(box_command(1), cause="change-1")
    stack.outcomes_of([sent])
    (message,) = stack.read("ixc.box.outcomes.v1")
    headers = message.headers()
    envelope = parse_headers(headers)  # type: ignore[arg-type]
    assert envelope.cause == sent
    assert (envelope.type, envelope.source) == ("ixc.box.outcome.v1", "/ozmap-ixc/sinks")
    assert envelope.subject == box_command(1).subject
    assert ("ce_rootcause", b"change-1") in headers  # type: ignore[operator]
    assert message.key() == box_command(1).key.encode()


def test_a_client_gets_the_customers_name(stack: Stack) -> None:
    stack.start_sink()
    client = next(iter(stack.ozmap.rows("ftth-clients").values()))
    command = EnsureClientName(
        rule="client-name", subject=f"login:{client['code']}", client_id=client["id"], name="Nome Novo"
    )
    gone = command.model_copy(update={"subject": "login:gone", "client_id": "f" * 24})
    ids = stack.send(command, gone)
    outcomes = stack.outcomes_of(ids, "ozmap.client.outcomes.v1")
    assert outcomes[ids[0]].result is Result.UPDATED
    assert (outcomes[ids[1]].result, outcomes[ids[1]].reason) == (Result.REFUSED, Reason.REMOTE_MISSING)
    assert stack.ozmap.rows("ftth-clients")[client["id"]]["name"] == "Nome Novo"


def test_errors_that_wrote_and_successes_that_did_not_are_told_apart(stack: Stack) -> None:
    stack.ixc.fault("error_but_written", match={"entity": BOXES, "method": "POST"}, times=1)
    stack.start_sink(SINK_IN_FLIGHT="1")
    (first,) = stack.send(box_command(1))
    created = stack.outcomes_of([first])[first]
    assert created.result is Result.CREATED
    names = [row["descricao"] for row in stack.ixc.rows(BOXES).values()]
    assert names.count("CTO prova 0001") == 1

    stack.ixc.fault("error_but_written", match={"entity": BOXES, "method": "PUT"}, times=1)
    (second,) = stack.send(box_command(1, ixc_id=created.remote_id, capacity=8))
    assert stack.outcomes_of([second])[second].result is Result.UPDATED

    stack.ixc.fault("success_but_dropped_field", field="capacidade", times=1)
    (third,) = stack.send(box_command(1, ixc_id=created.remote_id, capacity=4, comments="x"))
    refused = stack.outcomes_of([third])[third]
    assert (refused.result, refused.reason) == (Result.REFUSED, Reason.NOT_WRITTEN)
    assert refused.detail == "capacidade"


def test_a_message_that_is_no_command_is_put_aside_and_the_rest_goes_on(stack: Stack) -> None:
    stack.start_sink()
    stack.send_raw("ixc.box.commands.v1", "k", b"not json", [("ce_id", b"1")])
    stack.send_raw("ixc.box.commands.v1", "k", None, [])
    stack.send_raw("ozmap.client.commands.v1", "k", b"\xff", [("ce_time", b"\xff")])
    stack.flush()
    (sent,) = stack.send(box_command(1))
    assert stack.outcomes_of([sent])[sent].result is Result.CREATED
    letters = until(lambda: len(found := stack.read("ixc.box.commands.v1.dlq.v1")) == 2 and found, "letters")
    assert isinstance(letters, list)
    told = dict(letters[0].headers() or ())
    assert told["topic"] == b"ixc.box.commands.v1"
    assert told["ce_id"] == b"1"
    assert {"error", "partition", "offset"} <= told.keys()
    assert {letter.value() for letter in letters} == {b"not json", None}
    until(lambda: len(stack.read("ozmap.client.commands.v1.dlq.v1")) == 1, "the other system's letter")
    until(lambda: stack.lag() == 0, "everything is committed")


def test_a_command_whose_tries_are_used_up_is_held_and_the_others_go_on(stack: Stack) -> None:
    victim = next(iter(stack.ixc.rows(BOXES)))
    stack.ixc.fault("status", match={"entity": BOXES, "method": "PUT", "id": victim}, status=503)
    stack.start_sink(SINK_ATTEMPTS="2")
    (bad,) = stack.send(box_command(1, ixc_id=victim))
    good = stack.send(*[box_command(n) for n in range(2, 12)])
    outcomes = stack.outcomes_of([bad, *good])
    assert (outcomes[bad].result, outcomes[bad].reason) == (Result.HELD, Reason.RETRIES_EXHAUSTED)
    assert {outcomes[sent].result for sent in good} == {Result.CREATED}
    (held,) = stack.read("ixc.box.commands.v1.held.v1")
    told = dict(held.headers() or ())
    assert told["ce_reason"] == b"retries_exhausted"
    assert told["ce_id"] == bad.encode()
    assert held.value() == box_command(1, ixc_id=victim).model_dump_json().encode()
