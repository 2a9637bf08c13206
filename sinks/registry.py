"""Which executor does which command: the one list. A test fails on a command that has none."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from kernel.contracts.commands import Command, EnsureBox, EnsureClientName
from sinks.effect import Effect
from sinks.ixc.box import IxcBoxes, ensure_box
from sinks.ixc.plan import BoxCreation
from sinks.ozmap.client_name import OzmapClients, ensure_client_name
from sinks.runner import Execute


@dataclass(frozen=True, slots=True)
class Remotes:
    """Both systems, and what creations need from the settings."""

    ixc: IxcBoxes
    ozmap: OzmapClients
    box_creation: BoxCreation


async def _ensure_box(command: EnsureBox, remotes: Remotes) -> Effect:
    return await ensure_box(command, remotes.ixc, remotes.box_creation)


async def _ensure_client_name(command: EnsureClientName, remotes: Remotes) -> Effect:
    return await ensure_client_name(command, remotes.ozmap)


EXECUTORS: dict[type[Any], Callable[[Any, Remotes], Awaitable[Effect]]] = {
    EnsureBox: _ensure_box,
    EnsureClientName: _ensure_client_name,
}


def executor(remotes: Remotes) -> Execute:
    """Does any command on ``remotes``."""

    async def execute(command: Command) -> Effect:
        return await EXECUTORS[type(command)](command, remotes)

    return execute
