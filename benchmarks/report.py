"""A run told: a table on the screen, a JSON file and a page in results/, the block in the README."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Figure

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
NOTE = (
    "A/A is the same arm measured twice: a ratio no further from 1 than that says nothing. "
    "Medians of the rounds, lowest and highest in brackets."
)


class Run(BaseModel):
    """Everything one run found."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    took_s: float
    machine: dict[str, str]
    figures: tuple[Figure, ...]

    @property
    def without_teeth(self) -> list[str]:
        """Checks that did not hold: the run counts for nothing."""
        return [f"{f.id}: {c.what}, found {c.found}" for f in self.figures for c in f.checks if not c.holds]

    @property
    def missed(self) -> list[str]:
        """Figures below their bar."""
        return [f"{f.id}: {f.ratio}, bar {f.bar}" for f in self.figures if f.verdict == "missed"]


def show(run: Run, console: Console) -> None:
    """The table, and under it every check."""
    table = Table(title="Figures", title_justify="left", caption=NOTE, caption_justify="left")
    for heading in ("#", "what ÷ what", "ratio", "bar", "", "A/A", "arms"):
        table.add_column(heading, overflow="fold")
    for figure in run.figures:
        arms = "\n".join(
            f"{name}: {_middle(rates):,.0f} {figure.unit}" for name, rates in figure.rates.items()
        )
        bar = str(figure.bar) if figure.bar else "–"
        table.add_row(
            figure.id, figure.what, str(figure.ratio), bar, figure.verdict, str(figure.same_twice), arms
        )
    console.print(table)
    for figure in run.figures:
        for check in figure.checks:
            console.print(f"{'ok ' if check.holds else 'NOT'} {figure.id}: {check.what}: {check.found}")


def keep(run: Run, *, is_whole: bool) -> Path:
    """The run is in results/ under the next free name of its day; a whole one is what latest.md tells."""
    RESULTS.mkdir(exist_ok=True)
    day = run.at.astimezone(UTC).date().isoformat()
    number = 1 + max((int(path.stem.rpartition("-")[2]) for path in RESULTS.glob(f"{day}-*.json")), default=0)
    file = RESULTS / f"{day}-{number}.json"
    file.write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if is_whole:
        (RESULTS / "latest.md").write_text(render_page(run, file.name), encoding="utf-8")
    return file


def refresh_readme(run: Run, name: str, readme: Path = ROOT / "README.md") -> None:
    """The README's block between its markers is this run's."""
    text = readme.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    readme.write_text(f"{head}{BEGIN}\n{render_block(run, name)}{END}{tail}", encoding="utf-8")


def render_block(run: Run, name: str) -> str:
    """The figures as a table, and where they are from."""
    lines = ["| # | what ÷ what | ratio | bar | | A/A |", "|---|---|---|---|---|---|"]
    for figure in run.figures:
        cells = (
            figure.id,
            figure.what,
            f"**{figure.ratio.middle:.2f}** ({figure.ratio.low:.2f}–{figure.ratio.high:.2f})",
            str(figure.bar) if figure.bar else "–",
            figure.verdict,
            str(figure.same_twice),
        )
        lines.append(f"| {' | '.join(cells)} |")
    machine = run.machine
    lines += [
        "",
        f"{run.at:%Y-%m-%d}, {machine['cores']} cores ({machine['processor']}), {machine['memory']}, load "
        f"{machine['load before']} before the run, Python {machine['Python']}, Apache Kafka "
        f"{machine['Apache Kafka']}, commit {machine['commit']}; every round and check: "
        f"[benchmarks/results/{name}](benchmarks/results/{name}). {NOTE}",
    ]
    return "\n".join(lines) + "\n"


def render_page(run: Run, name: str) -> str:
    """latest.md: the same table, the arms, the checks, the machine."""
    block = render_block(run, name).replace(f"(benchmarks/results/{name})", f"({name})")
    arms = [
        f"| {figure.id} | {arm} | {_middle(rates):,.0f} {figure.unit} | {_listed(rates)} |"
        for figure in run.figures
        for arm, rates in figure.rates.items()
    ]
    checks = [
        f"- {figure.id}: {check.what}: {check.found} ({'holds' if check.holds else 'DOES NOT HOLD'})"
        for figure in run.figures
        for check in figure.checks
    ]
    machine = [f"| {name} | {value} |" for name, value in run.machine.items()]
    return "\n".join(
        [
            "# Latest figures\n",
            f"Written by `make bench`, which took {run.took_s:.0f} s.\n",
            block,
            "## Arms\n",
            "| # | arm | median | rounds |\n|---|---|---|---|",
            *arms,
            "\n## What must hold for the run to count\n",
            *checks,
            "\n## Machine\n",
            "| | |\n|---|---|",
            *machine,
            "",
        ]
    )


def _middle(rates: list[float]) -> float:
    ordered = sorted(rates)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _listed(rates: list[float]) -> str:
    return ", ".join(f"{rate:,.0f}" for rate in rates)
