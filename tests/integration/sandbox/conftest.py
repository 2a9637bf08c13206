"""The OZmap double in this process, on a real port: fast to start, spoken to over HTTP like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.chassis import Setup
from sandbox.ozmap.double import OzmapDouble
from sandbox.serving import serving
from tests.integration.sandbox.mapping import OzmapPerson, Street

KEYS = {"k-person": "person", "k-product": "product"}


@pytest.fixture
async def ozmap() -> AsyncIterator[OzmapPerson]:
    """A person with a key to an OZmap double without any plant but its types."""
    async with serving(OzmapDouble(Setup(keys=KEYS))) as served, aiohttp.ClientSession() as session:
        yield OzmapPerson(served.url, session, "k-person", "/api/v2/")


@pytest.fixture
async def small() -> AsyncIterator[OzmapPerson]:
    """A person with a key to the small city in OZmap."""
    async with (
        serving(OzmapDouble(Setup(keys=KEYS, city="small"))) as served,
        aiohttp.ClientSession() as session,
    ):
        yield OzmapPerson(served.url, session, "k-person", "/api/v2/")


@pytest.fixture
async def block(ozmap: OzmapPerson) -> Street:
    """Two boxes with service splitters where subscribers can be connected."""
    return await Street(ozmap).build()
