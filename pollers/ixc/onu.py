"""ONU rows of IXC: table ``radpop_radio_cliente_fibra`` (fact sheet IXC 6.3).

Each scan of the signals probably moves the stamp of every row it read. Whether the stamp is listed and can be
filtered by in every version is UNKNOWN (6.3, 6.9): where the filter is refused the loop lists the table whole
instead; where only the listing lacks it a window reaches as far back as a wrong zone could. The rows carry
credentials, which end in the model.
"""

from kernel.contracts.changes import IXC_ONU
from pollers.source import source_of

ONU = source_of(IXC_ONU)
