"""`ozmap-ixc`: the operator's commands."""

from __future__ import annotations

import typer

from ops import topics, up

app = typer.Typer(
    help="Keeps OZmap and IXC Provedor equal. / Mantém o OZmap e o IXC Provedor iguais.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(topics.app, name="topics")
app.command("up")(up.run_all)


@app.command("demo", context_settings={"ignore_unknown_options": True})
def demo(
    stay: bool = typer.Option(False, "--stay", help="Keep running after the summary, until Ctrl-C."),
    city: str = typer.Option("small", "--city", help="small, town or isp."),
    seed: int = typer.Option(1, "--seed", help="Another city of the same size."),
    interval_s: float = typer.Option(2.0, "--interval", help="Seconds between two polls."),
) -> None:
    """Both systems as doubles, all stages, and a person who edits both: watch edits arrive."""
    from sandbox.demo import show  # only here: the product itself never needs the sandbox

    raise typer.Exit(show(stay=stay, city=city, seed=seed, interval_s=interval_s))


def _mount_sandbox() -> None:
    from sandbox.cli import app as sandbox_app

    app.add_typer(sandbox_app, name="sandbox", help="The doubles of both systems, to try things on.")


_mount_sandbox()

if __name__ == "__main__":
    app()
