"""What each OZmap type knows: fields, who may write them, and what a write must look like.

Source: the tables of ozmap-api section 3. A field the table does not give to writes is unknown to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.ozmap.shapes import Field

DEFAULT_TEMPLATE: Final = "589de1d126324a2564a6c4d0"
PLACES: Final = ("boxes", "buildings", "properties", "pops")
"""Entities with coords, hence with the virtual lat and lng (ozmap-api 2.6)."""


@dataclass(frozen=True, slots=True)
class Type:
    """One entity: its document kind, its fields, and what a new row holds where nothing was said."""

    kind: str | None
    fields: Mapping[str, Field]
    defaults: Mapping[str, Any]
    creatable: bool = True
    deletable: bool = True


def _type(
    kind: str | None, *fields: Field, creatable: bool = True, deletable: bool = True, **defaults: Any
) -> Type:
    shared = (Field("tags", "ids", "cu"), Field("external_id", "any", "cu", nullable=True))
    return Type(kind, {field.name: field for field in (*shared, *fields)}, defaults, creatable, deletable)


def _texts(on: str, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "text", on, nullable=True) for name in names)


def _position(on: str) -> tuple[Field, ...]:
    """Coordinates come as ``coords``, or as ``lat`` with ``lng`` (ozmap-api 2.6)."""
    return (
        Field("coords", "coords", on, nullable=True),
        Field("lat", "lat", "cu", nullable=True),
        Field("lng", "lng", "cu", nullable=True),
    )


def _ref(name: str, on: str, *refs: str, nullable: bool = False) -> Field:
    return Field(name, "id", on, refs, nullable)


def _equipment() -> tuple[Field, ...]:
    """What OLTs, slots and PONs share."""
    return (
        Field("index", "number", "cu", nullable=True),
        *_texts("cu", "label", "observation"),
        Field("attenuation", "numbers", "cu"),
        Field("implanted", "bool", "cu"),
        Field("isDrop", "bool", "u"),
        Field("size", "number", "cu"),
    )


TYPES: Final[Mapping[str, Type]] = {
    "projects": _type(
        None,
        Field("name", "text", "Ru"),
        *_texts("cu", "identifier"),
        Field("parents", "objects", "cu"),
        Field("lat", "lat", "cu"),
        Field("lng", "lng", "cu"),
        Field("defaultPonPotency", "number", "cu"),
        Field("defaultDropSize", "number", "c"),
        Field("drop", "object", "cu"),
        Field("area", "object", "cu"),
        parents=[],
        lat=0,
        lng=0,
        defaultPonPotency=0,
        hasLogo=False,
        area={"type": "Polygon", "coordinates": []},
    ),
    "boxes": _type(
        "Box",
        _ref("project", "R", "projects"),
        *_position("Ru"),
        _ref("boxType", "Ru", "box-types"),
        Field("hierarchyLevel", "number", "Ru"),
        Field("implanted", "bool", "Ru"),
        Field("name", "text", "cu"),
        *_texts("cu", "observation", "address"),
        *(_ref(name, "cu", nullable=True) for name in ("pole", "color", "fill_color")),
        *(Field(name, "bool", "cu") for name in ("shared", "draft", "certified")),
        Field("default_reserve", "number", "cu"),
        Field("max_distance", "number", "c"),
        _ref("template", "c"),
        Field("kind", "text", "c"),
        cables=[],
        tags=[],
        shared=False,
        draft=False,
        default_reserve=0,
        certified=False,
        underground=False,
        history=[],
    ),
    "buildings": _type(
        "Building",
        _ref("project", "R", "projects"),
        *_position("Ru"),
        _ref("buildingType", "Ru", "building-types"),
        Field("name", "text", "cu"),
        *_texts("cu", "observation", "address"),
        *(_ref(name, "cu", nullable=True) for name in ("pole", "color")),
        Field("implanted", "bool", "cu"),
        _ref("template", "c"),
        Field("kind", "text", "c"),
        cables=[],
        tags=[],
        implanted=True,
        hasProblem=False,
        history=[],
    ),
    "splitters": _type(
        "Splitter",
        _ref("parent", "Ru", "boxes", "buildings", "pops"),
        _ref("splitterType", "Ru", "splitter-types"),
        Field("name", "text", "cu"),
        *_texts("cu", "label", "observation"),
        Field("index", "number", "cu", nullable=True),
        Field("isDrop", "bool", "cu"),
        Field("implanted", "bool", "cu"),
        Field("attenuation", "numbers", "cu"),
        Field("ports", "objects", "cu"),
        Field("size", "number", "cu"),
        _ref("shelf", "cu", "shelfs", nullable=True),
        _ref("project", "c", "projects"),
        Field("ratio", "object", "c"),
        Field("connectables", "object", "u"),
        Field("currentPower", "powers", "u"),
        label="",
        implanted=True,
        observation="",
        orientation="right",
    ),
    "properties": _type(
        "Property",
        _ref("project", "R", "projects"),
        *_position("cu"),
        *_texts("cu", "address", "observation"),
        _ref("box", "cu", "boxes", "buildings", nullable=True),
        Field("potencyRead", "number", "cu", nullable=True),
        Field("client", "client", "cu", nullable=True),
        Field("name", "text", "cu"),
        _ref("pole", "cu", nullable=True),
        Field("auto_connect", "bool", "cu"),
        Field("force", "bool", "cu"),
        _ref("connector", "cu", "splitters", nullable=True),
        Field("port", "whole", "cu"),
        Field("drop_poles", "ids", "cu"),
        Field("kind", "text", "c"),
        tags=[],
        cables=[],
        address="",
        observation="",
        coords=None,
        potencyRead=None,
    ),
    "ftth-clients": _type(
        "FTTHClient",
        Field("code", "text", "Ru"),
        *_texts("cu", "name", "observation"),
        Field("implanted", "bool", "cu"),
        Field("certified", "bool", "cu"),
        Field("status", "zero_or_one", "cu"),
        Field("cpe", "any", "cu", nullable=True),
        Field("onu", "object", "cu"),
        Field("kind", "text", "c"),
        tags=[],
        name="",
        observation="",
        implanted=False,
        certified=False,
        status=0,
        onu={"user_PPPoE": "", "serial_number": "", "mac_address": ""},
    ),
    "cables": _type(
        "Cable",
        _ref("project", "R", "projects"),
        _ref("cableType", "Ru", "cable-types"),
        Field("boxA", "side", "cu", PLACES, nullable=True),
        Field("boxB", "side", "cu", PLACES, nullable=True),
        Field("poles", "objects", "Ru"),
        Field("hierarchyLevel", "number", "Ru"),
        Field("implanted", "bool", "Ru"),
        Field("name", "text", "cu"),
        *_texts("cu", "observation", "orientationA", "orientationB"),
        _ref("color", "cu", nullable=True),
        Field("kind", "text", "c"),
        Field("fiberNumber", "number", "c"),
        Field("looseNumber", "number", "c"),
        tags=[],
        ducts=[],
        name="",
        observation="",
        orientationA="right",
        orientationB="left",
        fiberNumber=1,
        looseNumber=1,
        length=0,
        altitude_length=0,
        ground_length=0,
        loss=0,
    ),
    "fibers": _type(
        "Fiber",
        Field("name", "text", "u"),
        *_texts("u", "observation"),
        creatable=False,
        deletable=False,
    ),
    "pops": _type(
        "Pop",
        _ref("project", "R", "projects"),
        *_position("Ru"),
        _ref("popType", "Ru"),
        Field("hierarchyLevel", "number", "Ru"),
        Field("implanted", "bool", "Ru"),
        Field("name", "text", "cu"),
        *_texts("cu", "observation", "address"),
        _ref("pole", "cu", nullable=True),
        *(Field(name, "bool", "cu") for name in ("shared", "draft", "certified")),
        Field("structureOrder", "any", "cu"),
        cables=[],
        tags=[],
        shared=False,
        draft=False,
        certified=False,
        structureOrder=[],
    ),
    "shelfs": _type(
        "Shelf",
        _ref("parent", "Ru", "pops"),
        _ref("project", "c", "projects"),
        Field("name", "text", "cu"),
        *_equipment(),
        connectables=[],
        attenuation=[],
        isDrop=False,
        implanted=True,
    ),
    "olts": _type(
        "OLT",
        _ref("parent", "Ru", "pops"),
        _ref("project", "R", "projects"),
        _ref("shelf", "Ru", "shelfs"),
        _ref("oltType", "Ru", "olt-types"),
        Field("name", "text", "cu"),
        *_equipment(),
        *_texts("cu", "user", "password"),
        Field("ip", "ip", "cu", nullable=True),
        Field("port", "whole", "cu", nullable=True),
        Field("snmp", "object", "cu", nullable=True),
        Field("tr069", "object", "cu", nullable=True),
        label="",
        port=22,
        connectables=[],
        attenuation=[],
        implanted=True,
        isDrop=False,
        user="",
        password="",
        ip="",
    ),
    "slots": _type(
        "Slot",
        _ref("parent", "Ru", "olts", "shelfs", "pops"),
        _ref("olt", "R", "olts"),
        Field("starting_pon_number", "number", "Ru"),
        Field("name", "text", "cu"),
        *_equipment(),
        _ref("shelf", "cu", "shelfs"),
        label="",
        connectables=[],
        attenuation=[],
        implanted=True,
        isDrop=False,
    ),
    "pons": _type(
        "PON",
        _ref("parent", "Ru", "slots", "olts", "shelfs", "pops"),
        _ref("project", "R", "projects"),
        _ref("slot", "R", "slots"),
        Field("name", "text", "Ru"),
        *_equipment(),
        _ref("shelf", "cu", "shelfs"),
        Field("potency", "number", "cu"),
        Field("maximumClients", "number", "u"),
        label="",
        connectables=[],
        attenuation=[],
        implanted=True,
        isDrop=False,
        potency=0,
    ),
    "box-types": _type(
        None,
        Field("code", "text", "Ru"),
        Field("config", "object", "Ru"),
        *_texts("cu", "brand", "prefix", "mold", "description"),
        Field("default_level", "number", "cu"),
        Field("default_reserve", "number", "cu"),
        _ref("default_template", "cu"),
        prefix="",
        default_reserve=0,
        default_template=DEFAULT_TEMPLATE,
    ),
    "building-types": _type(
        None,
        Field("code", "text", "Ru"),
        Field("config", "object", "Ru"),
        *_texts("cu", "prefix", "description"),
        _ref("default_template", "cu"),
        prefix="",
        default_template=DEFAULT_TEMPLATE,
    ),
    "splitter-types": _type(
        None,
        Field("code", "text", "Ru"),
        Field("isDrop", "bool", "Ru"),
        Field("ratio", "object", "Ru"),
        Field("inputConnectionType", "zero_or_one", "Ru"),
        Field("outputConnectionType", "zero_or_one", "Ru"),
        Field("attenuation", "numbers", "Ru"),
        *_texts("cu", "brand", "mold", "description", "prefix"),
        Field("isBalanced", "bool", "cu"),
        Field("size", "number", "cu"),
        isBalanced=True,
        prefix="Splitter ",
        size=0,
    ),
    "olt-types": _type(
        None,
        Field("code", "text", "Ru"),
        Field("description", "text", "Ru"),
        *_texts("cu", "brand", "mold", "prefix"),
        Field("defaultPotency", "number", "cu"),
        Field("defaultClients", "number", "cu", nullable=True),
        Field("size", "number", "cu"),
        Field("slots", "objects", "cu"),
        brand="",
        mold="",
        defaultPotency=0,
        size=0,
        slots=[],
    ),
    "cable-types": _type(
        None,
        Field("code", "text", "Ru"),
        *_texts("cu", "brand", "mold", "description", "prefix"),
        Field("fiberNumber", "number", "cu"),
        Field("looseNumber", "number", "cu"),
        Field("base_loss", "number", "cu"),
        fiberNumber=1,
        looseNumber=1,
        base_loss=0,
    ),
}
ALIASES: Final[Mapping[str, str]] = {"clients": "ftth-clients", "drops": "cables"}

REFERENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "project": ("projects",),
    "boxType": ("box-types",),
    "buildingType": ("building-types",),
    "splitterType": ("splitter-types",),
    "oltType": ("olt-types",),
    "cableType": ("cable-types",),
    "parent": ("boxes", "buildings", "pops", "cables", "olts", "slots", "shelfs"),
    "box": ("boxes", "buildings"),
    "boxA": PLACES,
    "boxB": PLACES,
    "client": ("ftth-clients",),
    "drop": ("cables",),
    "cables": ("cables",),
    "olt": ("olts",),
    "slot": ("slots",),
    "pon": ("pons",),
    "shelf": ("shelfs",),
    "connectors": ("splitters", "pons", "slots", "olts"),
}
"""Where ``populate`` looks for the object behind a field's id."""
