"""The documents and the tree they speak of, as the tests of this folder read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/**/*.md")], key=str
)
_OURS = (
    "kernel",
    "pollers",
    "streams",
    "sinks",
    "ops",
    "standalone",
    "sandbox",
    "tests",
    "docs",
    "benchmarks",
)
_ALSO = ("pyproject.toml", "topics.yaml", "docker-compose.yml", "Dockerfile", "Makefile", ".env.example")


def name_of(page: Path) -> str:
    """A document as a person calls it."""
    return str(page.relative_to(ROOT))


def sources() -> list[Path]:
    """Every text of ours that may refer to a document."""
    found = [ROOT / name for name in _ALSO]
    for folder in _OURS:
        found += [
            path for ending in ("py", "md", "yaml", "xml") for path in (ROOT / folder).rglob(f"*.{ending}")
        ]
    return [*found, *ROOT.glob("*.md")]


def table(page: Path, first_heading: str) -> list[list[str]]:
    """The rows of the table whose first heading is this, cells without blanks."""
    lines = page.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    rows: list[list[str]] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def unquoted(cell: str) -> str:
    """What a cell says between backticks; the cell itself without any."""
    found = re.fullmatch(r"`([^`]+)`", cell)
    return found[1] if found else cell
