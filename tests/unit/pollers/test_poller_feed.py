"""Feeds: when IXC is asked for one more page, and when two signs say that there is none."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from kernel.vendors.ixc.client import PAGE_ROWS
from kernel.vendors.rows import BadRow, Page, RawRow
from pollers.feed import _to_last


def page(n_rows: int, total: int | None, n_bad: int = 0) -> Page[Any]:
    bad = [BadRow(str(n), n, "id: missing") for n in range(n_bad)]
    return Page([RawRow(id=str(n)) for n in range(n_rows)], total, bad)


@pytest.mark.parametrize(
    ("first", "n_pages"),
    [
        (page(3, 3), 1),
        (page(2, 3, n_bad=1), 1),
        (page(3, 4), 2),  # the page was cut, or the total lies: ask
        (page(3, 2), 2),
        (page(3, None), 2),
        (page(PAGE_ROWS, PAGE_ROWS), 2),  # full to the brim: a cap on pages may have cut the total too
        (page(0, 0), 1),
    ],
)
async def test_a_page_is_the_last_when_it_is_short_and_as_long_as_its_total(
    first: Page[Any], n_pages: int
) -> None:
    async def asked() -> AsyncIterator[Page[Any]]:
        yield first
        yield page(0, 0)

    assert len([shown async for shown in _to_last(asked())]) == n_pages
