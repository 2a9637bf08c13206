"""IXC's rows as they come, reduced to the fields the rules use: passwords end here (sheet IXC 6)."""

from pydantic import Field

from kernel.vendors.rows import RawRow


class _Stamped(RawRow):
    stamp: str | None = Field(None, alias="ultima_atualizacao")


class ProjectRow(RawRow):
    """``df_projeto`` (sheet 6.6)."""

    nome: str


class TransmitterRow(RawRow):
    """``radpop_radio`` (sheet 6.7)."""

    descricao: str | None = None
    ip: str | None = None
    ativo: str | None = None


class BoxRow(_Stamped):
    """``rad_caixa_ftth`` (sheet 6.1)."""

    descricao: str
    id_projeto: str | None = None
    id_transmissor: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    obs_caixa_ftth: str | None = None
    capacidade: str | None = None
    status: str | None = None


class AddressedRow(_Stamped):
    """The columns of an address, the same in ``radusuarios`` and ``cliente`` (sheet 6.2, 6.4)."""

    endereco: str | None = None
    numero: str | None = None
    bloco: str | None = None
    apartamento: str | None = None
    complemento: str | None = None
    bairro: str | None = None


class LoginRow(AddressedRow):
    """``radusuarios`` (sheet 6.2)."""

    login: str
    ativo: str
    tipo_conexao_mapa: str | None = None
    id_cliente: str | None = None
    id_contrato: str | None = None
    id_caixa_ftth: str | None = None
    ftth_porta: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    online: str | None = None
    endereco_padrao_cliente: str | None = None


class CustomerRow(AddressedRow):
    """``cliente`` (sheet 6.4)."""

    razao: str | None = None


class ContractRow(_Stamped):
    """``cliente_contrato`` (sheet 6.5)."""

    status: str | None = None


class OnuRow(_Stamped):
    """``radpop_radio_cliente_fibra`` (sheet 6.3). Its box column is the login's, its port column is not."""

    id_login: str | None = None
    id_caixa_ftth: str | None = None
    porta_ftth: str | None = None
    sinal_rx: str | None = None
    data_sinal: str | None = None
