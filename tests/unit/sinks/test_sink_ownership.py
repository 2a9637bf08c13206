"""A law of all plans: what they may name is what the other system owns, all of it and nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest

import sinks
from kernel.contracts.commands import EnsureNoClient
from kernel.domain.errors import System
from kernel.domain.ownership import COLUMNS, writable, writable_at_creation
from sinks.ixc.plan import box_wish, login_place, login_port, onu_port
from sinks.ixc.wish import Wish
from sinks.ozmap import plan as fields
from sinks.ozmap.cancellation_plan import Tenancy, plan_cancellation
from sinks.ozmap.creation_plan import new_property
from sinks.ozmap.plan import plan_field
from sinks.ozmap.steps import Patch
from tests.unit.sinks.test_sink_order import command_of


def ixc_wishes() -> list[Wish]:
    placement: Any = command_of("ensure_placement")
    box: Any = command_of("ensure_box")
    place: Any = command_of("ensure_coordinates")
    box = box.model_copy(
        update={"fields": box.fields.model_copy(update={"latitude": -23.5, "longitude": -46.5})}
    )
    return [box_wish(box, "5"), login_port(placement), onu_port(placement, "5"), login_place(place)]


def ozmap_patches() -> list[Patch]:
    wishes: list[Any] = [
        fields.name(command_of("ensure_client_name")),  # type: ignore[arg-type]
        fields.implanted(command_of("ensure_implanted")),  # type: ignore[arg-type]
        fields.status(command_of("ensure_status")),  # type: ignore[arg-type]
        fields.power(command_of("ensure_power")),  # type: ignore[arg-type]
    ]
    leave = command_of("ensure_no_client")
    assert isinstance(leave, EnsureNoClient)
    homes = [{"client": "c1", "observation": ""}, {"client": "c1", "observation": leave.farewell}]
    steps = [plan_field(wish, {}) for wish in wishes]
    steps += [plan_cancellation(leave, Tenancy(home, None)) for home in homes]  # type: ignore[misc]
    return [step for step in steps if isinstance(step, Patch)]


def test_all_plans_for_ixc_together_name_just_what_ozmap_owns() -> None:
    named: dict[str, set[str]] = {}
    for wish in ixc_wishes():
        named.setdefault(wish.table, set()).update(wish.wanted)
    tables = [table for system, table in COLUMNS if system is System.IXC and writable(system, table)]
    assert named == {table: set(writable(System.IXC, table)) for table in tables}


def test_all_plans_for_ozmap_together_name_just_what_ixc_owns() -> None:
    named: dict[str, set[str]] = {}
    for patch in ozmap_patches():
        named.setdefault(patch.route, set()).update(patch.fields)
    routes = [route for system, route in COLUMNS if system is System.OZMAP]
    assert named == {route: set(writable(System.OZMAP, route)) for route in routes}


def test_a_creation_names_just_what_is_ixcs_at_creation() -> None:
    body = new_property(command_of("ensure_client").model_copy(update={"address": "x"}))  # type: ignore[arg-type]
    assert body.keys() == writable_at_creation(System.OZMAP, "properties")
    assert body["client"].keys() == writable_at_creation(System.OZMAP, "ftth-clients")


@pytest.mark.parametrize(
    ("call", "places"),
    [
        ("update", {"ixc/record.py"}),
        ("insert", {"ixc/box.py"}),
        ("patch", {"ozmap/steps.py"}),
        ("create", {"ozmap/steps.py"}),
        ("delete", {"ozmap/steps.py"}),
        ("disconnect_drop", {"ozmap/steps.py"}),
    ],
)
def test_each_write_is_sent_from_one_place(call: str, places: set[str]) -> None:
    root = Path(sinks.__file__).parent
    sent = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(rf"await (ixc|ozmap|remotes\.\w+)\.{call}\(", path.read_text())
    }
    assert sent == places
