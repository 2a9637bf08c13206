"""What every rule has: a place in the list, a setting, a truth table, honest needs, spoken reasons."""

import inspect
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from kernel.contracts.commands import COMMANDS
from kernel.domain.ownership import OWNERS, Field
from kernel.domain.policy import Policy
from kernel.domain.reasons import CATALOGUE, Reason
from kernel.settings import Settings
from streams import rules
from streams.decision import Decision
from streams.policy import policy_of
from streams.rules import RULES
from streams.rules.rule import Rule
from streams.view import View
from tests.plant_rows import (
    PLACED,
    PLANT,
    SERVED,
    at,
    building,
    client,
    condominium_splitter,
    contract,
    home,
    ixc_box,
    login,
    onu,
)
from tests.topology import Topology, asked_entities

ROOT = Path(__file__).parents[3]
SHARED = {"__init__", "rule", "placing", "subscriber"}
"""Files of streams/rules that are no rule: what rules are, and the questions they share."""
FILES = sorted(path.stem for path in (ROOT / "streams/rules").glob("*.py") if path.stem not in SHARED)


def module_of(rule: Rule) -> ModuleType:
    module = inspect.getmodule(rule.decide)
    assert module is not None
    return module


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_a_rule_is_in_the_list(name: str) -> None:
    assert getattr(rules, name).RULE in RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_rule_s_file_bears_its_slug_and_says_what_it_does_and_where_that_is_written(rule: Rule) -> None:
    module = module_of(rule)
    said = inspect.getdoc(module) or ""
    assert module.__name__ == f"streams.rules.{rule.slug.replace('-', '_')}"
    assert said.startswith(f"{rule.slug}: ")
    assert f"Source: spec {rule.slug}" in said
    assert inspect.getdoc(rule.decide)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_rule_has_a_setting_that_reaches_it(rule: Rule) -> None:
    setting = f"rule_{rule.slug.replace('-', '_')}"
    assert Settings.model_fields[setting].description == f"{rule.slug}: on, report or off"
    for mode in ("on", "report", "off"):
        settings = Settings.model_validate({setting: mode})
        assert policy_of(settings).mode(rule.slug) == mode


def test_every_setting_of_a_rule_has_one() -> None:
    slugs = {name.removeprefix("rule_") for name in Settings.model_fields if name.startswith("rule_")}
    assert slugs == {rule.slug.replace("-", "_") for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_rule_has_a_truth_table(rule: Rule) -> None:
    name = rule.slug.replace("-", "_")
    table = ROOT / f"tests/unit/streams/test_{name}.py"
    assert table.read_text(encoding="utf-8").startswith(f'"""{rule.slug}: its truth table."""')


# Needs


def listener(rule: Rule, asked: dict[str, set[str]]) -> Rule:
    """``rule``, and what it asks about is noted."""

    def decide(subject: str, view: View, policy: Policy) -> Decision:
        decision = rule.decide(subject, view, policy)
        asked[rule.slug] |= asked_entities(view)
        return decision

    return replace(rule, decide=decide)


@cache
def asked_in_play() -> dict[str, set[str]]:
    """The entities that each rule asks about in worlds where each comes to its end."""
    asked: dict[str, set[str]] = {rule.slug: set() for rule in RULES}
    condominium = (building(), condominium_splitter(), ixc_box(id="300"))
    cancelled = login(**PLACED | {"active": False})
    unknown = tuple(seen for seen in SERVED if seen[0].name not in ("client", "property"))
    worlds = (
        (SERVED, ()),
        (PLANT, condominium),
        (SERVED, (*condominium, home(connections=at(("s9", 1))), client())),
        (SERVED, (cancelled, contract(status="D"), client(implanted=False))),
        (SERVED, (login(**PLACED | {"active": False, "contract_id": None}),)),
        (unknown, (login(**PLACED | {"port": None}), onu())),
        (unknown, (*condominium, login(**PLACED | {"box_id": "300", "port": 1}))),
    )
    for rows, changed in worlds:
        listening = [listener(rule, asked) for rule in RULES]
        Topology.of(rows, *changed, links={"b1": "100", "s9": "300"}, rules=listening)
    return asked


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_rule_waits_for_the_listing_of_exactly_what_it_asks_about(rule: Rule) -> None:
    assert asked_in_play()[rule.slug] == {entity.slug for entity in rule.needs}


# Reasons


def product() -> str:
    """The source of everything that may give a reason, but for the catalogue itself."""
    stages = ("kernel", "pollers", "streams", "sinks")
    files = [path for stage in stages for path in (ROOT / stage).rglob("*.py") if path.name != "reasons.py"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_reason_is_given_by_somebody() -> None:
    given = set(re.findall(r"\bReason\.([A-Z_]+)\b", product()))
    assert {reason.name for reason in Reason} == given


def test_every_reason_has_both_sentences_and_the_catalogue_has_no_other() -> None:
    assert set(CATALOGUE) == set(Reason)
    for reason, spoken in CATALOGUE.items():
        for sentence in spoken:
            assert sentence.strip() == sentence != "", reason
            assert re.findall(r"{.*?}", sentence) in ([], ["{about}"]), reason
        assert ("{about}" in spoken.en) == ("{about}" in spoken.pt), reason
        assert spoken.en != spoken.pt, reason


def test_no_two_reasons_read_alike() -> None:
    assert len({spoken.pt for spoken in CATALOGUE.values()}) == len(CATALOGUE)
    assert len({spoken.en for spoken in CATALOGUE.values()}) == len(CATALOGUE)


# Ownership


def box(name: str) -> Field:
    return Field("box", name)


def subscriber(name: str) -> Field:
    return Field("subscriber", name)


WRITTEN: dict[str, dict[str, Field]] = {
    "EnsureBox": {
        "fields.name": box("name"),
        "fields.project_id": box("project"),
        "fields.transmitter_id": box("transmitter"),
        "fields.latitude": box("latitude"),
        "fields.longitude": box("longitude"),
        "fields.comments": box("comments"),
        "fields.capacity": box("capacity"),
    },
    "EnsurePlacement": {"box_id": subscriber("box"), "port": subscriber("port")},
    "EnsureCoordinates": {
        "latitude": subscriber("coordinates"),
        "longitude": subscriber("coordinates"),
    },
    "EnsureClientName": {"name": subscriber("name")},
    "EnsureClient": {
        "name": subscriber("name"),
        "implanted": subscriber("activation"),
        "project_id": subscriber("existence"),
        "host_id": subscriber("first box"),
        "splitter_id": subscriber("first port"),
        "port": subscriber("first port"),
        "latitude": subscriber("existence"),
        "longitude": subscriber("existence"),
        "address": subscriber("existence"),
    },
    "EnsureImplanted": {},
    "EnsureStatus": {"status": subscriber("online status")},
    "EnsurePower": {"power_dbm": subscriber("power")},
    "EnsureNoReservation": {},
    "EnsureNoClient": {"farewell": subscriber("cancellation"), "disconnects": subscriber("cancellation")},
}
"""Which field of the owners' table each part of a command writes."""
NO_FIELD = {"rule", "subject", "type", "keep_transmitter", "tolerance_m", "step_db"}
"""What a command says of itself and of how it is done."""
IDENTITY = {"ixc_id", "login_id", "onu_id", "client_id", "property_id", "code"}
"""Of whom it speaks."""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_a_command_writes_only_fields_that_the_other_system_owns(command: type) -> None:
    model = next(c for c in COMMANDS if c is command)
    parts: set[str] = set()
    for name, info in model.model_fields.items():
        inner = getattr(info.annotation, "model_fields", None)
        parts |= {name} if inner is None else {f"{name}.{part}" for part in inner}
    written = WRITTEN[model.__name__]
    assert parts - NO_FIELD - IDENTITY == set(written)
    for part, field in written.items():
        assert OWNERS[field] is not model.system, part
