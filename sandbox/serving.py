"""A double on a port: from its first to its last answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from sandbox.chassis import Double
from sandbox.exchange import Exchange
from sandbox.tls import self_signed

SHUTDOWN_S = 0.2  # how long a hanging request may delay the stop
MAX_BODY_BYTES = 16_000_000


@dataclass(slots=True)
class Served:
    """A double that is serving now."""

    url: str
    certificate: str | None

    def ready_line(self, double: Double) -> str:
        """The line of JSON a starter waits for (spec doubles), plus ``certificate``: a PEM path under TLS."""
        ready: dict[str, Any] = {
            "system": double.system,
            "url": self.url,
            "keys": {actor: key for key, actor in double.keys.items()},
            "users": double.users(),
        }
        if self.certificate is not None:
            ready["certificate"] = self.certificate
        return orjson.dumps(ready).decode()


@asynccontextmanager
async def serving(double: Double) -> AsyncIterator[Served]:
    """Inside the block the double answers on ``served.url``; after it the port is free again."""
    setup = double.setup
    runner = web.ServerRunner(
        web.Server(Exchange(double).respond, request_factory=_request, access_log=None),
        shutdown_timeout=SHUTDOWN_S,
    )
    with self_signed(setup.host) if setup.tls else nullcontext((None, None)) as (context, certificate):
        await runner.setup()
        try:
            site = web.TCPSite(runner, setup.host, setup.port, ssl_context=context, backlog=1024)
            await site.start()
            port = runner.addresses[0][1]
            yield Served(f"{'https' if context else 'http'}://{setup.host}:{port}", certificate)
        finally:
            await runner.cleanup()


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    return web.BaseRequest(
        message, payload, protocol, writer, task, protocol._loop, client_max_size=MAX_BODY_BYTES
    )
