"""Logins of IXC: table ``radusuarios`` (fact sheet IXC 6.2).

Session accounting moves the stamp of every login that is online: most rows of a window say nothing new and
end in the memory. The rows carry passwords, which end in the model.
"""

from kernel.contracts.changes import IXC_LOGIN
from pollers.source import source_of

LOGIN = source_of(IXC_LOGIN)
