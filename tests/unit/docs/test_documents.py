"""What the documents name exists: decisions, files, tests, targets, settings; and they stay short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import render_topics
from kernel.settings import Settings
from tests.unit.docs.pages import DOCUMENTS, ROOT, name_of, sources

ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
ARCHITECTURE_WORDS = 1_100
"""Two pages."""
ADR_WORDS = 520
"""One page."""

_FENCE = re.compile(r"```.*?```", re.DOTALL)
documents = pytest.mark.parametrize("page", DOCUMENTS, ids=name_of)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_decisions_are_numbered_without_a_gap_and_titled_by_their_number() -> None:
    numbers = [path.name[:4] for path in ADRS]
    assert numbers == [f"{number:04}" for number in range(1, len(ADRS) + 1)]
    for path in ADRS:
        assert text_of(path).startswith(f"# ADR-{path.name[:4]}: "), path.name


def test_every_decision_that_is_referred_to_exists() -> None:
    known = {path.name[:4] for path in ADRS}
    asked = re.compile(r"(?:docs/adr/|ADR-)(\d{4})")
    missing = {
        (name_of(source), number)
        for source in sources()
        for number in asked.findall(text_of(source))
        if number not in known
    }
    assert missing == set()


def test_the_list_of_decisions_has_each_with_its_title() -> None:
    listed = dict(re.findall(r"\| \[\d{4}\]\(([^)]+)\) \| (.+) \|", text_of(ROOT / "docs/adr/README.md")))
    assert listed == {path.name: text_of(path).splitlines()[0].partition(": ")[2] for path in ADRS}


@documents
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#\s]+)", text_of(page))
    assert [link for link in links if not (page.parent / link).exists()] == []


@documents
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`([a-z_.]+/[A-Za-z0-9_./-]*)`", _FENCE.sub("", text_of(page)))
    ours = [name for name in named if (ROOT / name.partition("/")[0]).is_dir()]
    assert [name for name in ours if not (ROOT / name).exists() and not is_generated(name)] == []


def is_generated(name: str) -> bool:
    """What a command of ours makes and git does not hold."""
    return name.startswith((".venv/", "data/"))


def test_every_test_that_is_named_exists() -> None:
    written = "\n".join(text_of(path) for path in (ROOT / "tests").rglob("*.py"))
    known = set(re.findall(r"def (test_\w+)", written))
    files = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    for page in DOCUMENTS:
        named = set(re.findall(r"`(test_\w+)`", text_of(page)))
        in_files = set(re.findall(r"(?:^|[`/\s])(test_\w+\.py)", text_of(page)))
        examples = {"test_a_box_that_returns_to_draft_keeps_its_link"}
        assert named - known - examples == set(), name_of(page)
        assert in_files - files == set(), name_of(page)


@documents
def test_every_target_and_setting_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", quoted(page))) <= targets
    settings = {name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", text_of(page)))
    constants = {"LISTED_KEY", "LOCAL_KAFKA", "ENTITIES", "COMMANDS", "SUBJECTS"}
    assert named - settings - constants == set()


def quoted(page: Path) -> str:
    """What a page shows as code."""
    text = text_of(page)
    return "\n".join([*_FENCE.findall(text), *re.findall(r"`[^`\n]+`", _FENCE.sub("", text))])


def test_the_page_of_topics_is_what_the_catalogue_and_the_contracts_say() -> None:
    assert text_of(render_topics.PAGE) == render_topics.render() + "\n", "run: python -m docs.render_topics"


def test_a_page_is_a_page() -> None:
    assert len(text_of(ROOT / "ARCHITECTURE.md").split()) <= ARCHITECTURE_WORDS
    assert [path.name for path in ADRS if len(text_of(path).split()) > ADR_WORDS] == []
