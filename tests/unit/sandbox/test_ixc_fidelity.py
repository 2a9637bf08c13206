"""The IXC part of FIDELITY.md claims only what is there: its tests exist, and all switches are in it."""

from __future__ import annotations

import re
from pathlib import Path

import sandbox
from sandbox.faults import KINDS
from sandbox.ixc.declared import SWITCHES

ROOT = Path(sandbox.__file__).parent
TESTS = ROOT.parent / "tests"


def ixc_part() -> str:
    whole = (ROOT / "FIDELITY.md").read_text()
    return re.split(r"^## ", whole.split("\n## IXC\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_every_test_it_names_exists() -> None:
    written = "\n".join(path.read_text() for path in TESTS.rglob("test_ixc_*.py"))
    defined = set(re.findall(r"def (test_\w+)\(", written))
    named = set(re.findall(r"`(test_\w+)`", ixc_part()))
    assert named - defined == set()
    assert len(named) > 50


def test_every_switch_of_the_double_is_in_it() -> None:
    named = set(re.findall(r"`(\w+)(?:=[^`]*)?`", ixc_part()))
    assert {switch.name for switch in SWITCHES} - named == set()
    assert {"html200", "error_but_written", "rate_limited"} <= named & KINDS.keys()
