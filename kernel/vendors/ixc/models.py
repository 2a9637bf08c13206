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


class LoginRow(_Stamped):
    """``radusuarios`` (sheet 6.2)."""

    login: str
    ativo: str
    tipo_conexao_mapa: str | None = None
    id_cliente: str | None = None


class CustomerRow(_Stamped):
    """``cliente`` (sheet 6.4)."""

    razao: str | None = None
