"""The polled entities of OZmap, one file each."""

from pollers.ozmap.box import BOX
from pollers.ozmap.building import BUILDING
from pollers.ozmap.client import CLIENT
from pollers.ozmap.olt import OLT
from pollers.ozmap.project import PROJECT
from pollers.ozmap.property import PROPERTY
from pollers.ozmap.splitter import SPLITTER

SOURCES = (PROJECT, BOX, BUILDING, SPLITTER, OLT, CLIENT, PROPERTY)
