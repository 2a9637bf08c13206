"""Settings: what is wrong is named before anything starts."""

import pytest
from pydantic import ValidationError

from kernel.settings import Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"log_level": "loud"},
        {"ixc_time_zone": "Brazil/Nowhere"},
        {"poll_interval_s": float("inf")},
        {"poll_interval_s": 0},
        {"poll_budget_ratio": 1},
        {"rule_box_sync": "maybe"},
        {"box_sync_olt": "sometimes"},
    ],
)
def test_a_value_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as told:
        Settings(**wrong)  # type: ignore[arg-type]
    assert [error["loc"][0] for error in told.value.errors()] == list(wrong)
