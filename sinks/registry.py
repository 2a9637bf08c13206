"""Which executor does which command: the one list. A test fails on a command that has none."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from kernel.contracts.commands import (
    Command,
    EnsureBox,
    EnsureClient,
    EnsureClientName,
    EnsureCoordinates,
    EnsureImplanted,
    EnsureNoClient,
    EnsureNoReservation,
    EnsurePlacement,
    EnsurePower,
    EnsureStatus,
)
from sinks.effect import Effect
from sinks.ixc.box import ensure_box
from sinks.ixc.coordinates import ensure_coordinates
from sinks.ixc.placement import ensure_placement
from sinks.ixc.plan import BoxCreation
from sinks.ixc.record import IxcCalls
from sinks.ozmap.cancellation import ensure_no_client
from sinks.ozmap.creation import ensure_client
from sinks.ozmap.fields import ensure_client_name, ensure_implanted, ensure_power, ensure_status
from sinks.ozmap.steps import OzmapCalls
from sinks.ozmap.withdrawal import ensure_no_reservation
from sinks.runner import Execute


@dataclass(frozen=True, slots=True)
class Remotes:
    """Both systems, and what creations need from the settings."""

    ixc: IxcCalls
    ozmap: OzmapCalls
    box_creation: BoxCreation


Executor = Callable[[Any, Remotes], Awaitable[Effect]]


def _on_ixc(ensure: Callable[[Any, IxcCalls], Awaitable[Effect]]) -> Executor:
    return lambda command, remotes: ensure(command, remotes.ixc)


def _on_ozmap(ensure: Callable[[Any, OzmapCalls], Awaitable[Effect]]) -> Executor:
    return lambda command, remotes: ensure(command, remotes.ozmap)


async def _ensure_box(command: EnsureBox, remotes: Remotes) -> Effect:
    return await ensure_box(command, remotes.ixc, remotes.box_creation)


EXECUTORS: dict[type[Any], Executor] = {
    EnsureBox: _ensure_box,
    EnsurePlacement: _on_ixc(ensure_placement),
    EnsureCoordinates: _on_ixc(ensure_coordinates),
    EnsureClientName: _on_ozmap(ensure_client_name),
    EnsureClient: _on_ozmap(ensure_client),
    EnsureImplanted: _on_ozmap(ensure_implanted),
    EnsureStatus: _on_ozmap(ensure_status),
    EnsurePower: _on_ozmap(ensure_power),
    EnsureNoReservation: _on_ozmap(ensure_no_reservation),
    EnsureNoClient: _on_ozmap(ensure_no_client),
}


def executor(remotes: Remotes) -> Execute:
    """Does any command on ``remotes``."""

    async def execute(command: Command) -> Effect:
        return await EXECUTORS[type(command)](command, remotes)

    return execute
