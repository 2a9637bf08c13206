"""Light through the plant: ports, drops, fibres, and which OLT feeds a splitter (ozmap-api 3.0-3.11).

One truth in two places is kept equal here: ``splitter.connectables`` ⇄ ``fiber.connectors``, and what follows
from it: ``property.connections`` and the splitter's ``olt``, ``slot``, ``pon``.
"""

from __future__ import annotations

from typing import Any

from sandbox.ozmap.documents import Documents
from sandbox.ozmap.shapes import RefusedError
from sandbox.store import Row

FED_BY = ("olt", "slot", "pon")
MAX_DEPTH = 12  # splitters in a row; more is a loop


class Plant:
    """After each call fibres, splitters, drops and properties agree."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._store = documents.store
        self._indexes = documents.indexes
        self._switches = documents.switches

    # ports

    def port_of(self, fiber_id: str) -> tuple[Row, int] | None:
        """The (splitter, 1-based port) whose output the fibre is on."""
        fiber = self._store.get("fibers", fiber_id)
        for connector in (fiber or {}).get("connectors", ()):
            splitter = self._store.get("splitters", connector)
            if splitter is not None and fiber_id in splitter["connectables"]["output"]:
                return splitter, splitter["connectables"]["output"].index(fiber_id) + 1
        return None

    def first_free_port(self, box_id: str, connector: str | None = None) -> tuple[Row, int]:
        """The first port that is neither taken nor blocked, service splitters by (index, name, id)."""
        splitters = [row for row in self._indexes.rows("splitters", "parent", box_id) if row.get("isDrop")]
        if connector is not None:
            splitters = [row for row in splitters if row["id"] == connector]
        for splitter in sorted(splitters, key=_splitter_order):
            for port, fiber in enumerate(splitter["connectables"]["output"], start=1):
                if fiber is None and not is_blocked(splitter, port):
                    return splitter, port
        raise RefusedError("the box has no free port")

    def check_port(self, splitter: Row, port: int, fiber_id: str | None, *, force: bool) -> None:
        """RefusedError when no drop may go on the port: not for clients, out of range, taken, blocked."""
        outputs = splitter["connectables"]["output"]
        if not splitter.get("isDrop"):
            raise RefusedError(f"{splitter['name']} does not allow client connections")
        if not 1 <= port <= len(outputs):
            raise RefusedError(f"port {port} does not exist on {splitter['name']}, it has {len(outputs)}")
        if outputs[port - 1] == fiber_id and fiber_id is not None:
            return
        if force and self._switches.text("force") == "evicts":
            return
        if outputs[port - 1] is not None:
            raise RefusedError(f"port {port} of {splitter['name']} is already in use")
        if is_blocked(splitter, port):
            raise RefusedError(f"port {port} of {splitter['name']} is blocked")

    # drops

    def connect(self, home: Row, splitter: Row, port: int, *, force: bool) -> None:
        """The property's drop ends on that port and nowhere else; its drop is made when it has none."""
        drop_id = home.get("drop") or self.lay_drop(home, splitter["parent"])
        fiber = self._fibers_of(drop_id)[0]
        self.check_port(splitter, port, fiber["id"], force=force)
        if self.port_of(fiber["id"]) == (splitter, port):
            return
        self.disconnect(fiber["id"])
        splitter = self._documents.need("splitters", splitter["id"])
        occupant = splitter["connectables"]["output"][port - 1]
        if occupant is not None:
            self.disconnect(occupant)
        self._set_output(splitter["id"], port, fiber["id"])
        self._documents.change("fibers", fiber, {"connectors": [splitter["id"]]}, stamp=False)
        self.refresh_home(drop_id)

    def disconnect(self, fiber_id: str) -> None:
        """The fibre is on no splitter output; a property at its other end shows no connection by it."""
        at = self.port_of(fiber_id)
        if at is None:
            return
        splitter, port = at
        self._set_output(splitter["id"], port, None)
        fiber = self._documents.need("fibers", fiber_id)
        left = [connector for connector in fiber["connectors"] if connector != splitter["id"]]
        self._documents.change("fibers", fiber, {"connectors": left}, stamp=False)
        self.refresh_home(fiber["parent"])
        for follower in left:
            self.retrace(follower)

    def disconnect_cable(self, cable_id: str) -> None:
        """No fibre of the drop is on a splitter; drop and box link stay (ozmap-api 3.11)."""
        for fiber in self._fibers_of(cable_id):
            self.disconnect(fiber["id"])

    def lay_drop(self, home: Row, box_id: str) -> str:
        """A new drop cable of one fibre from the box to the property; returns its id."""
        project = self._store.get("projects", home.get("project")) or {}
        cable = self._documents.insert(
            "cables",
            {
                "kind": "Drop",
                "project": home.get("project"),
                "name": f"Drop {home.get('name') or home['id']}",
                "cableType": _drop_type(project),
                "boxA": box_id,
                "boxB": home["id"],
                "poles": [],
                "tags": [],
                "ducts": [],
                "hierarchyLevel": 3,
                "implanted": True,
                "fiberNumber": 1,
                "looseNumber": 1,
                "orientationA": "right",
                "orientationB": "left",
                **dict.fromkeys(("length", "altitude_length", "ground_length", "loss"), 0),
            },
            None,
        )
        self.lay_fibers(cable)
        self._documents.change(
            "properties", home, {"drop": cable["id"], "cables": [cable["id"]]}, stamp=False
        )
        return str(cable["id"])

    def lay_fibers(self, cable: Row) -> None:
        """The fibres of a new cable, unconnected."""
        for number in range(1, int(cable.get("fiberNumber") or 1) + 1):
            self._documents.insert(
                "fibers",
                {
                    "kind": "Fiber",
                    "parent": cable["id"],
                    "project": cable.get("project"),
                    "connectors": [],
                    "name": str(number),
                    "observation": "",
                    "isDrop": cable.get("kind") == "Drop",
                    "fiberNumber": number,
                },
                None,
            )

    def move_drop(self, home: Row, box_id: str) -> None:
        """The property's drop, connected to nothing, starts at the box; it is laid when there is none."""
        drop = self._store.get("cables", home.get("drop"))
        if drop is None:
            self.lay_drop(home, box_id)
        else:
            self.disconnect_cable(drop["id"])
            self._documents.change("cables", drop, {"boxA": box_id})

    def cut_cable(self, cable_id: str) -> None:
        """Cable and fibres are gone, ports free, splitters it fed unfed; its property keeps no drop."""
        for fiber in self._fibers_of(cable_id):
            self.disconnect(fiber["id"])
            for follower in self._documents.need("fibers", fiber["id"])["connectors"]:
                self._take_off_input(follower, fiber["id"])
            self._documents.remove("fibers", fiber["id"])
        home = self._indexes.first("properties", "drop", cable_id)
        if home is not None:
            gone: dict[str, Any] = {"drop": None, "cables": [], "connections": []}
            self._documents.change("properties", home, gone, stamp=self._touches())
        self._documents.remove("cables", cable_id)

    def refresh_home(self, cable_id: str) -> None:
        """``connections`` of the property at the end of the drop say where its fibres are (ozmap-api 3.9)."""
        home = self._indexes.first("properties", "drop", cable_id)
        if home is None:
            return
        connections = []
        for fiber in self._fibers_of(cable_id):
            at = self.port_of(fiber["id"])
            if at is not None:
                connections.append(_connection(at[0], at[1], fiber["id"]))
        self._documents.change("properties", home, {"connections": connections}, stamp=self._touches())

    # feeding

    def retrace(self, splitter_id: str, depth: int = 0) -> None:
        """``olt``, ``slot``, ``pon`` of the splitter and of those it feeds follow from the input's fibre.

        The keys are absent when nothing feeds it (ozmap-api 3.14.2).
        """
        splitter = self._store.get("splitters", splitter_id)
        if splitter is None or depth > MAX_DEPTH:
            return
        fed = self._source_of(splitter)
        if {name: splitter[name] for name in FED_BY if name in splitter} != fed:
            self.feed(splitter, fed)
        for fiber_id in filter(None, splitter["connectables"]["output"]):
            fiber = self._store.get("fibers", fiber_id)
            for follower in (fiber or {}).get("connectors", ()):
                if follower != splitter_id and self._is_input(follower, fiber_id):
                    self.retrace(follower, depth + 1)

    def feed(self, splitter: Row, fed: dict[str, Any]) -> None:
        """The splitter shows exactly these of ``olt``, ``slot`` and ``pon``; ``updatedAt`` moves."""
        kept = {name: value for name, value in splitter.items() if name not in FED_BY}
        stamped = {**kept, **fed, "updatedAt": self._documents.clock.iso_ms()}
        self._store.put("splitters", splitter["id"], stamped)
        self.touch_parent(splitter)

    def rewire(self, splitter: Row, inputs: list[Any], outputs: list[Any]) -> None:
        """The splitter's fibres are exactly these; fibres, drops and followers know it."""
        splitter_id = splitter["id"]
        before = splitter["connectables"]
        for fiber_id in filter(None, before["output"]):
            if fiber_id not in outputs:
                self.disconnect(fiber_id)
        for fiber_id in filter(None, before["input"]):
            if fiber_id not in inputs:
                self._detach_fiber(fiber_id, splitter_id)
        for fiber_id in filter(None, [*inputs, *outputs]):
            self._attach_fiber(fiber_id, splitter_id)
        wired = {"connectables": {**before, "input": inputs, "output": outputs}}
        self._documents.change("splitters", splitter, wired)
        for fiber_id in filter(None, outputs):
            self.refresh_home(self._documents.need("fibers", fiber_id)["parent"])
        if inputs != before["input"]:
            self.retrace(splitter_id)

    def take_out(self, splitter: Row) -> None:
        """The splitter is gone; its drops hang loose, what it fed is unfed."""
        self.rewire(
            splitter,
            [None] * len(splitter["connectables"]["input"]),
            [None] * len(splitter["connectables"]["output"]),
        )
        self._documents.remove("splitters", splitter["id"])

    def touch_parent(self, splitter: Row) -> None:
        """Whether a box's ``updatedAt`` moves with its splitters and ports is unknown: a switch."""
        if self._switches.on("touch_parents"):
            for entity in ("boxes", "buildings"):
                self._documents.touch(entity, splitter["parent"])

    def _source_of(self, splitter: Row) -> dict[str, Any]:
        for fiber_id in filter(None, splitter["connectables"]["input"]):
            fiber = self._store.get("fibers", fiber_id)
            for source in (fiber or {}).get("connectors", ()):
                pon = self._store.get("pons", source)
                if pon is not None:
                    return self._equipment_of(pon)
                above = self._store.get("splitters", source)
                if (
                    above is not None
                    and source != splitter["id"]
                    and fiber_id in above["connectables"]["output"]
                ):
                    return {name: above[name] for name in FED_BY if name in above}
        return {}

    def _equipment_of(self, pon: Row) -> dict[str, Any]:
        slot = self._store.get("slots", pon.get("slot")) or self._store.get("slots", pon.get("parent"))
        olt_id = (slot or {}).get("olt") or (slot or {}).get("parent")
        olt = self._store.get("olts", olt_id)
        if slot is None or olt is None:
            return {}
        return {"olt": olt["id"], "slot": slot["id"], "pon": pon["id"]}

    # wiring

    def _touches(self) -> bool:
        return self._switches.on("connections_touch")

    def _fibers_of(self, cable_id: str) -> list[Row]:
        return self._indexes.rows("fibers", "parent", cable_id)

    def _set_output(self, splitter_id: str, port: int, fiber_id: str | None) -> None:
        splitter = self._documents.need("splitters", splitter_id)
        outputs = list(splitter["connectables"]["output"])
        outputs[port - 1] = fiber_id
        wired = {"connectables": {**splitter["connectables"], "output": outputs}}
        self._documents.change("splitters", splitter, wired, stamp=self._touches())
        self.touch_parent(splitter)

    def _is_input(self, splitter_id: str, fiber_id: str) -> bool:
        splitter = self._store.get("splitters", splitter_id)
        return splitter is not None and fiber_id in splitter["connectables"]["input"]

    def _take_off_input(self, splitter_id: str, fiber_id: str) -> None:
        splitter = self._store.get("splitters", splitter_id)
        if splitter is None:
            return
        inputs = [None if one == fiber_id else one for one in splitter["connectables"]["input"]]
        wired = {"connectables": {**splitter["connectables"], "input": inputs}}
        self._documents.change("splitters", splitter, wired)
        self.retrace(splitter_id)

    def _attach_fiber(self, fiber_id: str, splitter_id: str) -> None:
        fiber = self._documents.need("fibers", fiber_id)
        if splitter_id in fiber["connectors"]:
            return
        if len(fiber["connectors"]) >= 2:
            raise RefusedError(f"fiber {fiber_id} is already connected at both ends")
        self._documents.change(
            "fibers", fiber, {"connectors": [*fiber["connectors"], splitter_id]}, stamp=False
        )

    def _detach_fiber(self, fiber_id: str, splitter_id: str) -> None:
        fiber = self._store.get("fibers", fiber_id)
        if fiber is not None:
            left = [connector for connector in fiber["connectors"] if connector != splitter_id]
            self._documents.change("fibers", fiber, {"connectors": left}, stamp=False)


def is_blocked(splitter: Row, port: int) -> bool:
    """Whether the 1-based port is blocked; array position is the port (ozmap-api 3.3)."""
    ports = splitter.get("ports") or []
    return port <= len(ports) and bool(ports[port - 1].get("blocked"))


def _splitter_order(splitter: Row) -> tuple[bool, Any, str, str]:
    index = splitter.get("index")
    return index is None, index or 0, splitter.get("name", ""), splitter["id"]


def _connection(splitter: Row, port: int, fiber_id: str) -> Row:
    return {
        "id": splitter["id"],
        "kind": "Splitter",
        "port": port,
        "name": splitter["name"],
        "implanted": splitter.get("implanted", True),
        "fiber": fiber_id,
    }


def _drop_type(project: Row) -> str | None:
    """The project's drop cable: ``drop.defaults`` in recorded replies, ``drop.type`` in the SDK (3.5)."""
    drop = project.get("drop") or {}
    chosen = drop.get("defaults") or drop.get("type") or {}
    return chosen.get("cableType")
