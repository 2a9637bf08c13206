"""What both doubles share: a call, a reply and the class a double is made from.

A double subclasses ``Double`` and says five things: who a key is (``actor_of``), what a request is about
(``locate``), what it answers (``answer``, synchronous, so nothing interleaves), how its system words an error
(``failure``) and how it refuses a stranger (``unauthorized``). The chassis does the rest: HTTP, journal,
faults, clock, switches, ``/__sandbox__`` and the life of the process.

Source: spec doubles.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import orjson

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults, Purpose
from sandbox.journal import Journal
from sandbox.store import Row, Store
from sandbox.switches import Switch, SwitchBoard

JSON_TYPE = "application/json; charset=utf-8"
HTML_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Erro</title></head>"
    b"<body><h1>Ocorreu um erro ao processar.</h1></body></html>"
)


@dataclass(frozen=True, slots=True)
class Setup:
    """How a double is started. ``keys``: key → actor; empty means the double makes its own two."""

    host: str = "127.0.0.1"
    port: int = 0
    city: str = "empty"
    seed: int = 1
    keys: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = "America/Sao_Paulo"
    tls: bool = False
    switches: tuple[str, ...] = ()


@dataclass(slots=True)
class Call:
    """One API request. ``locate`` fills ``entity``, ``id``, ``purpose``; a create sets ``id`` late."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    actor: str | None = None
    entity: str | None = None
    id: str | None = None
    purpose: Purpose = "other"
    faults: dict[str, Fault] = field(default_factory=dict)

    @property
    def params(self) -> list[tuple[str, str]]:
        """The query's names and values, decoded, blanks kept."""
        return parse_qsl(self.query, keep_blank_values=True)

    def json(self) -> Any:
        """The body as JSON; None when empty. ``orjson.JSONDecodeError`` (a ValueError) when it is none."""
        return orjson.loads(self.body) if self.body.strip() else None

    def shape_page(self, rows: list[Any], total: int) -> tuple[list[Any], int]:
        """What a listing shows of its page and total, once faults have had their say."""
        truncated = self.faults.get("truncated_page")
        if truncated is not None:
            rows = rows[: int(len(rows) * float(truncated["keep_ratio"]))]
        wrong = self.faults.get("wrong_total")
        if wrong is not None:
            total = max(0, total + int(wrong["delta"]))
        return rows, total

    def hidden_where(self) -> dict[str, Any] | None:
        """The ``where`` of a lost permission this call meets, or None. Empty: every row is hidden."""
        lost = self.faults.get("lost_permission")
        return dict(lost["where"]) if lost is not None and lost["form"] == "vanish" else None


@dataclass(slots=True)
class Reply:
    """What is sent back. An empty body is sent as none."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(content: Any, status: int = 200, content_type: str = JSON_TYPE) -> Reply:
    """A reply whose body is ``content`` as JSON."""
    return Reply(status, orjson.dumps(content), content_type)


class Double(abc.ABC):
    """One system's double. ``store`` holds its rows, ``switches`` its choices, ``clock`` its time."""

    system: ClassVar[str]
    declared_switches: ClassVar[tuple[Switch, ...]] = ()

    def __init__(self, setup: Setup, store: Store) -> None:
        self.setup = setup
        self.store = store
        self.clock = Clock(setup.time_zone)
        self.switches = SwitchBoard(self.declared_switches, setup.switches)
        self.keys = dict(setup.keys) or self.made_keys()
        self.faults = Faults()
        self.journal = Journal()

    @abc.abstractmethod
    def made_keys(self) -> dict[str, str]:
        """Keys by this system's form for actors ``product`` and ``person``, when none was given."""

    @abc.abstractmethod
    def actor_of(self, call: Call) -> str | None:
        """Whose key the call carries; None for a stranger."""

    @abc.abstractmethod
    def locate(self, call: Call) -> None:
        """``call.entity``, ``call.id`` and ``call.purpose`` are set as far as the request says them."""

    @abc.abstractmethod
    def answer(self, call: Call) -> Reply:
        """Do what the call asks and word the reply. Synchronous; an exception undoes its changes."""

    @abc.abstractmethod
    def failure(self, call: Call, status: int, message: str) -> Reply:
        """An error the way this system words one."""

    @abc.abstractmethod
    def unauthorized(self, call: Call) -> Reply:
        """The refusal of a stranger's key."""

    def is_public(self, call: Call) -> bool:
        """Whether the call needs no key (a login)."""
        return False

    def forbidden(self, call: Call) -> Reply:
        """The refusal of a known key that may not see this."""
        return self.failure(call, 403, "Forbidden")

    def html_page(self, call: Call) -> Reply:
        """The page an ``html200`` fault answers with, where JSON belongs."""
        return Reply(200, HTML_PAGE, "text/html; charset=UTF-8")

    def users(self) -> list[dict[str, str]]:
        """Users that may log in with a password, for the ready line."""
        return []

    def switched(self) -> None:
        """Called after a switch changed while serving; drop here what an old value shaped."""
        return

    def shown_row(self, entity: str, row: Row) -> Row:
        """A row as ``/__sandbox__/rows`` shows it: as stored."""
        return row

    def hides(self, call: Call) -> Callable[[str, Row], bool] | None:
        """The predicate (entity, row) of rows this call must not see, or None when it sees all."""
        where = call.hidden_where()
        if where is None:
            return None
        return lambda _entity, row: all(str(row.get(name)) == str(value) for name, value in where.items())
