"""The OZmap double: keys, routes, and which part answers what (ozmap-api 1-3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from sandbox.chassis import JSON_TYPE, Call, Double, Reply, Setup, json_reply
from sandbox.ozmap.bodies import Bodies
from sandbox.ozmap.choices import SWITCHES
from sandbox.ozmap.documents import Documents, user_id_of
from sandbox.ozmap.elements import Elements
from sandbox.ozmap.filters import Grammar, matching, parse_filter
from sandbox.ozmap.indexes import Indexes
from sandbox.ozmap.listing import cut_page, envelope, ordered, parse_listing
from sandbox.ozmap.loading import load
from sandbox.ozmap.plant import Plant
from sandbox.ozmap.rendering import Renderer
from sandbox.ozmap.routes import Route, route_of
from sandbox.ozmap.schema import TYPES
from sandbox.ozmap.shapes import OBJECT_ID, RefusedError
from sandbox.ozmap.subscribers import Subscribers
from sandbox.store import Row, Store

NO_CONTENT = 204


class OzmapDouble(Double):
    """OZmap v2 over the rows of a city."""

    system = "ozmap"
    declared_switches = SWITCHES

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup, Store(TYPES))
        self.indexes = Indexes(self.store)
        self._documents = Documents(self.store, self.indexes, self.clock, self.switches, setup.seed)
        bodies, plant = Bodies(self._documents), Plant(self._documents)
        self._plant = plant
        self._elements = Elements(self._documents, bodies, plant)
        self._subscribers = Subscribers(self._documents, bodies, plant)
        self._renderer = Renderer(self.store, self.indexes, self.switches)
        self._tokens: dict[str, str] = {}
        load(self.store, setup)
        self._actions: dict[str, Callable[[Call, Route], Reply]] = {
            "list": self._list,
            "read": self._read,
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
            "batch_update": self._batch_update,
            "properties_of_client": self._properties_of_client,
            "disconnect_pair": self._disconnect_pair,
            "disconnect_cable": self._disconnect_cable,
            "authenticated": self._authenticated,
            "login": self._login,
            "system_configs": self._system_configs,
        }

    # who

    def made_keys(self) -> dict[str, str]:
        return {_made_secret(f"key {actor} {self.setup.seed}"): actor for actor in ("product", "person")}

    def users(self) -> list[dict[str, str]]:
        """One user an actor; the passwords are marked fakes."""
        actors = dict.fromkeys(self.keys.values())
        return [{"login": actor, "password": _made_secret(f"password {actor}")} for actor in actors]

    def actor_of(self, call: Call) -> str | None:
        key = call.headers.get("Authorization", "")
        if key.startswith("Bearer ") and self.switches.on("bearer"):
            key = key.removeprefix("Bearer ")
        return self.keys.get(key) or self._tokens.get(key)

    def is_public(self, call: Call) -> bool:
        return route_of(call.method, call.path).action == "login"

    def unauthorized(self, call: Call) -> Reply:
        return self.failure(call, 401, "Unauthorized")

    # what

    def locate(self, call: Call) -> None:
        route = route_of(call.method, call.path)
        call.entity, call.id, call.purpose = route.entity, route.id, route.purpose

    def answer(self, call: Call) -> Reply:
        route = route_of(call.method, call.path)
        act = self._actions.get(route.action)
        if act is None:
            return self.failure(call, 404, f"Cannot {call.method} {call.path}")
        try:
            return act(call, route)
        except RefusedError as refused:
            self.store.undo(self.store.end())
            if call.purpose == "create":
                call.id = None
            return self.failure(call, int(self.switches.number("refusal_status")), str(refused))
        except orjson.JSONDecodeError as wrong:
            return self.failure(call, 400, f"the body is no JSON: {wrong}")

    def failure(self, call: Call, status: int, message: str) -> Reply:
        """Errors carry a ``message`` (ozmap-api 2.8); other keys are unknown, so there are none."""
        return json_reply({"message": message}, status)

    def switched(self) -> None:
        self._renderer.forget_all()

    def hides(self, call: Call) -> Callable[[str, Row], bool] | None:
        """A lost project hides the project, what lies in it, and the clients who live there."""
        where = call.hidden_where()
        if where is None:
            return None

        def hidden(entity: str, row: Row) -> bool:
            for name, wanted in where.items():
                if name == "project" and entity == "projects":
                    value = row["id"]
                elif name == "project" and entity == "ftth-clients":
                    home = self.indexes.first("properties", "client", row["id"])
                    value = (home or {}).get("project")
                else:
                    value = row.get(name)
                if value != wanted:
                    return False
            return True

        return hidden

    # reads

    def _list(self, call: Call, route: Route) -> Reply:
        entity = str(route.entity)
        listing = parse_listing(call, self.switches)
        rows = matching(self.indexes.candidates(entity, listing.elements), listing.elements, self._grammar())
        if route.is_alias:
            rows = [row for row in rows if row.get("kind") == "Drop"]
        hides = self.hides(call)
        if hides is not None:
            rows = [row for row in rows if not hides(entity, row)]
        page = cut_page(ordered(rows, listing), listing)
        shown, total = call.shape_page(page.rows, len(rows))
        content = envelope(
            page,
            self._shown(entity, shown, listing.select, listing.populate),
            total,
            listing,
            call.path,
            old_server=self.switches.on("old_server"),
        )
        return Reply(200, orjson.dumps(content), JSON_TYPE)

    def _shown(self, entity: str, rows: list[Row], select: list[str], populate: list[str]) -> list[Any]:
        if not select and not populate:
            return [orjson.Fragment(self._renderer.plain(entity, row)) for row in rows]
        return [self._renderer.chosen(entity, row, select, populate) for row in rows]

    def _read(self, call: Call, route: Route) -> Reply:
        row = self._seen(call, route)
        if row is None:
            return self._missing(call, route)
        if not call.query:
            return Reply(200, self._renderer.plain(str(route.entity), row), JSON_TYPE)
        listing = parse_listing(call, self.switches)
        return json_reply(self._shown(str(route.entity), [row], listing.select, listing.populate)[0])

    def _properties_of_client(self, call: Call, route: Route) -> Reply:
        """An array, no envelope; documents as creates show them, the client populated (ozmap-api 3.9)."""
        hides = self.hides(call)
        found = []
        for row in self._subscribers.properties_of_code(str(route.id)):
            if hides is None or not hides("properties", row):
                shown = self._renderer.shown("properties", row)
                client = {**shown["client"], "_id": shown["client"]["id"], "__v": 0}
                found.append({**shown, "_id": row["id"], "__v": 0, "client": client})
        if not found and self.switches.number("no_client_status") != 200:
            return self.failure(call, int(self.switches.number("no_client_status")), "Not found")
        return json_reply(found)

    def _authenticated(self, call: Call, _route: Route) -> Reply:
        """2xx says the key is valid; what else the real body says is unknown."""
        return json_reply({"authenticated": True})

    def _system_configs(self, _call: Call, _route: Route) -> Reply:
        """One object, not an envelope (ozmap-api 3.12); the levels of the recorded tenant."""
        names = (("POP", 1), ("CE", 2), ("CTO", 3))
        levels = [{"id": level, "name": name} for name, level in names]
        return json_reply(
            {"hierarchyLevels": {"boxes": levels, "cables": levels, "pops": levels[:1], "towers": []}}
        )

    # writes

    def _create(self, call: Call, route: Route) -> Reply:
        entity = str(route.entity)
        if not TYPES[entity].creatable:
            return self.failure(call, 404, f"Cannot POST {call.path}")
        body = call.json()
        if entity == "properties":
            row = self._subscribers.create_property(body, call.actor)
        elif entity == "ftth-clients":
            row = self._subscribers.create_client(body, call.actor)
        else:
            row = self._elements.create(entity, body, call.actor)
        call.id = row["id"]
        return json_reply(self._renderer.created(entity, self._documents.need(entity, row["id"])), 201)

    def _update(self, call: Call, route: Route) -> Reply:
        entity, row = str(route.entity), self._seen(call, route)
        if row is None:
            return self._missing(call, route)
        body = call.json()
        if entity == "properties":
            self._subscribers.update_property(row, body, call.actor)
        elif entity == "ftth-clients":
            self._subscribers.update_client(row, body)
        else:
            self._elements.update(entity, row, body)
        if self.switches.on("noop_touches") and self.store.get(entity, row["id"]) is row:
            self._documents.touch(entity, row["id"])
        return Reply(NO_CONTENT)

    def _delete(self, call: Call, route: Route) -> Reply:
        entity, row = str(route.entity), self._seen(call, route)
        if not TYPES[entity].deletable:
            return self.failure(call, 404, f"Cannot DELETE {call.path}")
        if row is None:
            return self._missing(call, route)
        if entity == "properties":
            self._subscribers.delete_property(row)
        elif entity == "ftth-clients":
            self._subscribers.delete_client(row)
        else:
            self._elements.delete(entity, row)
        return Reply(NO_CONTENT)

    def _batch_update(self, call: Call, route: Route) -> Reply:
        body = call.json()
        if not isinstance(body, dict) or "filter" not in body or "update" not in body:
            raise RefusedError("a batch update is {filter, update}")
        entity, elements = str(route.entity), parse_filter(body["filter"])
        rows = matching(self.indexes.candidates(entity, elements), elements, self._grammar())
        hides = self.hides(call)
        seen = [row for row in rows if hides is None or not hides(entity, row)]
        self._subscribers.update_many(entity, seen, body["update"])
        return Reply(NO_CONTENT)

    def _disconnect_pair(self, call: Call, _route: Route) -> Reply:
        """A splitter and a fibre are parted (ozmap-api 3.11); 204, the real status is unknown."""
        body = call.json()
        pair = [body.get(name) for name in ("elementA", "elementB")] if isinstance(body, dict) else []
        ids = {str(one.get("kind", "")).lower(): one.get("id") for one in pair if isinstance(one, dict)}
        splitter = self._documents.need("splitters", ids.get("splitter"))
        fiber = self._documents.need("fibers", ids.get("fiber"))
        call.id = splitter["id"]
        wired = splitter["connectables"]
        if fiber["id"] not in [*wired["input"], *wired["output"]]:
            raise RefusedError("the fiber is not connected to the splitter")
        without = [
            [None if one == fiber["id"] else one for one in wired[side]] for side in ("input", "output")
        ]
        self._plant.rewire(splitter, without[0], without[1])
        return Reply(NO_CONTENT)

    def _disconnect_cable(self, call: Call, route: Route) -> Reply:
        row = self._seen(call, route)
        if row is None:
            return self._missing(call, route)
        self._plant.disconnect_cable(row["id"])
        return Reply(NO_CONTENT)

    def _login(self, call: Call, _route: Route) -> Reply:
        """``{"authorization": token}``, a key of that user from now on (ozmap-api 1.2)."""
        body = call.json()
        given = (body.get("login"), body.get("password")) if isinstance(body, dict) else (None, None)
        for user in self.users():
            if given == (user["login"], user["password"]):
                call.actor = user["login"]
                token = _made_secret(f"token {call.actor} {len(self._tokens)}")
                self._tokens[token] = call.actor
                shown = {"id": user_id_of(call.actor), "login": call.actor, "authorization": token}
                return json_reply(shown)
        return self.failure(call, 401, "Wrong login or password")

    # shared

    def _seen(self, call: Call, route: Route) -> Row | None:
        """The row of the path, None when there is none or the key may not see it."""
        entity = str(route.entity)
        row = self.store.get(entity, route.id)
        hides = self.hides(call)
        if row is None or (route.is_alias and row.get("kind") != "Drop"):
            return None
        return None if hides is not None and hides(entity, row) else row

    def _missing(self, call: Call, route: Route) -> Reply:
        if OBJECT_ID.fullmatch(str(route.id)) is None:
            return self.failure(call, int(self.switches.number("bad_id_status")), "invalid id")
        return self.failure(call, 404, f"no {route.entity} with id {route.id}")

    def _grammar(self) -> Grammar:
        return Grammar(self.switches.on("like_ignores_case"), self._area_of)

    def _area_of(self, model: str, row_id: str) -> Any:
        """The polygon of a project; regions and horizontal condominiums are not in this double."""
        if model != "project":
            raise RefusedError(f"within knows no model {model!r} here")
        return self._documents.need("projects", row_id).get("area")


def _made_secret(of_what: str) -> str:
    """A secret that can be searched for: it carries the mark of all the doubles' secrets."""
    return f"FAKE-SECRET-{hashlib.sha256(of_what.encode()).hexdigest()[:24]}"
