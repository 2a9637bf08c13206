"""What the product did to both doubles, and what must never be among it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.demo.doubles import PRODUCT
from sandbox.oracle.untouched import KEPT_BY_IXC, OWNED
from tests.loop_kit.city import SYSTEMS, City, Entry

BOXES, CLIENTS = "rad_caixa_ftth", "ftth-clients"
IXC_LOGS = "ixc_logs"
"""IXC writes these itself."""

MAY_CHANGE = {**OWNED, CLIENTS: frozenset({"name"})}
STAMPS = KEPT_BY_IXC | {"updatedAt"}


def effects_of(city: City, actor: str = PRODUCT) -> list[Entry]:
    """Every request of ``actor`` that changed a row, of both systems, in the order of the machine's clock."""
    found = [e for system in SYSTEMS for e in city.journal(system, effects=True)]
    return sorted((e for e in found if e["actor"] == actor), key=at)


def write_requests(city: City, actor: str = PRODUCT) -> list[tuple[str, int]]:
    """(system, number) of every request of ``actor`` that changed a row or meant to."""
    return [
        (system, e["seq"])
        for system in SYSTEMS
        for e in city.journal(system)
        if e["actor"] == actor and (e["changed"] or e["also"] or e["method"] in ("PUT", "PATCH", "DELETE"))
    ]


def idle_writes(city: City) -> list[str]:
    """Updates of the product that changed nothing, faults aside, in words: it should have looked first."""
    return [
        f"{system} {e['seq']}: {e['method']} {e['path']}"
        for system in SYSTEMS
        for e in city.journal(system)
        if e["actor"] == PRODUCT and e["method"] in ("PUT", "PATCH") and not e["changed"] and not e["fault"]
    ]


def at(entry: Entry) -> datetime:
    """When it was asked, by the machine's clock, the same for both doubles."""
    return datetime.fromisoformat(entry["at"])


def changed_rows(effects: Iterable[Entry]) -> Iterable[Entry]:
    """Each row that was changed, those changed beside the one that was asked for included."""
    for effect in effects:
        yield from (row for row in (effect, *effect["also"]) if row["changed"])


def created_twice(effects: Iterable[Entry]) -> list[str]:
    """Boxes that were inserted more than once under one name in one project, in words."""
    made = [row["after"] for row in changed_rows(effects) if row["before"] is None and row["entity"] == BOXES]
    n_made = Counter((row["id_projeto"], row["descricao"].strip()) for row in made)
    return [
        f"{name!r} was made {n} times in project {project}" for (project, name), n in n_made.items() if n > 1
    ]


def written_twice(effects: Iterable[Entry]) -> list[str]:
    """Rows to which the same owned content was written twice, each time changing them, in words."""
    contents: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for row in changed_rows(effects):
        if row["entity"] == IXC_LOGS:
            continue
        owned = sorted(MAY_CHANGE.get(row["entity"], ()))
        contents[row["entity"], row["id"]].append(tuple((row["after"] or {}).get(name) for name in owned))
    return [
        f"{entity} {row_id}: {max(Counter(written).values())} times the same content"
        for (entity, row_id), written in contents.items()
        if len(set(written)) < len(written)
    ]


def strayed(effects: Iterable[Entry]) -> list[str]:
    """Changes of fields that are not the product's, in words; rows it inserted are its own."""
    return [
        f"{row['entity']} {row['id']} {field} went from {row['before'][field]!r} to {row['after'][field]!r}"
        for row in changed_rows(effects)
        if row["before"] is not None
        for field in row["changed"]
        if field not in MAY_CHANGE.get(row["entity"], frozenset()) | STAMPS
    ]


def n_polls_between(city: City, system: str, entity: str, start: datetime, end: datetime) -> int:
    """How many listings of ``entity`` the product began between two moments."""
    listings = [
        e
        for e in city.journal(system)
        if e["actor"] == PRODUCT and e["entity"] == entity and not e["changed"]
    ]
    return sum(start < at(e) <= end for e in listings)
