"""Session accounting: it moves the stamp of online logins without any business change (fact sheet 6.2)."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from sandbox.clock import Clock
from sandbox.ixc.query import Query
from sandbox.ixc.rows import Rows
from sandbox.ixc.tables import STAMP, TABLES
from sandbox.switches import SwitchBoard

_LOGINS = TABLES["radusuarios"]


class Churn:
    """Before each request the accounting since the last one is caught up, spread over the time that passed.

    No request can tell this from a server that does it all along, and nothing runs while nobody looks. The
    rate is the switch `churn_per_s`; that online logins move at all is INFERENCE.
    """

    def __init__(self, rows: Rows, query: Query, switches: SwitchBoard, clock: Clock) -> None:
        self._rows, self._query, self._switches, self._clock = rows, query, switches, clock
        self._chance = random.Random(0)
        self._done_at_s = clock.epoch_s()

    def catch_up(self) -> None:
        """The stamps of online logins are as if one after another had been touched until now."""
        now_s = self._clock.epoch_s()
        rate = self._switches.number("churn_per_s")
        elapsed_s = now_s - self._done_at_s
        n_due = int(elapsed_s * rate)
        if rate <= 0 or n_due < 0:
            self._done_at_s = now_s
            return
        if n_due == 0:
            return
        online = self._query.rows_equal(_LOGINS, "online", "S")
        touched = self._chance.sample(online, min(n_due, len(online)))
        for place, login in enumerate(touched, start=1):
            at_s = self._done_at_s + elapsed_s * place / len(touched)
            self._rows.put(_LOGINS.name, {**login, STAMP: self._local(at_s)})
        self._done_at_s = now_s

    def _local(self, at_s: float) -> str:
        return f"{datetime.fromtimestamp(at_s, UTC).astimezone(self._clock.zone):%Y-%m-%d %H:%M:%S}"
