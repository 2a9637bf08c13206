"""Projects of IXC: table ``df_projeto`` (fact sheet IXC 6.6). No stamp column: a few rows, listed whole."""

from kernel.contracts.changes import IXC_PROJECT
from pollers.source import source_of

PROJECT = source_of(IXC_PROJECT)
