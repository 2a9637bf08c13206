"""`ozmap-ixc topics apply | diff`: shows how a cluster differs from topics.yaml, and brings it there."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from kernel.domain.errors import IntegratorError, Transient
from kernel.runtime import topics
from kernel.runtime.kafka import make_admin
from kernel.runtime.topics import Drift
from kernel.settings import Settings, load_settings

app = typer.Typer(help="Compare Kafka's topics with topics.yaml, or bring them there.", no_args_is_help=True)
T = TypeVar("T")

DRIFT, FAILED = 1, 2
"""Exit codes of ``diff``; 0 is in line. ``apply`` ends with 0 when it did all it may do."""

File = Annotated[Path | None, typer.Option("--file", help="Another topics.yaml than the product's.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]
Destructive = Annotated[
    bool,
    typer.Option(
        "--allow-destructive",
        help="Also what takes records away or moves keys to other partitions. Nothing is ever deleted.",
    ),
]


@app.command("diff")
def show_diff(file: File = None, as_json: Json = False) -> None:
    """Show what differs. Exit code: 0 in line, 1 something differs, 2 error."""
    drifts = _or_exit(lambda settings: _diff(settings, file))
    if as_json:
        _print_json(drifts=drifts)
    elif drifts:
        _print_table("Kafka differs from topics.yaml", drifts, last="why apply leaves it")
    else:
        typer.echo("Kafka is as topics.yaml says.")
    if drifts:
        raise typer.Exit(DRIFT)


@app.command("apply")
def bring_in_line(file: File = None, allow_destructive: Destructive = False, as_json: Json = False) -> None:
    """Create missing topics, add partitions, set configs; show what was left. Exit code: 0 done, 2 error."""
    changed, left = _or_exit(lambda settings: _apply(settings, file, allow_destructive))
    if as_json:
        _print_json(changed=changed, left=left)
        return
    if changed:
        _print_table("Changed", changed, last="what that costs")
    if left:
        _print_table("Left as it is", left, last="why")
    if not changed and not left:
        typer.echo("Kafka is as topics.yaml says.")
    if any(drift.needs_flag for drift in left):
        typer.echo("--allow-destructive lets what says so through.")


def _diff(settings: Settings, file: Path | None) -> list[Drift]:
    admin = make_admin(settings)
    return topics.diff(admin, topics.load_topics(file), prefix=settings.topic_prefix)


def _apply(settings: Settings, file: Path | None, allow_destructive: bool) -> tuple[list[Drift], list[Drift]]:
    admin, catalogue = make_admin(settings), topics.load_topics(file)
    changed = topics.apply(
        admin,
        catalogue,
        prefix=settings.topic_prefix,
        allow_destructive=allow_destructive,
        replication_factor=settings.topic_replication,
    )
    return changed, topics.diff(admin, catalogue, prefix=settings.topic_prefix)


def _or_exit(act: Callable[[Settings], T]) -> T:
    try:
        settings = load_settings()
        try:
            return act(settings)
        except Transient as error:
            where = f"Kafka does not answer ({settings.kafka_bootstrap_servers})"
            raise Transient(f"{where}: start it, or set KAFKA_BOOTSTRAP_SERVERS") from error
    except IntegratorError as error:
        typer.echo(f"topics: {error}", err=True)
        raise typer.Exit(FAILED) from error


def _print_json(**drifts: Sequence[Drift]) -> None:
    typer.echo(json.dumps({name: [asdict(drift) for drift in several] for name, several in drifts.items()}))


def _print_table(title: str, drifts: Sequence[Drift], *, last: str) -> None:
    table = Table(title=title, title_justify="left")
    for heading in ("topic", "what", "Kafka has", "topics.yaml says", last):
        table.add_column(heading, overflow="fold")
    for drift in drifts:
        what = f"{drift.kind} {drift.config}".strip()
        flag = " (--allow-destructive)" if drift.needs_flag else ""
        table.add_row(drift.topic, what, drift.found, drift.wanted, drift.blocked_by + flag)
    # A log has no width; the 80 columns taken for it would fold every name.
    Console(width=None if sys.stdout.isatty() else 160).print(table)
