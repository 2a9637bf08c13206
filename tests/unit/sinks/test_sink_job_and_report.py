"""What a message must be to become a job, and what is said of it afterwards."""

from dataclasses import replace
from typing import get_args

import pytest

from kernel.contracts.commands import COMMANDS
from kernel.contracts.envelope import parse_headers
from kernel.contracts.outcomes import FieldChange, Outcome, Result
from kernel.domain.errors import Malformed
from sinks.backoff import FIRST_S, LONGEST_S, rest_s
from sinks.effect import Effect
from sinks.job import parse_job
from sinks.offsets import Offsets
from sinks.registry import EXECUTORS
from sinks.report import LARGEST_LETTER_BYTES, render_dead_letter, render_held, render_outcome
from tests.unit.sinks.jobs import AT, job_of, name_command, record_of

MARK = Offsets().open(("t", 0), 0)


def test_every_command_has_an_executor_and_every_executor_a_command() -> None:
    assert set(EXECUTORS) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_names_its_type_as_one_word(command: type) -> None:
    assert len(get_args(command.model_fields["type"].annotation)) == 1  # type: ignore[attr-defined]


def test_a_command_becomes_a_job_in_the_lane_of_its_key() -> None:
    job = job_of(name_command("maria"), offset=7, partition=3)
    assert job.lane == ("ozmap.client.commands.v1", "maria")
    assert job.kind == "ensure_client_name"
    assert job.place == ("ozmap.client.commands.v1", 3)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ({"value": None}, "not a command"),
        ({"value": b"{"}, "not a command"),
        ({"value": b'{"type": "ensure_moon"}'}, "not a command"),
        ({"headers": []}, "CloudEvents"),
        ({"topic": "ixc.box.commands.v1"}, "on ixc.box.commands.v1"),
        ({"headers": [*record_of(name_command("x")).headers, ("ce_type", b"other")]}, "ce_type says other"),
    ],
)
def test_anything_else_is_malformed_and_says_why(spoiled: dict[str, object], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_job(replace(record_of(name_command("x")), **spoiled), MARK)  # type: ignore[arg-type]


def test_an_outcome_names_its_command_and_travels_under_its_key() -> None:
    job = job_of(name_command("maria"), cause="change-9")
    change = FieldChange(field="name", old="x", new="Maria")
    message = render_outcome(job, Effect(Result.UPDATED, "c1", (change,)), AT, 12)
    assert (message.topic, message.key) == ("ozmap.client.outcomes.v1", "maria")
    outcome = Outcome.model_validate_json(message.value or b"")
    assert outcome.command_id == job.envelope.id == job.command.id
    assert (outcome.result, outcome.remote_id, outcome.changed) == (Result.UPDATED, "c1", (change,))
    assert (outcome.commanded_at, outcome.took_ms) == (AT, 12)
    envelope = parse_headers(message.headers)
    assert (envelope.type, envelope.source) == ("ozmap.client.outcome.v1", "/ozmap-ixc/sinks")
    assert (envelope.subject, envelope.cause) == ("login:maria", job.envelope.id)
    assert dict(message.headers)["ce_rootcause"] == b"change-9"


def test_a_command_without_a_cause_has_no_root_cause() -> None:
    message = render_outcome(job_of(name_command("maria")), Effect(Result.ALREADY), AT, 1)
    assert "ce_rootcause" not in dict(message.headers)


def test_the_same_outcome_said_again_has_the_same_id_and_another_one_another() -> None:
    job = job_of(name_command("maria"), offset=3)
    first = render_outcome(job, Effect(Result.UPDATED), AT, 1)
    again = render_outcome(job, Effect(Result.UPDATED), AT, 2)
    later = render_outcome(job_of(name_command("maria"), offset=4), Effect(Result.UPDATED), AT, 1)
    ids = [parse_headers(m.headers).id for m in (first, again, later)]
    assert ids[0] == ids[1] != ids[2]


def test_a_held_command_goes_as_it_came_with_the_reason() -> None:
    job = job_of(name_command("maria"), offset=3, partition=5)
    message = render_held(job, "retries_exhausted", "HTTP 503")
    assert message.topic == "ozmap.client.commands.v1.held.v1"
    assert (message.key, message.value) == (job.record.key, job.record.value)
    told = dict(message.headers)
    assert (told["ce_reason"], told["error"]) == (b"retries_exhausted", b"HTTP 503")
    assert (told["partition"], told["offset"]) == (b"5", b"3")
    assert parse_headers(message.headers).id == job.command.id


def test_a_dead_letter_too_large_for_its_headers_is_cut_and_says_so() -> None:
    record = replace(record_of(name_command("x")), value=b"x" * (LARGEST_LETTER_BYTES + 1))
    message = render_dead_letter(record, "no")
    assert len(message.value or b"") == LARGEST_LETTER_BYTES
    assert dict(message.headers)["cut_from_bytes"] == str(LARGEST_LETTER_BYTES + 1).encode()


def test_rests_double_up_to_a_minute_and_chance_takes_at_most_half() -> None:
    longest = [rest_s(n, lambda: 1.0) for n in range(1, 12)]
    assert longest[:4] == [FIRST_S, 1.0, 2.0, 4.0]
    assert longest[-1] == LONGEST_S
    assert [rest_s(n, lambda: 0.0) for n in range(1, 12)] == [s / 2 for s in longest]
    assert rest_s(10_000, lambda: 1.0) == LONGEST_S


def test_the_systems_own_wish_is_never_undercut() -> None:
    assert rest_s(1, lambda: 0.0, asked_s=120.0) >= 120.0
