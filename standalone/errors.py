"""What can keep the local Kafka from starting; each message is one line that says what to do."""


class StandaloneError(Exception):
    """Root. Entry points print ``str(error)`` and exit; nobody needs the traceback."""


class ToolMissingError(StandaloneError):
    """Java, Maven or Docker is missing, too old or broken: install it, or take another way to a Kafka."""


class FetchError(StandaloneError):
    """Maven could not fetch the broker's jars: network, proxy or settings.xml."""


class PortTakenError(StandaloneError):
    """Another program listens on the wished port: stop it or choose another port."""


class FolderTakenError(StandaloneError):
    """Another running process holds the folder: stop that process or choose another folder."""


class BrokerError(StandaloneError):
    """The broker ended or did not answer in time: the end of its log is in the message."""
