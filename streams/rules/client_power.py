"""client-power: a property of OZmap shows the newest power that IXC read at the client's ONU.

Source: spec client-power; the vendor's text, "Status and Power Synchronization"; fact sheet IXC 6.3
(``0.00`` is no reading, a zero date is never).
"""

from collections.abc import Iterable

from kernel.contracts import changes
from kernel.contracts.commands import EnsurePower
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import IxcLogin, IxcOnu, OzmapProperty
from streams.decision import Already, Decision, Ensure, Skip
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import active_fibre_login, known_property_of, subject_of
from streams.view import View

SLUG = "client-power"
LOWEST_DBM = -60.0
HIGHEST_DBM = 10.0
ROUNDING_DB = 1e-6
"""Readings have two decimals: what differs by less than this differs by the rounding of floats."""


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide which power the client's property shall show."""
    found = active_fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    reading_dbm = newest_reading_dbm(view.onus_of(found.id))
    if reading_dbm is None:
        return Skip(Reason.NO_READING)
    home = known_property_of(login, view)
    if not isinstance(home, OzmapProperty):
        return home
    shown_dbm = home.potency_dbm
    if shown_dbm is not None and abs(shown_dbm - reading_dbm) < policy.power_step_db - ROUNDING_DB:
        return Already()
    return Ensure(
        EnsurePower(
            rule=SLUG,
            subject=subject_of(login),
            property_id=home.id,
            power_dbm=reading_dbm,
            step_db=policy.power_step_db,
        )
    )


def newest_reading_dbm(onus: Iterable[IxcOnu]) -> float | None:
    """The newest valid reading of a login's ONU rows; of two at one moment, the newer row's."""
    readings = [
        (onu.read_at, len(onu.id), onu.id, onu.rx_dbm)
        for onu in onus
        if onu.read_at is not None and onu.rx_dbm and LOWEST_DBM <= onu.rx_dbm <= HIGHEST_DBM
    ]
    return max(readings)[3] if readings else None


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset({changes.IXC_LOGIN, changes.IXC_ONU, changes.OZMAP_CLIENT, changes.OZMAP_PROPERTY}),
    decide=decide,
)
