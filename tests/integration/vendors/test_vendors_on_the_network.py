"""What can go wrong on the way to a system, on real sockets: each a clear message, none a surprise."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from kernel.domain.errors import IntegratorError, Malformed, Misconfigured, Transient
from kernel.vendors.http import VendorHttp
from kernel.vendors.ixc.client import IxcApi
from kernel.vendors.ozmap.client import OzmapApi
from kernel.vendors.tls import make_tls_context
from tests.integration.vendors.doubles import running, settings_for, unhurried

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk, **more: Any) -> AsyncIterator[str]:
    """A server that talks as it likes, at the address that is given."""

    async def talk_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk_and_close, "127.0.0.1", 0, **more)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    _, found, length = head.lower().partition(b"content-length:")
    body = await reader.readexactly(int(length.split(b"\r\n")[0])) if found else b""
    return head + body


def answer(body: bytes, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (size, body)


def reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def error_of(url: str, **fields: Any) -> IntegratorError:
    """How a write (which is sent once) to this address fails."""
    async with OzmapApi.open(settings_for(ozmap_url=url, **fields), budget=unhurried()) as api:
        with pytest.raises(IntegratorError) as caught:
            await api.create("boxes", {"name": "x"})
    assert caught.value.__cause__ is None
    return caught.value


async def test_nothing_listens_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = await error_of(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert type(error) is Transient
    assert "nothing answers there; check OZMAP_URL" in str(error)


async def test_the_host_name_is_not_known() -> None:
    error = await error_of("http://no-such-tenant.invalid:9994")
    assert type(error) is Transient
    assert "host name is not known; check OZMAP_URL and this machine's DNS" in str(error)


async def test_it_hangs() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(talk) as place:
        error = await error_of(f"http://{place}", request_timeout_s=0.3)
    assert type(error) is Transient
    assert "did not answer in time" in str(error)


async def test_it_drips_so_slowly_that_no_single_read_times_out() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer(b"", length=1_000_000))
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with listening(talk) as place:
        started_s = asyncio.get_running_loop().time()
        error = await error_of(f"http://{place}", request_timeout_s=0.5)
        took_s = asyncio.get_running_loop().time() - started_s
    assert type(error) is Transient
    assert "did not answer in time" in str(error)
    assert took_s < 5


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", answer(b'{"id":', length=100)])
async def test_it_resets_the_connection_before_during_or_after_the_head(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(said)
        await writer.drain()
        reset(writer)

    async with listening(talk) as place:
        error = await error_of(f"http://{place}")
    assert type(error) is Transient
    assert "closed the connection before the answer was whole" in str(error)


async def test_it_closes_before_the_body_is_whole() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer(b'{"id": "b1"', length=100))

    async with listening(talk) as place:
        error = await error_of(f"http://{place}")
    assert type(error) is Transient
    assert "closed the connection" in str(error)


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
async def test_it_does_not_speak_http(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(said)
        await writer.drain()

    async with listening(talk) as place:
        error = await error_of(f"http://{place}")
    assert type(error) is Transient
    assert "does not speak proper HTTP" in str(error)


async def test_a_write_is_not_sent_again_when_a_kept_connection_dies() -> None:
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(answer(b'{"type": "success", "id": "1"}'))
        await writer.drain()
        seen.append(await read_request(reader))  # the second one over this connection: taken, not answered

    async with listening(talk) as place:
        settings = settings_for(ixc_url=f"http://{place}")
        async with IxcApi.open(settings, budget=unhurried()) as ixc:
            await ixc.update("cliente", "1", {"razao": "a"})
            with pytest.raises(Transient, match="closed the connection"):
                await ixc.update("cliente", "2", {"razao": "b"})
    assert [request.split(b" ")[1] for request in seen] == [
        b"/webservice/v1/cliente/1",
        b"/webservice/v1/cliente/2",
    ]


async def test_ten_megabytes_are_read_and_more_than_the_bound_is_not() -> None:
    body = b'{"id": "b1", "text": "%b"}' % (b"x" * 10_000_000)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer(body))
        await writer.drain()

    async with listening(talk) as place:
        settings = settings_for(ozmap_url=f"http://{place}")
        async with OzmapApi.open(settings, budget=unhurried()) as api:
            row = await api.create("boxes", {})
            assert len(row["text"]) == 10_000_000
            small = VendorHttp(
                api.http.address,
                budget=unhurried(),
                timeout_s=5,
                tls=make_tls_context(verify=True, ca_file=None),
                max_answer_bytes=1_000_000,
            )
            async with small:
                with pytest.raises(Malformed, match="larger than 1000000 bytes"):
                    await OzmapApi(small).create("boxes", {})


async def answer_a_row(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(answer(b'{"id": "b1"}'))
    await writer.drain()


async def test_plain_http_where_tls_was_expected() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with listening(talk) as place:
        error = await error_of(f"https://{place}")
    assert type(error) is Misconfigured
    assert "does not speak TLS; check http:// or https:// and the port in OZMAP_URL" in str(error)


async def test_tls_where_plain_http_was_expected() -> None:
    context = server_context(trustme.CA().issue_cert("127.0.0.1").configure_cert)
    async with listening(answer_a_row, ssl=context) as place:
        error = await error_of(f"http://{place}")
    assert type(error) is Transient
    assert place in str(error)


async def test_it_takes_the_connection_and_never_shakes_hands() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        await asyncio.sleep(5)

    async with listening(talk) as place:
        error = await error_of(f"https://{place}", request_timeout_s=0.5)
    assert type(error) is Transient
    assert "CancelledError" not in str(error)


def server_context(configure: Callable[[Any], None]) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    configure(context)
    return context


async def test_a_ca_of_ones_own_is_refused_until_it_is_given(tmp_path: Path) -> None:
    ca = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(ca_file))
    context = server_context(ca.issue_cert("127.0.0.1").configure_cert)
    async with listening(answer_a_row, ssl=context) as place:
        error = await error_of(f"https://{place}")
        assert type(error) is Misconfigured
        assert "certificate is not trusted; give the CA in TLS_CA_FILE, or set TLS_VERIFY=false" in str(error)
        for accepting in ({"tls_ca_file": ca_file}, {"tls_verify": False}):
            settings = settings_for(ozmap_url=f"https://{place}", **accepting)
            async with OzmapApi.open(settings, budget=unhurried()) as api:
                assert await api.create("boxes", {}) == {"id": "b1"}


async def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    ca = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(ca_file))
    context = server_context(ca.issue_cert("other.example").configure_cert)
    async with listening(answer_a_row, ssl=context) as place:
        error = await error_of(f"https://{place}", tls_ca_file=ca_file)
    assert type(error) is Misconfigured
    assert "TLS_CA_FILE" in str(error)


async def test_a_self_signed_ixc_is_refused_by_default_and_accepted_by_either_setting() -> None:
    with running("ixc", "--tls") as double:
        assert double.certificate is not None
        known = settings_for(ixc_url=double.url, ixc_token=double.key)
        async with IxcApi.open(known, budget=unhurried()) as ixc:
            with pytest.raises(Misconfigured, match="TLS_VERIFY=false"):
                await ixc.read("cliente", "1")
        for accepting in ({"tls_ca_file": Path(double.certificate)}, {"tls_verify": False}):
            settings = known.model_copy(update=accepting)
            async with IxcApi.open(settings, budget=unhurried()) as ixc:
                assert await ixc.read("cliente", "1") is None
