"""A wrong IXC_TIME_ZONE shows in the stamps: ahead at once, behind after a few fresh ones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pollers.zone import ZoneEvidence, advice, weigh

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
POLL = timedelta(minutes=5)


def after_polls(lag: timedelta, n_polls: int, gap: timedelta = POLL) -> ZoneEvidence:
    """Evidence after polls that each saw one fresh stamp, ``lag`` behind the server's clock."""
    evidence = ZoneEvidence()
    for n in range(n_polls):
        read_at = NOW + n * gap
        evidence = weigh(evidence, read_at, read_at - lag)
    return evidence


def test_fresh_stamps_near_now_are_no_suspicion() -> None:
    assert after_polls(timedelta(minutes=2), 10).error is None


def test_one_stamp_in_the_future_is_proof_and_names_the_offset() -> None:
    assert after_polls(-timedelta(hours=1) + timedelta(minutes=3), 1).error == timedelta(hours=1)


def test_a_clock_a_little_fast_is_no_wrong_zone() -> None:
    assert after_polls(-timedelta(minutes=4), 10).error is None


def test_a_stamp_of_the_year_2030_is_no_evidence() -> None:
    assert weigh(ZoneEvidence(), NOW, datetime(2030, 1, 1, tzinfo=UTC)).error is None


def test_fresh_stamps_an_hour_behind_are_suspect_after_three_witnesses() -> None:
    lag = timedelta(hours=1, minutes=2)
    assert after_polls(lag, 3).error is None
    assert after_polls(lag, 4).error == -timedelta(hours=1)


def test_a_quiet_table_is_no_evidence() -> None:
    evidence = ZoneEvidence()
    for n in range(20):
        evidence = weigh(evidence, NOW + n * POLL, NOW - timedelta(hours=1))
    assert evidence.error is None


def test_polls_far_apart_are_no_evidence() -> None:
    assert after_polls(timedelta(minutes=35), 10, gap=timedelta(hours=1)).error is None


def test_a_lag_between_two_half_hours_is_not_a_zone() -> None:
    assert after_polls(timedelta(minutes=48), 10).error is None


def test_the_suspicion_ends_when_a_fresh_stamp_fits() -> None:
    evidence = after_polls(-timedelta(hours=1), 1)
    later = NOW + timedelta(hours=2)
    assert weigh(evidence, later, later).error is None


def test_the_advice_names_what_is_set_what_it_seems_and_what_to_set() -> None:
    facts = advice(ZoneInfo("America/Sao_Paulo"), NOW, -timedelta(hours=1))
    assert facts["ixc_time_zone"] == "America/Sao_Paulo (UTC-0300)"
    assert facts["ixc_clock_seems"] == "UTC-0400"
    assert "America/Porto_Velho" in facts["remedy"]
