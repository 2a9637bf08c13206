"""A vendor's wire in memory: answers are given in turn, requests are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import orjson
from pydantic import SecretStr

from kernel.domain.errors import System
from kernel.vendors.budget import Budget
from kernel.vendors.exchange import Address
from kernel.vendors.http import VendorHttp
from kernel.vendors.ixc.client import ixc_address
from kernel.vendors.ozmap.client import ozmap_address
from kernel.vendors.server_clock import ServerClock

KEY = "OZKEY-3f9c1f7e55aa"
TOKEN = "12:IXCHASH-77d0c2b1e4"
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Wire:
    """A transport: each request takes the next reply; the last one is given for ever."""

    def __init__(self, *replies: Reply) -> None:
        self.requests: list[httpx.Request] = []
        self._replies = list(replies)
        self.transport = httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        return reply(request)


class Naps:
    """A sleep that takes no time and says how long it was to be."""

    def __init__(self) -> None:
        self.taken_s: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken_s.append(seconds)


def says(content: object, status: int = 200, **headers: str) -> httpx.Response:
    """A reply of JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=orjson.dumps(content), headers=named)


def told(body: bytes | str, status: int = 200, **headers: str) -> httpx.Response:
    """A reply of any body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=body, headers=named)


def address_of(system: System, url: str = "https://vendor.example") -> Address:
    """The address of a system that is not there."""
    if system is System.OZMAP:
        return ozmap_address(url, SecretStr(KEY))
    return ixc_address(url, SecretStr(TOKEN))


def http_over(
    wire: Wire, system: System = System.OZMAP, *, naps: Naps | None = None, max_answer_bytes: int = 1 << 20
) -> VendorHttp:
    """A connection over ``wire`` that waits for nothing."""
    naps = naps or Naps()
    return VendorHttp(
        address_of(system),
        budget=Budget(1e9, clock=lambda: 0.0, sleep=naps),
        timeout_s=5,
        transport=wire.transport,
        clock=ServerClock(lambda: NOW),
        sleep=naps,
        max_answer_bytes=max_answer_bytes,
    )
