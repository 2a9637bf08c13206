"""Contracts of IXC: table ``cliente_contrato`` (fact sheet IXC 6.5). Only the status leaves."""

from kernel.contracts.changes import IXC_CONTRACT
from pollers.source import source_of

CONTRACT = source_of(IXC_CONTRACT)
