"""EnsureCoordinates: a login lies where OZmap has its property, within the tolerance."""

from kernel.contracts.commands import EnsureCoordinates
from sinks.effect import Effect
from sinks.ixc.plan import login_place
from sinks.ixc.record import IxcRecords, ensure_record


async def ensure_coordinates(command: EnsureCoordinates, ixc: IxcRecords) -> Effect:
    """The login has the coordinates, or the reason why not is raised.

    :raises Refused: remote_missing, not_written, or IXC's own refusal.
    :raises Transient: nobody knows; try again.
    """
    return await ensure_record(login_place(command), ixc)
