"""P3: the engine under Faust ÷ a stock Faust agent, events a second, end to end on one broker. Bar: ≥ 3.

The same rows of `ozmap.client` are laid into both arms' topics while the arm is frozen; the clock runs from
its thaw until the last output is in Kafka. The stock agent (benchmarks/stock_agent.py) parses a Record,
reads and writes a table on rocksdict and awaits one send. `python -m streams` does all it does in
production: tables and indexes moved, dependents woken, the rule asked, the decision told, all kept before
the events are acknowledged. Like for like means one rule, client-name, whose decision is one message out an
event. P3 all has every rule on, as it ships: each event is asked about by all rules on logins and leaves
several messages.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.bench import Bench, Process, Topics
from benchmarks.measure import Arm, Bar, Check, CpuRates, Figure, alternate, loses, ratio_of
from kernel.contracts.changes import (
    ENTITIES,
    IXC_CUSTOMER,
    IXC_LOGIN,
    LISTED_KEY,
    OZMAP_CLIENT,
    Entity,
    Listed,
)
from kernel.contracts.decisions import DECISION_TOPIC
from kernel.contracts.envelope import Envelope, Message, render_headers
from kernel.domain.observed import Observed
from kernel.domain.subscriber import IxcCustomer, IxcLogin, OzmapClient
from streams.rules import RULE_BY_SLUG, client_name

BAR = Bar(at_least=3)
N_EVENTS = 6_000
N_ROUNDS = 4
N_WARMUPS = 1
OURS, OURS_ALL = "streams, one rule", "streams, all rules"
STOCK, STOCK_AGAIN = "stock agent", "stock agent again"
CUSTOMER = "Maria da Silva"
OUT = "bench.stock.out"
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUIET_S = 2.0


@dataclass(slots=True)
class Running:
    """One arm: its process, its topics, its output topic; ``n_out`` outputs an event, 0 until counted."""

    process: Process
    topics: Topics
    out: str
    n_out: int

    def run(self, rows: list[Observed]) -> tuple[float, float]:
        """Events a second for ``rows``, and the processor time it took in seconds."""
        cpu_before_s = self.process.cpu_s()
        self.process.freeze()
        try:
            before = self.topics.end(self.out)
            self.topics.put([_observed(OZMAP_CLIENT, row) for row in rows])
        finally:
            started_s = time.perf_counter()
            self.process.thaw()
        if not self.n_out:
            self.n_out = round((self._end_of_quiet() - before) / len(rows))
        self.topics.await_end(self.out, before + self.n_out * len(rows), self.process)
        took_s = time.perf_counter() - started_s
        return len(rows) / took_s, self.process.cpu_s() - cpu_before_s

    def _end_of_quiet(self) -> int:
        """The end of the outputs once no more come."""
        end, since_s = self.topics.end(self.out), time.monotonic()
        while time.monotonic() - since_s < QUIET_S:
            time.sleep(0.1)
            if (now := self.topics.end(self.out)) != end:
                end, since_s = now, time.monotonic()
        return end


async def take(bench: Bench) -> list[Figure]:
    """P3, P3 all and P3 cpu, from the same rounds."""
    n_all = N_EVENTS * (N_ROUNDS + N_WARMUPS)
    only = {
        f"RULE_{slug.upper().replace('-', '_')}": "off" for slug in RULE_BY_SLUG if slug != client_name.SLUG
    }
    ours = _streams(bench, n_all, 1, only)
    everything = _streams(bench, n_all, 0, {})
    stock = _stock(bench)
    cpu = CpuRates(N_WARMUPS)

    def arm(name: str, running: Running) -> Arm:
        async def run(number: int) -> float:
            first = number * N_EVENTS
            numbers = range(first, first + N_EVENTS)
            rate, cpu_s = running.run(
                [OzmapClient(id=f"c{n:07}", code=_login(n), name=CUSTOMER) for n in numbers]
            )
            cpu.note(name, number, N_EVENTS, cpu_s)
            return rate

        return Arm(name, run)

    arms = [arm(OURS, ours), arm(STOCK, stock), arm(OURS_ALL, everything), arm(STOCK_AGAIN, stock)]
    rates = await alternate(arms, N_ROUNDS, N_WARMUPS)
    told = ours.topics.end(DECISION_TOPIC)
    on_disk = any(bench.folder.glob("stock-*/**/CURRENT"))
    for running in (ours, everything, stock):
        running.process.child.terminate()
    checks = (
        Check(what=f"two decisions of each of {n_all:,} logins", found=f"{told:,}", holds=told == 2 * n_all),
        loses("a second stock agent", ratio_of(rates, STOCK_AGAIN, STOCK), BAR),
        Check(what="the stock table lies on rocksdict", found=str(on_disk), holds=on_disk),
    )
    what = "the engine under Faust, one rule, one message out an event, ÷ a stock agent"
    figures = [
        _figure("P3", what, OURS, rates, BAR, checks),
        _figure(
            "P3 all", f"the same, {len(RULE_BY_SLUG)} rules, {everything.n_out} messages out", OURS_ALL, rates
        ),
    ]
    if cpu.rates:
        figures.append(_figure("P3 cpu", "P3 in events for a second of processor time", OURS, cpu.rates))
    return figures


def _figure(
    figure_id: str,
    what: str,
    arm: str,
    rates: dict[str, list[float]],
    bar: Bar | None = None,
    checks: tuple[Check, ...] = (),
) -> Figure:
    ratio = ratio_of(rates, arm, STOCK)
    return Figure(
        id=figure_id,
        what=what,
        ratio=ratio,
        bar=bar,
        same_twice=ratio_of(rates, STOCK_AGAIN, STOCK),
        rates={name: rates[name] for name in (arm, STOCK, STOCK_AGAIN)},
        unit="events/s",
        checks=checks,
    )


def _streams(bench: Bench, n_logins: int, n_out: int, rules: dict[str, str]) -> Running:
    """Streams that have folded ``n_logins`` logins and said of each that its client is missing."""
    topics = bench.topics()
    topics.put([_observed(IXC_CUSTOMER, IxcCustomer(id="1", name=CUSTOMER))])
    topics.put([_observed(IXC_LOGIN, row) for row in _logins(n_logins)])
    topics.put([_listed(entity) for entity in ENTITIES])
    process = bench.start("streams", ["streams"], _environment(topics) | rules)
    process.await_line("streams_started")
    topics.await_end(DECISION_TOPIC, n_logins, process)
    return Running(process, topics, DECISION_TOPIC, n_out)


def _stock(bench: Bench) -> Running:
    topics = bench.topics()
    topics.create(OUT)
    process = bench.start("stock", ["benchmarks.stock_agent"], _environment(topics) | {"BENCH_OUT": OUT})
    topics.put([_observed(OZMAP_CLIENT, OzmapClient(id="first", code="first"))])
    topics.await_end(OUT, 1, process)
    return Running(process, topics, OUT, 1)


def _environment(topics: Topics) -> dict[str, str]:
    servers = topics.settings.kafka_bootstrap_servers
    return {"KAFKA_BOOTSTRAP_SERVERS": servers, "TOPIC_PREFIX": topics.prefix, "LOG_LEVEL": "INFO"}


def _logins(n: int) -> Iterable[IxcLogin]:
    return (
        IxcLogin(id=str(i), login=_login(i), active=True, connection="F", customer_id="1") for i in range(n)
    )


def _login(number: int) -> str:
    return f"login{number:07}"


def _observed(entity: Entity, row: Observed) -> Message:
    envelope = Envelope(f"{entity.slug}/{row.id}", entity.observed_type, "/bench", row.id, AT)
    return Message(entity.topic, row.id, row.model_dump_json().encode(), render_headers(envelope))


def _listed(entity: Entity) -> Message:
    body = Listed(n_rows=1, started_at=AT, ended_at=AT).model_dump_json().encode()
    envelope = Envelope(f"{entity.slug}/listed", entity.listed_type, "/bench", LISTED_KEY, AT)
    return Message(entity.topic, LISTED_KEY, body, render_headers(envelope))
