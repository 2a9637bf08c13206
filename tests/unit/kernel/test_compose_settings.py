"""The compose file passes every setting on: a switch that is set and read by nobody is worse than none."""

from pathlib import Path

import yaml

from kernel.settings import Settings

STAGES = ("pollers", "streams", "sinks")
FIXED_BY_THE_IMAGE = {"DATA_DIR", "HEALTH_HOST"}


def test_every_setting_reaches_a_stage() -> None:
    compose = yaml.safe_load((Path(__file__).parents[3] / "docker-compose.yml").read_text(encoding="utf-8"))
    passed = {name for stage in STAGES for name in compose["services"][stage]["environment"]}
    passed |= set(compose["services"]["topics"]["environment"])
    assert {name.upper() for name in Settings.model_fields} - passed == FIXED_BY_THE_IMAGE


def test_streams_get_no_key() -> None:
    compose = yaml.safe_load((Path(__file__).parents[3] / "docker-compose.yml").read_text(encoding="utf-8"))
    assert {"OZMAP_KEY", "IXC_TOKEN"}.isdisjoint(compose["services"]["streams"]["environment"])
