"""A subscriber in our words: login, contract, ONU and customer of IXC; client and property of OZmap."""

from datetime import datetime
from enum import IntEnum, StrEnum

from pydantic import BaseModel, ConfigDict

from kernel.domain.observed import Observed


class IxcLogin(Observed):
    """``radusuarios``. ``login``, trimmed, equals ``OzmapClient.code``: the key of every subscriber flow.

    ``connection`` is ``tipo_conexao_mapa`` as IXC has it; ``online`` likewise (S, N, SS, empty, …).
    Coordinates are degrees, None when IXC's text is no coordinate. ``address`` is the login's own, in one
    line, empty when it has none.
    """

    login: str
    active: bool
    connection: str = ""
    customer_id: str | None = None
    contract_id: str | None = None
    box_id: str | None = None
    port: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    online: str = ""
    address: str = ""

    @property
    def is_fibre(self) -> bool:
        """A fibre login: ``F`` in either case (spec, Words). Nothing else is ever touched."""
        return self.connection.strip().upper() == "F"


class IxcCustomer(Observed):
    """``cliente``: only its name and its address, in one line, leave the poller."""

    name: str
    address: str = ""


class ContractStatus(StrEnum):
    """``cliente_contrato.status`` as far as a rule looks at it (fact sheet IXC 6.5)."""

    ACTIVE = "A"
    WITHDRAWN = "D"


class IxcContract(Observed):
    """``cliente_contrato``. ``status`` is text as IXC has it: a value we do not know must show, not break."""

    status: str = ""


class IxcOnu(Observed):
    """``radpop_radio_cliente_fibra``. The newest row of a login is the one with the highest id.

    ``rx_dbm`` is ``sinal_rx`` as a number, also 0.00 and what is impossible; ``read_at`` is ``data_sinal``.
    """

    login_id: str | None = None
    box_id: str | None = None
    port: int | None = None
    rx_dbm: float | None = None
    read_at: datetime | None = None


class ClientStatus(IntEnum):
    """``ftth-clients.status``: the only online or offline notion OZmap has (fact sheet 3.8)."""

    OK = 0
    ERROR = 1


class OzmapClient(Observed):
    """``ftth-clients``. ``implanted`` false is a reservation."""

    code: str
    name: str = ""
    implanted: bool = False
    status: int | None = None


class Connection(BaseModel):
    """Where a property hangs: a port, counted from 1, of a splitter."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    splitter_id: str
    port: int


class OzmapProperty(Observed):
    """``properties``: the place where a client lives, with its drop and its measured power."""

    client_id: str | None = None
    box_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    drop_id: str | None = None
    connections: tuple[Connection, ...] = ()
    potency_dbm: float | None = None
