"""One request from arrival to answer: key, faults, the double's work, the journal, the bytes on the wire."""

from __future__ import annotations

import asyncio
import logging
import random
import socket
import struct
from dataclasses import dataclass

from aiohttp import web

from sandbox.chassis import Call, Double, Reply
from sandbox.clock import http_date_in
from sandbox.control import CONTROL_PREFIX, Control
from sandbox.faults import WRITES
from sandbox.store import Change, changed_fields

_log = logging.getLogger("sandbox")
HANG_CHECK_S = 0.2
_LINGER_NONE = struct.pack("ii", 1, 0)  # close sends RST instead of FIN


@dataclass(slots=True)
class _Work:
    """What a call came to: its reply and the rows it changed."""

    reply: Reply
    changes: list[Change]


class Exchange:
    """Answers every request of one double."""

    def __init__(self, double: Double) -> None:
        self._double = double
        self._control = Control(double)
        self._chance = random.Random(double.setup.seed)
        self._commits: set[asyncio.Task[None]] = set()  # late ones, kept so that none is collected

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to one request; API requests are journalled, ``/__sandbox__`` is not."""
        if request.path.startswith(CONTROL_PREFIX):
            return await self._control.respond(request)
        call = await self._read(request)
        if "latency" in call.faults:
            fault = call.faults["latency"]
            await asyncio.sleep(fault["delay_s"] + self._chance.random() * fault["jitter_s"])
        if self._breaks(call, "before"):
            self._note(call, None, [])
            return await self._break(call, request)
        instead = self._instead(call)
        if instead is not None:
            self._note(call, instead.status, [])
            return await self._send(call, instead, request)
        work = await self._work(call)
        if self._breaks(call, "after"):
            return await self._break(call, request)
        return await self._send(call, self._spoiled(call, work.reply), request)

    async def _read(self, request: web.BaseRequest) -> Call:
        url = request.rel_url
        call = Call(
            method=request.method,
            path=url.raw_path,
            query=url.raw_query_string,
            headers=request.headers,
            body=await request.read() if request.can_read_body else b"",
        )
        call.actor = self._double.actor_of(call)
        self._double.locate(call)
        facts = {"method": call.method, "entity": call.entity, "id": call.id, "actor": call.actor}
        call.faults = self._double.faults.met(call.purpose, facts)
        return call

    def _instead(self, call: Call) -> Reply | None:
        """The reply of a call whose work is not done at all."""
        faults = call.faults
        if "status" in faults:
            return self._double.failure(
                call, int(faults["status"]["status"]), str(faults["status"]["message"])
            )
        if "rate_limited" in faults:
            return self._rate_limited(call)
        if "html200" in faults:
            return self._double.html_page(call)
        if call.actor is None and not self._double.is_public(call):
            return self._double.unauthorized(call)
        if "lost_permission" in faults and faults["lost_permission"]["form"] == "refused":
            return self._double.forbidden(call)
        return None

    def _rate_limited(self, call: Call) -> Reply:
        fault = call.faults["rate_limited"]
        reply = self._double.failure(call, 429, "Too many requests")
        if fault["form"] == "seconds":
            reply.headers["Retry-After"] = f"{fault['retry_after_s']:g}"
        elif fault["form"] == "date":
            reply.headers["Retry-After"] = http_date_in(self._double.clock, fault["retry_after_s"])
        return reply

    async def _work(self, call: Call) -> _Work:
        """The double has done what the call asks and it is in the journal; a late commit is waited for."""
        work = self._perform(call)
        late = call.faults.get("late_commit")
        if late is None or not work.changes:
            self._note(call, self._shown_status(call, work.reply), work.changes)
            return work
        self._double.store.undo(work.changes)
        commit = asyncio.create_task(self._commit_late(call, work, float(late["delay_s"])))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        if late["reply"] == "when_seen":
            await asyncio.shield(commit)
        return work

    async def _commit_late(self, call: Call, work: _Work, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        self._double.store.redo(work.changes)
        self._note(call, self._shown_status(call, work.reply), work.changes)

    def _perform(self, call: Call) -> _Work:
        store, clock = self._double.store, self._double.clock
        store.begin(self._kept_fields(call))
        skew = call.faults.get("clock_skew")
        skew_s = float(skew["offset_s"]) if skew is not None and skew["of"] != "date" else 0.0
        try:
            with clock.skewed(skew_s):
                reply = self._double.answer(call)
        except Exception:
            _log.exception("the %s double failed on %s %s", self._double.system, call.method, call.path)
            store.undo(store.end())
            return _Work(self._double.failure(call, 500, "the double itself failed, see its stderr"), [])
        changes = [change for change in store.end() if changed_fields(change.before, change.after)]
        return _Work(reply, changes)

    def _kept_fields(self, call: Call) -> dict[str, frozenset[str]]:
        dropped = call.faults.get("success_but_dropped_field")
        if dropped is None or call.entity is None:
            return {}
        return {call.entity: frozenset({str(dropped["field"])})}

    def _shown_status(self, call: Call, reply: Reply) -> int:
        """The status the client will be told."""
        wrong = call.faults.get("error_but_written")
        return int(wrong["status"]) if wrong is not None else reply.status

    def _spoiled(self, call: Call, reply: Reply) -> Reply:
        """The reply as faults leave it, the work being done."""
        faults = call.faults
        if "error_but_written" in faults:
            fault = faults["error_but_written"]
            reply = self._double.failure(call, int(fault["status"]), str(fault["message"]))
        if "big_body" in faults:
            size_bytes = int(faults["big_body"]["size_bytes"])
            reply = Reply(reply.status if reply.body else 200, b'{"rows":"' + b"x" * size_bytes + b'"}')
        if "invalid_utf8" in faults:
            body = reply.body or b'{"message":""}'
            middle = len(body) // 2
            reply = Reply(
                200 if reply.status == 204 else reply.status,
                body[:middle] + b"\xff\xfe\xc3" + body[middle:],
                reply.content_type,
            )
        return reply

    def _note(self, call: Call, status: int | None, changes: list[Change]) -> None:
        own = next((c for c in changes if c.entity == call.entity and c.id == call.id), None)
        before = own.before if own is not None else None
        after = own.after if own is not None else None
        if own is None and call.purpose in WRITES and call.entity in self._double.store.entities():
            before = after = self._double.store.get(call.entity, call.id)
        self._double.journal.note(
            actor=call.actor,
            method=call.method,
            path=call.path,
            query=call.query,
            status=status,
            entity=call.entity,
            id=call.id,
            before=before,
            after=after,
            fault="+".join(call.faults) or None,
            also=[change for change in changes if change is not own],
        )

    def _breaks(self, call: Call, when: str) -> bool:
        return any(kind in call.faults and call.faults[kind]["when"] == when for kind in ("hang", "reset"))

    async def _break(self, call: Call, request: web.BaseRequest) -> web.StreamResponse:
        """The connection is gone without an answer, at once or after hanging."""
        if "hang" in call.faults:
            left_s = float(call.faults["hang"]["hang_s"])
            while left_s > 0 and request.transport is not None and not request.transport.is_closing():
                await asyncio.sleep(min(HANG_CHECK_S, left_s))
                left_s -= HANG_CHECK_S
        _reset(request)
        return web.Response()

    async def _send(self, call: Call, reply: Reply, request: web.BaseRequest) -> web.StreamResponse:
        headers = {"Date": self._http_date(call), "Content-Type": reply.content_type, **reply.headers}
        if not reply.body:
            del headers["Content-Type"]
            return web.Response(status=reply.status, headers=headers)
        drip = call.faults.get("slow_drip")
        cut = "reset" in call.faults and call.faults["reset"]["when"] == "midway"
        if drip is None and not cut:
            return web.Response(status=reply.status, headers=headers, body=reply.body)
        response = web.StreamResponse(status=reply.status, headers=headers)
        response.content_length = len(reply.body)
        await response.prepare(request)
        body = reply.body[: len(reply.body) // 2] if cut else reply.body
        piece_bytes = int(drip["piece_bytes"]) if drip is not None else len(body) or 1
        for start in range(0, len(body), piece_bytes):
            await response.write(body[start : start + piece_bytes])
            await asyncio.sleep(float(drip["pause_s"]) if drip is not None else 0.05)
        if cut:
            _reset(request)
        return response

    def _http_date(self, call: Call) -> str:
        skew = call.faults.get("clock_skew")
        skew_s = float(skew["offset_s"]) if skew is not None and skew["of"] != "stamps" else 0.0
        with self._double.clock.skewed(skew_s):
            return self._double.clock.http_date()


def _reset(request: web.BaseRequest) -> None:
    """The peer sees a reset, not an orderly end."""
    transport = request.transport
    if transport is None:
        return
    peer = transport.get_extra_info("socket")
    if peer is not None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
    transport.abort()
