"""EnsureNoClient: the client is off its property, which stays and remembers it.

look                   If we die here: nothing was done.
1 farewell line        If we die here: the line is there and not added again.
2 drop off the port    If we die here: the port is free, the line tells which it was.
3 client off           If we die here: the property is without client; the line tells that we did it.
4 client's record      If we die here: the client is gone, and the next look says so.
"""

from kernel.contracts.commands import EnsureNoClient
from sinks.effect import Effect
from sinks.ozmap.cancellation_plan import Tenancy, plan_cancellation
from sinks.ozmap.rows import Row, client_of, drop_of, homes_of, reference
from sinks.ozmap.steps import CLIENTS, PROPERTIES, OzmapCalls, pursue

FIBRES = "fibers"


async def ensure_no_client(command: EnsureNoClient, ozmap: OzmapCalls) -> Effect:
    """The client is off, or the reason why not is raised.

    :raises Refused: foreign_change, not_written, or OZmap's own refusal.
    :raises Transient: nobody knows; try again.
    """

    async def look() -> Tenancy:
        client = await ozmap.read(CLIENTS, command.client_id)
        # The property last: what is written to its observation is built on what is read here.
        home = await ozmap.read(PROPERTIES, command.property_id)
        if home is not None and client_of(home) == command.client_id:
            return Tenancy(home, client, await _drop_of(home, ozmap) if command.disconnects else None)
        elsewhere = []
        if client is not None:
            found = await ozmap.properties_of(str(client.get("code") or command.code))
            elsewhere = homes_of(command.client_id, found)
        return Tenancy(home, client, elsewhere=elsewhere)

    return await pursue(look, lambda seen: plan_cancellation(command, seen), ozmap)


async def _drop_of(home: Row, ozmap: OzmapCalls) -> str | None:
    """The drop, if the property names one; else the cable of the fibre on the splitter (sheet 3.10)."""
    drop_id = drop_of(home)
    for one in home.get("connections") or []:
        if drop_id is None and (fibre_id := reference(one.get("fiber"))) is not None:
            fibre = await ozmap.read(FIBRES, fibre_id)
            drop_id = reference(fibre.get("parent")) if fibre is not None else None
    return drop_id
