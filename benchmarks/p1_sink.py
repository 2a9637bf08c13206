"""P1: a sink end to end ÷ a bare loop of the same HTTP calls, bar ≥ 0.8. P1b: ÷ plain httpx, bar ≥ 7.

Every arm changes the comments of the same boxes in the IXC double, 32 boxes at once: read, read again, put
the whole record, read back. The sink is `python -m sinks` and does all the rest as well: consume, plan,
compare, outcome, commit; its clock runs from its thaw, with the commands laid in Kafka, until the last
outcome is there. The bare loop (P1) has the same transport and nothing but the calls; the plain one (P1b)
is one shared `httpx.AsyncClient`.

The double is one process and answers what it can: where that is less than an arm could ask, the figure says
so of the arm too. How many calls a box took is counted in the double's journal and must be the same.

P1 cpu shows what the double's limit hides: boxes for a second of the arm's own processor time.

The losing arm is the plain client: it must miss P1's bar.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import orjson
from httpx_aiohttp import AiohttpTransport

from benchmarks.bench import IXC_TOKEN, OZMAP_KEY, Bench, DoubleProcess, Process, Topics
from benchmarks.measure import Arm, Bar, Check, CpuRates, Figure, alternate, loses, ratio_of
from kernel.contracts.commands import BoxFields, EnsureBox, event_type
from kernel.contracts.envelope import Envelope, Message, render_headers
from kernel.contracts.outcomes import outcome_topic
from kernel.domain.plant import IxcBox
from kernel.vendors.exchange import Request
from kernel.vendors.ixc.models import BoxRow
from kernel.vendors.ixc.requests import ListingForm, render_listing, render_update
from kernel.vendors.ixc.translate import parse_box, render_record_for_put

BAR = Bar(at_least=0.8)
BAR_PLAIN = Bar(at_least=7)
N_AT_ONCE = 32
N_BOXES = 400
N_BOXES_PLAIN = 80
"""Boxes a round for the arm that is slow."""
N_ROUNDS = 4
SINK, PLAIN = "sink", "plain httpx"
BARE, BARE_AGAIN = "bare loop", "bare loop again"
END_TO_END = f"a sink end to end, {N_AT_ONCE} in flight"
Way = Callable[[Sequence[IxcBox], str], Awaitable[float]]
TABLE = "rad_caixa_ftth"
OUTCOMES = outcome_topic(EnsureBox.system, EnsureBox.entity)


@dataclass(slots=True)
class Sink:
    """A sink at work on topics of its own."""

    process: Process
    topics: Topics

    async def run(self, boxes: Sequence[IxcBox], comments: str) -> float:
        """Boxes a second."""
        before = self.topics.end(OUTCOMES)
        self.process.freeze()
        try:
            self.topics.put([_command(box, comments) for box in boxes])
        finally:
            started_s = time.perf_counter()
            self.process.thaw()
        await asyncio.to_thread(self.topics.await_end, OUTCOMES, before + len(boxes), self.process)
        return len(boxes) / (time.perf_counter() - started_s)


@dataclass(slots=True)
class BareLoop:
    """The same calls with ``client`` and nothing around them."""

    client: httpx.AsyncClient
    double: DoubleProcess

    async def run(self, boxes: Sequence[IxcBox], comments: str) -> float:
        """Boxes a second."""
        left = iter(boxes)
        started_s = time.perf_counter()
        await asyncio.gather(*(self._work(left, comments) for _ in range(N_AT_ONCE)))
        return len(boxes) / (time.perf_counter() - started_s)

    async def _work(self, left: Iterator[IxcBox], comments: str) -> None:
        for box in left:
            await self._read(box.id)
            row = await self._read(box.id)
            wished = render_record_for_put(row | {"obs_caixa_ftth": comments})
            said = orjson.loads(await self._ask(render_update(TABLE, box.id, wished)))
            written = await self._read(box.id)
            if said["type"] != "success" or written["obs_caixa_ftth"] != comments:
                raise RuntimeError(f"box {box.id} was not written: {said}")

    async def _read(self, row_id: str) -> dict[str, str]:
        answer = await self._ask(render_listing(TABLE, "=", row_id, (), 1, ListingForm.POST))
        row: dict[str, str] = orjson.loads(answer)["registros"][0]
        return row

    async def _ask(self, request: Request) -> bytes:
        answer = await self.client.request(
            request.method,
            f"{self.double.url}/{request.path}",
            content=request.body,
            headers={**request.headers, **self.double.auth},
        )
        return answer.content


async def take(bench: Bench) -> list[Figure]:
    """P1, P1b and P1 cpu, from the same rounds."""
    cpu = CpuRates()
    with bench.double("ixc", "town") as ixc:
        boxes, calls, sink = _boxes(ixc), Calls(ixc), _sink(bench, ixc)
        async with (
            httpx.AsyncClient(transport=AiohttpTransport(), timeout=60) as fast,
            httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=N_AT_ONCE)) as plain,
        ):

            def arm(name: str, way: Way, n_boxes: int, cpu_s: Callable[[], float]) -> Arm:
                async def run(number: int) -> float:
                    before_s = cpu_s()
                    rate = await way(boxes[:n_boxes], f"{name} {number}")
                    cpu.note(name, number, n_boxes, cpu_s() - before_s)
                    if number == 0:
                        calls.note(name, n_boxes)
                    return rate

                return Arm(name, run)

            rates = await alternate(
                [
                    arm(SINK, sink.run, N_BOXES, sink.process.cpu_s),
                    arm(BARE, BareLoop(fast, ixc).run, N_BOXES, time.process_time),
                    arm(BARE_AGAIN, BareLoop(fast, ixc).run, N_BOXES, time.process_time),
                    arm(PLAIN, BareLoop(plain, ixc).run, N_BOXES_PLAIN, time.process_time),
                ],
                N_ROUNDS,
            )
        sink.process.child.terminate()
    must_lose = loses("plain httpx", ratio_of(rates, PLAIN, BARE), BAR)
    figures = [
        _figure(
            "P1", f"{END_TO_END}, ÷ a bare loop of the same calls", BARE, rates, BAR, (calls.check, must_lose)
        ),
        _figure("P1b", f"{END_TO_END}, ÷ a shared httpx.AsyncClient", PLAIN, rates, BAR_PLAIN),
    ]
    if SINK in cpu.rates:
        figures.append(_figure("P1 cpu", "P1 in boxes for a second of processor time", BARE, cpu.rates))
    return figures


@dataclass(slots=True)
class Calls:
    """How many requests an arm made for one box, from the double's journal; counted in the warm-up."""

    double: DoubleProcess
    per_box: dict[str, float] = field(default_factory=dict)
    n_seen: int = 0

    def note(self, arm: str, n_boxes: int) -> None:
        """What was asked since the last note was asked by ``arm`` for ``n_boxes``."""
        entries = self.double.journal(self.n_seen)
        self.n_seen = entries[-1]["seq"]
        self.per_box[arm] = sum(entry["entity"] == TABLE for entry in entries) / n_boxes

    @property
    def check(self) -> Check:
        """All arms made the same number of calls."""
        found = ", ".join(f"{arm} {n:g}" for arm, n in self.per_box.items())
        return Check(
            what="the same calls a box in every arm", found=found, holds=len(set(self.per_box.values())) == 1
        )


def _figure(
    figure_id: str,
    what: str,
    under: str,
    rates: dict[str, list[float]],
    bar: Bar | None = None,
    checks: tuple[Check, ...] = (),
) -> Figure:
    return Figure(
        id=figure_id,
        what=what,
        ratio=ratio_of(rates, SINK, under),
        bar=bar,
        same_twice=ratio_of(rates, BARE_AGAIN, BARE),
        rates={name: rates[name] for name in dict.fromkeys((SINK, under, BARE, BARE_AGAIN))},
        unit="boxes/s",
        checks=checks,
    )


def _sink(bench: Bench, ixc: DoubleProcess) -> Sink:
    topics = bench.topics()
    environment = {
        "OZMAP_URL": "http://127.0.0.1:9",
        "OZMAP_KEY": OZMAP_KEY,
        "IXC_URL": ixc.url,
        "IXC_TOKEN": IXC_TOKEN,
        "IXC_REQUESTS_PER_S": "1000000",
        "KAFKA_BOOTSTRAP_SERVERS": topics.settings.kafka_bootstrap_servers,
        "TOPIC_PREFIX": topics.prefix,
        "SINK_IN_FLIGHT": str(N_AT_ONCE),
    }
    process = bench.start("sink", ["sinks"], environment)
    process.await_line("partitions_gained")
    return Sink(process, topics)


def _boxes(ixc: DoubleProcess) -> list[IxcBox]:
    """Boxes of which only the comments will differ from what is wished."""
    parsed = [parse_box(BoxRow.model_validate(row)) for row in ixc.rows(TABLE)]
    fit = [box for box in parsed if box.status == "A" and box.project_id and box.capacity and box.latitude]
    if len(fit) < N_BOXES:
        raise RuntimeError(f"the double has {len(fit)} boxes that fit, {N_BOXES} are needed")
    return fit


def _command(box: IxcBox, comments: str) -> Message:
    command = EnsureBox(
        rule="box-sync",
        subject=f"box:{box.id}",
        ixc_id=box.id,
        fields=BoxFields(
            name=box.name.strip(),
            project_id=box.project_id or "",
            transmitter_id=box.transmitter_id,
            latitude=box.latitude,
            longitude=box.longitude,
            comments=comments,
            capacity=box.capacity or 0,
        ),
    )
    envelope = Envelope(command.id, event_type(command), "/bench", command.subject, datetime.now(UTC))
    return Message(command.topic, command.key, command.model_dump_json().encode(), render_headers(envelope))
