"""The city as it is drawn once, before either system's rows are written from it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Street:
    """A straight street: points on it are ``(lat, lng)`` plus steps along its direction."""

    name: str
    district: str
    cep: str
    lat: float
    lng: float
    step_lat: float
    step_lng: float

    def point(self, metres: float, aside_m: float) -> tuple[float, float]:
        """The point ``metres`` along the street and ``aside_m`` beside it, rounded as maps store it."""
        lat = self.lat + self.step_lat * metres - self.step_lng * aside_m
        lng = self.lng + self.step_lng * metres + self.step_lat * aside_m
        return round(lat, 7), round(lng, 7)


@dataclass(slots=True, eq=False)
class Project:
    """``id`` is empty when only IXC has it, ``ixc_id`` 0 when only OZmap has it."""

    id: str
    ixc_id: int
    name: str
    ixc_name: str
    lat: float
    lng: float
    city_id: int
    age_s: float
    streets: list[Street] = field(default_factory=list)
    ixc_status: str = "A"


@dataclass(slots=True, eq=False)
class Olt:
    """An OLT and the IXC transmitters found under its IP (none when IXC does not know it)."""

    id: str
    name: str
    ip: str
    project: Project
    transmitters: list[int]
    pop_id: str
    shelf_id: str
    age_s: float
    pons: list[Pon] = field(default_factory=list)
    slots: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Pon:
    id: str
    slot_id: str
    slot_number: int
    number: int
    olt: Olt
    fiber: str | None = None


@dataclass(slots=True, eq=False)
class Fiber:
    """``connectors`` are the ids at its ends; ``cable`` the cable it runs in."""

    id: str
    cable: str
    project: str
    name: str
    connectors: list[str]
    age_s: float


@dataclass(slots=True, eq=False)
class Cable:
    """A feeder or distribution cable between two of POP, box and building."""

    id: str
    name: str
    project: str
    box_a: str
    box_b: str
    length_m: int
    n_fibers: int
    age_s: float


@dataclass(slots=True, eq=False)
class Splitter:
    """``pon`` is what feeds it, None when nothing does. ``ixc`` only where a building's splitter is a box."""

    id: str
    name: str
    n_outputs: int
    is_drop: bool
    index: int | None
    parent: str
    project: str
    age_s: float
    input: str | None = None
    pon: Pon | None = None
    outputs: list[str | None] = field(default_factory=list)
    blocked: tuple[int, ...] = ()
    note: str = ""
    ixc: IxcBox | None = None


@dataclass(slots=True, eq=False)
class IxcBox:
    """A ``rad_caixa_ftth`` row's own fields, as text where IXC keeps text."""

    id: int
    name: str
    project: int
    transmitter: int
    lat: str
    lng: str
    comments: str
    capacity: int
    street: Street | None
    number: int
    city_id: int
    age_s: float
    status: str = "A"
    style: str = "50r7nh0u"


@dataclass(slots=True, eq=False)
class Box:
    """An OZmap box. ``trait`` names what is odd about it, empty for a plain one."""

    id: str
    name: str
    project: Project
    street: Street
    number: int
    lat: float
    lng: float
    age_s: float
    trait: str
    is_closure: bool = False
    comments: str = ""
    draft: bool = False
    implanted: bool = True
    splitters: list[Splitter] = field(default_factory=list)
    olt: Olt | None = None
    ixc: IxcBox | None = None
    ixc_twin: IxcBox | None = None


@dataclass(slots=True, eq=False)
class Building:
    """A condominium: each of its splitters is a box of its own in IXC."""

    id: str
    name: str
    project: Project
    street: Street
    number: int
    lat: float
    lng: float
    age_s: float
    trait: str
    comments: str = ""
    splitters: list[Splitter] = field(default_factory=list)
    olt: Olt | None = None
    condominium_id: int = 0


@dataclass(slots=True, eq=False)
class Customer:
    id: int
    name: str
    is_company: bool
    street: Street
    number: int
    complement: str
    project: Project
    age_s: float
    document: str
    phone: str


@dataclass(slots=True, eq=False)
class Contract:
    id: int
    customer: Customer
    status: str
    plan: int
    age_s: float


@dataclass(slots=True, eq=False)
class Onu:
    """One ``radpop_radio_cliente_fibra`` row: readings as text, ``reading_age_s`` None when never read."""

    id: int
    serial: str
    box: int
    port: int
    rx: str
    tx: str
    reading_age_s: float | None
    has_login: bool = True
    is_shared: bool = False


@dataclass(slots=True, eq=False)
class Seat:
    """A port of a service splitter in a box or a building."""

    host: Box | Building
    splitter: Splitter
    port: int


@dataclass(slots=True, eq=False)
class Home:
    """The OZmap side of a subscriber: a property, its drop when ``seat`` is set, its client when ``code`` is.

    ``is_unknown``: drawn, but left out of OZmap. ``former``: id and code of a client that left.
    """

    id: str
    project: Project
    address: str
    coords: tuple[float, float] | None
    seat: Seat | None
    host: Box | Building | None
    drop_id: str
    fiber_id: str
    client_id: str
    code: str | None
    client_name: str
    implanted: bool
    status: int
    potency: float | None
    serial: str
    age_s: float
    former: tuple[str, str] | None = None
    note: str = ""
    is_unknown: bool = False


@dataclass(slots=True, eq=False)
class Login:
    """The IXC side of a subscriber. ``trait`` names what is odd about it, empty for a plain one."""

    id: int
    login: str
    customer: Customer
    contract: Contract | None
    technology: str
    is_active: bool
    online: str
    box: int
    port: int
    lat: str
    lng: str
    address_from: str
    street: Street
    number: int
    age_s: float
    trait: str
    seat: Seat | None = None
    home: Home | None = None
    onus: list[Onu] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Plan:
    """Everything drawn: what the two renderers read and nothing else."""

    projects: list[Project] = field(default_factory=list)
    olts: list[Olt] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    pop_splitters: list[Splitter] = field(default_factory=list)
    cables: list[Cable] = field(default_factory=list)
    fibers: list[Fiber] = field(default_factory=list)
    ixc_only_boxes: list[IxcBox] = field(default_factory=list)
    spare_transmitters: list[tuple[int, str]] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    loose_onus: list[tuple[Onu, Login]] = field(default_factory=list)
