"""One connection to a vendor: what is repeated, what is not, and what never leaves."""

import base64
import gzip
import traceback
from collections.abc import Iterator

import httpx
import pytest
import structlog
from structlog.testing import capture_logs

from kernel.domain.errors import IntegratorError, Malformed, RateLimited, Refused, System, Transient
from kernel.vendors.exchange import Answer, Request
from kernel.vendors.http import LONGEST_WAIT_S, READ_ATTEMPTS
from tests.unit.kernel.vendors.wire import KEY, TOKEN, Naps, Wire, http_over, says, told

READ = Request("GET", "x")
WRITE = Request("PUT", "x", body=b"{}")


@pytest.fixture
def logs() -> Iterator[list[structlog.typing.EventDict]]:
    with capture_logs() as captured:
        yield captured


def body_of(answer: Answer) -> bytes:
    return answer.body


async def test_a_read_is_repeated_until_it_works() -> None:
    wire = Wire(httpx.ReadError("reset"), says({}, 503), told("ok"))
    naps = Naps()
    async with http_over(wire, naps=naps) as connection:
        assert await connection.fetch(READ, body_of) == b"ok"
    assert len(wire.requests) == 3
    assert len(naps.taken_s) == 2
    assert all(0 <= nap <= LONGEST_WAIT_S for nap in naps.taken_s)


async def test_a_read_that_never_works_raises_its_last_error() -> None:
    wire = Wire(says({}, 503), says({}, 500), says({}, 502), says({"message": "the last"}, 504))
    async with http_over(wire) as connection:
        with pytest.raises(Transient, match="the last"):
            await connection.fetch(READ, body_of)
    assert len(wire.requests) == READ_ATTEMPTS


async def test_waits_are_jittered() -> None:
    waits = set()
    for _ in range(5):
        naps = Naps()
        async with http_over(Wire(says({}, 503)), naps=naps) as connection:
            with pytest.raises(Transient):
                await connection.fetch(READ, body_of)
        waits.add(tuple(naps.taken_s))
    assert len(waits) == 5


async def test_what_will_not_pass_is_not_repeated() -> None:
    for status in (400, 401, 403, 404, 422, 301):
        wire = Wire(says({}, status))
        async with http_over(wire) as connection:
            with pytest.raises(IntegratorError):
                await connection.fetch(READ, body_of)
        assert len(wire.requests) == 1


async def test_what_the_reader_calls_transient_is_repeated_too() -> None:
    seen: list[bytes] = []

    def understand(answer: Answer) -> bytes:
        seen.append(answer.body)
        if answer.body.startswith(b"<"):
            raise Transient("a page")
        return answer.body

    wire = Wire(told("<div>"), told("<div>"), told("{}"))
    async with http_over(wire) as connection:
        assert await connection.fetch(READ, understand) == b"{}"
    assert seen == [b"<div>", b"<div>", b"{}"]


@pytest.mark.parametrize("reply", [says({}, 503), says({}, 429, retry_after="0"), httpx.ReadError("reset")])
async def test_a_write_is_sent_once(reply: httpx.Response | Exception) -> None:
    wire = Wire(reply)
    async with http_over(wire) as connection:
        with pytest.raises(Transient):
            await connection.apply(WRITE, body_of)
    assert len(wire.requests) == 1


async def test_retry_after_holds_the_whole_budget_and_then_the_read_goes_on() -> None:
    naps = Naps()
    wire = Wire(says({}, 429, retry_after="12"), told("ok"))
    async with http_over(wire, naps=naps) as connection:
        assert await connection.fetch(READ, body_of) == b"ok"
    assert max(naps.taken_s) == pytest.approx(12, abs=0.3)


async def test_a_retry_after_beyond_a_minute_is_the_callers_to_obey() -> None:
    wire = Wire(says({}, 429, retry_after="3600"))
    async with http_over(wire) as connection:
        with pytest.raises(RateLimited) as caught:
            await connection.fetch(READ, body_of)
    assert caught.value.retry_after_s == 3600
    assert len(wire.requests) == 1


async def test_an_answer_beyond_the_bound_is_not_read_on() -> None:
    wire = Wire(told(b"x" * 2_000_000))
    async with http_over(wire, max_answer_bytes=100_000) as connection:
        with pytest.raises(Malformed, match="larger than 100000 bytes"):
            await connection.fetch(READ, body_of)
    assert len(wire.requests) == 1


async def test_the_bound_counts_what_is_unpacked() -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    assert len(bomb) < 10_000
    wire = Wire(lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, content=bomb))
    async with http_over(wire, max_answer_bytes=100_000) as connection:
        with pytest.raises(Malformed, match="larger"):
            await connection.fetch(READ, body_of)


async def test_what_cannot_be_unpacked_is_malformed() -> None:
    wire = Wire(lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Raw(b"no gzip")))
    async with http_over(wire) as connection:
        with pytest.raises(Malformed, match="cannot be unpacked"):
            await connection.fetch(READ, body_of)


class Raw(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        yield self._body


async def test_a_tolerated_status_is_an_answer() -> None:
    async with http_over(Wire(told("gone", 404))) as connection:
        request = Request("GET", "x", tolerates=frozenset({404}))
        assert await connection.fetch(request, lambda answer: answer.status) == 404


async def test_cookies_are_neither_kept_nor_sent() -> None:
    wire = Wire(told("ok", set_cookie="IXC_Session=abc; Path=/"))
    async with http_over(wire, System.IXC) as connection:
        for _ in range(3):
            await connection.fetch(READ, body_of)
    assert not [request for request in wire.requests if "cookie" in request.headers]


async def test_each_system_is_shown_its_own_key_in_its_own_form() -> None:
    ozmap, ixc = Wire(told("")), Wire(told(""))
    async with http_over(ozmap) as connection:
        await connection.fetch(READ, body_of)
    async with http_over(ixc, System.IXC) as connection:
        await connection.fetch(READ, body_of)
    assert ozmap.requests[0].headers["authorization"] == KEY
    basic = ixc.requests[0].headers["authorization"]
    assert base64.b64decode(basic.removeprefix("Basic ")).decode() == TOKEN


@pytest.mark.parametrize("system", list(System))
async def test_no_error_and_no_log_quotes_a_key(
    system: System, logs: list[structlog.typing.EventDict]
) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        shown = request.headers["authorization"]
        return httpx.Response(int(request.url.path[1:]), json={"message": f"bad {shown} {KEY} {TOKEN}"})

    said = ""
    for status in (400, 401, 403, 422, 429, 500, 503):
        async with http_over(Wire(echo), system) as connection:
            with pytest.raises(IntegratorError) as caught:
                await connection.fetch(Request("GET", str(status)), body_of)
        said += "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value)
        said += getattr(caught.value, "detail", "")
    said += repr(logs)
    assert "[secret]" in said
    assert logs
    own = [KEY] if system is System.OZMAP else [TOKEN, TOKEN[3:], base64.b64encode(TOKEN.encode()).decode()]
    for secret in own:
        assert secret not in said


async def test_a_foreign_exception_is_not_chained_to_ours() -> None:
    async with http_over(Wire(httpx.ConnectError("boom"))) as connection:
        with pytest.raises(Transient) as caught:
            await connection.apply(WRITE, body_of)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


async def test_a_repeat_is_logged_once_each_with_its_reason(logs: list[structlog.typing.EventDict]) -> None:
    async with http_over(Wire(says({}, 503), says({}, 503), told("ok"))) as connection:
        await connection.fetch(READ, body_of)
    assert [(entry["event"], entry["attempt"]) for entry in logs] == [
        ("vendor_read_repeated", 1),
        ("vendor_read_repeated", 2),
    ]
    assert all("HTTP 503" in entry["error"] for entry in logs)


async def test_a_refusal_of_the_reader_keeps_its_words() -> None:
    def understand(_: Answer) -> bytes:
        raise Refused("rejected", f"Preencha {KEY} Nome")

    async with http_over(Wire(told(""))) as connection:
        with pytest.raises(Refused) as caught:
            await connection.apply(WRITE, understand)
    assert caught.value.detail == "Preencha [secret] Nome"
    assert str(caught.value) == "rejected: Preencha [secret] Nome"
