"""Splitters of boxes and buildings of OZmap: route ``splitters`` (fact sheet OZmap 3.3).

``olt`` is what the optical path leads to and ``connectables`` what hangs on the ports, both worked out by
OZmap: whether a change further up the path, or a drop put on a port or taken off it, moves the splitter's
stamp is UNKNOWN (2.7). The complete listing finds what it does not.
"""

from kernel.contracts.changes import OZMAP_SPLITTER
from pollers.source import source_of

SPLITTER = source_of(OZMAP_SPLITTER)
