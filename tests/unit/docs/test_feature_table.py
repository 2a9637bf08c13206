"""The README's feature table says what the code does: no rule works unseen, none is claimed."""

from __future__ import annotations

import importlib

import pytest

from kernel.settings import Settings
from streams.rules import RULE_BY_SLUG, RULES
from tests.unit.docs.pages import ROOT, table, unquoted

FROM_OZMAP = ("box-sync", "box-removal", "condominium-sync", "port-move", "coordinates")
FROM_IXC = (
    "client-creation",
    "client-activation",
    "client-withdrawal",
    "client-cancellation",
    "client-status",
    "client-power",
    "client-name",
)
"""The twelve rules of the spec."""

ROWS = [[unquoted(cell) for cell in row] for row in table(ROOT / "README.md", "slug")]
WORKING = [row for row in ROWS if row[2] == "works"]


def test_the_table_has_the_twelve_rules_each_once_in_its_direction() -> None:
    directions = [(row[0], row[1]) for row in ROWS]
    assert directions == [(slug, "OZmap → IXC") for slug in FROM_OZMAP] + [
        (slug, "IXC → OZmap") for slug in FROM_IXC
    ]


def test_exactly_the_rules_that_streams_run_are_said_to_work() -> None:
    assert sorted(row[0] for row in WORKING) == sorted(rule.slug for rule in RULES)
    assert {row[2] for row in ROWS} <= {"works", "open"}


def test_an_open_rule_names_neither_file_nor_test() -> None:
    assert [row for row in ROWS if row[2] == "open" and row[3:] != ["–", "–"]] == []


@pytest.mark.parametrize("row", WORKING, ids=lambda row: row[0])
def test_the_named_file_holds_the_rule_and_the_named_test_its_truth_table(row: list[str]) -> None:
    slug, _, _, file, test = row
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    assert module.RULE is RULE_BY_SLUG[slug]
    truth_table = (ROOT / test).read_text(encoding="utf-8")
    assert truth_table.startswith(f'"""{slug}: ')
    assert "def test_" in truth_table


@pytest.mark.parametrize("row", WORKING, ids=lambda row: row[0])
def test_each_rule_that_works_has_the_setting_that_the_page_of_rules_names(row: list[str]) -> None:
    setting = f"rule_{row[0].replace('-', '_')}"
    assert setting in Settings.model_fields
    assert f"`{setting.upper()}`" in (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
