"""Writes to subscribers: properties with client, drop and port, and clients alone (ozmap-api 3.8, 3.9)."""

from __future__ import annotations

import copy
from typing import Any, Final

from sandbox.ozmap.bodies import Bodies
from sandbox.ozmap.documents import Documents
from sandbox.ozmap.plant import Plant
from sandbox.ozmap.schema import TYPES
from sandbox.ozmap.shapes import RefusedError
from sandbox.store import Row

WISHES: Final = ("auto_connect", "force", "connector", "port", "drop_poles")
"""What a body says of the connection and no document holds."""
BATCHED: Final = {"ftth-clients": ("certified", "implanted", "status"), "properties": ("potencyRead",)}


class Subscribers:
    """Writes to properties and clients."""

    def __init__(self, documents: Documents, bodies: Bodies, plant: Plant) -> None:
        self._documents = documents
        self._indexes = documents.indexes
        self._switches = documents.switches
        self._bodies = bodies
        self._plant = plant

    # properties

    def create_property(self, body: Any, actor: str | None) -> Row:
        """The new property, its client made or taken, its drop laid and connected as asked."""
        fields = self._bodies.checked("properties", body, create=True)
        wishes: dict[str, Any] = {name: fields.pop(name) for name in WISHES if name in fields}
        client = fields.pop("client", None)
        box_id = fields.pop("box", None)
        row: Row = {
            "kind": "Property",
            **copy.deepcopy(dict(TYPES["properties"].defaults)),
            "name": f"Imóvel {len(self._documents.store.by_id('properties')) + 1}",
            "connections": [],
            "history": {"clients": []},
            **fields,
            "client": None,
            "box": None,
            "drop": None,
        }
        if box_id is not None and row["coords"] is None and self._documents.get("buildings", box_id):
            row["parent"] = box_id  # an apartment (ozmap-api 3.7)
        home = self._documents.insert("properties", row, actor)
        if client is not None:
            self._move_in(home, client, actor)
        self._place(self._documents.need("properties", home["id"]), {"box": box_id}, wishes)
        return self._documents.need("properties", home["id"])

    def update_property(self, home: Row, body: Any, actor: str | None) -> None:
        """The property holds what the body says; ``client`` and ``box`` null detach (ozmap-api 3.9)."""
        fields = self._bodies.checked("properties", body, create=False)
        if fields.get("external_id") is not None and fields["external_id"] == home.get("external_id"):
            raise RefusedError("external_id is already set to this value")
        wishes: dict[str, Any] = {name: fields.pop(name) for name in WISHES if name in fields}
        moves = {"box": fields.pop("box")} if "box" in fields else {}
        if "client" in fields:
            client = fields.pop("client")
            if client is None:
                self.move_out(home)
            else:
                self._move_in(home, client, actor)
        self._documents.change("properties", home, fields)
        self._place(self._documents.need("properties", home["id"]), moves, wishes)

    def delete_property(self, home: Row) -> None:
        """Property, client and drop are gone and the port is free (ozmap-api 2.7)."""
        if home.get("drop"):
            self._plant.cut_cable(home["drop"])
        if home.get("client"):
            self._documents.remove("ftth-clients", home["client"])
        self._documents.remove("properties", home["id"])

    def properties_of_code(self, code: str) -> list[Row]:
        """The properties whose client has exactly that code."""
        clients = self._indexes.ids("ftth-clients", "code", code)
        return [row for client in clients for row in self._indexes.rows("properties", "client", client)]

    def _place(self, home: Row, moves: dict[str, Any], wishes: dict[str, Any]) -> None:
        """Box first, then port: null takes off, ``auto_connect`` finds the first free one."""
        if "box" in moves and moves["box"] != home.get("box"):
            self._move_to_box(home, moves["box"])
            home = self._documents.need("properties", home["id"])
        if "connector" in wishes and wishes["connector"] is None:
            if home.get("drop"):
                self._plant.disconnect_cable(home["drop"])
            return
        if wishes.get("connector") is None and wishes.get("port") is None and not wishes.get("auto_connect"):
            return
        splitter, port = self._wished_port(home, wishes)
        self._plant.connect(home, splitter, port, force=bool(wishes.get("force")))

    def _move_to_box(self, home: Row, box_id: str | None) -> None:
        if box_id is None:
            if home.get("drop"):
                self._plant.cut_cable(home["drop"])
        else:
            self._plant.move_drop(home, box_id)
        parent = {"parent": box_id} if home.get("parent") is not None and box_id is not None else {}
        self._documents.change("properties", home, {"box": box_id, **parent})

    def _wished_port(self, home: Row, wishes: dict[str, Any]) -> tuple[Row, int]:
        """The (splitter, port) a body asks for; the splitter must be one of the property's box."""
        box_id = home.get("box")
        if box_id is None:
            raise RefusedError("a property without box cannot be connected")
        now = home["connections"][0] if home["connections"] else None
        connector = wishes.get("connector") or (now["id"] if now and wishes.get("port") is not None else None)
        if wishes.get("port") is not None:
            if connector is None:
                raise RefusedError("port needs its connector")
            splitter = self._documents.need("splitters", connector)
            if splitter["parent"] != box_id:
                raise RefusedError("the connector does not belong to the box")
            return splitter, int(wishes["port"])
        if not wishes.get("auto_connect"):
            raise RefusedError("connector needs its port")
        if connector is not None and self._documents.need("splitters", connector)["parent"] != box_id:
            raise RefusedError("the connector does not belong to the box")
        if now is not None and connector in (None, now["id"]):
            return self._documents.need("splitters", now["id"]), int(now["port"])
        return self._plant.first_free_port(box_id, connector)

    # clients

    def create_client(self, body: Any, actor: str | None) -> Row:
        """The new client, in no property yet."""
        fields = self._bodies.checked("ftth-clients", body, create=True)
        self._check_code(fields["code"], None)
        row = {"kind": "FTTHClient", **copy.deepcopy(dict(TYPES["ftth-clients"].defaults)), **fields}
        row["onu"] = {**TYPES["ftth-clients"].defaults["onu"], **fields.get("onu", {})}
        return self._documents.insert("ftth-clients", row, actor)

    def update_client(self, client: Row, body: Any) -> None:
        fields = self._bodies.checked("ftth-clients", body, create=False)
        if fields.get("external_id") is not None and fields["external_id"] == client.get("external_id"):
            raise RefusedError("external_id is already set to this value")
        if "code" in fields:
            self._check_code(fields["code"], client["id"])
        if "onu" in fields:
            fields["onu"] = {**(client.get("onu") or {}), **fields["onu"]}
        self._documents.change("ftth-clients", client, fields)

    def delete_client(self, client: Row) -> None:
        """The client is gone; whether its property and port stay is a switch (unknown)."""
        for home in self._indexes.rows("properties", "client", client["id"]):
            if self._switches.text("deleted_client") == "takes_property":
                self.delete_property(home)
            else:
                self.move_out(home)
        if self._documents.get("ftth-clients", client["id"]) is not None:
            self._documents.remove("ftth-clients", client["id"])

    def update_many(self, entity: str, rows: list[Row], body: Any) -> None:
        """Each row holds what the update says of the fields a batch may carry (ozmap-api 2.1)."""
        if not isinstance(body, dict):
            raise RefusedError("update must be an object")
        allowed = {name: value for name, value in body.items() if name in BATCHED[entity]}
        fields = self._bodies.checked(entity, allowed, create=False)
        for row in rows:
            self._documents.change(entity, row, fields)

    def move_out(self, home: Row) -> None:
        """The property has no client, its history says who left when; drop and port stay."""
        client = self._documents.get("ftth-clients", home.get("client"))
        if home.get("client") is None:
            return
        now = self._documents.clock.iso_ms()
        stays = [
            {**stay, "exit_date": now} if stay["id"] == home["client"] and not stay.get("exit_date") else stay
            for stay in home["history"]["clients"]
        ]
        if client is not None and not any(stay["id"] == client["id"] for stay in stays):
            stays.append(_stay(client, home["createdAt"], now))
        self._documents.change("properties", home, {"client": None, "history": {"clients": stays}})
        if client is not None and self._switches.text("detached_client") == "deleted":
            self._documents.remove("ftth-clients", client["id"])

    def _move_in(self, home: Row, client: Any, actor: str | None) -> None:
        """The client, made from an object or found by its id, lives in the property."""
        if home.get("client") is not None and home["client"] != client:
            raise RefusedError("the property has a client already")
        if home.get("client") == client:
            return
        if isinstance(client, dict):
            row = self.create_client(client, actor)
        else:
            row = self._documents.need("ftth-clients", client)
            if self._indexes.ids("properties", "client", client):
                raise RefusedError("the client has a property already")
        stays = [*home["history"]["clients"], _stay(row, self._documents.clock.iso_ms(), None)]
        self._documents.change("properties", home, {"client": row["id"], "history": {"clients": stays}})

    def _check_code(self, code: str, own_id: str | None) -> None:
        if self._switches.on("duplicate_codes"):
            return
        if any(other != own_id for other in self._indexes.ids("ftth-clients", "code", code)):
            raise RefusedError(f"there is already a client with code {code!r}")


def _stay(client: Row, enter_date: str, exit_date: str | None) -> Row:
    return {"id": client["id"], "code": client["code"], "enter_date": enter_date, "exit_date": exit_date}
