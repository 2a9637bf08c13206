"""docs/rules.md: it is what the code says."""

from pathlib import Path

import pytest

from kernel.domain.reasons import CATALOGUE, Reason
from kernel.settings import Settings
from ops.rules_page import PAGE, direction, render_page, said_by
from streams.rules import RULE_BY_SLUG, RULES

ROOT = Path(__file__).parents[3]


def test_the_page_is_made_from_the_code_as_it_is() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == render_page(), "run python -m ops.rules_page"


def test_every_rule_reason_and_setting_of_a_rule_is_on_it() -> None:
    page = render_page()
    for rule in RULES:
        assert f"\n## {rule.slug}\n" in page
    for reason in Reason:
        assert f"`{reason}`" in page
        assert CATALOGUE[reason].pt.replace("{about}", "…") in page
    ruling = {name for name in Settings.model_fields if name.startswith("rule_")}
    assert all(f"`{name.upper()}`" in page for name in ruling)


def test_every_link_leads_to_a_file() -> None:
    for rule in RULES:
        name = f"streams/rules/{rule.slug.replace('-', '_')}.py"
        assert f"(../{name})" in render_page()
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize(
    ("slug", "settings"),
    [
        ("port-move", {"rule_port_move", "splitter_as_box"}),
        ("coordinates", {"rule_coordinates", "coordinates_tolerance_m"}),
        ("client-creation", {"rule_client_creation", "first_free_port"}),
        ("client-activation", {"rule_client_activation"}),
        ("client-withdrawal", {"rule_client_withdrawal"}),
        ("client-cancellation", {"rule_client_cancellation", "cancelled_means", "disconnect_drop"}),
        ("client-status", {"rule_client_status"}),
        ("client-power", {"rule_client_power", "power_step_db"}),
        ("client-name", {"rule_client_name"}),
        ("box-sync", {"rule_box_sync", "box_sync_olt", "splitter_as_box", "new_box_tipo", "new_box_style"}),
        (
            "condominium-sync",
            {"rule_condominium_sync", "box_sync_olt", "splitter_as_box", "new_box_tipo", "new_box_style"},
        ),
    ],
)
def test_a_rule_s_settings_are_those_its_source_reads(slug: str, settings: set[str]) -> None:
    assert set(said_by(RULE_BY_SLUG[slug]).settings) == settings


def test_the_direction_is_where_its_command_goes() -> None:
    to_ixc = {rule.slug for rule in RULES if direction(rule) == "OZmap → IXC"}
    assert to_ixc == {"box-sync", "condominium-sync", "port-move", "coordinates"}


def test_reasons_are_found_through_the_questions_that_rules_share() -> None:
    reasons = set(said_by(RULE_BY_SLUG["client-status"]).reasons)
    assert {Reason.AMBIGUOUS_LOGIN, Reason.CONTRACT_NOT_FOUND, Reason.STATUS_UNKNOWN} <= reasons
    assert Reason.PORT_TAKEN not in reasons
