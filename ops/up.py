"""`ozmap-ixc up`: all stages and Kafka on this machine, until SIGTERM."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kernel.domain.errors import Misconfigured
from kernel.settings import load_settings, require_systems
from standalone.errors import StandaloneError
from standalone.stack import Stack

FAILED = 2


def run_all(
    data: Annotated[Path, typer.Option("--data", help="Folder of Kafka's log, caches and logs.")] = Path("data"),
) -> None:
    """Run pollers, streams and sinks, and Kafka unless KAFKA_BOOTSTRAP_SERVERS names one.

    Needs OZMAP_URL, OZMAP_KEY, IXC_URL and IXC_TOKEN; see .env.example for everything else. Ctrl-C or
    SIGTERM drains. Exit code: 0 drained, 1 a stage had to be killed, 2 something must be changed first.
    """
    try:
        require_systems(load_settings())
        stack = Stack(data.resolve(), {}, typer.echo)
        try:
            stack.prepare()
            code = stack.supervisor.run()
        finally:
            stack.stop()
    except (Misconfigured, StandaloneError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from error
    typer.echo("drained, stopped" if code == 0 else f"stopped with code {code}")
    raise typer.Exit(code)
