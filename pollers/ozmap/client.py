"""Clients of OZmap: route ``ftth-clients`` (fact sheet OZmap 3.8)."""

from kernel.contracts.changes import OZMAP_CLIENT
from pollers.source import source_of

CLIENT = source_of(OZMAP_CLIENT)
