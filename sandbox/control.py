"""The ``/__sandbox__`` side of a double: journal, rows, faults, clock, switches. Loopback only, no key."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from sandbox.chassis import Double
from sandbox.clock import parse_at
from sandbox.faults import KINDS, FaultError

CONTROL_PREFIX = "/__sandbox__/"


class _ControlError(ValueError):
    """The control request cannot be followed; the text says why."""


class Control:
    """Answers the control requests of one double (spec doubles)."""

    def __init__(self, double: Double) -> None:
        self._double = double
        self._routes: dict[tuple[str, str], Callable[[web.BaseRequest], Awaitable[Any]]] = {
            ("GET", "health"): self._health,
            ("GET", "journal"): self._journal,
            ("GET", "faults"): self._shown_faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "clock"): self._shown_clock,
            ("POST", "clock"): self._set_clock,
            ("GET", "switches"): self._shown_switches,
            ("POST", "switches"): self._set_switches,
        }

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """JSON with 200, or ``{"message"}`` with 400, 403 or 404."""
        if not _is_loopback(request.remote):
            return _json({"message": "the sandbox's own side is for this machine only"}, 403)
        name = request.path.removeprefix(CONTROL_PREFIX).strip("/")
        try:
            if name.startswith("rows/") and request.method == "GET":
                return _json(self._rows(name.removeprefix("rows/")))
            route = self._routes.get((request.method, name))
            if route is None:
                return _json({"message": f"no {request.method} {request.path}"}, 404)
            return _json(await route(request))
        except (_ControlError, FaultError) as wrong:
            return _json({"message": str(wrong)}, 400)

    def _rows(self, entity: str) -> list[Any]:
        if entity not in self._double.store.entities():
            known = ", ".join(self._double.store.entities())
            raise _ControlError(f"no entity {entity!r}; there are: {known}")
        return [self._double.shown_row(entity, row) for row in self._double.store.rows(entity)]

    async def _health(self, _request: web.BaseRequest) -> Any:
        return {"system": self._double.system, "n_requests": len(self._double.journal)}

    async def _journal(self, request: web.BaseRequest) -> Any:
        return self._double.journal.since(
            _whole(request, "since", 0),
            limit=_whole(request, "limit", 0) or None,
            only_effects=request.query.get("effects") in {"1", "true"},
        )

    async def _shown_faults(self, _request: web.BaseRequest) -> Any:
        return {"on": self._double.faults.shown(), "kinds": list(KINDS)}

    async def _add_fault(self, request: web.BaseRequest) -> Any:
        return self._double.faults.add(await _object(request)).shown()

    async def _clear_faults(self, _request: web.BaseRequest) -> Any:
        return {"n_cleared": self._double.faults.clear()}

    async def _shown_clock(self, _request: web.BaseRequest) -> Any:
        clock = self._double.clock
        return {"now": clock.now().isoformat(), "offset_s": clock.offset_s, "local": clock.local_naive()}

    async def _set_clock(self, request: web.BaseRequest) -> Any:
        wanted = await _object(request)
        if ("offset_s" in wanted) == ("at" in wanted) or wanted.keys() - {"offset_s", "at", "freeze"}:
            raise _ControlError('the clock takes {"offset_s": seconds} or {"at": ISO-8601[, "freeze": true]}')
        try:
            if "at" in wanted:
                self._double.clock.set(parse_at(str(wanted["at"])), freeze=bool(wanted.get("freeze")))
            else:
                self._double.clock.shift(float(wanted["offset_s"]))
        except (TypeError, ValueError) as wrong:
            raise _ControlError(f"unusable clock: {wrong}") from None
        return await self._shown_clock(request)

    async def _shown_switches(self, _request: web.BaseRequest) -> Any:
        return self._double.switches.shown()

    async def _set_switches(self, request: web.BaseRequest) -> Any:
        try:
            for name, value in (await _object(request)).items():
                self._double.switches.assign(
                    f"{name}={str(value).lower() if isinstance(value, bool) else value}"
                )
        except ValueError as wrong:
            raise _ControlError(str(wrong)) from None
        self._double.switched()
        return self._double.switches.shown()


def _is_loopback(remote: str | None) -> bool:
    try:
        return remote is None or ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return False


def _whole(request: web.BaseRequest, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise _ControlError(f"{name} is a whole number, not {text!r}") from None


async def _object(request: web.BaseRequest) -> Mapping[str, Any]:
    try:
        content = orjson.loads(await request.read())
    except orjson.JSONDecodeError as wrong:
        raise _ControlError(f"the body is no JSON: {wrong}") from None
    if not isinstance(content, dict):
        raise _ControlError("the body is a JSON object")
    return content


def _json(content: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")
