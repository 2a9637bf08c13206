"""`ozmap-ixc`: the operator's commands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ops import topics, up

app = typer.Typer(
    help="Keeps OZmap and IXC Provedor equal. / Mantém o OZmap e o IXC Provedor iguais.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class DemoCity(StrEnum):
    """The cities the demo can play in."""

    SMALL = "small"
    TOWN = "town"
    ISP = "isp"


app.add_typer(topics.app, name="topics")
app.command("up")(up.run_all)


@app.command("demo")
def demo(
    stay: Annotated[
        bool, typer.Option("--stay", help="Keep running after the summary, until Ctrl-C.")
    ] = False,
    city: Annotated[DemoCity, typer.Option("--city", help="60, 1,000 or 10,000 boxes.")] = DemoCity.SMALL,
    seed: Annotated[int, typer.Option("--seed", help="Another city of the same size.")] = 1,
    interval_s: Annotated[
        float, typer.Option("--interval", min=0.2, help="Seconds between two polls.")
    ] = 2.0,
) -> None:
    """Both systems as doubles, Kafka, all stages, and a person who edits both: watch edits arrive.

    Ctrl-C clears everything away; a second one does not wait for it.

    Exit code, with --stay too:
    - 0: all arrived and both systems are equal
    - 1: something differs or did not arrive, and is named; logs are kept
    - 2: it could not start
    - 130, 143: stopped by Ctrl-C, SIGTERM before the summary
    """
    from sandbox.demo import show  # only here: the product itself never needs the sandbox

    raise typer.Exit(show(stay=stay, city=city.value, seed=seed, interval_s=interval_s))


def _mount_sandbox() -> None:
    from sandbox.cli import app as sandbox_app

    app.add_typer(sandbox_app, name="sandbox", help="The doubles of both systems, to try things on.")


_mount_sandbox()

if __name__ == "__main__":
    app()
