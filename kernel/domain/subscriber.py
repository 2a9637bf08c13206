"""A subscriber in our words: the login and customer of IXC, the client of OZmap."""

from kernel.domain.observed import Observed


class IxcLogin(Observed):
    """``radusuarios``. ``login``, trimmed, equals ``OzmapClient.code``: the key of every subscriber flow.

    ``connection`` is ``tipo_conexao_mapa`` as IXC has it; ``online`` likewise (S, N, SS, empty, …).
    """

    login: str
    active: bool
    connection: str = ""
    customer_id: str | None = None

    @property
    def is_fibre(self) -> bool:
        """A fibre login: ``F`` in either case (spec, Words). Nothing else is ever touched."""
        return self.connection.strip().upper() == "F"


class IxcCustomer(Observed):
    """``cliente``: only its name leaves the poller."""

    name: str


class OzmapClient(Observed):
    """``ftth-clients``. ``implanted`` false is a reservation."""

    code: str
    name: str = ""
    implanted: bool = False
