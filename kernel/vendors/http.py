"""HTTP to one vendor: pace, time-outs, retries of reads, and the one table that maps what can go wrong.

The table names what the loop must do (``kernel.domain.errors``); nothing of httpx or aiohttp is raised
past this module, and nothing it raises, logs or shows holds a key.
"""

import asyncio
import random
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from enum import StrEnum
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import httpx
import structlog
from httpx_aiohttp import AiohttpTransport
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from kernel.domain.errors import (
    IntegratorError,
    Malformed,
    Misconfigured,
    RateLimited,
    Refused,
    Transient,
    Unauthorized,
)
from kernel.domain.reasons import Reason
from kernel.vendors.budget import MAX_HOLD_S, Budget
from kernel.vendors.exchange import Address, Answer, Request
from kernel.vendors.server_clock import ServerClock, parse_http_date
from kernel.vendors.wording import readable, spoken, without_secrets

MAX_ANSWER_BYTES = 64 * 1024 * 1024
READ_ATTEMPTS = 4
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 8.0
MAX_CONNECTIONS = 64
CONNECT_TIMEOUT_S = 10.0
"""For the connection alone; the settings' time-out is for the whole of a request."""
KEEPALIVE_S = 4.0
"""Below the five seconds after which common servers close an idle connection: no write meets a dying one."""

_PLAIN_TO_TLS = "plain HTTP request was sent to HTTPS port"
"""nginx's words, which stands before IXC (sheet IXC 4.1)."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Remedy(StrEnum):
    """What a foreign exception means to us, and what the message tells the operator to look at."""

    SLOW = "it did not answer in time"
    BUSY = "no connection became free in time"
    CLOSED = "it closed the connection before the answer was whole"
    UNREACHABLE = "nothing answers there; check {url_setting} and the network"
    UNRESOLVED = "its host name is not known; check {url_setting} and this machine's DNS"
    GARBLED = "it does not speak proper HTTP"
    UNDECODABLE = "its answer is packed in a way that cannot be unpacked"
    CERTIFICATE = (
        "its certificate is not trusted; give the CA in TLS_CA_FILE, "
        "or set TLS_VERIFY=false if it is self-signed"
    )
    NO_TLS = "it does not speak TLS; check http:// or https:// and the port in {url_setting}"
    BAD_URL = "{url_setting} is no address; write it as https://host:port"
    PROXY = "the proxy on the way refuses"


_KINDS: dict[Remedy, type[IntegratorError]] = {
    Remedy.UNDECODABLE: Malformed,
    Remedy.CERTIFICATE: Misconfigured,
    Remedy.NO_TLS: Misconfigured,
    Remedy.BAD_URL: Misconfigured,
}
"""What is not listed is :class:`Transient`: a host that cannot be found today may be back in a minute."""

FAILURES: dict[type[BaseException], Remedy] = {
    # aiohttp: what really happened; the transport's own translation is coarse (a reset is a ConnectTimeout)
    aiohttp.ClientConnectorDNSError: Remedy.UNRESOLVED,
    aiohttp.ClientConnectorCertificateError: Remedy.CERTIFICATE,
    aiohttp.ClientConnectorSSLError: Remedy.NO_TLS,
    aiohttp.ClientConnectorError: Remedy.UNREACHABLE,
    aiohttp.ConnectionTimeoutError: Remedy.UNREACHABLE,
    aiohttp.ServerTimeoutError: Remedy.SLOW,
    aiohttp.ClientConnectionError: Remedy.CLOSED,
    aiohttp.ClientPayloadError: Remedy.CLOSED,
    aiohttp.ClientResponseError: Remedy.GARBLED,
    aiohttp.InvalidURL: Remedy.BAD_URL,
    aiohttp.NonHttpUrlClientError: Remedy.BAD_URL,
    aiohttp.ClientError: Remedy.GARBLED,
    # httpx
    httpx.ConnectTimeout: Remedy.UNREACHABLE,
    httpx.ReadTimeout: Remedy.SLOW,
    httpx.WriteTimeout: Remedy.SLOW,
    httpx.PoolTimeout: Remedy.BUSY,
    httpx.TimeoutException: Remedy.SLOW,
    httpx.ConnectError: Remedy.UNREACHABLE,
    httpx.ReadError: Remedy.CLOSED,
    httpx.WriteError: Remedy.CLOSED,
    httpx.CloseError: Remedy.CLOSED,
    httpx.NetworkError: Remedy.CLOSED,
    httpx.ProxyError: Remedy.PROXY,
    httpx.UnsupportedProtocol: Remedy.BAD_URL,
    httpx.RemoteProtocolError: Remedy.GARBLED,
    httpx.LocalProtocolError: Remedy.GARBLED,
    httpx.ProtocolError: Remedy.GARBLED,
    httpx.TransportError: Remedy.CLOSED,
    httpx.DecodingError: Remedy.UNDECODABLE,
    httpx.TooManyRedirects: Remedy.BAD_URL,
    httpx.RequestError: Remedy.CLOSED,
    httpx.HTTPStatusError: Remedy.GARBLED,
    httpx.HTTPError: Remedy.CLOSED,
    httpx.InvalidURL: Remedy.BAD_URL,
    httpx.CookieConflict: Remedy.GARBLED,
    httpx.StreamConsumed: Remedy.CLOSED,
    httpx.StreamClosed: Remedy.CLOSED,
    httpx.ResponseNotRead: Remedy.CLOSED,
    httpx.RequestNotRead: Remedy.CLOSED,
    httpx.StreamError: Remedy.CLOSED,
    # what lies below both
    socket.gaierror: Remedy.UNRESOLVED,
    ssl.SSLCertVerificationError: Remedy.CERTIFICATE,
    ssl.SSLError: Remedy.NO_TLS,
    TimeoutError: Remedy.SLOW,
    OSError: Remedy.CLOSED,
}


class VendorHttp:
    """The connection pool to one system. :meth:`fetch` reads and may repeat; :meth:`apply` writes, once.

    ``transport`` replaces the network in tests; ``tls`` is used when there is none.
    """

    def __init__(
        self,
        address: Address,
        *,
        budget: Budget,
        timeout_s: float,
        tls: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: ServerClock | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self.address = address
        self.budget = budget
        self.clock = clock or ServerClock()
        self._timeout_s = timeout_s
        self._sleep = sleep
        self._max_answer_bytes = max_answer_bytes
        self._client = httpx.AsyncClient(
            transport=transport or _aiohttp_transport(tls or ssl.create_default_context()),
            timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, CONNECT_TIMEOUT_S)),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # IXC's session: not needed, 1.1
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address.system} {self.address.url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """All connections are closed."""
        await self._client.aclose()

    def server_now(self) -> datetime:
        """Now by the system's clock (:meth:`ServerClock.now`)."""
        return self.clock.now()

    async def fetch(self, request: Request, understand: Callable[[Answer], T]) -> T:
        """What ``understand`` makes of the answer to a reading request; repeated while it may pass.

        Up to :data:`READ_ATTEMPTS` tries with jittered back-off, for what the table calls transient and for
        a ``Transient`` that ``understand`` raises. ``Retry-After`` is obeyed up to :data:`MAX_HOLD_S`.

        :raises IntegratorError: the last try's.
        """
        try:
            return await self.apply(request, understand)  # without tenacity, a tenth faster
        except Transient as error:
            if not _is_worth_waiting(error):
                raise
            await self._pause_after(error)
        retrying = AsyncRetrying(
            retry=retry_if_exception(_is_worth_waiting),
            wait=wait_random_exponential(multiplier=2 * FIRST_WAIT_S, max=LONGEST_WAIT_S),
            stop=stop_after_attempt(READ_ATTEMPTS - 1),
            sleep=self._sleep,
            before_sleep=self._tell,
            reraise=True,
        )
        return await retrying(self.apply, request, understand)

    async def apply(self, request: Request, understand: Callable[[Answer], T]) -> T:
        """What ``understand`` makes of the answer to a request that is sent exactly once.

        After a ``Transient`` nobody knows whether a write happened: the caller reads again.

        :raises IntegratorError: as the tables say.
        """
        try:
            return understand(await self._send(request))
        except IntegratorError as error:
            if isinstance(error, RateLimited):
                self.budget.hold(error.retry_after_s or 0)
            self._unsay_secrets(error)
            raise

    async def _send(self, request: Request) -> Answer:
        await self.budget.acquire()
        mapped: IntegratorError
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._exchange(request)
        except IntegratorError:
            raise
        except tuple(FAILURES) as error:
            mapped = self.failure_of(error)
        raise mapped  # outside the handler: a foreign error's context may hold the request's headers

    async def _exchange(self, request: Request) -> Answer:
        sent = self._client.build_request(
            request.method,
            f"{self.address.url}/{request.path}",
            params=request.params or None,
            content=request.body,
            headers={**request.headers, **{k: v.get_secret_value() for k, v in self.address.headers.items()}},
        )
        response = await self._client.send(sent, stream=True)
        self.clock.note(response.headers.get("date"))
        try:
            body = await self._read(response)
        finally:
            await response.aclose()
        if response.is_success or response.status_code in request.tolerates:
            return Answer(response.status_code, body)
        raise self.refusal_of(response.status_code, response.headers, body)

    async def _read(self, response: httpx.Response) -> bytes:
        chunks = bytearray()
        async for chunk in response.aiter_bytes():
            chunks += chunk
            if len(chunks) > self._max_answer_bytes:
                raise Malformed(
                    f"{self.address.name}'s answer is larger than {self._max_answer_bytes} bytes; not read on"
                )
        return bytes(chunks)

    def failure_of(self, error: BaseException) -> IntegratorError:
        """A foreign exception as one of ours. The cause decides before the exception that wraps it."""
        candidates = [error.__cause__, error] if error.__cause__ else [error]
        known = ((e, FAILURES[c]) for e in candidates for c in type(e).__mro__ if c in FAILURES)
        found, remedy = next(known, (error, Remedy.CLOSED))
        said = remedy.format(url_setting=self.address.url_setting)
        detail = readable(f"{type(found).__name__}: {found}".rstrip(": "))
        return _KINDS.get(remedy, Transient)(self._worded(f"{said} ({detail})"))

    def refusal_of(self, status: int, headers: Mapping[str, str], body: bytes) -> IntegratorError:
        """A status that is an error as one of ours.

        3xx Misconfigured · 401, 403 Unauthorized · 429, and 503 that names a time, RateLimited · 408, 425,
        5xx Transient · any other 4xx Refused.
        """
        said = spoken(body)
        shown = self._worded(f"HTTP {status}" + (f": {said}" if said else ""))
        if status < 400:
            return Misconfigured(self._redirect_text(status, headers.get("location", "")))
        if status in (401, 403):
            right = "wrong or expired" if status == 401 else "not allowed to do this"
            return Unauthorized(
                self.address.system, f"{shown}; the key in {self.address.key_setting} is {right}"
            )
        wait_s = self._retry_after_s(headers.get("retry-after"))
        if status == 429 or (status == 503 and wait_s is not None):
            return RateLimited(shown, wait_s)
        if status >= 500 or status in (408, 425):
            return Transient(shown)
        if status == 400 and _PLAIN_TO_TLS in said:
            return Misconfigured(f"{shown}; write {self.address.url_setting} with https://")
        return Refused(Reason.REJECTED, said or f"HTTP {status}")

    def _redirect_text(self, status: int, location: str) -> str:
        try:
            target = httpx.URL(self.address.url).join(location)
            target = target.copy_with(query=None, fragment=None, userinfo=b"")
        except httpx.InvalidURL:
            target = httpx.URL("")
        return self._worded(
            f"HTTP {status} redirects to {target}; not followed, the key would go there too. "
            f"Set {self.address.url_setting} to the address that answers itself"
        )

    def _retry_after_s(self, text: str | None) -> float | None:
        if text is None:
            return None
        if text.strip().isdigit():
            return float(text)
        at = parse_http_date(text)
        return None if at is None else max(0.0, (at - self.clock.now()).total_seconds())

    def _worded(self, text: str) -> str:
        return f"{self.address.name} at {self.address.url}: {text}"

    def _unsay_secrets(self, error: IntegratorError) -> None:
        """Its words hold no key though the system quoted one."""
        error.args = tuple(
            without_secrets(said, self.address.secrets) if isinstance(said, str) else said
            for said in error.args
        )
        if isinstance(error, Refused):
            error.detail = without_secrets(error.detail, self.address.secrets)

    async def _pause_after(self, error: Transient) -> None:
        wait_s = random.uniform(0, FIRST_WAIT_S)
        self._log_repeat(1, wait_s, error)
        await self._sleep(wait_s)

    def _tell(self, state: RetryCallState) -> None:
        if state.outcome is not None and state.next_action is not None:
            self._log_repeat(state.attempt_number + 1, state.next_action.sleep, state.outcome.exception())

    def _log_repeat(self, attempt: int, wait_s: float, error: BaseException | None) -> None:
        log.warning(
            "vendor_read_repeated",
            system=str(self.address.system),
            attempt=attempt,
            wait_s=round(wait_s, 3),
            error=str(error),
        )


def _is_worth_waiting(error: BaseException) -> bool:
    if isinstance(error, RateLimited) and (error.retry_after_s or 0) > MAX_HOLD_S:
        return False
    return isinstance(error, Transient)


def _aiohttp_transport(tls: ssl.SSLContext) -> AiohttpTransport:
    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=MAX_CONNECTIONS, keepalive_timeout=KEEPALIVE_S, ssl=tls)
        made = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        _never_repeat(made)
        return made

    return AiohttpTransport(verify=tls, client=session)


def _never_repeat(session: Any) -> None:
    """aiohttp sends PUT and DELETE a second time when a kept connection dies; a write here is sent once."""
    session._retry_connection = False
