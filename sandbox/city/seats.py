"""Which ports the city's subscribers sit on: sure ones, where IXC's box will be linked, and the rest."""

from __future__ import annotations

import random
from typing import Final

from sandbox.city.model import Box, Building, Plan, Seat, Splitter
from sandbox.city.plant import ixc_box_of, ports_before, service_splitters

SURE_TRAITS: Final = {"", "blank_name", "comma", "unindexed", "half_indexed", "same_index", "beside", "riser"}
NO_CLIENTS: Final = {"draft", "draft_in_ixc"}


class Seats:
    """Free ports in chance order. A full box's ports come first, so that it ends up full."""

    def __init__(self, rng: random.Random, plan: Plan) -> None:
        self._rng = rng
        self._sure: list[Seat] = []
        self._other: list[Seat] = []
        self._in_buildings: list[Seat] = []
        self._full: list[Seat] = []
        self.blocked: list[Seat] = []
        hosts: list[Box | Building] = [*plan.boxes, *plan.buildings]
        for host in hosts:
            if host.trait not in NO_CLIENTS:
                self._open(host)
        for pool in (self._sure, self._other, self._in_buildings):
            rng.shuffle(pool)

    def _open(self, host: Box | Building) -> None:
        is_sure = host.trait in SURE_TRAITS
        for splitter in service_splitters(host):
            for port in range(1, splitter.n_outputs + 1):
                seat = Seat(host, splitter, port)
                if port in splitter.blocked:
                    if is_sure and isinstance(host, Box):
                        self.blocked.append(seat)
                elif host.trait == "full":
                    self._full.append(seat)
                else:
                    self._pool_of(host, is_sure=is_sure).append(seat)

    def _pool_of(self, host: Box | Building, *, is_sure: bool) -> list[Seat]:
        if isinstance(host, Building):
            return self._in_buildings
        return self._sure if is_sure else self._other

    def n_free(self) -> int:
        return len(self._sure) + len(self._other) + len(self._in_buildings) + len(self._full)

    def any(self) -> Seat:
        """A free port anywhere: full boxes first, one in twelve in a condominium."""
        if self._full:
            return self._full.pop()
        if self._in_buildings and self._rng.random() < 1 / 12:
            return self._in_buildings.pop()
        n_sure, n_other = len(self._sure), len(self._other)
        pool = self._other if self._rng.random() * (n_sure + n_other) >= n_sure else self._sure
        return (pool or self._sure or self._in_buildings).pop()

    def sure(self) -> Seat:
        """A free port of a box both systems will agree on."""
        return self._sure.pop()


def ixc_place(seat: Seat) -> tuple[int, int]:
    """Box id and port as IXC numbers them; zeros when IXC has no such box."""
    row = ixc_box_of(seat.host, seat.splitter)
    return (row.id, ports_before(seat.host, seat.splitter) + seat.port) if row is not None else (0, 0)


def capacity(host: Box | Building, splitter: Splitter) -> int:
    """How many ports the box has that IXC numbers."""
    if isinstance(host, Building):
        return splitter.n_outputs
    return sum(other.n_outputs for other in service_splitters(host))
