"""A double as its own process, started by the command line as anyone would."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

START_S = 30.0
STOP_S = 5.0


@dataclass(slots=True)
class Running:
    """A started process and its ready line."""

    process: Process
    ready: dict[str, Any]

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), STOP_S)


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Running]:
    """Inside the block the double serves; after it the process is gone, by SIGKILL if it must."""
    process = await spawn(*arguments)
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), START_S)
        assert line, (await process.communicate())[1].decode()
        yield Running(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def spawn(*arguments: str) -> Process:
    """The command line with these arguments, running."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *arguments, stdout=PIPE, stderr=PIPE
    )
