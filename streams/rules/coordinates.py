"""coordinates: a login of IXC lies where OZmap has the client's property.

Source: spec coordinates; the vendor's text, "Client Coordinates Update".
"""

from kernel.contracts import changes
from kernel.contracts.commands import EnsureCoordinates
from kernel.domain.coordinates import distance_m, same_degrees
from kernel.domain.policy import Policy
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import IxcLogin, OzmapProperty
from streams.decision import Already, Decision, Ensure, Skip
from streams.rules.rule import Rule, Subject
from streams.rules.subscriber import active_fibre_login, known_property_of, subject_of
from streams.view import View

SLUG = "coordinates"


def decide(login: str, view: View, policy: Policy) -> Decision:
    """Decide where the login shall lie."""
    found = active_fibre_login(login, view)
    if not isinstance(found, IxcLogin):
        return found
    home = known_property_of(login, view)
    if not isinstance(home, OzmapProperty):
        return home
    if not home.latitude or not home.longitude:  # IXC reads 0 as none: it could never be seen there
        return Skip(Reason.PROPERTY_WITHOUT_COORDINATES)
    if _is_there(found, home.latitude, home.longitude, policy.coordinates_tolerance_m):
        return Already()
    return Ensure(
        EnsureCoordinates(
            rule=SLUG,
            subject=subject_of(login),
            login_id=found.id,
            latitude=home.latitude,
            longitude=home.longitude,
            tolerance_m=policy.coordinates_tolerance_m,
        )
    )


def _is_there(login: IxcLogin, latitude: float, longitude: float, tolerance_m: float) -> bool:
    """Whether the login lies within the tolerance, or is the place as nearly as IXC's text can say it."""
    if login.latitude is None or login.longitude is None:
        return False
    if same_degrees(login.latitude, latitude) and same_degrees(login.longitude, longitude):
        return True
    return distance_m(latitude, longitude, login.latitude, login.longitude) <= tolerance_m


RULE = Rule(
    slug=SLUG,
    subject=Subject.LOGIN,
    needs=frozenset({changes.IXC_LOGIN, changes.OZMAP_CLIENT, changes.OZMAP_PROPERTY}),
    decide=decide,
)
