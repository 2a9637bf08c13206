"""Boxes of OZmap: route ``boxes`` (fact sheet OZmap 3.1).

Whether a splitter added inside moves the box's stamp is UNKNOWN (2.7): splitters are a source of their own.
"""

from kernel.contracts.changes import OZMAP_BOX
from pollers.source import source_of

BOX = source_of(OZMAP_BOX)
