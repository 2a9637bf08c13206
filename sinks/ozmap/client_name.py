"""EnsureClientName: the OZmap client has the name of IXC's customer. Step numbers as in sinks.worker."""

from typing import Any, Protocol

from kernel.contracts.commands import EnsureClientName
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Malformed, Refused, Transient
from kernel.domain.reasons import Reason
from sinks.effect import Effect
from sinks.ozmap.plan import Nothing, is_named, plan

CLIENTS = "ftth-clients"


class OzmapClients(Protocol):
    """The calls of :class:`kernel.vendors.ozmap.client.OzmapApi` that are made here."""

    async def read(self, route: str, row_id: str) -> dict[str, Any] | None:
        """The whole row."""

    async def patch(self, route: str, row_id: str, body: dict[str, Any]) -> None:
        """These fields of the row are replaced."""


async def ensure_client_name(command: EnsureClientName, ozmap: OzmapClients) -> Effect:
    """The client has the name, or the reason why not is raised.

    :raises Refused: remote_missing, not_written, or OZmap's own refusal.
    :raises Transient: nobody knows; try again.
    """
    client_id = command.client_id
    row = await ozmap.read(CLIENTS, client_id)  # 1 read
    if row is None:
        raise Refused(Reason.REMOTE_MISSING, f"{CLIENTS}/{client_id}")
    chosen = plan(command, row)  # 2 plan
    if isinstance(chosen, Nothing):  # 3 nothing to do
        return Effect(Result.ALREADY, client_id)
    failure: Transient | Refused | Malformed | None = None
    try:
        await ozmap.patch(CLIENTS, client_id, chosen.fields)  # 4 write
    except (Transient, Refused, Malformed) as error:
        failure = error
    written = await ozmap.read(CLIENTS, client_id)  # 5 read back
    if written is None:
        raise Refused(Reason.REMOTE_MISSING, f"{CLIENTS}/{client_id}")
    if not is_named(command, written):
        raise failure or Refused(Reason.NOT_WRITTEN, "name")
    told = f"OZmap answered an error and wrote it all the same: {failure}" if failure else ""
    return Effect(Result.UPDATED, client_id, chosen.changed, detail=told)
