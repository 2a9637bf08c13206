"""Points and polygons of filters: ``near``, ``within`` and ``point-intersect`` (ozmap-api 2.3)."""

from __future__ import annotations

import math
from typing import Any

from sandbox.ozmap.shapes import RefusedError

EARTH_M = 6_371_000.0
DEFAULT_RADIUS_M = 200.0
"""Used when ``near`` names no radius; what the real server does then is unknown."""


def parse_point(value: Any) -> tuple[float, float]:
    """``(lng, lat)`` of any form: coords, coordinates, lat/lng, latitude/longitude; text numbers too."""
    if isinstance(value, dict):
        for name in ("coords", "coordinates"):
            if name in value:
                return parse_point(value[name])
        for lng_name, lat_name in (("lng", "lat"), ("longitude", "latitude")):
            if lng_name in value and lat_name in value:
                return parse_point([value[lng_name], value[lat_name]])
    if isinstance(value, list) and len(value) == 2:
        try:
            return float(value[0]), float(value[1])
        except (TypeError, ValueError):
            pass
    raise RefusedError("a point is {lat, lng}, {latitude, longitude} or {coords: [lng, lat]}")


def radius_m_of(value: Any) -> float:
    """The radius of a ``near`` value in metres."""
    try:
        return float(value.get("radius", DEFAULT_RADIUS_M)) if isinstance(value, dict) else DEFAULT_RADIUS_M
    except (TypeError, ValueError):
        raise RefusedError("radius is a number of metres") from None


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle metres between two ``(lng, lat)`` points (haversine)."""
    lng_a, lat_a, lng_b, lat_b = map(math.radians, (*one, *other))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lng_b - lng_a) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def parse_polygon(value: Any) -> list[list[tuple[float, float]]]:
    """Rings of a GeoJSON polygon; the first is the outside, others are holes."""
    rings = value.get("coordinates") if isinstance(value, dict) and value.get("type") == "Polygon" else None
    if not isinstance(rings, list) or not rings:
        raise RefusedError("a polygon is {type: Polygon, coordinates: [[[lng, lat], …]]}")
    return [[parse_point(corner) for corner in ring] for ring in rings]


def is_inside(point: tuple[float, float], rings: list[list[tuple[float, float]]]) -> bool:
    """Whether the point lies in the polygon: an odd number of edges is crossed going east."""
    crossings = 0
    for ring in rings:
        for (lng_a, lat_a), (lng_b, lat_b) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (lat_a > point[1]) != (lat_b > point[1]):
                crossings += point[0] < lng_a + (point[1] - lat_a) / (lat_b - lat_a) * (lng_b - lng_a)
    return crossings % 2 == 1
