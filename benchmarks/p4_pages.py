"""P4: reading a page whose rows did not change ÷ `json.loads` of the same bytes, in time. Bar: ≤ 0.5.

A page is 500 rows of a double's own listing, all columns. Ours is the pollers' real path: `Reader.read`
over the vendor's client, from the bytes on the transport to "nothing changed": decode, parse, encode,
compare, and the cursor. The client's requests and the empty page that ends an IXC listing are in it; the
network is not. Time is the process's own CPU time: nothing here waits, and others on the machine do not
count.

The losing arm decodes to dictionaries first and validates row by row, as one would without thinking of it.
"""

import gc
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import orjson

from benchmarks.bench import IXC_TOKEN, OZMAP_KEY, Bench, DoubleProcess
from benchmarks.measure import Arm, Bar, Figure, alternate, loses, ratio_of
from kernel.contracts.changes import IXC_BOX, IXC_LOGIN, OZMAP_BOX, Entity
from kernel.contracts.envelope import Message
from kernel.domain.errors import System
from kernel.settings import Settings
from kernel.vendors.ixc.client import IxcApi
from kernel.vendors.ixc.requests import LISTING_HEADER
from kernel.vendors.ozmap.client import OzmapApi
from pollers.detect import encode
from pollers.feed import Feed, IxcFeed, OzmapFeed
from pollers.memory import fingerprint
from pollers.reading import Reader
from pollers.recall import Known
from pollers.source import Source, source_of
from pollers.stamps import IsoStamps, LocalStamps

BAR = Bar(at_most=0.5)
N_ROUNDS = 7
N_PAGES = 12
"""Pages an arm reads in one round."""
N_ROWS = 500
ENTITIES = ((IXC_LOGIN, "logins of IXC"), (IXC_BOX, "boxes of IXC"), (OZMAP_BOX, "boxes of OZmap"))

ZONE = ZoneInfo("America/Sao_Paulo")


class Swallow:
    """A delivery that acknowledges everything and keeps nothing."""

    def __init__(self) -> None:
        self.n_rows = 0

    async def deliver(self, messages: Sequence[Message]) -> None:
        """Acknowledged."""
        self.n_rows += sum(message.topic.endswith(".changes.v1") for message in messages)


class Canned(httpx.AsyncBaseTransport):
    """Answers every first request of a pass with ``page`` and all others with ``end``."""

    def __init__(self, page: bytes, end: bytes) -> None:
        self._page = page
        self._end = end
        self.is_first = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The page, then its end."""
        body, self.is_first = (self._page, False) if self.is_first else (self._end, self.is_first)
        return httpx.Response(200, content=body, headers={"Date": "Tue, 24 Nov 2026 12:00:00 GMT"})


@dataclass(frozen=True, slots=True)
class Ours:
    """The pollers' reading of one canned page, again and again."""

    reader: Reader
    transport: Canned
    delivery: Swallow

    async def read(self) -> None:
        """One pass over the page."""
        self.transport.is_first = True
        await self.reader.read()


async def take(bench: Bench) -> list[Figure]:
    """One figure for each entity."""
    pages: dict[str, bytes] = {}
    with bench.double("ixc", "town") as ixc, bench.double("ozmap", "town") as ozmap:
        for entity, _name in ENTITIES:
            pages[entity.slug] = _fetch(ixc if entity.system is System.IXC else ozmap, entity)
    return [await _figure(entity, name, pages[entity.slug]) for entity, name in ENTITIES]


async def _figure(entity: Entity, name: str, body: bytes) -> Figure:
    ours = _ours(entity, body)
    await ours.read()
    n_first = ours.delivery.n_rows
    naive, naive_memory = _naive(source_of(entity)), dict(ours.reader.known.memory.fingerprints)

    async def read(_round: int) -> float:
        started_s = time.process_time()
        for _ in range(N_PAGES):
            await ours.read()
        return N_PAGES / (time.process_time() - started_s)

    def plain(work: Callable[[], object]) -> Callable[[int], Any]:
        async def run(_round: int) -> float:
            started_s = time.process_time()
            for _ in range(N_PAGES):
                work()
            return N_PAGES / (time.process_time() - started_s)

        return run

    gc.collect()
    gc.freeze()  # or one arm pays for walking what another arm, and the set-up, left alive
    rates = await alternate(
        [
            Arm("ours", read),
            Arm("json.loads", plain(lambda: json.loads(body))),
            Arm("json.loads again", plain(lambda: json.loads(body))),
            Arm("row by row", plain(lambda: naive(body, naive_memory))),
        ],
        N_ROUNDS,
    )
    if (n_first, ours.delivery.n_rows) != (N_ROWS + 1, N_ROWS + 1):
        raise RuntimeError(f"{entity.slug}: {ours.delivery.n_rows} rows told, {N_ROWS} and a listing meant")
    return Figure(
        id=f"P4 {entity.slug}",
        what=f"a page of {N_ROWS} unchanged {name} read ÷ json.loads of its {len(body) // 1024} KiB",
        ratio=ratio_of(rates, "json.loads", "ours"),  # rates: the inverse of times
        bar=BAR,
        same_twice=ratio_of(rates, "json.loads again", "json.loads"),
        rates=rates,
        unit="pages/s",
        checks=(loses("dictionaries, then row by row,", ratio_of(rates, "json.loads", "row by row"), BAR),),
    )


def _ours(entity: Entity, body: bytes) -> Ours:
    settings = Settings(
        ozmap_url="http://localhost:1", ozmap_key=OZMAP_KEY, ixc_url="http://localhost:1", ixc_token=IXC_TOKEN
    )
    end = orjson.dumps({"page": "1", "total": 0} if entity.system is System.IXC else {"rows": [], "total": 0})
    transport, delivery = Canned(body, end), Swallow()
    unlimited = settings.model_copy(update={"ozmap_requests_per_s": 1e9, "ixc_requests_per_s": 1e9})
    feed: Feed
    if entity.system is System.IXC:
        feed = IxcFeed(IxcApi.open(unlimited, transport=transport))
    else:
        feed = OzmapFeed(OzmapApi.open(unlimited, transport=transport))
    reader = Reader(
        source_of(entity),
        feed,
        LocalStamps(ZONE) if entity.system is System.IXC else IsoStamps(),
        delivery,
        Known(),
        zone=ZONE,
        overlap=timedelta(seconds=120),
        full_listing_every=timedelta(hours=6),
        clock=lambda: datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    )
    return Ours(reader, transport, delivery)


def _naive(source: Source) -> Callable[[bytes, dict[str, int]], int]:
    parse = source.parser(ZONE)

    def read(body: bytes, memory: dict[str, int]) -> int:
        whole = json.loads(body)
        n_changed = 0
        for raw in whole.get("registros") or whole.get("rows"):
            row = parse(source.model.model_validate(raw))
            encoded = encode(row)
            n_changed += encoded is None or memory.get(row.id) != fingerprint(encoded)
        return n_changed

    return read


def _fetch(double: DoubleProcess, entity: Entity) -> bytes:
    """A page as the double lists it, in the form that the client asks for."""
    path = source_of(entity).path
    if entity.system is System.IXC:
        body = {"qtype": f"{path}.id", "query": "0", "oper": ">", "page": "1", "rp": str(N_ROWS)}
        sort = {"sortname": f"{path}.id", "sortorder": "asc"}
        answer = httpx.post(
            f"{double.url}/webservice/v1/{path}",
            json=body | sort,
            headers=double.auth | dict([LISTING_HEADER]),
            timeout=60,
        )
        listed = orjson.loads(answer.content)
        return _cut(listed, "registros", total=N_ROWS)
    answer = httpx.get(
        f"{double.url}/api/v2/{path}", params={"limit": str(N_ROWS)}, headers=double.auth, timeout=60
    )
    return _cut(orjson.loads(answer.content), "rows", total=N_ROWS, count=N_ROWS, hasNextPage=False)


def _cut(listed: dict[str, Any], rows: str, **said: object) -> bytes:
    """The page with exactly :data:`N_ROWS` rows, as the last one of its listing; keys as they were sent."""
    if len(listed[rows]) < N_ROWS:
        raise RuntimeError(f"the double listed {len(listed[rows])} rows")
    told = {name: value for name, value in said.items() if name in listed}
    return orjson.dumps(listed | told | {rows: listed[rows][:N_ROWS]})
