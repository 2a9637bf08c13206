"""One loop per source, put together from the settings: the pollers' only composition."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from kernel.contracts.changes import Entity
from kernel.domain.errors import System
from kernel.runtime.health import Health
from kernel.settings import Settings
from pollers.delivery import Delivery
from pollers.feed import Feed
from pollers.loop import Loop
from pollers.reading import Reader
from pollers.recall import Known
from pollers.source import Source
from pollers.stamps import IsoStamps, LocalStamps, Stamps
from pollers.trouble import Troubles
from pollers.watch import Watch

SPREAD_S = 0.005
"""Between the first passes of two sources: enough that they do not ask in the same instant."""

Recall = Callable[[Sequence[Entity]], Awaitable[Mapping[str, Known]]]
"""Reads anew what Kafka holds of some entities, by slug."""


def make_loops(
    settings: Settings,
    sources: Sequence[Source],
    feeds: Mapping[System, Feed],
    delivery: Delivery,
    known: Mapping[str, Known],
    recall: Recall,
    health: Health,
) -> list[Loop]:
    """A loop for each of ``sources``, starting from ``known``; nothing runs yet."""
    zone = ZoneInfo(settings.ixc_time_zone)
    stamps: dict[System, Stamps] = {System.OZMAP: IsoStamps(), System.IXC: LocalStamps(zone)}
    troubles, watch, one_at_a_time = Troubles(), Watch(zone), asyncio.Lock()

    async def recall_one(entity: Entity) -> Known:
        async with one_at_a_time:  # after an outage all sources want it at once
            return (await recall([entity]))[entity.slug]

    loops = []
    for source in sources:
        system = source.entity.system
        loop = Loop(
            Reader(
                source,
                feeds[system],
                stamps[system],
                delivery,
                known[source.entity.slug],
                zone=zone,
                overlap=timedelta(seconds=settings.poll_overlap_s),
                full_listing_every=timedelta(seconds=settings.full_listing_interval_s),
            ),
            settings.poll_interval_s,
            troubles,
            watch,
            health,
            partial(recall_one, source.entity),
        )
        loop.reader.on_page = loop.beat
        loops.append(loop)
    return loops


async def run_loops(loops: Sequence[Loop], stopping: asyncio.Event) -> None:
    """All loops run until ``stopping`` is set; then each is stopped where it stands.

    :raises ProducerBroken: when only a new process can go on.
    """
    tasks = [asyncio.create_task(loop.run(n * SPREAD_S)) for n, loop in enumerate(loops)]
    told = asyncio.create_task(stopping.wait())
    try:
        done, _ = await asyncio.wait([told, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {told}:
            task.result()
    finally:
        for task in (told, *tasks):
            task.cancel()
        await asyncio.gather(told, *tasks, return_exceptions=True)
