"""Coordinates as the two systems write them: degrees as numbers, or IXC's text of many habits."""

import math

DEGREE_DECIMALS = 8
"""Decimals written to IXC: about a millimetre, within the 45 characters of ``latitude``."""

SAME_PLACE_DEGREES = 5e-8
"""Half of the seventh decimal, five millimetres: nearer than that, two coordinates are one."""


def parse_degrees(text: str | None, limit: float) -> float | None:
    """Degrees from IXC's text, or None when it is no coordinate.

    ``limit`` is 90 or 180. A comma is a point; an integer beyond ±180 is degrees × 10⁶; empty, "0" and
    what lies beyond the limit are no coordinate. Source: spec coordinates; fact sheet IXC 6.2, 7 (18).
    """
    cleaned = (text or "").strip().replace(",", ".")
    try:
        degrees = float(cleaned)
    except ValueError:
        return None
    if "." not in cleaned and abs(degrees) > 180:
        degrees /= 1e6
    if not math.isfinite(degrees) or degrees == 0 or abs(degrees) > limit:
        return None
    return degrees


def parse_latitude(text: str | None) -> float | None:
    """A latitude from IXC's text: :func:`parse_degrees` within ±90."""
    return parse_degrees(text, 90)


def parse_longitude(text: str | None) -> float | None:
    """A longitude from IXC's text: :func:`parse_degrees` within ±180."""
    return parse_degrees(text, 180)


def render_degrees(degrees: float | None) -> str:
    """Degrees as IXC's text: a point, at most eight decimals, no exponent, empty for None."""
    if degrees is None:
        return ""
    return f"{degrees:.{DEGREE_DECIMALS}f}".rstrip("0").rstrip(".")


def same_degrees(left: float | None, right: float | None) -> bool:
    """Whether two degrees are one place: both absent, or nearer than five millimetres."""
    if left is None or right is None:
        return left is right
    return abs(left - right) < SAME_PLACE_DEGREES


EARTH_RADIUS_M = 6_371_008.8
"""Mean radius: the error of a distance is below 0.6 %, which a tolerance of metres does not feel."""


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two places given in degrees, along the great circle (haversine)."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half_phi = math.sin((other_phi - phi) / 2)
    half_lambda = math.sin(math.radians(other_longitude - longitude) / 2)
    root = half_phi**2 + math.cos(phi) * math.cos(other_phi) * half_lambda**2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(root)))
