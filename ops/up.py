"""`ozmap-ixc up`: all stages and Kafka on this machine, until SIGTERM."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from kernel.domain.errors import Misconfigured
from kernel.settings import load_settings, require_systems
from standalone.errors import StandaloneError
from standalone.relay import Relay
from standalone.stack import Stack
from standalone.stopping import Interrupted, Stopping

FAILED = 2

DataFolder = Annotated[Path, typer.Option("--data", help="Folder of Kafka's log, caches and logs.")]


def run_all(data: DataFolder = Path("data")) -> None:
    """Run pollers, streams and sinks, and Kafka unless KAFKA_BOOTSTRAP_SERVERS names one.

    Needs OZMAP_URL, OZMAP_KEY, IXC_URL and IXC_TOKEN; the rest is in .env.example.

    A HEALTH_PORT is that of the pollers; streams and sinks take the next two.

    Ctrl-C or SIGTERM drains; a second one does not wait for it.

    Exit code:
    - 0: drained
    - 1: a stage had to be killed
    - 2: something must be changed first, and is named
    """
    try:
        require_systems(load_settings())
        code = _run_until_told(Stack(data.resolve(), {}, typer.echo))
    except (Misconfigured, StandaloneError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from error
    typer.echo("drained, stopped" if code == 0 else f"stopped with code {code}")
    raise typer.Exit(code)


def _run_until_told(stack: Stack) -> int:
    """The stages have run until a signal or until one of them gave up; the exit code."""
    with Stopping() as stopping:
        try:
            with stopping.breaking():
                stack.fetch()
            stack.prepare_folder()
            relay = Relay(stack.logs, typer.echo)
            stack.start(stopping.check)
            while not stack.has_given_up:
                relay.look()
                stopping.check()
                time.sleep(0.1)
            relay.look()
        except Interrupted:
            typer.echo("draining")
        finally:
            code = stack.stop()
    return code
