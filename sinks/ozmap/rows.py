"""OZmap's raw rows of subscribers, read leniently: who lives where, on which port. Pure.

Source: fact sheet OZmap 2.6 (references are ids or objects), 3.3, 3.8, 3.9.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from kernel.domain.errors import Malformed
from kernel.domain.plant import OzmapSplitter
from kernel.domain.text import trimmed
from kernel.vendors.ozmap.models import SplitterRow
from kernel.vendors.ozmap.translate import parse_splitter

Row = Mapping[str, Any]


class At(NamedTuple):
    """A port of a splitter, counted from 1; names are for people."""

    splitter_id: str
    port: int
    splitter_name: str = ""

    def __str__(self) -> str:
        return f"{self.port} of {self.splitter_name or self.splitter_id}"


def reference(value: object) -> str | None:
    """The id that a reference names: an id, an object that has one, or nothing."""
    named = value.get("id") or value.get("_id") if isinstance(value, Mapping) else value
    return str(named) if named else None


def client_of(home: Row) -> str | None:
    """The id of the client in a property."""
    return reference(home.get("client"))


def code_of(client: object) -> str:
    """The code of a client, without outer blanks."""
    code = client.get("code") if isinstance(client, Mapping) else None
    return trimmed(code) if isinstance(code, str) else ""


def connections_of(home: Row) -> list[At]:
    """The splitter ports that a property is connected to, at most one in a sound plant."""
    return [
        At(splitter_id, int(one["port"]), str(one.get("name") or ""))
        for one in home.get("connections") or []
        if isinstance(one, Mapping)
        and one.get("kind") in (None, "Splitter")
        and (splitter_id := reference(one.get("id")))
        and one.get("port")
    ]


def is_at(home: Row, splitter_id: str, port: int) -> bool:
    """Whether the property is connected to this port and nowhere else."""
    return [(at.splitter_id, at.port) for at in connections_of(home)] == [(splitter_id, port)]


def drop_of(home: Row) -> str | None:
    """The property's drop: ``drop``, else its only cable."""
    cables = [found for one in home.get("cables") or [] if (found := reference(one))]
    return reference(home.get("drop")) or (cables[0] if len(cables) == 1 else None)


def stays_in(home: Row) -> list[Row]:
    """Who lives or lived in the property: ``history.clients``; none where this server shows none."""
    history = home.get("history")
    stays = history.get("clients") if isinstance(history, Mapping) else None
    return [stay for stay in stays or [] if isinstance(stay, Mapping)]


def homes_of(client_id: str, properties: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the properties in which this client lives."""
    return [home for home in properties if client_of(home) == client_id]


def fibre_on(splitter: Row, port: int) -> str | None:
    """The fibre on a port: ``connectables.output`` has one entry a port, null when free."""
    outputs = (splitter.get("connectables") or {}).get("output") or []
    return reference(outputs[port - 1]) if 1 <= port <= len(outputs) else None


def parsed_splitter(row: Row) -> OzmapSplitter:
    """The splitter in our words: which of its ports are taken and blocked is read in one place.

    :raises Malformed: when it cannot be understood.
    """
    try:
        return parse_splitter(SplitterRow.model_validate(row))
    except ValidationError as error:
        raise Malformed(f"splitter {row.get('id')} cannot be read: {error.error_count()} fields") from None
