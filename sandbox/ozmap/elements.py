"""Writes to everything but subscribers: boxes, buildings, splitters, the OLT chain, cables, types."""

from __future__ import annotations

import copy
from typing import Any, Final

from sandbox.ozmap.bodies import Bodies
from sandbox.ozmap.documents import Documents
from sandbox.ozmap.plant import FED_BY, Plant
from sandbox.ozmap.schema import TYPES
from sandbox.ozmap.shapes import RefusedError
from sandbox.store import Row

HOSTS: Final = ("boxes", "buildings")
CONTENT: Final = ("boxes", "buildings", "properties", "pops", "cables")
"""What lies in a project."""
USED_BY: Final = {
    "box-types": ("boxes", "boxType"),
    "building-types": ("buildings", "buildingType"),
    "splitter-types": ("splitters", "splitterType"),
    "olt-types": ("olts", "oltType"),
    "cable-types": ("cables", "cableType"),
}
BELOW: Final = {
    "pops": (("shelfs", "parent"), ("olts", "parent"), ("splitters", "parent")),
    "shelfs": (("olts", "shelf"),),
    "olts": (("slots", "olt"),),
    "slots": (("pons", "slot"),),
}


class Elements:
    """Writes to the plant's elements; Subscribers has the rest."""

    def __init__(self, documents: Documents, bodies: Bodies, plant: Plant) -> None:
        self._documents = documents
        self._indexes = documents.indexes
        self._switches = documents.switches
        self._bodies = bodies
        self._plant = plant

    # create

    def create(self, entity: str, body: Any, actor: str | None) -> Row:
        """The new document as stored; RefusedError says why there is none."""
        fields = self._bodies.checked(entity, body, create=True)
        if entity == "splitters":
            return self._create_splitter(fields, actor)
        kind = TYPES[entity].kind
        row = {**({"kind": kind} if kind else {}), **copy.deepcopy(dict(TYPES[entity].defaults)), **fields}
        if entity in HOSTS:
            row.setdefault("name", self._made_name(entity, row))
            self._check_name(entity, row, None)
        elif entity == "projects":
            row.setdefault("drop", {"defaults": {"cableType": self._first_cable_type()}, "maxSize": 300})
        elif entity == "cables":
            return self._create_cable(row, body, actor)
        elif kind is not None:
            row.setdefault("name", f"{kind} {len(self._documents.store.by_id(entity)) + 1}")
        if entity in ("shelfs", "slots") and "project" not in row:
            row["project"] = self._project_of_parent(row["parent"])
        return self._documents.insert(entity, row, actor)

    def _made_name(self, entity: str, row: Row) -> str:
        """The server makes a name when none is given (ozmap-api 3.1)."""
        types, key = ("box-types", "boxType") if entity == "boxes" else ("building-types", "buildingType")
        prefix = (self._documents.get(types, row.get(key)) or {}).get("prefix") or TYPES[entity].kind
        number = len(self._documents.store.by_id(entity)) + 1
        while self._named(entity, f"{prefix}-{number}", row["project"]):
            number += 1
        return f"{prefix}-{number}"

    def _named(self, entity: str, name: str, project: str) -> list[Row]:
        return [row for row in self._indexes.rows(entity, "name", name) if row["project"] == project]

    def _check_name(self, entity: str, row: Row, own_id: str | None) -> None:
        """Box names are unique per project (ozmap-api 2.8); of buildings no such rule is known."""
        if entity != "boxes":
            return
        if any(other["id"] != own_id for other in self._named(entity, row["name"], row["project"])):
            raise RefusedError(f"there is already a box named {row['name']!r} in this project")

    def _first_cable_type(self) -> str | None:
        return next((row["id"] for row in self._documents.store.rows("cable-types")), None)

    def _project_of_parent(self, parent_id: str) -> Any:
        found = self._documents.find(("boxes", "buildings", "pops", "olts", "slots", "shelfs"), parent_id)
        return found[1].get("project") if found is not None else None

    def _create_splitter(self, fields: dict[str, Any], actor: str | None) -> Row:
        kind = self._documents.need("splitter-types", fields["splitterType"])
        ratio = fields.get("ratio") or kind["ratio"]
        n_inputs, n_outputs = _n_ports(ratio)
        siblings = self._indexes.rows("splitters", "parent", fields["parent"])
        row: Row = {
            "kind": "Splitter",
            **dict(TYPES["splitters"].defaults),
            "tags": [],
            "name": f"{kind.get('prefix') or 'Splitter '}{len(siblings) + 1}",
            "isDrop": kind["isDrop"],
            "isBalanced": kind.get("isBalanced", True),
            "size": kind.get("size", 0),
            "attenuation": list(kind["attenuation"]),
            **fields,
            "ratio": {"input": n_inputs, "output": n_outputs},
            "project": self._project_of_parent(fields["parent"]),
            "connectables": {"input": [None] * n_inputs, "output": [None] * n_outputs},
            "ports": [{"blocked": False, "tags": []} for _ in range(n_outputs)],
            "currentPower": [None] * n_outputs,
            "installPower": [None] * n_outputs,
        }
        if "ports" in fields:
            row["ports"] = self._ports(row["ports"], fields["ports"])
        row = {name: value for name, value in row.items() if name not in FED_BY or value is not None}
        splitter = self._documents.insert("splitters", row, actor)
        self._plant.touch_parent(splitter)
        return splitter

    def _create_cable(self, row: Row, body: Any, actor: str | None) -> Row:
        row["kind"] = "Drop" if body.get("kind") == "Drop" else "Cable"
        if any(isinstance(row.get(side), dict) for side in ("boxA", "boxB")):
            raise RefusedError("a box made together with its cable is not known here, give its id")
        cable_type = self._documents.get("cable-types", row["cableType"]) or {}
        row["fiberNumber"] = (
            body.get("fiberNumber") or (1 if row["kind"] == "Drop" else cable_type.get("fiberNumber")) or 1
        )
        cable = self._documents.insert("cables", row, actor)
        self._plant.lay_fibers(cable)
        home = self._documents.get("properties", cable.get("boxB"))
        if cable["kind"] == "Drop" and home is not None:
            if home.get("drop"):
                raise RefusedError("the property has a drop already")
            end = {"drop": cable["id"], "cables": [cable["id"]], "box": cable.get("boxA")}
            self._documents.change("properties", home, end)
        return cable

    # update

    def update(self, entity: str, row: Row, body: Any) -> None:
        """The document holds what the body says; RefusedError when it may not."""
        fields = self._bodies.checked(entity, body, create=False)
        external_id = fields.get("external_id")
        if external_id is not None and external_id == row.get("external_id"):
            raise RefusedError("external_id is already set to this value")  # ozmap-api 2.8
        if entity == "splitters":
            self._update_splitter(row, fields)
            return
        if entity in HOSTS:
            self._check_name(entity, {**row, **fields}, row["id"])
        if not fields:
            return
        self._documents.change(entity, row, fields)
        if entity in HOSTS and fields.get("project", row["project"]) != row["project"]:
            for splitter in self._indexes.rows("splitters", "parent", row["id"]):
                self._documents.change("splitters", splitter, {"project": fields["project"]})

    def _update_splitter(self, row: Row, fields: dict[str, Any]) -> None:
        wired = fields.pop("connectables", None)
        if wired is not None:
            self._plant.rewire(row, *_connectables(row, wired))
        fed = {name: fields.pop(name) for name in FED_BY if name in fields}
        if "ports" in fields:
            fields["ports"] = self._ports(row["ports"], fields["ports"])
        if "currentPower" in fields:
            fields |= _powers(row, fields["currentPower"])
        if "parent" in fields:
            fields["project"] = self._project_of_parent(fields["parent"])
        before = self._documents.need("splitters", row["id"])
        after = self._documents.change("splitters", before, fields)
        if fed:
            now = {name: after[name] for name in FED_BY if name in after} | fed
            now = {name: value for name, value in now.items() if value is not None}
            if now != {name: after[name] for name in FED_BY if name in after}:
                self._plant.feed(after, now)
        if after is not before:
            self._plant.touch_parent(after)
            self._tell_homes(before, after)

    def _tell_homes(self, before: Row, after: Row) -> None:
        """``connections`` repeat the splitter's name, and its box is the property's box."""
        if all(before.get(name) == after.get(name) for name in ("name", "implanted", "parent")):
            return
        for fiber_id in filter(None, after["connectables"]["output"]):
            cable_id = self._documents.need("fibers", fiber_id)["parent"]
            home = self._indexes.first("properties", "drop", cable_id)
            if home is not None and before["parent"] != after["parent"]:
                self._documents.change("properties", home, {"box": after["parent"]})
                self._documents.change(
                    "cables", self._documents.need("cables", cable_id), {"boxA": after["parent"]}
                )
            self._plant.refresh_home(cable_id)

    def _ports(self, ports: list[Row], given: list[Row]) -> list[Row]:
        """Each given port by its ``index``, or by its place when it names none, laid over the present one."""
        merged = [dict(port) for port in ports]
        base = int(self._switches.number("port_index_base"))
        for place, port in enumerate(given):
            at = port["index"] - base if isinstance(port.get("index"), int) else place
            if not 0 <= at < len(merged):
                raise RefusedError(f"ports: there is no port {port.get('index', place + base)}")
            if not isinstance(port.get("blocked", False), bool):
                raise RefusedError("ports: blocked must be a boolean")
            merged[at] |= {name: value for name, value in port.items() if name != "index"}
        return merged

    # delete

    def delete(self, entity: str, row: Row) -> None:
        """The document is gone, and with it what hangs on it; RefusedError when it may not go."""
        if entity in HOSTS:
            self._delete_host(entity, row)
        elif entity == "splitters":
            self._delete_splitter(row)
        elif entity == "cables":
            self._delete_cable(row)
        elif entity == "projects":
            self._refuse_if_used("the project", ((part, "project") for part in CONTENT), row["id"])
            self._documents.remove(entity, row["id"])
        elif entity in USED_BY:
            self._refuse_if_used("the type", (USED_BY[entity],), row["id"])
            self._documents.remove(entity, row["id"])
        else:
            self._delete_equipment(entity, row)

    def _delete_host(self, entity: str, row: Row) -> None:
        splitters = self._indexes.rows("splitters", "parent", row["id"])
        homes = self._indexes.rows("properties", "box", row["id"])
        if (splitters or homes) and self._switches.text("delete_used") == "refuse":
            raise RefusedError("the box is in use")
        for home in homes:
            if home.get("drop"):
                self._plant.cut_cable(home["drop"])
            self._documents.change("properties", home, {"box": None})
        for splitter in splitters:
            self._plant.take_out(splitter)
        self._documents.remove(entity, row["id"])

    def _delete_splitter(self, row: Row) -> None:
        if any(row["connectables"]["output"]) and self._switches.text("delete_used") == "refuse":
            raise RefusedError("the splitter is in use")
        self._plant.take_out(row)
        self._plant.touch_parent(row)

    def _delete_cable(self, row: Row) -> None:
        home = self._indexes.first("properties", "drop", row["id"])
        self._plant.cut_cable(row["id"])
        if home is not None:
            self._documents.change("properties", home, {"box": None})

    def _delete_equipment(self, entity: str, row: Row) -> None:
        for below, field in BELOW.get(entity, ()):
            for part in list(self._documents.store.rows(below)):
                if part.get(field) == row["id"]:
                    self.delete(below, part)
        self._documents.remove(entity, row["id"])
        name = {"olts": "olt", "slots": "slot", "pons": "pon"}.get(entity)
        if name is None:
            return
        for splitter in list(self._documents.store.rows("splitters")):
            if splitter.get(name) == row["id"]:
                self._plant.feed(splitter, {})

    def _refuse_if_used(self, what: str, places: Any, row_id: str) -> None:
        for entity, field in places:
            if any(row.get(field) == row_id for row in self._documents.store.rows(entity)):
                raise RefusedError(f"{what} is in use by {entity}")


def _n_ports(ratio: Any) -> tuple[int, int]:
    """Inputs and outputs: at least 1 and 2 (ozmap-api 3.4)."""
    n_inputs, n_outputs = ratio.get("input"), ratio.get("output")
    if not (isinstance(n_inputs, int) and isinstance(n_outputs, int) and n_inputs >= 1 and n_outputs >= 2):
        raise RefusedError("ratio must be {input: from 1, output: from 2}")
    return n_inputs, n_outputs


def _connectables(row: Row, wired: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    sides: list[list[Any]] = []
    for side in ("input", "output"):
        now = row["connectables"][side]
        given = wired.get(side, now)
        if not isinstance(given, list) or len(given) != len(now):
            raise RefusedError(f"connectables.{side} must have {len(now)} entries")
        if not all(one is None or isinstance(one, str) for one in given):
            raise RefusedError(f"connectables.{side} holds fiber ids and nulls")
        sides.append(given)
    return sides[0], sides[1]


def _powers(row: Row, current: list[Any]) -> dict[str, Any]:
    """A port's first current power becomes its install power (ozmap-api 3.3)."""
    if len(current) != len(row["connectables"]["output"]):
        raise RefusedError("currentPower has one entry a port")
    installed = row.get("installPower") or [None] * len(current)
    first = [new if old is None else old for old, new in zip(installed, current, strict=True)]
    return {"currentPower": current, "installPower": first}
