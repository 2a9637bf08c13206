"""The command line of the doubles: ``sandbox ozmap`` and ``sandbox ixc`` (spec doubles)."""

from __future__ import annotations

import asyncio
import signal
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sandbox.chassis import Double, Setup

app = typer.Typer(
    no_args_is_help=True, help="Doubles of OZmap and IXC over HTTP, to try and to measure against."
)


class City(StrEnum):
    """How much there is in the double at the start."""

    EMPTY = "empty"
    SMALL = "small"
    TOWN = "town"
    ISP = "isp"


Host = Annotated[
    str, typer.Option(help="Address to listen on; the sandbox's own side answers loopback only.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")]
Town = Annotated[City, typer.Option("--city", help="small: 60 boxes, town: 1,000, isp: 10,000.")]
Seed = Annotated[int, typer.Option(help="The same city and seed give both doubles rows that match.")]
Keys = Annotated[list[str] | None, typer.Option("--key", help="KEY=actor, repeated; none: two are made.")]
Zone = Annotated[str, typer.Option("--time-zone", help="Zone of IXC's naive local times.")]
Tls = Annotated[bool, typer.Option("--tls", help="Serve https with a self-signed certificate.")]
Switches = Annotated[
    list[str] | None,
    typer.Option("--switch", help="NAME=VALUE, repeated; GET /__sandbox__/switches lists them."),
]


@app.command()
def ozmap(
    host: Host = "127.0.0.1",
    port: Port = 0,
    city: Town = City.EMPTY,
    seed: Seed = 1,
    key: Keys = None,
    time_zone: Zone = "America/Sao_Paulo",
    tls: Tls = False,
    switch: Switches = None,
) -> None:
    """Serve a double of the OZmap v2 API until SIGTERM."""
    _serve("ozmap", _setup(host, port, city, seed, key, time_zone, tls, switch))


@app.command()
def ixc(
    host: Host = "127.0.0.1",
    port: Port = 0,
    city: Town = City.EMPTY,
    seed: Seed = 1,
    key: Keys = None,
    time_zone: Zone = "America/Sao_Paulo",
    tls: Tls = False,
    switch: Switches = None,
) -> None:
    """Serve a double of the IXC v1 webservice until SIGTERM."""
    _serve("ixc", _setup(host, port, city, seed, key, time_zone, tls, switch))


def _setup(
    host: str,
    port: int,
    city: City,
    seed: int,
    key: list[str] | None,
    time_zone: str,
    tls: bool,
    switch: list[str] | None,
) -> Setup:
    from sandbox.chassis import Setup

    return Setup(
        host=host,
        port=port,
        city=city.value,
        seed=seed,
        keys=dict(_parse_key(text) for text in key or ()),
        time_zone=time_zone,
        tls=tls,
        switches=tuple(switch or ()),
    )


def _parse_key(text: str) -> tuple[str, str]:
    """``KEY=actor``; the last sign parts them, for a key may end in one."""
    key, sign, actor = text.rpartition("=")
    if not sign or not key or not actor:
        raise typer.BadParameter("a key is given as KEY=actor", param_hint="--key")
    return key, actor


def _serve(system: str, setup: Setup) -> None:
    """Serve until SIGTERM or SIGINT, then exit 0; exit 2 with one clear line when it cannot start."""
    from sandbox.tls import CertificateError

    try:
        double = _build(system, setup)
        asyncio.run(_serve_until_told(double))
    except (ValueError, LookupError, OSError, CertificateError) as wrong:
        print(f"the {system} double cannot start: {wrong}", file=sys.stderr)  # noqa: T201
        raise typer.Exit(2) from None


def _build(system: str, setup: Setup) -> Double:
    if system == "ozmap":
        from sandbox.ozmap.double import OzmapDouble

        return OzmapDouble(setup)
    from sandbox.ixc.double import IxcDouble

    return IxcDouble(setup)


async def _serve_until_told(double: Double) -> None:
    from sandbox.serving import serving

    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    async with serving(double) as served:
        print(served.ready_line(double), flush=True)  # noqa: T201
        await told.wait()
