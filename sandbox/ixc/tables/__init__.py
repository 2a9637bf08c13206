"""The tables this double serves, by their webservice name (fact sheet 6)."""

from __future__ import annotations

from sandbox.ixc.tables.contract import CLIENTE_CONTRATO
from sandbox.ixc.tables.customer import CLIENTE
from sandbox.ixc.tables.login import RADUSUARIOS
from sandbox.ixc.tables.logs import IXC_LOGS
from sandbox.ixc.tables.plant import (
    DF_PROJETO,
    RAD_CAIXA_FTTH,
    RADPOP_RADIO,
    RADPOP_RADIO_CLIENTE_FIBRA,
)
from sandbox.ixc.tables.spec import STAMP, TableSpec

TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        DF_PROJETO,
        RADPOP_RADIO,
        RAD_CAIXA_FTTH,
        RADUSUARIOS,
        CLIENTE_CONTRATO,
        CLIENTE,
        RADPOP_RADIO_CLIENTE_FIBRA,
        IXC_LOGS,
    )
}

__all__ = ["STAMP", "TABLES", "TableSpec"]
