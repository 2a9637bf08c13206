"""Transmitters of IXC: table ``radpop_radio`` (fact sheet IXC 6.7). No stamp column known: listed whole.

Their rows carry the OLTs' passwords, which end in the model.
"""

from kernel.contracts.changes import IXC_TRANSMITTER
from pollers.source import source_of

TRANSMITTER = source_of(IXC_TRANSMITTER)
