"""The one table of errors: every foreign exception and every status becomes one of ours."""

import inspect
import socket
import ssl
from types import ModuleType

import aiohttp
import httpx
import pytest
from httpx import _exceptions
from pydantic import SecretStr

from kernel.domain.errors import (
    IntegratorError,
    Malformed,
    Misconfigured,
    RateLimited,
    Refused,
    System,
    Transient,
    Unauthorized,
)
from kernel.vendors.exchange import Request, checked_url
from kernel.vendors.http import FAILURES, VendorHttp
from kernel.vendors.ixc.client import ixc_address
from kernel.vendors.ozmap.client import ozmap_address
from tests.unit.kernel.vendors.wire import KEY, NOW, TOKEN, Wire, address_of, http_over, says, told


def exceptions_in(module: ModuleType) -> list[type[Exception]]:
    package = module.__name__.partition(".")[0]
    found = [member for _, member in inspect.getmembers(module, inspect.isclass)]
    return [c for c in found if issubclass(c, Exception) and c.__module__.partition(".")[0] == package]


def http() -> VendorHttp:
    return http_over(Wire(says({})))


def test_every_exception_of_httpx_has_a_row_of_its_own() -> None:
    walked = exceptions_in(_exceptions)
    assert {httpx.HTTPError, httpx.PoolTimeout, httpx.InvalidURL, httpx.StreamClosed} <= set(walked)
    assert len(walked) > 25
    assert not [c.__name__ for c in walked if c not in FAILURES]


def test_every_exception_of_aiohttps_client_is_covered() -> None:
    exceptions = [c for c in exceptions_in(aiohttp.client_exceptions) if issubclass(c, aiohttp.ClientError)]
    assert len(exceptions) > 20
    for foreign in exceptions:
        assert any(base in FAILURES for base in foreign.__mro__), foreign


def certificate_error() -> httpx.ConnectError:
    error = httpx.ConnectError("boom")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    return error


def name_error() -> httpx.ConnectError:
    error = httpx.ConnectError("boom")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    return error


def reset_error() -> httpx.ConnectTimeout:
    error = httpx.ConnectTimeout("")
    error.__cause__ = aiohttp.ServerDisconnectedError()
    return error


@pytest.mark.parametrize(
    ("foreign", "ours", "words"),
    [
        (httpx.ReadTimeout(""), Transient, "did not answer in time"),
        (httpx.ConnectError("refused"), Transient, "check OZMAP_URL"),
        (httpx.PoolTimeout(""), Transient, "no connection became free"),
        (httpx.ReadError(""), Transient, "closed the connection"),
        (httpx.RemoteProtocolError(""), Transient, "proper HTTP"),
        (httpx.DecodingError(""), Malformed, "cannot be unpacked"),
        (httpx.UnsupportedProtocol(""), Misconfigured, "OZMAP_URL is no address"),
        (TimeoutError(), Transient, "did not answer in time"),
        (ConnectionResetError(), Transient, "closed the connection"),
        (certificate_error(), Misconfigured, "TLS_CA_FILE"),
        (name_error(), Transient, "check OZMAP_URL and this machine's DNS"),
        (reset_error(), Transient, "closed the connection"),
        (ssl.SSLError("wrong version number"), Misconfigured, "does not speak TLS"),
    ],
)
def test_a_foreign_exception_is_one_of_ours_and_says_what_to_look_at(
    foreign: Exception, ours: type[IntegratorError], words: str
) -> None:
    error = http().failure_of(foreign)
    assert type(error) is ours
    assert words in str(error)
    assert "OZmap at https://vendor.example" in str(error)


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        (301, Misconfigured),
        (302, Misconfigured),
        (308, Misconfigured),
        (400, Refused),
        (401, Unauthorized),
        (402, Refused),
        (403, Unauthorized),
        (404, Refused),
        (408, Transient),
        (409, Refused),
        (413, Refused),
        (422, Refused),
        (425, Transient),
        (429, RateLimited),
        (500, Transient),
        (502, Transient),
        (503, Transient),
        (504, Transient),
    ],
)
async def test_a_status_is_one_of_ours(status: int, ours: type[IntegratorError]) -> None:
    wire = Wire(says({"message": "because"}, status))
    async with http_over(wire) as connection:
        with pytest.raises(IntegratorError) as caught:
            await connection.apply(Request("POST", "x"), lambda answer: answer)
    assert type(caught.value) is ours


async def test_a_refusal_carries_the_systems_own_words() -> None:
    wire = Wire(says({"message": "Porta <b>3</b> ocupada"}, 422))
    async with http_over(wire) as connection:
        with pytest.raises(Refused) as caught:
            await connection.apply(Request("POST", "x"), lambda answer: answer)
    assert (caught.value.reason, caught.value.detail) == ("rejected", "Porta 3 ocupada")


@pytest.mark.parametrize(("system", "setting"), [(System.OZMAP, "OZMAP_KEY"), (System.IXC, "IXC_TOKEN")])
async def test_a_refused_key_names_the_system_and_the_setting(system: System, setting: str) -> None:
    wire = Wire(told("<html><h1>401 Authorization Required</h1></html>", 401))
    async with http_over(wire, system) as connection:
        with pytest.raises(Unauthorized, match=setting) as caught:
            await connection.fetch(Request("GET", "x"), lambda answer: answer)
    assert caught.value.system is system
    assert "401 Authorization Required" in str(caught.value)
    assert len(wire.requests) == 1


async def test_a_redirect_is_not_followed_and_says_which_setting_to_change() -> None:
    wire = Wire(told("", 301, location="https://user:pw@elsewhere.example/login?next=SECRETARY"))
    async with http_over(wire) as connection:
        with pytest.raises(Misconfigured, match=r"https://elsewhere\.example/login;.*OZMAP_URL") as caught:
            await connection.fetch(Request("GET", "x"), lambda answer: answer)
    assert len(wire.requests) == 1
    assert "SECRETARY" not in str(caught.value)
    assert "pw@" not in str(caught.value)


async def test_plain_http_to_a_tls_port_asks_for_https() -> None:
    page = "<html><center>The plain HTTP request was sent to HTTPS port</center></html>"
    async with http_over(Wire(told(page, 400)), System.IXC) as connection:
        with pytest.raises(Misconfigured, match="IXC_URL with https://"):
            await connection.fetch(Request("GET", "x"), lambda answer: answer)


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("7", 7.0),
        ("Sun, 01 Mar 2026 12:00:20 GMT", 20.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        (None, None),
    ],
)
async def test_retry_after_is_understood_in_both_forms(header: str | None, wait_s: float | None) -> None:
    reply = says({}, 429) if header is None else says({}, 429, retry_after=header)
    async with http_over(Wire(reply)) as connection:
        with pytest.raises(RateLimited) as caught:
            await connection.apply(Request("POST", "x"), lambda answer: answer)
    assert caught.value.retry_after_s == wait_s


async def test_a_retry_after_date_is_read_by_the_servers_clock() -> None:
    date = "Sun, 01 Mar 2026 10:00:00 GMT"  # two hours behind ours
    reply = says({}, 429, date=date, retry_after="Sun, 01 Mar 2026 10:00:30 GMT")
    async with http_over(Wire(reply)) as connection:
        with pytest.raises(RateLimited) as caught:
            await connection.apply(Request("POST", "x"), lambda answer: answer)
        assert caught.value.retry_after_s == 30
        assert (connection.server_now() - NOW).total_seconds() == -7200


async def test_an_overloaded_server_that_names_a_time_limits_the_rate() -> None:
    async with http_over(Wire(says({}, 503, retry_after="3"))) as connection:
        with pytest.raises(RateLimited) as caught:
            await connection.apply(Request("POST", "x"), lambda answer: answer)
    assert caught.value.retry_after_s == 3


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://t.ozmap.com.br:9994", "https://t.ozmap.com.br:9994"),
        (" https://t.ozmap.com.br:9994/ ", "https://t.ozmap.com.br:9994"),
        ("https://t.ozmap.com.br:9994/api/v2", "https://t.ozmap.com.br:9994"),
        ("https://t.ozmap.com.br:9994/api/v2/", "https://t.ozmap.com.br:9994"),
        ("http://h/prefix/", "http://h/prefix"),
    ],
)
def test_an_address_loses_its_slash_and_the_apis_own_path(text: str, url: str) -> None:
    assert checked_url(text, "OZMAP_URL", "/api/v2") == url
    assert address_of(System.OZMAP, text).url == url


@pytest.mark.parametrize(
    "text", ["", "host:9994", "ftp://host", "https://", "https://u:p@host", "https://h/?a=1", "https://h:x"]
)
def test_what_is_no_address_names_the_setting(text: str) -> None:
    with pytest.raises(Misconfigured, match="IXC_URL") as caught:
        address_of(System.IXC, text)
    assert "u:p" not in str(caught.value)


def test_nothing_shows_a_key() -> None:
    for system in System:
        address = address_of(system)
        shown = repr(http_over(Wire(says({})), system)) + repr(address) + str(address)
        assert "vendor.example" in shown
        for secret in (
            KEY,
            TOKEN,
            TOKEN.partition(":")[2],
            address.headers["Authorization"].get_secret_value(),
        ):
            assert secret not in shown


@pytest.mark.parametrize("key", ["Bearer abcdef", "“abcdef”", "abc\ndef", "chave é"])
def test_what_can_be_no_key_names_the_setting_and_is_not_quoted(key: str) -> None:
    for address, setting in ((ozmap_address, "OZMAP_KEY"), (ixc_address, "IXC_TOKEN")):
        with pytest.raises(Misconfigured, match=setting) as caught:
            address("https://vendor.example", SecretStr(key))
        assert key not in str(caught.value)


def test_blanks_around_a_key_are_cut() -> None:
    address = ozmap_address("https://vendor.example", SecretStr(f" {KEY}\n"))
    assert address.headers["Authorization"].get_secret_value() == KEY
    assert address.secrets == (SecretStr(KEY),)
