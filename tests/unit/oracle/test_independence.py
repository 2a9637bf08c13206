"""The oracle is a judge of its own: it imports the standard library and itself, nothing it judges."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ORACLE = Path(__file__).parents[3] / "sandbox" / "oracle"


def imported_roots(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name if name.startswith("sandbox.") else name.partition(".")[0] for name in found}


def test_the_oracle_imports_nothing_but_the_standard_library_and_itself() -> None:
    modules = list(ORACLE.glob("*.py"))
    assert len(modules) > 10
    foreign = {
        (path.name, name)
        for path in modules
        for name in imported_roots(path)
        if name not in sys.stdlib_module_names and not name.startswith("sandbox.oracle.")
    }
    assert foreign == set()
