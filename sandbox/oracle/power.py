"""client-power: the property shows the newest reading of the login's ONU rows.

Source: spec ``client-power``; ixc-api 6.3 (``0.00`` is no reading, a zero date is never).
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.oracle.raw import Row, Rows, Subscribers, by_id, is_active, number, of, text

LEAST_DBM, MOST_DBM = -60.0, 10.0
EXACT = 1e-6


def newest_readings(onus: Sequence[Row]) -> set[float]:
    """The newest reading in dBm; several when they were taken at the same second, none when there is none."""
    taken = [(text(onu, "data_sinal"), number(text(onu, "sinal_rx"))) for onu in onus]
    readings = [
        (at, rx)
        for at, rx in taken
        if rx is not None and rx != 0 and LEAST_DBM <= rx <= MOST_DBM and at and not at.startswith("0000")
    ]
    newest = max((at for at, _ in readings), default="")
    return {rx for at, rx in readings if at == newest}


def expected_powers(ozmap: Rows, ixc: Rows) -> dict[str, set[float]]:
    """Property id → the reading it must show (any of them, when several were taken at once)."""
    subscribers = Subscribers(ozmap, ixc)
    wanted: dict[str, set[float]] = {}
    for login in subscribers.fibre_logins():
        client = subscribers.client(login) if is_active(login) else None
        home = subscribers.home(client) if client is not None else None
        readings = newest_readings(subscribers.onus(login)) if home is not None else set()
        if home is not None and readings:
            wanted[str(home["id"])] = readings
    return wanted


def compare_powers(ozmap: Rows, ixc: Rows, step_db: float = 0.5, initial: Rows | None = None) -> list[str]:
    """What differs from client-power, in words: shown and read differ by less than ``step_db``.

    ``initial``: OZmap before; then what differed by less, or has no reading, must be untouched.
    """
    wanted = expected_powers(ozmap, ixc)
    before = by_id(of(initial, "properties")) if initial is not None else {}
    words: list[str] = []
    for home in of(ozmap, "properties"):
        home_id, shown = str(home["id"]), home.get("potencyRead")
        readings = wanted.get(home_id, set())
        if readings and not _is_close(shown, readings, step_db):
            words.append(f"property {home_id} shows {shown} dBm, read was {sorted(readings)}")
        if home_id not in before or before[home_id].get("potencyRead") == shown:
            continue
        if not readings or _is_close(before[home_id].get("potencyRead"), readings, step_db):
            words.append(f"property {home_id} went to {shown} dBm, which no rule asks")
    return words


def _is_close(shown: object, readings: set[float], step_db: float) -> bool:
    """Less than a step; exactly the step is not."""
    if not isinstance(shown, int | float):
        return False
    return any(abs(shown - reading) < step_db - EXACT for reading in readings)
