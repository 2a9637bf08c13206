"""Faults a test switches on in a double: what each kind does, which requests it meets, and how often.

A fault is one JSON object posted to ``/__sandbox__/faults``::

    {"kind": "status", "match": {"method": "GET", "entity": "boxes", "id": "…", "actor": "product"},
     "times": 3, "status": 503}

Every part of ``match`` may be missing. ``times``: how many requests it meets before it is used up;
``rate`` (0…1) with ``seed``: a share of them; neither: all, until cleared. ``skip``: so many matching
requests pass first ("fails on the third page"). A kind meets only requests it makes sense for (last column).

========================== ======================================================================== =======
kind                       what the client sees                                                      meets
========================== ======================================================================== =======
latency                    the answer comes ``delay_s`` (+ up to ``jitter_s``) later; nothing else   all
status                     ``status`` (503) with ``message``; nothing was done                       all
rate_limited               429 with ``Retry-After``: ``retry_after_s`` (1) as seconds, or as an      all
                           HTTP date when ``form`` is ``date``, or no header when ``form`` is ``none``
html200                    200 with an HTML page where JSON belongs; nothing was done                all
error_but_written          the write is done, the answer is ``status`` (500) with ``message``        writes
success_but_dropped_field  the answer is success, yet ``field`` kept its old value                   writes
truncated_page             a listing page holds only its first ``keep_ratio`` (0.5) rows             lists
wrong_total                a listing's total is off by ``delta`` (-1)                                lists
lost_permission            rows with ``where`` (``{"project": id}``) are as if they were not there:  all
                           not listed, not counted, 404; without ``where`` every row;
                           ``form`` ``refused``: the system's own refusal instead
hang                       no answer for ``hang_s`` (3600), ``when`` ``before`` or ``after`` the     all
                           work is done, then the connection is dropped
reset                      the connection is reset, ``when`` ``before``, ``after`` the work is done,  all
                           or ``midway`` through the body
late_commit                the write carries the stamp of its start but nobody sees it for           writes
                           ``delay_s`` (1); answered when seen, or at once when ``reply`` is ``at_once``
clock_skew                 ``of``: ``both`` (stamps and Date header), ``stamps`` or ``date`` are      all
                           ``offset_s`` off, for this request only
slow_drip                  the body comes in pieces of ``piece_bytes`` (64) each ``pause_s`` (0.1)    all
big_body                   an answer of ``size_bytes`` (10 MB) of valid JSON that is no answer        all
invalid_utf8               the body is cut by bytes that are no UTF-8                                all
========================== ======================================================================== =======

Source: design proof ("Doubles are the instrument"); ozmap-api 2.8 and 6; ixc-api 4.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Purpose = Literal["list", "read", "create", "update", "delete", "action", "other"]
WRITES: frozenset[str] = frozenset({"create", "update", "delete", "action"})
_MATCHED = ("method", "entity", "id", "actor")
_COMMON = frozenset({"kind", "match", "times", "rate", "seed", "skip"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A declared kind: its parameters with their defaults (None: must be given), and whom it meets."""

    name: str
    parameters: Mapping[str, Any]
    meets: Literal["all", "writes", "lists"] = "all"
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def concerns(self, purpose: Purpose) -> bool:
        if self.meets == "writes":
            return purpose in WRITES
        return self.meets == "all" or purpose == "list"


_WHEN = {"when": ("before", "after")}
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("latency", {"delay_s": 0.1, "jitter_s": 0.0}),
        Kind("status", {"status": 503, "message": "Service unavailable"}),
        Kind(
            "rate_limited",
            {"retry_after_s": 1, "form": "seconds"},
            choices={"form": ("seconds", "date", "none")},
        ),
        Kind("html200", {}),
        Kind("error_but_written", {"status": 500, "message": "Internal error"}, "writes"),
        Kind("success_but_dropped_field", {"field": None}, "writes"),
        Kind("truncated_page", {"keep_ratio": 0.5}, "lists"),
        Kind("wrong_total", {"delta": -1}, "lists"),
        Kind("lost_permission", {"where": {}, "form": "vanish"}, choices={"form": ("vanish", "refused")}),
        Kind("hang", {"when": "before", "hang_s": 3600.0}, choices=_WHEN),
        Kind("reset", {"when": "before"}, choices={"when": ("before", "after", "midway")}),
        Kind(
            "late_commit",
            {"delay_s": 1.0, "reply": "when_seen"},
            "writes",
            choices={"reply": ("when_seen", "at_once")},
        ),
        Kind("clock_skew", {"offset_s": None, "of": "both"}, choices={"of": ("both", "stamps", "date")}),
        Kind("slow_drip", {"piece_bytes": 64, "pause_s": 0.1}),
        Kind("big_body", {"size_bytes": 10_000_000}),
        Kind("invalid_utf8", {}),
    )
}


class FaultError(ValueError):
    """The posted fault cannot be switched on; the text says what is wrong with it."""


@dataclass(slots=True)
class Fault:
    """One fault that is switched on."""

    kind: Kind
    match: dict[str, str]
    parameters: dict[str, Any]
    times: int | None
    rate: float | None
    skip: int
    chance: random.Random
    n_met: int = 0

    def meets(self, purpose: Purpose, facts: Mapping[str, str | None]) -> bool:
        """Whether this request is met; counts it when it is."""
        if self.times == 0 or not self.kind.concerns(purpose):
            return False
        if any(facts.get(name) != wanted for name, wanted in self.match.items()):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.rate is not None and self.chance.random() >= self.rate:
            return False
        if self.times is not None:
            self.times -= 1
        self.n_met += 1
        return True

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def shown(self) -> dict[str, Any]:
        return {
            "kind": self.kind.name,
            "match": self.match,
            **self.parameters,
            "times_left": self.times,
            "rate": self.rate,
            "n_met": self.n_met,
        }


class Faults:
    """The faults switched on in one double."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, spec: Mapping[str, Any]) -> Fault:
        """The fault is on from now; FaultError says what is wrong with an unusable one."""
        fault = parse_fault(spec)
        self._faults.append(fault)
        return fault

    def clear(self) -> int:
        """No fault is on any more; returns how many were."""
        n_cleared = len(self._faults)
        self._faults.clear()
        return n_cleared

    def met(self, purpose: Purpose, facts: Mapping[str, str | None]) -> dict[str, Fault]:
        """The faults this request meets, by kind; of two of one kind the first."""
        met: dict[str, Fault] = {}
        for fault in self._faults:
            if fault.kind.name not in met and fault.meets(purpose, facts):
                met[fault.kind.name] = fault
        return met

    def shown(self) -> list[dict[str, Any]]:
        return [fault.shown() for fault in self._faults]


def parse_fault(spec: Mapping[str, Any]) -> Fault:
    """The fault a JSON object describes; FaultError for unknown kinds, names and unusable values."""
    if not isinstance(spec, Mapping):
        raise FaultError("a fault is a JSON object")
    kind = KINDS.get(str(spec.get("kind")))
    if kind is None:
        raise FaultError(f"unknown fault kind {spec.get('kind')!r}; there are: {', '.join(KINDS)}")
    unknown = spec.keys() - _COMMON - kind.parameters.keys()
    if unknown:
        allowed = ", ".join(kind.parameters) or "none"
        raise FaultError(f"{kind.name} knows no {', '.join(sorted(unknown))}; its parameters: {allowed}")
    times, rate = spec.get("times"), spec.get("rate")
    if times is not None and rate is not None:
        raise FaultError("give times or rate, not both")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise FaultError("times is a whole number from 1")
    if rate is not None and not (isinstance(rate, int | float) and 0 <= rate <= 1):
        raise FaultError("rate lies between 0 and 1")
    return Fault(
        kind=kind,
        match=_parse_match(spec.get("match") or {}),
        parameters=_parse_parameters(kind, spec),
        times=times,
        rate=rate,
        skip=_parse_skip(spec.get("skip", 0)),
        chance=random.Random(spec.get("seed", 0)),
    )


def _parse_match(match: Any) -> dict[str, str]:
    if not isinstance(match, Mapping):
        raise FaultError("match is a JSON object")
    unknown = match.keys() - set(_MATCHED)
    if unknown:
        raise FaultError(f"match knows no {', '.join(sorted(unknown))}; it knows {', '.join(_MATCHED)}")
    return {
        name: str(value).upper() if name == "method" else str(value)
        for name, value in match.items()
        if value is not None
    }


def _parse_skip(skip: Any) -> int:
    if isinstance(skip, bool) or not isinstance(skip, int) or skip < 0:
        raise FaultError("skip is a whole number from 0")
    return skip


def _parse_parameters(kind: Kind, spec: Mapping[str, Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for name, default in kind.parameters.items():
        value = spec.get(name, default)
        if value is None:
            raise FaultError(f"{kind.name} needs {name}")
        if name in kind.choices and value not in kind.choices[name]:
            raise FaultError(f"{name} of {kind.name} is one of {', '.join(kind.choices[name])}")
        if isinstance(default, int | float) and (
            isinstance(value, bool) or not isinstance(value, int | float)
        ):
            raise FaultError(f"{name} of {kind.name} is a number")
        if isinstance(default, Mapping) and not isinstance(value, Mapping):
            raise FaultError(f"{name} of {kind.name} is a JSON object")
        parameters[name] = value
    return parameters
