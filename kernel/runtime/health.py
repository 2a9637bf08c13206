"""Is this process alive, ready, and what does it count: /healthz, /readyz and /metrics over HTTP."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from kernel.domain.errors import Misconfigured
from kernel.settings import Settings

log = structlog.get_logger()

STUCK_AFTER_S = 120.0
"""A loop silent for so long is taken as stuck; a loop that rests longer between beats names its own age."""


class Health:
    """What the parts of one process last said of themselves.

    A loop that beats once must beat on: silent for longer than its ``max_age_s``, the process is unhealthy
    and whoever supervises it may restart it. Readiness is said, not measured. Times are monotonic seconds.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ready: dict[str, bool] = {}
        self._beats: dict[str, tuple[float, float]] = {}

    def ready(self, name: str, is_ready: bool) -> None:
        """Part ``name`` is ready, or not (yet, or any longer)."""
        self._ready[name] = is_ready

    def beat(self, name: str, max_age_s: float = STUCK_AFTER_S) -> None:
        """Loop ``name`` goes round; its next beat comes within ``max_age_s``."""
        self._beats[name] = (self._monotonic(), max_age_s)

    def rest(self, name: str) -> None:
        """Loop ``name`` ended as it should; no further beat is expected."""
        self._beats.pop(name, None)

    @property
    def stuck(self) -> dict[str, float]:
        """Loops that are silent too long, each with its seconds of silence."""
        now = self._monotonic()
        return {name: round(now - at, 1) for name, (at, age_s) in self._beats.items() if now - at > age_s}

    @property
    def unready(self) -> list[str]:
        """Parts that are not ready."""
        return sorted(name for name, is_ready in self._ready.items() if not is_ready)

    @property
    def is_healthy(self) -> bool:
        """No loop is stuck."""
        return not self.stuck

    @property
    def is_ready(self) -> bool:
        """At least one part has spoken, all that did are ready, and nothing is stuck."""
        return bool(self._ready) and not self.unready and self.is_healthy


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.health_host, settings.health_port).start()
    except OSError as error:
        where = f"{settings.health_host}:{settings.health_port}"
        raise Misconfigured(
            f"HEALTH_HOST, HEALTH_PORT: cannot listen on {where}: {error.strerror}"
        ) from error


@asynccontextmanager
async def serve_health(settings: Settings, health: Health) -> AsyncIterator[str]:
    """While open, ``health_host:health_port`` answers; yields its URL (port 0 picked a free one).

    /healthz is 200 or 503 with the stuck loops, /readyz 200 or 503 with the parts that are not ready,
    /metrics the Prometheus text format. Nothing in them is secret or personal.

    :raises Misconfigured: when the address or port cannot be had.
    """

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"stuck": health.stuck}, status=200 if health.is_healthy else 503)

    async def readyz(_request: web.Request) -> web.Response:
        body = {"unready": health.unready, "stuck": health.stuck}
        return web.json_response(body, status=200 if health.is_ready else 503)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await _listen(runner, settings)
        host, port = runner.addresses[0][:2]
        url = f"http://{host}:{port}"
        log.info("health_listening", url=url)
        yield url
    finally:
        await runner.cleanup()
