"""Commands of one login in one lane: order across types holds, and only the same type replaces."""

import asyncio
from itertools import permutations
from typing import Any

import pytest

from kernel.contracts.commands import COMMANDS, Command
from kernel.contracts.outcomes import Result
from kernel.domain.errors import System, Transient
from sinks.effect import Effect
from sinks.job import Job
from sinks.lanes import Lanes
from sinks.runner import Pace, Runner
from tests.unit.sinks.jobs import job_of

FIELDS: dict[str, Any] = {
    "ixc_id": "5",
    "fields": {
        "name": "CTO 1",
        "project_id": "1",
        "transmitter_id": None,
        "latitude": None,
        "longitude": None,
        "comments": "",
        "capacity": 8,
    },
    "login_id": "9",
    "onu_id": "5",
    "box_id": "7",
    "port": 3,
    "latitude": -23.5,
    "longitude": -46.5,
    "tolerance_m": 1.0,
    "client_id": "c1",
    "property_id": "h1",
    "code": "maria",
    "name": "Maria",
    "implanted": True,
    "project_id": "p1",
    "host_id": "b1",
    "splitter_id": "s1",
    "address": "",
    "status": 1,
    "power_dbm": -21.0,
    "step_db": 0.5,
    "farewell": "Cliente maria cancelado",
    "disconnects": True,
}
"""A value for every field that a command may need."""


def command_of(kind: str, rule: str = "r") -> Command:
    """A command of this type on the login maria; ``rule`` tells two of one type apart."""
    (made,) = [cls for cls in COMMANDS if cls.model_fields["type"].default == kind]
    needed = {name: FIELDS[name] for name in made.model_fields if name in FIELDS}
    return made.model_validate({"rule": rule, "subject": "login:maria", **needed})  # type: ignore[return-value]


KINDS = [command.model_fields["type"].default for command in COMMANDS]
ON_OZMAP = [kind for kind in KINDS if command_of(kind).topic == "ozmap.client.commands.v1"]
ON_LOGINS = [kind for kind in KINDS if command_of(kind).topic == "ixc.login.commands.v1"]


def drained(lanes: Lanes[Job]) -> list[Job]:
    """The jobs of the lanes in the order in which they are taken."""
    taken = []
    while (job := lanes.take()) is not None:
        taken.append(job)
        lanes.finish(job)
    return taken


def test_all_that_is_held_of_one_subscriber_in_one_system_goes_by_one_lane() -> None:
    assert {"ensure_client", "ensure_no_client", "ensure_no_reservation", "ensure_power"} <= set(ON_OZMAP)
    assert {"ensure_placement", "ensure_coordinates"} <= set(ON_LOGINS)
    for kinds in (ON_OZMAP, ON_LOGINS):
        assert len({job_of(command_of(kind)).lane for kind in kinds}) == 1


@pytest.mark.parametrize("kinds", [ON_OZMAP, ON_LOGINS])
def test_no_type_replaces_another_and_each_is_taken_in_its_turn(kinds: list[str]) -> None:
    lanes: Lanes[Job] = Lanes()
    jobs = [job_of(command_of(kind), offset) for offset, kind in enumerate(kinds)]
    assert [lanes.offer(job) for job in jobs] == [None] * len(jobs)
    assert drained(lanes) == jobs


@pytest.mark.parametrize(
    "kinds", list(permutations(["ensure_client", "ensure_no_client", "ensure_no_reservation"]))
)
def test_the_newer_of_one_type_comes_after_all_that_were_before_it(kinds: tuple[str, ...]) -> None:
    lanes: Lanes[Job] = Lanes()
    jobs = [job_of(command_of(kind), offset) for offset, kind in enumerate(kinds)]
    for job in jobs:
        lanes.offer(job)
    newer = job_of(command_of(kinds[0], "newer"), 9)
    assert lanes.offer(newer) is jobs[0]
    assert drained(lanes) == [*jobs[1:], newer]


async def test_a_creation_that_has_to_be_tried_again_is_done_before_the_removal_behind_it() -> None:
    done: list[str] = []
    ended = asyncio.Event()
    failures = [Transient("504"), Transient("504")]

    async def execute(command: Command) -> Effect:
        await asyncio.sleep(0)
        if command.type == "ensure_client" and failures:
            raise failures.pop()
        done.append(command.type)
        return Effect(Result.UPDATED, "c1")

    def finish(_job: Job, _effect: Effect, _took_ms: int) -> None:
        if len(done) == 3:
            ended.set()

    runner = Runner(System.OZMAP, execute, finish, lambda _job: None, Pace(4, 5, rest_s=lambda _n, _s: 0.001))
    for offset, kind in enumerate(("ensure_client", "ensure_implanted", "ensure_no_client")):
        runner.offer(job_of(command_of(kind), offset))
    await asyncio.wait_for(ended.wait(), 10)
    assert done == ["ensure_client", "ensure_implanted", "ensure_no_client"]
