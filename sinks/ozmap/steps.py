"""One object of OZmap is brought to what is wished, step after step: look, plan, write, look again.

The numbers are those of sinks.worker. A command may need several writes, and OZmap may have made half of
one. So nothing is remembered of what was done: each look shows how far things are, the plan names the one
next step, and a death anywhere is repaired by looking again. An answer is not believed, the next look is
(step 5); a step that was sent and is wished once more did not happen, and is not sent a second time.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from kernel.contracts.outcomes import FieldChange, RemovedRow, Result
from kernel.domain.errors import Malformed, Refused, System, Transient
from kernel.domain.ownership import writable, writable_at_creation
from kernel.domain.reasons import Reason
from sinks.effect import UNPROVEN, Effect

PROPERTIES = "properties"
CLIENTS = "ftth-clients"
DROPS = "cables"
SPLITTERS = "splitters"

N_STEPS = 8
"""More than any plan needs: beyond it somebody undoes what we do, and the lane tries again later."""

Row = dict[str, Any]


class OzmapRows(Protocol):
    """The calls of :class:`kernel.vendors.ozmap.client.OzmapApi` that look at one row and patch it."""

    async def read(self, route: str, row_id: str) -> Row | None:
        """The whole row."""

    async def patch(self, route: str, row_id: str, body: Row) -> None:
        """These fields of the row are replaced."""


class OzmapCalls(OzmapRows, Protocol):
    """All calls of OZmap that sinks make."""

    async def find(self, route: str, filters: list[dict[str, Any]]) -> list[Row]:
        """All whole rows that match all filters."""

    async def clients_with_code(self, code: str) -> list[Row]:
        """The clients with this code, outer blanks aside."""

    async def properties_of(self, code: str) -> list[Row]:
        """The properties of the client with this code."""

    async def create(self, route: str, body: Row) -> Row:
        """The row that was created."""

    async def delete(self, route: str, row_id: str) -> bool:
        """The row is gone; False when it already was."""

    async def disconnect_drop(self, drop_id: str) -> None:
        """No fibre of the drop is on a splitter."""


C = TypeVar("C", bound=OzmapRows)
C_contra = TypeVar("C_contra", contravariant=True)


class Step(Protocol[C_contra]):
    """One write. Two that are equal are the same write."""

    @property
    def changed(self) -> tuple[FieldChange, ...]:
        """What it replaces, for the outcome."""

    @property
    def about(self) -> str:
        """What is not as wished when it did not happen."""

    async def send(self, ozmap: C_contra) -> None:
        """It is asked of OZmap, once."""


@dataclass(frozen=True, slots=True)
class Patch:
    """These fields of the row are replaced, and no others (fact sheet OZmap 2.1).

    ``completes`` also lets it write what is written at creation only: for what OZmap made by halves.
    """

    route: str
    row_id: str
    fields: Row
    changed: tuple[FieldChange, ...] = field(default=(), compare=False)
    completes: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        allowed = writable(System.OZMAP, self.route)
        if self.completes:
            allowed |= writable_at_creation(System.OZMAP, self.route)
        _check_ours(self.route, self.fields, allowed)

    @property
    def about(self) -> str:
        """The fields."""
        return ", ".join(self.fields)

    async def send(self, ozmap: OzmapRows) -> None:
        """The fields are asked to be replaced."""
        await ozmap.patch(self.route, self.row_id, self.fields)


@dataclass(frozen=True, slots=True)
class Create:
    """A row comes into being."""

    route: str
    fields: Row
    changed: tuple[FieldChange, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        _check_ours(self.route, self.fields, writable_at_creation(System.OZMAP, self.route))

    @property
    def about(self) -> str:
        """The route."""
        return self.route

    async def send(self, ozmap: OzmapCalls) -> None:
        """The row is asked to be created."""
        await ozmap.create(self.route, self.fields)


@dataclass(frozen=True, slots=True)
class Delete:
    """A row goes."""

    route: str
    row_id: str
    changed: tuple[FieldChange, ...] = field(default=(), compare=False)

    @property
    def about(self) -> str:
        """The row."""
        return f"{self.route}/{self.row_id}"

    async def send(self, ozmap: OzmapCalls) -> None:
        """The row is asked to go."""
        await ozmap.delete(self.route, self.row_id)


@dataclass(frozen=True, slots=True)
class Disconnect:
    """A drop comes off its splitter port; drop and box stay together (fact sheet OZmap 3.11)."""

    drop_id: str
    changed: tuple[FieldChange, ...] = field(default=(), compare=False)

    @property
    def about(self) -> str:
        """What would still be there."""
        return "connections"

    async def send(self, ozmap: OzmapCalls) -> None:
        """The drop is asked to come off."""
        await ozmap.disconnect_drop(self.drop_id)


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do. ``result`` is what it is called when steps were sent for it.

    ``lacks`` is what of the wish is not so: to be told where it was found so (``detail``), a failure where
    we wrote. ``removed`` are rows that are proven gone.
    """

    remote_id: str
    detail: str = ""
    lacks: tuple[str, ...] = ()
    removed: tuple[RemovedRow, ...] = ()
    result: Result = Result.UPDATED


S = TypeVar("S")


async def pursue(look: Callable[[], Awaitable[S]], plan: Callable[[S], Step[C] | Done], ozmap: C) -> Effect:
    """What ``plan`` wishes is so, or the reason why not is raised.

    :raises Refused: what ``look`` and ``plan`` raise, not_written, or OZmap's own refusal.
    :raises Transient: nobody knows; try again.
    """
    sent: list[Step[C]] = []
    told: list[str] = []
    failure: Transient | Refused | Malformed | None = None
    while True:
        chosen = plan(await look())  # 1 read and 5 read back; 2 plan
        if isinstance(chosen, Done):
            return _effect(chosen, sent, told, failure)
        if chosen in sent:
            raise failure or Refused(Reason.NOT_WRITTEN, chosen.about)
        if len(sent) >= N_STEPS:
            raise Transient(f"OZmap changed {N_STEPS} times while its rows were written")
        told += _overcome(failure)
        failure = None
        sent.append(chosen)
        try:
            await chosen.send(ozmap)  # 4 write
        except UNPROVEN as error:
            failure = error


def _effect(
    done: Done, sent: list[Step[C]], told: list[str], failure: Transient | Refused | Malformed | None
) -> Effect:
    if not sent:  # 3 nothing to do
        return Effect(Result.ALREADY, done.remote_id, detail=done.detail, removed=done.removed)
    if done.lacks:
        raise failure or Refused(Reason.NOT_WRITTEN, ", ".join(done.lacks))
    changed = tuple(change for step in sent for change in step.changed)
    detail = " ".join(filter(None, [*told, *_overcome(failure), done.detail]))
    return Effect(done.result, done.remote_id, changed, detail=detail, removed=done.removed)


def _overcome(failure: Exception | None) -> list[str]:
    return [f"OZmap answered an error and wrote it all the same: {failure}"] if failure else []


def _check_ours(route: str, fields: Row, allowed: frozenset[str]) -> None:
    foreign = fields.keys() - allowed
    if foreign:
        raise ValueError(f"not ours to write in {route}: {', '.join(sorted(foreign))}")
