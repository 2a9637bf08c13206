"""OZmap's rows as they come, reduced to the fields the rules use (sheet OZmap 3)."""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from kernel.vendors.rows import RawRow


class Populated(TypedDict, total=False):
    """A reference that came as an object: only its id counts."""

    id: str
    _id: str


Reference = Annotated[str | Populated, Field(union_mode="left_to_right")]
"""References are plain ids unless populated (sheet 2.6); which one a tenant sends is not ours to say."""

Embedded = Annotated[Populated | str, Field(union_mode="left_to_right")]
"""The same where an object is what recorded replies show: tried first, because trying costs."""


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


class Connectables(TypedDict, total=False):
    """``splitter.connectables``: one entry of ``output`` per port, null when free (sheet 3.3)."""

    output: list[Any] | None


class Ratio(TypedDict, total=False):
    """``splitter.ratio``."""

    output: int | None


class Port(TypedDict, total=False):
    """One of ``splitter.ports``. ``index`` is in the SDK's type and in no recorded reply."""

    index: int | None
    blocked: bool | None


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


class ConnectionPart(TypedDict, total=False):
    """One of ``property.connections``: ``id`` is the splitter's when ``kind`` says so."""

    id: str
    kind: str | None
    port: int | None


class PropertyRow(_Placed):
    """``properties`` (sheet 3.9). ``client`` comes as an object, as an id, or as null."""

    client: Embedded | None = None
    box: Reference | None = None
    drop: Reference | None = None
    connections: list[ConnectionPart] | None = None
    potency_read: float | None = Field(None, alias="potencyRead")
