"""EnsureClientName, EnsureImplanted, EnsureStatus, EnsurePower: one field of one row of OZmap.

They raise Refused (remote_missing, not_written, OZmap's own refusal) or Transient (try again).
"""

from kernel.contracts.commands import EnsureClientName, EnsureImplanted, EnsurePower, EnsureStatus
from kernel.domain.errors import Refused
from kernel.domain.reasons import Reason
from sinks.effect import Effect
from sinks.ozmap.plan import FieldWish, implanted, name, plan_field, power, status
from sinks.ozmap.steps import OzmapRows, Row, pursue


async def ensure_client_name(command: EnsureClientName, ozmap: OzmapRows) -> Effect:
    """The client has the name."""
    return await _ensure(name(command), ozmap)


async def ensure_implanted(command: EnsureImplanted, ozmap: OzmapRows) -> Effect:
    """The client is implanted."""
    return await _ensure(implanted(command), ozmap)


async def ensure_status(command: EnsureStatus, ozmap: OzmapRows) -> Effect:
    """The client shows the status."""
    return await _ensure(status(command), ozmap)


async def ensure_power(command: EnsurePower, ozmap: OzmapRows) -> Effect:
    """The property shows the power."""
    return await _ensure(power(command), ozmap)


async def _ensure(wish: FieldWish, ozmap: OzmapRows) -> Effect:
    async def look() -> Row:
        row = await ozmap.read(wish.route, wish.row_id)
        if row is None:
            raise Refused(Reason.REMOTE_MISSING, f"{wish.route}/{wish.row_id}")
        return row

    return await pursue(look, lambda row: plan_field(wish, row), ozmap)
