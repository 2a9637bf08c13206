"""Buildings of OZmap: route ``buildings`` (fact sheet OZmap 3.7).

Whether a splitter added inside moves the building's stamp is UNKNOWN (2.7): splitters are a source of their
own.
"""

from kernel.contracts.changes import OZMAP_BUILDING
from pollers.source import source_of

BUILDING = source_of(OZMAP_BUILDING)
