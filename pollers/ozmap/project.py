"""Projects of OZmap: route ``projects`` (fact sheet OZmap 3.5)."""

from kernel.contracts.changes import OZMAP_PROJECT
from pollers.source import source_of

PROJECT = source_of(OZMAP_PROJECT)
