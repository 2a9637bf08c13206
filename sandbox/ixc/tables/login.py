"""Columns of `radusuarios`, the logins, with the unset defaults of a read-back record (fact sheet 6.2)."""

from __future__ import annotations

from sandbox.ixc.columns import (
    Column,
    choice,
    flags,
    flat,
    integer,
    integers,
    moment,
    secret,
    text,
    texts,
)
from sandbox.ixc.tables.spec import STAMP, table


def _inherits(name: str, label: str = "") -> Column:
    """Return an S/N/H column: H inherits from the plan; those with a label are required on insert."""
    return choice(name, "S N H", "H", label=label, is_required=bool(label))


_LINKS = [
    integer("id_cliente", label="Cliente", is_required=True, refers_to="cliente"),
    integer("id_contrato", label="Contrato", is_required=True, refers_to="cliente_contrato"),
    integer("id_filial", "1", refers_to="filial"),
    integer("id_grupo", "1", label="Plano de velocidade", is_required=True, refers_to="radgrupos"),
    text("login", 100, label="Login", is_required=True),
    secret("senha", 100, label="Senha", is_required=True),
    choice("senha_md5", "S N", "N", label="Senha MD5", is_required=True),
    choice("ativo", "S N", "S", label="Ativo", is_required=True),
    choice("online", "S N SS I", "SS"),
]

_PLANT = [
    choice("tipo_conexao_mapa", "58 24 F L A LTE LDD", "58", label="Tipo conexão", is_required=True),
    choice("autenticacao", "L H M V D I E", "L", label="Autenticação", is_required=True),
    choice("tipo_vinculo_plano", "D C P G", "D", label="Tipo vínculo plano", is_required=True),
    choice("tipo_equipamento", "C P"),
    integer("id_df_projeto", refers_to="df_projeto"),
    integer("id_transmissor", refers_to="radpop_radio"),
    text("modelo_tranmissor", 60),
    *integers("interface_transmissao interface_transmissao_fibra id_porta_transmissor"),
    integer("id_caixa_ftth", refers_to="rad_caixa_ftth"),
    integer("ftth_porta"),
    text("onu_mac", 50),
    *texts("splitter tronco sinal_ultimo_atendimento metragem_interna metragem_externa"),
]

_NETWORK = [
    integer("id_concentrador"),
    *texts("concentrador conexao interface"),
    integer("vlan"),
    *texts("vlan_ip_rede gw_vlan ip mac pd_ipv6 framed_pd_ipv6 framed_fixar_ipv6 ip_aviso ip_aux"),
    text("endereco_ipv6"),
    _inherits("fixar_ip", "Fixar IP"),
    _inherits("auto_preencher_ip", "Auto preencher IP"),
    _inherits("auto_preencher_mac", "Auto preencher MAC"),
    _inherits("relacionar_ip_ao_login", "Relacionar IP ao login"),
    _inherits("relacionar_mac_ao_login", "Relacionar MAC ao login"),
    _inherits("relacionar_concentrador_ao_login"),
    _inherits("fixar_ipv6"),
    _inherits("auto_preencher_ipv6"),
    _inherits("relacionar_ipv6_ao_login"),
    choice("autenticacao_por_mac", "P S N", "P", label="Autenticação por MAC", is_required=True),
    integer("login_simultaneo", "1", label="Login simultâneo", is_required=True),
    *flags("autenticacao_wps autenticacao_mac agent_circuit_id_fixo"),
    *texts("agent_circuit_id remote_id cliente_tem_a_senha"),
]

_ADDRESS = [
    choice("endereco_padrao_cliente", "S N C", "S"),
    *texts("endereco numero complemento bairro"),
    integer("cidade", refers_to="cidade"),
    *texts("cep referencia"),
    integer("id_condominio", refers_to="cliente_condominio"),
    *texts("bloco apartamento"),
    text("latitude", 45),
    text("longitude", 45),
]

_SESSION = [
    moment("ultima_conexao_inicial"),
    moment("ultima_conexao_final"),
    *texts("tempo_conectado tempo_conexao"),
    integer("count_desconexao"),
    text("motivo_desconexao"),
    *integers("download_atual upload_atual franquia_maximo franquia_consumo franquia_atingida"),
    *texts("franquia_inicio franquia_fim"),
]

_ROUTER = [
    *texts("ssid_router_wifi ssid_router_wifi_5g"),
    secret("senha_rede_sem_fio"),
    secret("senha_rede_sem_fio_5g"),
    text("usuario_router1"),
    secret("senha_router1"),
    text("usuario_router2"),
    secret("senha_router2"),
    *texts("ip_router1 porta_router1 ip_router2 porta_router2 porta_http"),
    integer("id_hardware"),
    integer("id_rad_dns"),
    *texts("obs obs_tecnica"),
]

RADUSUARIOS = table(
    "radusuarios",
    flat(
        [
            *_LINKS,
            *_PLANT,
            *_NETWORK,
            *_ADDRESS,
            *_SESSION,
            *_ROUTER,
            choice("onu_compartilhada", "S N", "N"),
            integer("id_reserva_rede_neutra"),
            integer("id"),
            moment(STAMP),
        ]
    ),
)
