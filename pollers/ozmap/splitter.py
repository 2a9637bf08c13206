"""Splitters of boxes and buildings of OZmap: route ``splitters`` (fact sheet OZmap 3.3).

``olt`` is what the optical path leads to, worked out by OZmap: whether a change further up the path moves
the splitter's stamp is UNKNOWN (2.7). The complete listing finds what it does not.
"""

from kernel.contracts.changes import OZMAP_SPLITTER
from pollers.source import source_of

SPLITTER = source_of(OZMAP_SPLITTER)
