"""The polled entities of IXC, one file each."""

from pollers.ixc.box import BOX
from pollers.ixc.contract import CONTRACT
from pollers.ixc.customer import CUSTOMER
from pollers.ixc.login import LOGIN
from pollers.ixc.onu import ONU
from pollers.ixc.project import PROJECT
from pollers.ixc.transmitter import TRANSMITTER

SOURCES = (PROJECT, TRANSMITTER, BOX, LOGIN, CUSTOMER, CONTRACT, ONU)
