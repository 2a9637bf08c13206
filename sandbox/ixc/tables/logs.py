"""Columns of `ixc_logs`, the audit log that every write adds a row to (fact sheet 6.9)."""

from __future__ import annotations

from sandbox.ixc.columns import choice, flat, integer, moment, text
from sandbox.ixc.tables.spec import table

IXC_LOGS = table(
    "ixc_logs",
    flat(
        [
            integer("id"),
            moment("data"),
            choice("executou", "sistema usuario api", "api"),
            text("tipo", 30),
            text("operador", 60),
            integer("id_tabela"),
            text("tabela", 60),
            text("campos"),
        ]
    ),
)
