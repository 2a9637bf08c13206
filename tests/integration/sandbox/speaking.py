"""How tests speak with a double: as a key holder through the API, as a tester through the sandbox's side."""

from __future__ import annotations

import json as text_json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``json`` is None when there was no JSON body."""

    status: int
    json: Any
    headers: Mapping[str, str]
    body: bytes


class Api:
    """One double. ``key`` speaks unless a call names another."""

    def __init__(self, url: str, session: aiohttp.ClientSession, key: str, root: str = "") -> None:
        self.url, self.session, self.key, self.root = url, session, key, root

    async def ask(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to one API request; ``path`` is below the API's root, already encoded."""
        url = path if path.startswith("/") else self.root + path
        return await self._send(method, url, json, {"Authorization": key or self.key, **(headers or {})})

    async def ok(self, method: str, path: str, json: Any = None) -> Any:
        """The JSON of an answer that must be a success."""
        answer = await self.ask(method, path, json)
        assert answer.status < 300, (answer.status, answer.json)
        return answer.json

    async def refused(self, method: str, path: str, json: Any = None, status: int = 422) -> str:
        """The message of an answer that must be a refusal."""
        answer = await self.ask(method, path, json)
        assert answer.status == status, (answer.status, answer.json)
        return str(answer.json["message"])

    async def rows(self, route: str, *conditions: tuple[str, str, Any], limit: int = 500) -> list[Any]:
        """The rows of a listing by a filter in the query."""
        spec = [{"property": p, "operator": o, "value": v} for p, o, v in conditions]
        listed = await self.ok("GET", f"{route}?limit={limit}&filter={quote(text_json.dumps(spec))}")
        return list(listed["rows"])

    async def sandbox(self, method: str, path: str, json: Any = None) -> Any:
        """The JSON of the sandbox's own side, which must agree."""
        answer = await self._send(method, f"/__sandbox__/{path}", json, {})
        assert answer.status == 200, (answer.status, answer.json)
        return answer.json

    async def fault(self, kind: str, **spec: Any) -> None:
        """A fault is on."""
        await self.sandbox("POST", "faults", {"kind": kind, **spec})

    async def switch(self, **values: Any) -> None:
        """The switches hold these values."""
        await self.sandbox("POST", "switches", values)

    async def stored(self, entity: str, row_id: str) -> Any:
        """The row as the double stores it, None when it does not."""
        return next((row for row in await self.sandbox("GET", f"rows/{entity}") if row["id"] == row_id), None)

    async def journal(self, since: int = 0) -> list[Any]:
        return list(await self.sandbox("GET", f"journal?since={since}"))

    async def _send(self, method: str, path: str, json: Any, headers: Mapping[str, str]) -> Answer:
        async with self.session.request(method, self.url + path, json=json, headers=headers) as reply:
            body = await reply.read()
            is_json = bool(body) and reply.content_type.endswith("json")
            return Answer(reply.status, text_json.loads(body) if is_json else None, reply.headers, body)
