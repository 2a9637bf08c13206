"""The polled entities of OZmap, one file each."""

from pollers.ozmap.box import BOX
from pollers.ozmap.client import CLIENT
from pollers.ozmap.olt import OLT
from pollers.ozmap.project import PROJECT
from pollers.ozmap.splitter import SPLITTER

SOURCES = (PROJECT, BOX, SPLITTER, OLT, CLIENT)
