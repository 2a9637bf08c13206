"""The arm that P3 compares with: a Faust agent as its guide shows one. `python -m benchmarks.stock_agent`.

Each row of `ozmap.client` is parsed to a Record, looked up in a table on rocksdict, kept there, and
answered with one awaited send. BENCH_OUT names the topic that it sends to.
"""

import asyncio
import logging
import os
import signal
from typing import Any

import faust

from kernel.contracts.changes import OZMAP_CLIENT
from kernel.settings import load_settings


class Client(faust.Record, serializer="json"):
    """One row of the topic."""

    id: str
    code: str
    name: str
    implanted: bool


class Seen(faust.Record, serializer="json"):
    """What is kept, and sent."""

    code: str
    name: str
    n_times: int


def make_app() -> faust.App:
    """The app: one topic in, one table, one topic out."""
    settings = load_settings()
    app = faust.App(
        settings.topic_prefix + "stock",
        broker=f"kafka://{settings.kafka_bootstrap_servers}",
        store="rocksdb://?driver=rocksdict",
        datadir=str(settings.data_dir),
        autodiscover=False,
        web_enabled=False,
        topic_replication_factor=1,
        topic_partitions=1,
        worker_redirect_stdouts=False,
        logging_config=None,
    )
    clients = app.topic(settings.topic_prefix + OZMAP_CLIENT.topic, value_type=Client)
    seen = app.topic(settings.topic_prefix + os.environ["BENCH_OUT"], value_type=Seen)
    table = app.Table("seen", partitions=1, value_type=Seen)

    @app.agent(clients)
    async def observe(stream: Any) -> None:
        async for client in stream:
            before = table.get(client.id)
            now = Seen(code=client.code, name=client.name, n_times=before.n_times + 1 if before else 1)
            table[client.id] = now
            await seen.send(key=client.id, value=now)

    return app


async def run() -> None:
    """Until SIGTERM."""
    logging.basicConfig(level=logging.WARNING)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    app = make_app()
    await app.start()
    await stopping.wait()
    await app.stop()


if __name__ == "__main__":
    asyncio.run(run())
