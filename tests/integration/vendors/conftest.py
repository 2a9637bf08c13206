"""Both doubles with the small city in them, and clients that know them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from kernel.vendors.ixc.client import IxcApi
from kernel.vendors.ozmap.client import OzmapApi
from tests.integration.vendors.doubles import Running, running, settings_for, unhurried


@pytest.fixture(scope="module")
def ozmap_double() -> Iterator[Running]:
    """OZmap with the small city, one for all tests of a module."""
    with running("ozmap", "--city", "small") as double:
        yield double


@pytest.fixture(scope="module")
def ixc_double() -> Iterator[Running]:
    """IXC with the small city, one for all tests of a module."""
    with running("ixc", "--city", "small") as double:
        yield double


@pytest.fixture(autouse=True)
def _no_faults_are_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    for name in ("ozmap_double", "ixc_double"):
        if name in request.fixturenames:
            double: Running = request.getfixturevalue(name)
            double.ask("DELETE", "faults")
            double.ask("POST", "switches", {s["name"]: s["default"] for s in double.ask("GET", "switches")})


@pytest_asyncio.fixture
async def ozmap(ozmap_double: Running) -> AsyncIterator[OzmapApi]:
    """A client of the OZmap double."""
    settings = settings_for(ozmap_url=ozmap_double.url, ozmap_key=ozmap_double.key)
    async with OzmapApi.open(settings, budget=unhurried()) as api:
        yield api


@pytest_asyncio.fixture
async def ixc(ixc_double: Running) -> AsyncIterator[IxcApi]:
    """A client of the IXC double."""
    settings = settings_for(ixc_url=ixc_double.url, ixc_token=ixc_double.key)
    async with IxcApi.open(settings, budget=unhurried()) as api:
        yield api
