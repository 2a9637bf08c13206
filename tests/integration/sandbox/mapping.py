"""A person who draws plant in OZmap: the shortest way to a project, a box, a splitter, a subscriber."""

from __future__ import annotations

from typing import Any

from sandbox.city.ozmap_forms import type_id
from tests.integration.sandbox.speaking import Api

BOX_TYPE = type_id("terminal", 1)
BUILDING_TYPE = type_id("building", 1)
SERVICE_TYPE = type_id("service", 8)
PLAIN_TYPE = type_id("splitter", 4)
OLT_TYPE = type_id("olt", 1)
POP_TYPE = "5b" + "0" * 22


class OzmapPerson(Api):
    """Each method returns the id of what it drew; ``fields`` override what is sent."""

    async def draw(self, route: str, body: dict[str, Any]) -> str:
        return str((await self.ok("POST", route, body))["id"])

    async def project(self, name: str = "Centro") -> str:
        return await self.draw("projects", {"name": name})

    async def box(self, project: str, name: str = "CTO-1", **fields: Any) -> str:
        body = {
            "project": project,
            "name": name,
            "lat": -25.4,
            "lng": -49.2,
            "boxType": BOX_TYPE,
            "hierarchyLevel": 3,
            "implanted": True,
        }
        return await self.draw("boxes", body | fields)

    async def building(self, project: str, name: str = "Edifício Aurora", **fields: Any) -> str:
        body = {"project": project, "name": name, "coords": [-49.2, -25.4], "buildingType": BUILDING_TYPE}
        return await self.draw("buildings", body | fields)

    async def splitter(self, parent: str, splitter_type: str = SERVICE_TYPE, **fields: Any) -> str:
        return await self.draw("splitters", {"parent": parent, "splitterType": splitter_type} | fields)

    async def home(self, project: str, **fields: Any) -> str:
        """A property."""
        return await self.draw("properties", {"project": project, "lat": -25.41, "lng": -49.21} | fields)

    async def olt(self, project: str, ip: str = "10.0.0.1") -> str:
        """An OLT in its own POP and shelf."""
        place = {"coords": [-49.2, -25.4], "popType": POP_TYPE, "hierarchyLevel": 1, "implanted": True}
        pop = await self.draw("pops", {"project": project, **place})
        shelf = await self.draw("shelfs", {"parent": pop})
        body = {"parent": pop, "project": project, "shelf": shelf, "oltType": OLT_TYPE, "ip": ip}
        return await self.draw("olts", body)

    async def pon(self, project: str, olt: str) -> str:
        """A PON in its own slot of the OLT."""
        slot = await self.draw("slots", {"parent": olt, "olt": olt, "starting_pon_number": 0})
        return await self.draw("pons", {"slot": slot, "parent": slot, "project": project, "name": "PON 1"})


class Street:
    """A box with a service splitter of 8 and one that serves nobody, another box with its own."""

    def __init__(self, person: OzmapPerson) -> None:
        self.person = person
        self.project = self.box = self.splitter = self.plain = self.other_box = self.other_splitter = ""

    async def build(self) -> Street:
        self.project = await self.person.project()
        self.box = await self.person.box(self.project, "CTO-1")
        self.splitter = await self.person.splitter(self.box, index=1)
        self.plain = await self.person.splitter(self.box, PLAIN_TYPE)
        self.other_box = await self.person.box(self.project, "CTO-2")
        self.other_splitter = await self.person.splitter(self.other_box)
        return self

    async def subscriber(self, code: str = "joao", port: int = 1, **fields: Any) -> str:
        """A connected subscriber's property."""
        place = {"box": self.box, "connector": self.splitter, "port": port}
        client = {"code": code, "name": code.title(), "implanted": True}
        return await self.person.home(self.project, client=client, **place, **fields)

    async def outputs(self, splitter: str = "") -> list[Any]:
        row = await self.person.stored("splitters", splitter or self.splitter)
        return list(row["connectables"]["output"])
