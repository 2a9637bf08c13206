"""Bodies of creates and updates: what is known of them is checked, what is unknown is stripped or refused."""

from __future__ import annotations

from typing import Any, Final

from sandbox.ozmap.documents import Documents
from sandbox.ozmap.schema import PLACES, TYPES
from sandbox.ozmap.shapes import Field, RefusedError

NAMED: Final = {
    "boxes": "name",
    "buildings": "name",
    "projects": "name",
    "splitters": "name",
    "ftth-clients": "code",
}
"""What a person finds the document by, hence never an empty text."""
_FEEDING: Final = tuple(
    Field(name, "id", "cu", (f"{name}s",), nullable=True) for name in ("olt", "slot", "pon")
)


class Bodies:
    """Reads bodies of writes by the tables of the fact sheet's section 3."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._switches = documents.switches

    def checked(self, entity: str, body: Any, *, create: bool) -> dict[str, Any]:
        """The fields to write, coordinates as ``coords``; RefusedError with what is wrong."""
        if not isinstance(body, dict):
            raise RefusedError("the body must be a JSON object")
        fields: dict[str, Any] = {}
        for name, value in body.items():
            field = self._field(entity, name, create=create)
            if field is not None:
                self._check(field, value)
                fields[name] = value
            elif self._switches.text("unknown_fields") == "refuse":
                raise RefusedError(f"{name} is not allowed")
            elif self._switches.text("unknown_fields") == "keep" and name not in ("id", "_id", "__v"):
                fields[name] = value
        if entity in PLACES:
            _place(fields)
        if create:
            _require(entity, fields)
        named = NAMED.get(entity)
        if named in fields and not str(fields[named]).strip():
            raise RefusedError(f"{named} must not be empty")
        fields.pop("kind", None)
        return fields

    def _field(self, entity: str, name: str, *, create: bool) -> Field | None:
        field = TYPES[entity].fields.get(name)
        if field is not None and field.knows(create=create):
            return field
        if field is not None and name == "project" and entity in PLACES and not create:
            return field if self._switches.on("project_update") else None
        if entity == "splitters" and self._switches.text("feeding") == "direct":
            return next((field for field in _FEEDING if field.name == name), None)
        return None

    def _check(self, field: Field, value: Any) -> None:
        field.check(value)
        if field.refs and isinstance(value, str) and self._documents.find(field.refs, value) is None:
            raise RefusedError(f"{field.name}: no {' or '.join(field.refs)} with id {value}")


def _place(fields: dict[str, Any]) -> None:
    """``lat`` and ``lng`` are virtual: both together, they are ``coords`` (ozmap-api 2.6)."""
    given = [name for name in ("lat", "lng") if fields.get(name) is not None]
    lat, lng = fields.pop("lat", None), fields.pop("lng", None)
    if len(given) == 1:
        raise RefusedError("lat and lng come together")
    if given and fields.get("coords") is None:
        fields["coords"] = [lng, lat]


def _require(entity: str, fields: dict[str, Any]) -> None:
    missing = [
        name for name, field in TYPES[entity].fields.items() if field.is_required and fields.get(name) is None
    ]
    if missing:
        raise RefusedError(f"{', '.join(missing)} required")
