"""What a write does beside its own row, and why other rows forbid it.

The audit log, the port mirrored to the ONU, the session dropped; ports and dependents (4.4, 5.9, 6.9).
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.ixc.declared import names_in
from sandbox.ixc.failures import RefusedError
from sandbox.ixc.messages import say
from sandbox.ixc.query import Query
from sandbox.ixc.rows import Rows
from sandbox.ixc.tables import STAMP, TABLES, TableSpec
from sandbox.ixc.writes import stamps
from sandbox.store import Row
from sandbox.switches import SwitchBoard

_LOGIN, _ONU, _BOX = "radusuarios", "radpop_radio_cliente_fibra", "rad_caixa_ftth"
_PORT_OF = {_LOGIN: "ftth_porta", _ONU: "porta_ftth"}  # one thing, two names (7.14)
_NO_PORT = ("", "0")


class Effects:
    """The rules that tie rows of several tables together."""

    def __init__(self, rows: Rows, query: Query, switches: SwitchBoard) -> None:
        self._rows, self._query, self._switches = rows, query, switches

    def check_port(self, spec: TableSpec, before: Row | None, after: Row) -> None:
        """Refuse a box port where this installation checks it; whether any does is UNKNOWN (10.15)."""
        port_name = _PORT_OF.get(spec.name)
        if port_name is None:
            return
        port, box_id = after[port_name], after["id_caixa_ftth"]
        had_port = before is not None and before[port_name] not in _NO_PORT
        is_refused = self._switches.text("onu_port_zero") == "refuse"
        if spec.name == _ONU and had_port and port in _NO_PORT and is_refused:
            raise RefusedError(say("failed", self._switches))
        is_moved = before is None or (before[port_name], before["id_caixa_ftth"]) != (port, box_id)
        if not is_moved or port in _NO_PORT or box_id in _NO_PORT:
            return
        checks = self._switches.text("port_check")
        if checks in ("capacity", "both"):
            box = self._rows.get(_BOX, box_id)
            if box is not None and int(port) > int(box["capacidade"]):
                raise RefusedError(say("port_beyond", self._switches, port))
        if checks in ("taken", "both") and self._is_taken(spec, after, port_name):
            raise RefusedError(say("port_taken", self._switches, port))

    def _is_taken(self, spec: TableSpec, row: Row, port_name: str) -> bool:
        neighbours = self._query.rows_equal(spec, "id_caixa_ftth", row["id_caixa_ftth"])
        return any(other["id"] != row["id"] and other[port_name] == row[port_name] for other in neighbours)

    def check_dependents(self, spec: TableSpec, row_id: str) -> None:
        """Refuse to delete a row that others refer to: dependents go first (4.4)."""
        if self._switches.text("dependents") == "ignore":
            return
        for other, column in _referring(spec.name):
            if self._query.rows_equal(other, column, row_id):
                raise RefusedError(say("dependents", self._switches, other.name))

    def finish_login(self, spec: TableSpec, before: Row, after: Row, now: str) -> Row:
        """Return the login with its session ended when it was inactivated while online: measured (5.9)."""
        is_inactivated = before.get("ativo") == "S" and after.get("ativo") == "N"
        if spec.name != _LOGIN or not is_inactivated or not self._switches.on("disconnect_on_inactive"):
            return after
        if before["online"] != "S":
            return after
        return {**after, "online": "N", "ultima_conexao_final": now}

    def mirror_port(self, spec: TableSpec, before: Row | None, login: Row, now: str) -> None:
        """Copy a moved login's box and port to its ONU rows, where this installation does so (5.9)."""
        if spec.name != _LOGIN or not self._switches.on("mirror_port"):
            return
        place = (login["id_caixa_ftth"], login["ftth_porta"])
        if before is not None and (before["id_caixa_ftth"], before["ftth_porta"]) == place:
            return
        onu_spec = TABLES[_ONU]
        for onu in self._query.rows_equal(onu_spec, "id_login", login["id"]):
            after = {**onu, "id_caixa_ftth": place[0], "porta_ftth": place[1]}
            if stamps(onu_spec, self._switches):
                after[STAMP] = now
            self._rows.put(_ONU, after)
            self.log("editou", "sistema", "", _ONU, onu["id"], ("id_caixa_ftth", "porta_ftth"), now)

    def log(
        self, kind: str, by: str, operator: str, table: str, row_id: str, fields: tuple[str, ...], now: str
    ) -> None:
        """Add a row to the audit log; it names the fields, never their values: some are passwords (6.9)."""
        row_of_log = {
            "id": self._rows.next_id("ixc_logs"),
            "data": now,
            "executou": by,
            "tipo": kind,
            "operador": operator,
            "id_tabela": row_id,
            "tabela": table,
            "campos": ", ".join(fields),
        }
        self._rows.put("ixc_logs", row_of_log)
        n_kept = int(self._switches.number("logs_kept"))
        if n_kept:
            self._rows.drop_oldest("ixc_logs", n_kept)


def _referring(table: str) -> Iterator[tuple[TableSpec, str]]:
    for other in TABLES.values():
        for column, refers_to in other.references:
            if refers_to == table:
                yield other, column


def can_do(table: str, deed: str, switches: SwitchBoard) -> bool:
    """Return whether the API user may `read` or `write` the table: its group's permissions (1.1)."""
    return not names_in(switches.text("deny")) & {f"{table}:{deed}", f"{table}:all"}
