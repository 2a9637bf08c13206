"""Commands: desired states of one object in one system. Doing one twice is doing it once, by meaning.

The key of a command is the stable id of the object it is about, so that order per key holds from before
the object exists in the other system: the OZmap id for boxes, the login for subscribers (ADR-0005). All
that OZmap shall hold of one subscriber, client and property alike, goes by one topic, so that creation and
cancellation of a login keep their order.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kernel.domain.errors import Malformed, System

_COMMANDS = UUID("6f0d4c5e-2c0b-5f0e-9a83-7b1f6f1f0c11")


class BoxFields(BaseModel):
    """The seven fields of an IXC box that OZmap owns (spec, Who owns which field).

    A box without coordinates in OZmap leaves IXC's as they are; ``transmitter_id`` None is "no transmitter".
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    project_id: str
    transmitter_id: str | None
    latitude: float | None
    longitude: float | None
    comments: str
    capacity: int


class _Command(BaseModel):
    """What all commands carry: the rule that wished it and its subject (``box:…``, ``login:…``)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    system: ClassVar[System]
    entity: ClassVar[str]

    rule: str
    subject: str

    @property
    def key(self) -> str:
        """The Kafka key: the subject's id."""
        return self.subject.split(":", 1)[1]

    @property
    def topic(self) -> str:
        """The command topic of the entity that will be written, without the stack's prefix."""
        return f"{self.system}.{self.entity}.commands.v1"

    @property
    def creates(self) -> bool:
        """Whether it may bring an object into being. Of one subject only one such is under way at a time:
        until its outcome is known, the object's id is not, and a second wish could create a second object.
        """
        return False

    @property
    def id(self) -> str:
        """uuid5 of (rule, subject, desired state): the same wish has the same id."""
        return str(uuid5(_COMMANDS, self.model_dump_json()))


class EnsureBox(_Command):
    """IXC holds this box with these seven fields, active.

    ``ixc_id`` names the box when it is known (linked, or found by name and project: adoption); without
    it the sink looks the name up in the project once more and creates the box if there is none.
    ``keep_transmitter``: a transmitter that IXC holds stays as it is (setting ``olt`` is ``ignored``).
    """

    system = System.IXC
    entity = "box"

    type: Literal["ensure_box"] = "ensure_box"
    ixc_id: str | None
    fields: BoxFields
    keep_transmitter: bool = False

    @property
    def creates(self) -> bool:
        """A box without a known id may have to be created."""
        return self.ixc_id is None


class EnsurePlacement(_Command):
    """The login, and its ONU row if it has one, are on this port of this IXC box (spec port-move)."""

    system = System.IXC
    entity = "login"

    type: Literal["ensure_placement"] = "ensure_placement"
    login_id: str
    onu_id: str | None
    box_id: str
    port: int


class EnsureCoordinates(_Command):
    """The login has these coordinates, in degrees, within ``tolerance_m`` metres (spec coordinates)."""

    system = System.IXC
    entity = "login"

    type: Literal["ensure_coordinates"] = "ensure_coordinates"
    login_id: str
    latitude: float
    longitude: float
    tolerance_m: float


class EnsureClientName(_Command):
    """The OZmap client has this name (spec client-name)."""

    system = System.OZMAP
    entity = "client"

    type: Literal["ensure_client_name"] = "ensure_client_name"
    client_id: str
    name: str


class EnsureClient(_Command):
    """OZmap has a client with this code, in a property of its own on this port (spec client-creation).

    ``host_id`` is the box or building the splitter is in. The port is never taken from another.
    """

    system = System.OZMAP
    entity = "client"

    type: Literal["ensure_client"] = "ensure_client"
    code: str
    name: str
    implanted: bool
    project_id: str
    host_id: str
    splitter_id: str
    port: int
    latitude: float | None
    longitude: float | None
    address: str

    @property
    def creates(self) -> bool:
        """Always: it is only wished while OZmap has no such client."""
        return True


class EnsureImplanted(_Command):
    """The OZmap client is implanted, no longer a reservation (spec client-activation)."""

    system = System.OZMAP
    entity = "client"

    type: Literal["ensure_implanted"] = "ensure_implanted"
    client_id: str


class EnsureStatus(_Command):
    """The OZmap client shows this status: 0 OK, 1 ERROR (spec client-status)."""

    system = System.OZMAP
    entity = "client"

    type: Literal["ensure_status"] = "ensure_status"
    client_id: str
    status: int


class EnsurePower(_Command):
    """The OZmap property shows this power, within less than ``step_db`` (spec client-power)."""

    system = System.OZMAP
    entity = "client"

    type: Literal["ensure_power"] = "ensure_power"
    property_id: str
    power_dbm: float
    step_db: float


class EnsureNoReservation(_Command):
    """OZmap has neither this reservation's client nor its property and drop (spec client-withdrawal).

    An implanted client is refused as ``not_a_reservation``, whatever was known when this was decided.
    """

    system = System.OZMAP
    entity = "client"

    type: Literal["ensure_no_reservation"] = "ensure_no_reservation"
    client_id: str
    property_id: str | None
    code: str


class EnsureNoClient(_Command):
    """The client is off its property, which stays and remembers it (spec client-cancellation).

    ``farewell`` is the line that the property's observation carries once; ``disconnects`` takes the drop
    off the splitter's port. The client's record goes last, so that a death half-way is done again.
    """

    system = System.OZMAP
    entity = "client"

    type: Literal["ensure_no_client"] = "ensure_no_client"
    client_id: str
    property_id: str
    code: str
    farewell: str
    disconnects: bool


Command = Annotated[
    EnsureBox
    | EnsurePlacement
    | EnsureCoordinates
    | EnsureClientName
    | EnsureClient
    | EnsureImplanted
    | EnsureStatus
    | EnsurePower
    | EnsureNoReservation
    | EnsureNoClient,
    Field(discriminator="type"),
]
COMMANDS: tuple[type[_Command], ...] = (
    EnsureBox,
    EnsurePlacement,
    EnsureCoordinates,
    EnsureClientName,
    EnsureClient,
    EnsureImplanted,
    EnsureStatus,
    EnsurePower,
    EnsureNoReservation,
    EnsureNoClient,
)
COMMAND_TOPICS = tuple(sorted({f"{c.system}.{c.entity}.commands.v1" for c in COMMANDS}))

_ADAPTER: TypeAdapter[Command] = TypeAdapter(Command)


def parse_command(body: bytes | None) -> Command:
    """The command in a message's body.

    :raises Malformed: when it is no command we know; the message belongs in the dead letters.
    """
    try:
        return _ADAPTER.validate_json(body or b"")
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
        raise Malformed(f"not a command: {places}") from error


def event_type(command: Command) -> str:
    """CloudEvents type of a command: ``ixc.box.ensure_box.v1``."""
    return f"{command.system}.{command.entity}.{command.type}.v1"
