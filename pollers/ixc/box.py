"""Boxes of IXC: table ``rad_caixa_ftth`` (fact sheet IXC 6.1).

Whether its stamp is listed and can be filtered by in every version is UNKNOWN (10, 7): where the filter is
refused the loop lists the table whole instead.
"""

from kernel.contracts.changes import IXC_BOX
from pollers.source import source_of

BOX = source_of(IXC_BOX)
