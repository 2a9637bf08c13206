"""EnsureClient: OZmap has a client with this code in a property of its own on this port.

look, nothing found    If we die here: nothing was done.
create                 If we die here: OZmap has all of it, none of it or a half; the next look finds which.
complete the half      If we die here: the same. What is there already is not made again.
"""

from kernel.contracts.commands import EnsureClient
from sinks.effect import Effect
from sinks.ozmap.creation_plan import Site, is_open, plan_creation
from sinks.ozmap.rows import homes_of, parsed_splitter
from sinks.ozmap.steps import PROPERTIES, SPLITTERS, OzmapCalls, pursue


async def ensure_client(command: EnsureClient, ozmap: OzmapCalls) -> Effect:
    """The client is there and on the port, or the reason why not is raised. One that was there is left alone.

    :raises Refused: ambiguous_client, port_missing, port_taken, port_blocked, not_written, or OZmap's own.
    :raises Transient: nobody knows; try again.
    """

    async def look() -> Site:
        clients = await ozmap.clients_with_code(command.code)
        homes = []
        if len(clients) == 1:
            found = await ozmap.properties_of(str(clients[0]["code"]))
            homes = homes_of(str(clients[0]["id"]), found)
        site = Site(clients, homes)
        if not is_open(command, site):
            return site
        of_host = [{"property": "box", "operator": "=", "value": command.host_id}]
        neighbours = await ozmap.find(PROPERTIES, of_host)
        splitter = await ozmap.read(SPLITTERS, command.splitter_id)
        return Site(clients, homes, neighbours, parsed_splitter(splitter) if splitter else None)

    return await pursue(look, lambda site: plan_creation(command, site), ozmap)
