"""How raw rows are read: blanks, numbers, coordinates, who is who. Written from the fact sheets alone."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
Links = Mapping[str, str]
"""OZmap id (a box, or a splitter that is a box in IXC) → IXC box id."""

EARTH_RADIUS_M = 6_371_000.0


def text(row: Row, key: str) -> str:
    """The value without outer blanks; empty for null and for what is missing."""
    value = row.get(key)
    return "" if value is None else str(value).strip()


def reference(row: Row, key: str) -> str:
    """A foreign key; IXC's "0" and an embedded object's id are read as what they mean."""
    value = row.get(key)
    if isinstance(value, Mapping):
        value = value.get("id") or value.get("_id")
    shown = "" if value is None else str(value).strip()
    return "" if shown == "0" else shown


def number(shown: str) -> float | None:
    """The number a text shows, with point or comma; None when it shows none."""
    try:
        found = float(shown.strip().replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def whole(shown: str) -> int:
    """The whole number a text shows, 0 when it shows none."""
    found = number(shown)
    return int(found) if found is not None else 0


def degrees(shown: str) -> float | None:
    """Degrees as IXC's text means them: an integer beyond ±180 lost its point (spec ``coordinates``)."""
    found = number(shown)
    if found is not None and abs(found) > 180 and re.fullmatch(r"[+-]?\d+", shown.strip()):
        return found / 1_000_000
    return found


def point(latitude: str, longitude: str) -> tuple[float, float] | None:
    """The place two IXC texts show; None unless both are degrees on this globe and not both zero."""
    lat, lng = degrees(latitude), degrees(longitude)
    if lat is None or lng is None or abs(lat) > 90 or abs(lng) > 180 or lat == lng == 0:
        return None
    return lat, lng


def ozmap_point(document: Row) -> tuple[float, float] | None:
    """``coords`` is ``[lng, lat]``; older documents have ``lat`` and ``lng`` only."""
    coords = document.get("coords")
    if coords:
        return float(coords[1]), float(coords[0])
    if document.get("lat") is not None and document.get("lng") is not None:
        return float(document["lat"]), float(document["lng"])
    return None


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places on a sphere."""
    lat_1, lng_1, lat_2, lng_2 = map(math.radians, (*one, *other))
    half = math.sin((lat_2 - lat_1) / 2) ** 2
    half += math.cos(lat_1) * math.cos(lat_2) * math.sin((lng_2 - lng_1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def by_id(rows: Iterable[Row]) -> dict[str, Row]:
    return {str(row["id"]): row for row in rows}


def grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    """Rows by the trimmed text of a field; rows where it is empty are left out."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if text(row, key):
            groups[text(row, key)].append(row)
    return dict(groups)


def of(rows: Rows, entity: str) -> Sequence[Row]:
    """The rows of an entity; none when the caller has none."""
    return rows.get(entity, ())


class Subscribers:
    """Both sides of every login, found by exact match after trimming, and only where there is no doubt."""

    def __init__(self, ozmap: Rows, ixc: Rows) -> None:
        self._logins = grouped(of(ixc, "radusuarios"), "login")
        self._clients = grouped(of(ozmap, "ftth-clients"), "code")
        self._homes: dict[str, list[Row]] = defaultdict(list)
        for home in of(ozmap, "properties"):
            if reference(home, "client"):
                self._homes[reference(home, "client")].append(home)
        self._contracts = by_id(of(ixc, "cliente_contrato"))
        self._customers = by_id(of(ixc, "cliente"))
        self._onus: dict[str, list[Row]] = defaultdict(list)
        for onu in of(ixc, "radpop_radio_cliente_fibra"):
            if reference(onu, "id_login"):
                self._onus[reference(onu, "id_login")].append(onu)

    def fibre_logins(self) -> Iterator[Row]:
        """Rows of fibre logins that stand for one login only."""
        for rows in self._logins.values():
            if len(rows) == 1 and is_fibre(rows[0]):
                yield rows[0]

    def doubtful_logins(self) -> dict[str, list[Row]]:
        """Logins that several rows carry."""
        return {login: rows for login, rows in self._logins.items() if len(rows) > 1}

    def clients(self, login: Row) -> list[Row]:
        return self._clients.get(text(login, "login"), [])

    def client(self, login: Row) -> Row | None:
        """The one client whose code is the login; None when there is none or several."""
        found = self.clients(login)
        return found[0] if len(found) == 1 else None

    def home(self, client: Row) -> Row | None:
        """The one property the client lives in; None when there is none or several."""
        found = self._homes.get(str(client["id"]), [])
        return found[0] if len(found) == 1 else None

    def has_no_contract(self, login: Row) -> bool:
        return not reference(login, "id_contrato")

    def contract_status(self, login: Row) -> str | None:
        """The contract's status; None without contract or when its row is not there."""
        contract = self._contracts.get(reference(login, "id_contrato"))
        return text(contract, "status") if contract is not None else None

    def customer(self, login: Row) -> Row | None:
        return self._customers.get(reference(login, "id_cliente"))

    def onus(self, login: Row) -> list[Row]:
        """The login's ONU rows, the newest (highest id) last."""
        return sorted(self._onus.get(str(login["id"]), []), key=lambda row: int(row["id"]))


def is_fibre(login: Row) -> bool:
    return text(login, "tipo_conexao_mapa").upper() == "F"


def is_active(login: Row) -> bool:
    return text(login, "ativo") == "S"
