"""OZmap's rows as they come, reduced to the fields the rules use (sheet OZmap 3)."""

from typing import Any

from pydantic import AliasChoices, Field

from kernel.vendors.rows import RawRow


class Populated(RawRow):
    """A reference that came as an object: only its id counts."""

    id: str = Field(validation_alias=AliasChoices("id", "_id"))


Reference = str | Populated
"""References are plain ids unless populated (sheet 2.6); which one a tenant sends is not ours to say."""


class _Row(RawRow):
    stamp: str | None = Field(None, alias="updatedAt")


class _Placed(_Row):
    coords: list[float] | None = None
    lat: float | None = None
    lng: float | None = None


class ProjectRow(_Row):
    """``projects`` (sheet 3.5)."""

    name: str


class BoxRow(_Placed):
    """``boxes`` (sheet 3.1)."""

    project: Reference
    name: str
    draft: bool | None = None
    observation: str | None = None


class Connectables(RawRow):
    """``splitter.connectables``: one entry of ``output`` per port, null when free (sheet 3.3)."""

    id: str = ""
    output: list[Any] | None = None


class Ratio(RawRow):
    """``splitter.ratio``."""

    id: str = ""
    output: int | None = None


class Port(RawRow):
    """One of ``splitter.ports``. ``index`` is in the SDK's type and in no recorded reply."""

    id: str = ""
    index: int | None = None
    blocked: bool | None = None


class SplitterRow(_Row):
    """``splitters`` (sheet 3.3). ``olt`` is absent when no OLT feeds it."""

    parent: Reference
    name: str
    is_drop: bool | None = Field(None, alias="isDrop")
    index: float | None = None
    connectables: Connectables | None = None
    ratio: Ratio | None = None
    ports: list[Port] | None = None
    olt: Reference | None = None
    observation: str | None = None


class OltRow(_Row):
    """``olts`` (sheet 3.6): they come with passwords, which end here."""

    name: str
    ip: str | None = None


class ClientRow(_Row):
    """``ftth-clients`` (sheet 3.8)."""

    code: str
    name: str | None = None
    implanted: bool | None = None
    status: int | None = None


class BuildingRow(_Placed):
    """``buildings`` (sheet 3.7)."""

    project: Reference
    name: str


class ConnectionRow(RawRow):
    """One of ``property.connections``: ``id`` is the splitter's when ``kind`` says so."""

    kind: str | None = None
    port: int | None = None


class PropertyRow(_Placed):
    """``properties`` (sheet 3.9). ``client`` comes as an object, as an id, or as null."""

    client: Reference | None = None
    box: Reference | None = None
    drop: Reference | None = None
    connections: list[ConnectionRow] | None = None
    potency_read: float | None = Field(None, alias="potencyRead")
