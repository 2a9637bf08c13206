"""EnsureNoReservation: OZmap has neither this reservation's client nor its property and drop.

look             If we die here: nothing was done.
delete property  If we die here: client and drop went with it, or the next look finds the client alone.
delete client    If we die here: nothing is left, and the next look says so. Only for one without property.
"""

from kernel.contracts.commands import EnsureNoReservation
from sinks.effect import Effect
from sinks.ozmap.rows import Row, connections_of, drop_of, fibre_on, homes_of
from sinks.ozmap.steps import CLIENTS, DROPS, PROPERTIES, SPLITTERS, OzmapCalls, pursue
from sinks.ozmap.withdrawal_plan import Reservation, plan_withdrawal


async def ensure_no_reservation(command: EnsureNoReservation, ozmap: OzmapCalls) -> Effect:
    """Nothing of the reservation is left, or the reason why not is raised.

    :raises Refused: not_a_reservation (it is implanted by now), foreign_change, ambiguous_property,
        not_written, or OZmap's own refusal.
    :raises Transient: nobody knows; try again.
    """
    last_home: Row | None = None

    async def look() -> Reservation:
        nonlocal last_home
        commanded = None
        if command.property_id is not None:
            commanded = await ozmap.read(PROPERTIES, command.property_id)
        last_home = commanded or last_home
        client = await ozmap.read(CLIENTS, command.client_id)
        if client is None:
            left = () if commanded or last_home is None else await _left_of(last_home, ozmap)
            return Reservation(None, commanded=commanded, left=left)
        found = await ozmap.properties_of(str(client.get("code") or command.code))
        return Reservation(client, homes_of(command.client_id, found), commanded)

    return await pursue(look, lambda seen: plan_withdrawal(command, seen), ozmap)


async def _left_of(home: Row, ozmap: OzmapCalls) -> tuple[str, ...]:
    """What a property that is gone should have taken with it and did not: its drop, its hold on a port."""
    left = []
    drop_id = drop_of(home)
    if drop_id is not None and await ozmap.read(DROPS, drop_id) is not None:
        left.append(f"{DROPS}/{drop_id}")
    fibres = {str(one.get("fiber")) for one in home.get("connections") or []}
    for at in connections_of(home):
        splitter = await ozmap.read(SPLITTERS, at.splitter_id)
        if splitter is not None and fibre_on(splitter, at.port) in fibres:
            left.append(f"port {at}")
    return tuple(left)
