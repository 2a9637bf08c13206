"""Properties of OZmap: route ``properties`` (fact sheet OZmap 3.9).

``client`` and ``connections`` are worked out by OZmap from other documents: whether a client that leaves or a
port that changes moves the property's stamp is UNKNOWN (2.7). The complete listing finds what it does not.
"""

from kernel.contracts.changes import OZMAP_PROPERTY
from pollers.source import source_of

PROPERTY = source_of(OZMAP_PROPERTY)
