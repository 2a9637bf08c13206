"""What a sink, like every stage, answers on /healthz, /readyz and /metrics."""

import httpx
import pytest

from kernel.domain.errors import Misconfigured
from kernel.runtime import metrics
from kernel.runtime.health import Health, serve_health
from kernel.settings import Settings


class Watch:
    """A monotonic clock that is set by hand."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_loop_that_beats_must_beat_on() -> None:
    watch = Watch()
    health = Health(watch)
    health.beat("sinks", max_age_s=10)
    watch.now_s += 10
    assert health.is_healthy
    watch.now_s += 1
    assert health.stuck == {"sinks": 11.0}
    health.rest("sinks")
    assert health.is_healthy


def test_nothing_is_ready_before_somebody_said_so_and_all_that_spoke_must_be() -> None:
    health = Health(Watch())
    assert not health.is_ready
    health.ready("kafka", True)
    assert health.is_ready
    health.ready("tables", False)
    assert (health.is_ready, health.unready) == (False, ["tables"])


def test_a_stuck_loop_is_not_ready() -> None:
    watch = Watch()
    health = Health(watch)
    health.ready("kafka", True)
    health.beat("sinks", max_age_s=1)
    watch.now_s += 2
    assert not health.is_ready


async def test_the_endpoints_tell_health_readiness_and_metrics() -> None:
    watch = Watch()
    health = Health(watch)
    health.ready("kafka", False)
    health.beat("sinks", max_age_s=1)
    async with serve_health(Settings(), health) as url, httpx.AsyncClient(base_url=url) as client:
        assert url.startswith("http://127.0.0.1:")
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/readyz")).json()["unready"] == ["kafka"]
        health.ready("kafka", True)
        assert (await client.get("/readyz")).status_code == 200
        watch.now_s += 2
        assert (await client.get("/healthz")).status_code == 503
        metrics.HELD.labels("box-sync").inc(0)
        assert "ozmap_ixc_sink_held_total" in (await client.get("/metrics")).text


async def test_a_taken_port_is_a_wrong_setting_and_named() -> None:
    async with serve_health(Settings(), Health()) as url:
        taken = Settings(health_port=int(url.rpartition(":")[2]))
        with pytest.raises(Misconfigured, match="HEALTH_PORT"):
            async with serve_health(taken, Health()):
                pass
