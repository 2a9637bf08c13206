"""FIDELITY.md claims only what is there: the tests it names exist, and each switch and fault is in it."""

from __future__ import annotations

import re
from pathlib import Path

import sandbox
from sandbox.faults import KINDS
from sandbox.ozmap.choices import SWITCHES

HERE = Path(__file__).parent


def own_parts() -> str:
    """The parts Chassis and OZmap."""
    whole = (Path(sandbox.__file__).parent / "FIDELITY.md").read_text()
    return "".join(part for part in re.split(r"^(?=## )", whole, flags=re.MULTILINE) if "## IXC" not in part)


def quoted() -> set[str]:
    return set(re.findall(r"`(\w+)(?:=\w+)?`", own_parts()))


def test_every_test_it_names_exists() -> None:
    written = "\n".join(
        path.read_text() for name in ("chassis", "ozmap") for path in HERE.glob(f"test_{name}*.py")
    )
    defined = set(re.findall(r"def (test_\w+)\(", written))
    named = {name for name in quoted() if name.startswith("test_")}
    assert named - defined == set()
    assert len(named) > 80


def test_every_switch_and_every_fault_is_in_it() -> None:
    assert {switch.name for switch in SWITCHES} - quoted() == set()
    assert KINDS.keys() - quoted() == set()
