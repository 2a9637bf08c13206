"""OLTs of OZmap: route ``olts`` (fact sheet OZmap 3.6).

Their rows carry passwords, which end in the model.
"""

from kernel.contracts.changes import OZMAP_OLT
from pollers.source import source_of

OLT = source_of(OZMAP_OLT)
