"""Sinks of a simulated world: every command done to plain rows, as the real ones do it to the systems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from kernel.contracts import changes
from kernel.contracts.changes import Entity
from kernel.contracts.commands import (
    Command,
    EnsureBox,
    EnsureClient,
    EnsureClientName,
    EnsureCoordinates,
    EnsureImplanted,
    EnsureNoClient,
    EnsureNoReservation,
    EnsurePlacement,
    EnsurePower,
    EnsureStatus,
)
from kernel.contracts.outcomes import RemovedRow, Result
from kernel.domain.coordinates import parse_latitude, parse_longitude, render_degrees
from kernel.domain.observed import Observed
from kernel.domain.plant import IxcBox, OzmapSplitter
from kernel.domain.reasons import Reason
from kernel.domain.subscriber import Connection, OzmapClient, OzmapProperty
from kernel.domain.text import trimmed


class Systems(Protocol):
    """The rows of both systems, by entity slug and id."""

    rows: dict[str, dict[str, Any]]

    def edit(self, entity: Entity, row_id: str, row: Observed) -> None:
        """Write a row; its poller tells it."""

    def drop(self, entity: Entity, row_id: str) -> None:
        """Delete a row; no poller tells it."""

    def new_id(self) -> str:
        """An id that no row has had."""


@dataclass(frozen=True)
class Done:
    """What a sink tells of a command."""

    result: Result
    remote_id: str | None = None
    reason: Reason | None = None
    removed: tuple[RemovedRow, ...] = ()


def refused(reason: Reason) -> Done:
    return Done(Result.REFUSED, reason=reason)


class Sinks:
    """Does commands; counts what it created; remembers the lines that properties got."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems
        self.n_boxes_created: dict[str, int] = {}
        self.n_clients_created: dict[str, int] = {}
        self.n_writes = 0
        self.lines: dict[str, list[str]] = {}

    def do(self, command: Command) -> Done:
        """Do ``command``."""
        acts: dict[type, Callable[[Any], Done]] = {
            EnsureBox: self._hold_box,
            EnsurePlacement: self._place,
            EnsureCoordinates: self._locate,
            EnsureClient: self._create_client,
            EnsureClientName: lambda c: self._set_client(c, name=c.name),
            EnsureImplanted: lambda c: self._set_client(c, implanted=True),
            EnsureStatus: lambda c: self._set_client(c, status=c.status),
            EnsurePower: self._show_power,
            EnsureNoReservation: self._remove_reservation,
            EnsureNoClient: self._take_client_off,
        }
        return acts[type(command)](command)

    # IXC

    def _hold_box(self, command: EnsureBox) -> Done:
        boxes = self._of(changes.IXC_BOX)
        place = (command.fields.project_id, command.fields.name)
        ids = [command.ixc_id] if command.ixc_id else [i for i, b in boxes.items() if _place(b) == place]
        if len(ids) > 1:
            return refused(Reason.AMBIGUOUS_BOX)
        if command.ixc_id and command.ixc_id not in boxes:
            return refused(Reason.REMOTE_MISSING)
        if not ids:
            _count(self.n_boxes_created, command.key)
        box_id = ids[0] if ids else self._systems.new_id()
        known = boxes.get(box_id)
        fields = command.fields.model_dump()
        for place_field in ("latitude", "longitude"):
            if fields[place_field] is None and known is not None:
                fields[place_field] = getattr(known, place_field)
        if command.keep_transmitter and known is not None:
            fields["transmitter_id"] = known.transmitter_id
        is_new = self._write(changes.IXC_BOX, IxcBox(id=box_id, status="A", **fields))
        return Done((Result.UPDATED if ids else Result.CREATED) if is_new else Result.ALREADY, box_id)

    def _place(self, command: EnsurePlacement) -> Done:
        login = self._of(changes.IXC_LOGIN).get(command.login_id)
        if login is None:
            return refused(Reason.REMOTE_MISSING)
        at = {"box_id": command.box_id, "port": command.port}
        is_new = self._write(changes.IXC_LOGIN, login.model_copy(update=at))
        onu = self._of(changes.IXC_ONU).get(command.onu_id or "")
        if onu is not None and onu.login_id == command.login_id:
            is_new |= self._write(changes.IXC_ONU, onu.model_copy(update=at))
        return _done(command.login_id, is_new=is_new)

    def _locate(self, command: EnsureCoordinates) -> Done:
        login = self._of(changes.IXC_LOGIN).get(command.login_id)
        if login is None:
            return refused(Reason.REMOTE_MISSING)
        kept = {
            "latitude": parse_latitude(render_degrees(command.latitude)),
            "longitude": parse_longitude(render_degrees(command.longitude)),
        }
        is_new = self._write(changes.IXC_LOGIN, login.model_copy(update=kept))
        return _done(command.login_id, is_new=is_new)

    # OZmap

    def _create_client(self, command: EnsureClient) -> Done:
        known = [c for c in self._of(changes.OZMAP_CLIENT).values() if trimmed(c.code) == command.code]
        if len(known) > 1:
            return refused(Reason.AMBIGUOUS_CLIENT)
        if known:
            return Done(Result.ALREADY, known[0].id)
        splitter = self._of(changes.OZMAP_SPLITTER).get(command.splitter_id)
        if splitter is None or not 1 <= command.port <= splitter.n_outputs:
            return refused(Reason.PORT_MISSING)
        if command.port in splitter.taken:
            return refused(Reason.PORT_TAKEN)
        if command.port in splitter.blocked:
            return refused(Reason.PORT_BLOCKED)
        client = OzmapClient(
            id=self._systems.new_id(), code=command.code, name=command.name, implanted=command.implanted
        )
        home = OzmapProperty(
            id=self._systems.new_id(),
            client_id=client.id,
            box_id=command.host_id,
            latitude=command.latitude,
            longitude=command.longitude,
            connections=(Connection(splitter_id=splitter.id, port=command.port),),
        )
        _count(self.n_clients_created, command.code)
        self._write(changes.OZMAP_PROPERTY, home)
        self._write(changes.OZMAP_CLIENT, client)
        self._write(changes.OZMAP_SPLITTER, _with_taken(splitter, {*splitter.taken, command.port}))
        return Done(Result.CREATED, client.id)

    def _set_client(self, command: Any, **fields: Any) -> Done:
        client = self._of(changes.OZMAP_CLIENT).get(command.client_id)
        if client is None:
            return refused(Reason.REMOTE_MISSING)
        is_new = self._write(changes.OZMAP_CLIENT, client.model_copy(update=fields))
        return _done(client.id, is_new=is_new)

    def _show_power(self, command: EnsurePower) -> Done:
        home = self._of(changes.OZMAP_PROPERTY).get(command.property_id)
        if home is None:
            return refused(Reason.REMOTE_MISSING)
        shown = home.model_copy(update={"potency_dbm": command.power_dbm})
        return _done(home.id, is_new=self._write(changes.OZMAP_PROPERTY, shown))

    def _remove_reservation(self, command: EnsureNoReservation) -> Done:
        client = self._of(changes.OZMAP_CLIENT).get(command.client_id)
        gone = [RemovedRow(entity=changes.OZMAP_CLIENT.slug, id=command.client_id)]
        if client is not None:
            if client.implanted:
                return refused(Reason.NOT_A_RESERVATION)
            homes = [h for h in self._of(changes.OZMAP_PROPERTY).values() if h.client_id == client.id]
            if trimmed(client.code) != command.code or [h.id for h in homes] != (
                [command.property_id] if command.property_id else []
            ):
                return refused(Reason.FOREIGN_CHANGE)
            for home in homes:
                self._free_ports(home)
                self._drop(changes.OZMAP_PROPERTY, home.id)
            self._drop(changes.OZMAP_CLIENT, client.id)
        if command.property_id and command.property_id not in self._of(changes.OZMAP_PROPERTY):
            gone.append(RemovedRow(entity=changes.OZMAP_PROPERTY.slug, id=command.property_id))
        result = Result.UPDATED if client is not None else Result.ALREADY
        return Done(result, command.client_id, removed=tuple(gone))

    def _take_client_off(self, command: EnsureNoClient) -> Done:
        client = self._of(changes.OZMAP_CLIENT).get(command.client_id)
        home = self._of(changes.OZMAP_PROPERTY).get(command.property_id)
        gone = (RemovedRow(entity=changes.OZMAP_CLIENT.slug, id=command.client_id),)
        if client is None:
            return Done(Result.ALREADY, command.client_id, removed=gone)
        if trimmed(client.code) != command.code or home is None or home.client_id != client.id:
            return refused(Reason.FOREIGN_CHANGE)
        self.lines.setdefault(home.id, []).append(command.farewell)
        if command.disconnects:
            self._free_ports(home)
            home = home.model_copy(update={"connections": ()})
        self._write(changes.OZMAP_PROPERTY, home.model_copy(update={"client_id": None}))
        self._drop(changes.OZMAP_CLIENT, client.id)
        return Done(Result.UPDATED, client.id, removed=gone)

    def _free_ports(self, home: OzmapProperty) -> None:
        for at in home.connections:
            splitter = self._of(changes.OZMAP_SPLITTER).get(at.splitter_id)
            if splitter is not None:
                self._write(changes.OZMAP_SPLITTER, _with_taken(splitter, {*splitter.taken} - {at.port}))

    # Rows

    def _of(self, entity: Entity) -> dict[str, Any]:
        return self._systems.rows[entity.slug]

    def _write(self, entity: Entity, row: Observed) -> bool:
        is_new = self._of(entity).get(row.id) != row
        self.n_writes += is_new
        self._systems.edit(entity, row.id, row)
        return is_new

    def _drop(self, entity: Entity, row_id: str) -> None:
        self.n_writes += 1
        self._systems.drop(entity, row_id)


def _done(remote_id: str, *, is_new: bool) -> Done:
    return Done(Result.UPDATED if is_new else Result.ALREADY, remote_id)


def _with_taken(splitter: OzmapSplitter, taken: set[int]) -> OzmapSplitter:
    return splitter.model_copy(update={"taken": tuple(sorted(taken))})


def _place(box: IxcBox) -> tuple[str | None, str]:
    return box.project_id, trimmed(box.name)


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1
