"""What a path and a verb of ``/api/v2`` ask for (ozmap-api 2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from sandbox.faults import Purpose
from sandbox.ozmap.schema import ALIASES, TYPES

ROOT: Final = "/api/v2/"


@dataclass(frozen=True, slots=True)
class Route:
    """``action`` names the method of the double that answers; ``id`` is an id, a code or None."""

    action: str
    purpose: Purpose
    entity: str | None = None
    id: str | None = None
    is_alias: bool = False


_PLAIN: Final[dict[tuple[str, str], Route]] = {
    ("POST", "users/login"): Route("login", "other"),
    ("GET", "authenticated"): Route("authenticated", "other"),
    ("GET", "system-configs"): Route("system_configs", "other"),
    ("POST", "disconnect"): Route("disconnect_pair", "action", "splitters"),
}
_COLLECTION: Final[dict[str, tuple[str, Purpose]]] = {"GET": ("list", "list"), "POST": ("create", "create")}
_ELEMENT: Final[dict[str, tuple[str, Purpose]]] = {
    "GET": ("read", "read"),
    "PATCH": ("update", "update"),
    "DELETE": ("delete", "delete"),
}
_BATCHED: Final = ("ftth-clients", "properties")
UNKNOWN: Final = Route("unknown", "other")


def route_of(method: str, path: str) -> Route:
    """The route of a request; ``UNKNOWN`` when the double has none."""
    if not path.startswith(ROOT):
        return UNKNOWN
    rest = path[len(ROOT) :].strip("/")
    plain = _PLAIN.get((method, rest))
    if plain is not None:
        return plain
    parts = [unquote(part) for part in rest.split("/")]
    entity = ALIASES.get(parts[0], parts[0])
    if entity not in TYPES:
        return UNKNOWN
    is_alias = parts[0] == "drops"
    if len(parts) == 1 and method in _COLLECTION:
        action, purpose = _COLLECTION[method]
        return Route(action, purpose, entity, None, is_alias)
    if len(parts) == 2:
        return _element(method, entity, parts[1], is_alias)
    if method == "GET" and entity == "properties" and len(parts) == 3 and parts[1] == "client":
        return Route("properties_of_client", "other", entity, parts[2])
    if method == "POST" and entity == "cables" and parts[2:] == ["fibers", "disconnect"]:
        return Route("disconnect_cable", "action", entity, parts[1])
    return UNKNOWN


def _element(method: str, entity: str, row_id: str, is_alias: bool) -> Route:
    if method == "POST" and row_id == "batch-update" and entity in _BATCHED:
        return Route("batch_update", "action", entity)
    if method not in _ELEMENT:
        return UNKNOWN
    action, purpose = _ELEMENT[method]
    return Route(action, purpose, entity, row_id, is_alias)
