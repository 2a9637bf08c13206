"""Customers of IXC: table ``cliente`` (fact sheet IXC 6.4). Of 157 columns name and address leave."""

from kernel.contracts.changes import IXC_CUSTOMER
from pollers.source import source_of

CUSTOMER = source_of(IXC_CUSTOMER)
