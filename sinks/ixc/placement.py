"""EnsurePlacement: a login, and its ONU row if it has one, are on a port of an IXC box.

The login is written first. IXC may copy its port to the ONU row itself (measured at one provider, fact
sheet IXC 5.9), so that row is read only after the login's write.

If we die between the two: delivered again, the login is found already so and the ONU row is done.
"""

from kernel.contracts.commands import EnsurePlacement
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Refused
from kernel.domain.reasons import Reason, sentence
from kernel.vendors.ixc.translate import parse_reference
from sinks.effect import Effect
from sinks.ixc.plan import login_port, onu_port
from sinks.ixc.record import IxcRecords, ensure_record, settle
from sinks.ixc.wish import ONUS


async def ensure_placement(command: EnsurePlacement, ixc: IxcRecords) -> Effect:
    """Both rows are on the port, or the reason why not is raised. An ONU row that is gone is only told.

    :raises Refused: port_missing for a port below 1, remote_missing, not_written, or IXC's own refusal.
    :raises Transient: nobody knows; try again.
    """
    if command.port < 1:  # never a port 0 to an ONU (fact sheet IXC 5.12)
        raise Refused(Reason.PORT_MISSING, str(command.port))
    login = await ensure_record(login_port(command), ixc)
    if command.onu_id is None:
        return login
    onu = await _ensure_onu(command, command.onu_id, ixc)
    is_written = Result.UPDATED in (login.result, onu.result)
    changed = (
        *login.changed,
        *(change.model_copy(update={"field": f"{ONUS}.{change.field}"}) for change in onu.changed),
    )
    return Effect(
        Result.UPDATED if is_written else Result.ALREADY,
        command.login_id,
        changed,
        detail=" ".join(filter(None, (login.detail, onu.detail))),
    )


async def _ensure_onu(command: EnsurePlacement, onu_id: str, ixc: IxcRecords) -> Effect:
    row = await ixc.read(ONUS, onu_id)
    owner = None if row is None else parse_reference(row.get("id_login", command.login_id))
    if row is None or owner != command.login_id:
        # It went, or to another login, since this was wished: the rule will see that and wish anew.
        return Effect(Result.ALREADY, detail=sentence(Reason.REMOTE_MISSING, f"{ONUS} {onu_id}"))
    try:
        return await settle(onu_port(command, onu_id), row, ixc)
    except Refused as refused:
        if refused.reason == Reason.REMOTE_MISSING:
            return Effect(Result.ALREADY, detail=sentence(refused.reason, refused.detail))
        said = f"{refused.detail} ({ONUS} {onu_id}; the login is on the port)"
        raise Refused(refused.reason, said) from refused
