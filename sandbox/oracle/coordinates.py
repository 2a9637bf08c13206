"""coordinates: a login in IXC is where its property stands on the map.

Source: spec ``coordinates``.
"""

from __future__ import annotations

from sandbox.oracle.raw import (
    Row,
    Rows,
    Subscribers,
    by_id,
    distance_m,
    is_active,
    of,
    ozmap_point,
    point,
    text,
)

SLACK = 1.01
"""Two formulas of the earth may differ by a little at the edge of the tolerance."""


def expected_coordinates(ozmap: Rows, ixc: Rows) -> dict[str, tuple[float, float]]:
    """Login row id → ``(lat, lng)`` of its property. Who has none there is not in it."""
    subscribers = Subscribers(ozmap, ixc)
    wanted: dict[str, tuple[float, float]] = {}
    for login in subscribers.fibre_logins():
        client = subscribers.client(login) if is_active(login) else None
        home = subscribers.home(client) if client is not None else None
        spot = ozmap_point(home) if home is not None else None
        if spot is not None:
            wanted[str(login["id"])] = spot
    return wanted


def compare_coordinates(
    ozmap: Rows, ixc: Rows, tolerance_m: float = 1.0, initial: Rows | None = None
) -> list[str]:
    """What differs from coordinates, in words. ``initial``: IXC before; who was near enough must not move."""
    wanted = expected_coordinates(ozmap, ixc)
    before = by_id(of(initial, "radusuarios")) if initial is not None else {}
    words: list[str] = []
    for login in of(ixc, "radusuarios"):
        spot, old = wanted.get(str(login["id"])), before.get(str(login["id"]))
        if spot is not None and not _near(login, spot, tolerance_m * SLACK):
            words.append(
                f"login {text(login, 'login')} is at {_shown(login)}, its property at {spot[0]} {spot[1]}"
            )
        if old is None or _shown(old) == _shown(login):
            continue
        if spot is None or _near(old, spot, tolerance_m / SLACK):
            words.append(
                f"login {text(login, 'login')} moved from {_shown(old)} to {_shown(login)} for no reason"
            )
    return words


def _near(login: Row, spot: tuple[float, float], tolerance_m: float) -> bool:
    found = point(text(login, "latitude"), text(login, "longitude"))
    return found is not None and distance_m(found, spot) <= tolerance_m


def _shown(login: Row) -> str:
    return f"{text(login, 'latitude')!r} {text(login, 'longitude')!r}"
