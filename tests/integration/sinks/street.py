"""A double in this process with a little hand-made plant, and the product's client to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import SecretStr

from kernel.settings import Settings
from kernel.vendors.budget import Budget
from kernel.vendors.ixc.client import IxcApi
from kernel.vendors.ozmap.client import OzmapApi
from sandbox.chassis import Setup
from sandbox.ozmap.double import OzmapDouble
from sandbox.serving import serving
from tests.integration.sandbox.ixc_asking import PRODUCT, ROWS, Ixc, ixc_double
from tests.integration.sandbox.mapping import OzmapPerson, Street

OZMAP_KEYS = {"k-product": "product", "k-person": "person"}


def by_product(journal: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The requests by which the product changed something."""
    return [entry for entry in journal if entry["actor"] == "product" and (entry["changed"] or entry["also"])]


@dataclass
class OzmapTown:
    """A street of two boxes, the person who draws it, and the product's client."""

    person: OzmapPerson
    street: Street
    api: OzmapApi

    async def rows(self, entity: str) -> list[dict[str, Any]]:
        """As stored."""
        return list(await self.person.sandbox("GET", f"rows/{entity}"))

    async def writes(self) -> list[dict[str, Any]]:
        """What the product changed, request by request."""
        return by_product(await self.person.journal())

    async def fault(self, kind: str, entity: str, method: str, **more: Any) -> None:
        """The product's next request of this kind meets this fault, ``times`` 1 unless told."""
        match = {"actor": "product", "entity": entity, "method": method}
        await self.person.fault(kind, match=match, **{"times": 1, **more})


@asynccontextmanager
async def ozmap_town() -> AsyncIterator[OzmapTown]:
    """Inside the block OZmap serves."""
    async with serving(OzmapDouble(Setup(keys=OZMAP_KEYS))) as served, aiohttp.ClientSession() as session:
        person = OzmapPerson(served.url, session, "k-person", "/api/v2/")
        settings = Settings(ozmap_url=served.url, ozmap_key=SecretStr("k-product"))
        async with OzmapApi.open(settings, budget=Budget(1e9)) as api:
            yield OzmapTown(person, await Street(person).build(), api)


@dataclass
class IxcTown:
    """IXC with a few rows, and the product's client."""

    asking: Ixc
    api: IxcApi

    async def row(self, table: str, row_id: str) -> dict[str, str]:
        """As stored."""
        rows: list[dict[str, str]] = await self.asking.sandbox("GET", f"rows/{table}")
        return next(row for row in rows if row["id"] == row_id)

    async def writes(self) -> list[dict[str, Any]]:
        """What the product changed, request by request."""
        return by_product(await self.asking.sandbox("GET", "journal?since=0"))

    async def fault(self, kind: str, entity: str, **more: Any) -> None:
        """The product's next PUT on this table meets this fault."""
        match = {"actor": "product", "entity": entity, "method": "PUT"}
        await self.asking.fault(kind, match=match, **{"times": 1, **more})


@asynccontextmanager
async def ixc_town(*switches: str) -> AsyncIterator[IxcTown]:
    """Inside the block IXC serves."""
    async with ixc_double(*switches, rows=ROWS) as asking:
        settings = Settings(ixc_url=asking.url, ixc_token=SecretStr(PRODUCT))
        async with IxcApi.open(settings, budget=Budget(1e9)) as api:
            yield IxcTown(asking, api)
