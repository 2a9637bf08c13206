"""Columns of the plant: projects, transmitters (OLTs), FTTH boxes, ONUs (fact sheet 6.1, 6.3, 6.6, 6.7)."""

from __future__ import annotations

from sandbox.ixc.columns import (
    choice,
    decimal,
    flags,
    flat,
    integer,
    integers,
    moment,
    nullable,
    secret,
    text,
    texts,
)
from sandbox.ixc.tables.spec import STAMP, table

# 6.6; no update stamp is listed for projects, so a delta filter on one is a column that does not exist.
DF_PROJETO = table(
    "df_projeto",
    flat(
        [
            integer("id"),
            text("nome", 100, label="Nome", is_required=True),
            integer("id_filial", "1", refers_to="filial"),
            text("latitude", 45, label="Latitude", is_required=True, default="0"),
            text("longitude", 45, label="Longitude", is_required=True, default="0"),
            integer("zoom", "14", label="Zoom", is_required=True),
            choice("status", "A I", "A", label="Status", is_required=True),
            text("cor_mapa", 45),
        ]
    ),
)

# 6.7; columns beyond the named ones are plausible members of the same form.
RADPOP_RADIO = table(
    "radpop_radio",
    flat(
        [
            text("descricao", 100, label="Descrição", is_required=True),
            integer("id_pop", "1", label="POP", is_required=True, refers_to="radpop"),
            text("ip", 45, label="IP", is_required=True),
            text("login", 50, label="Login", is_required=True, default="admin"),
            secret("senha", 100, label="Senha", is_required=True),
            secret("senha_hw", 100),
            choice(
                "fabricante_modelo",
                "HW ZTE FH FBT NK DC PK INB VSOL U M OLTNEUTRA",
                "HW",
                label="Fabricante/Modelo",
                is_required=True,
            ),
            text("modelo", 100),
            choice("conexao", "58 24 C F", "F"),
            choice("ativo", "S N", "S", label="Ativo", is_required=True),
            integer("id"),
            integer("porta_ssh", "22"),
            integer("porta_telnet", "23"),
            *integers("id_prov_snmp id_olt_externo"),
            choice("usa_vpn", "S N", "N", label="Usa VPN", is_required=True),
            choice("busca_potencia", "S N", "S", label="Busca potência", is_required=True),
            *texts("mac ssid frequencia canal largura_canal polarizacao azimute ganho_antena potencia_tx"),
            secret("comunidade_snmp", 60),
            integer("porta_snmp", "161"),
            *texts("versao_snmp usuario_hw ip_vpn interface_vpn versao_firmware numero_serie patrimonio"),
            *integers("id_hardware id_filial id_cidade id_concentrador id_radpop_conexao qtd_max_clientes"),
            *texts("latitude longitude altura obs"),
            *flags("monitorar backup_automatico provisiona_automatico cadastra_onu_automatico olt_neutra"),
        ]
    ),
)

# 6.1, in the order of the 2026 listing.
RAD_CAIXA_FTTH = table(
    "rad_caixa_ftth",
    flat(
        [
            text("codigo_estilo_caixa", 10, label="Estilo da caixa", is_required=True, default="50r7nh0u"),
            integer("id"),
            choice("status", "A I", "A"),
            integer("id_transmissor", label="Transmissor", is_required=True, refers_to="radpop_radio"),
            integer("id_interface", refers_to="radpop_radio_porta"),
            text("descricao", 100, label="Descrição", is_required=True),
            integer("id_projeto", label="Projeto", is_required=True, refers_to="df_projeto"),
            integer("id_tecnologia", refers_to="rad_caixa_ftth_tecnologia"),
            integer("capacidade"),
            text("latitude", 45),
            text("longitude", 45),
            text("obs_caixa_ftth"),
            text("cep", 10),
            text("endereco", 100),
            text("numero", 20),
            text("bairro", 60),
            integer("id_cidade", refers_to="cidade"),
            moment(STAMP),
            nullable("idx"),
            choice("tipo", "P N A", "P"),
            nullable("id_diretorio", is_hidden=True),
            nullable("id_mini_projeto", is_hidden=True),
            text("external_id", 40, is_hidden=True),
        ]
    ),
)

_ONU_MANAGEMENT = [
    text("ip_gerencia", 45),
    text("login_onu_cliente", 60),
    secret("senha_onu_cliente", 60),
    text("porta_telnet_onu_cliente", 10),
    *texts("perfil_onu_cliente script_onu_cliente senorid"),
]

_ONU_ADDRESS = [
    text("latitude", 45),
    text("longitude", 45),
    choice("endereco_padrao_cliente", "S N C", "S"),
    integer("id_condominio", refers_to="cliente_condominio"),
    *texts("bloco apartamento cep endereco numero bairro"),
    integer("cidade", refers_to="cidade"),
    *texts("referencia complemento"),
]

# 6.3: the order of the read-back row, then what newer versions add. `ultima_atualizacao` is there in newer
# versions only: switch `unlisted=radpop_radio_cliente_fibra.ultima_atualizacao` gives the older form.
RADPOP_RADIO_CLIENTE_FIBRA = table(
    "radpop_radio_cliente_fibra",
    flat(
        [
            integer("id_projeto", refers_to="df_projeto"),
            integer("id_contrato", refers_to="cliente_contrato"),
            text("gemport", 20),
            *_ONU_MANAGEMENT,
            *_ONU_ADDRESS,
            text("distancia_onu", 20),
            *texts("vlan_dhcp vlan_tr69 vlan_iptv vlan_voip vlan_pppoe vlan_outros"),
            *integers("id_ramal id_onu_unms id_activity"),
            choice("radpop_estrutura", "S N", "N", label="Estrutura", is_required=True),
            text("porta_web_onu_cliente", 10),
            choice("tipo_operacao", "B R", "B"),
            integer("id_transmissor", label="Transmissor", is_required=True, refers_to="radpop_radio"),
            text("nome", 100, label="Nome", is_required=True),
            integer("id_caixa_ftth", refers_to="rad_caixa_ftth"),
            integer("porta_ftth"),
            integer("id_login", refers_to="radusuarios"),
            integer("onu_numero"),
            text("service_port", 20),
            text("onu_tipo", 60),
            text("ponid", 30),
            text("mac", 50),
            text("comandos"),
            decimal("sinal_rx"),
            decimal("sinal_tx"),
            decimal("temperatura"),
            decimal("voltagem"),
            moment("data_sinal"),
            integer("id_perfil", refers_to="radpop_radio_cliente_fibra_perfil"),
            *integers("slotno ponno"),
            text("tipo_autenticacao", 20, default="MAC"),
            *texts("versao vlan"),
            text("causa_ultima_queda", 30),
            integer("id_hardware", refers_to="rad_hardware"),
            integer("id"),
            integer("id_radpop_radio_porta", refers_to="radpop_radio_porta"),
            choice("status_potencia", "regular irregular indefinido", "indefinido"),
            choice("status_autorizado", "NA A", "A"),
            choice("onu_rede_neutra", "S N", "N"),
            *texts("rack frame"),
            moment(STAMP),
            choice("onu_compartilhada", "S N", "N", is_hidden=True),
            text("serial_number", 50, is_hidden=True),
        ]
    ),
    update_extras={"cliente_coord": "success"},
)
