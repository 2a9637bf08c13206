"""Columns of `cliente_contrato`: the contract, its two states and its dates (fact sheet 6.5)."""

from __future__ import annotations

from sandbox.ixc.columns import (
    choice,
    day,
    days,
    decimal,
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

_HEAD = [
    integer("id"),
    integer("id_cliente", label="Cliente", is_required=True, refers_to="cliente"),
    integer("id_filial", "1", label="Filial", is_required=True, refers_to="filial"),
    integer("id_vd_contrato", "1", label="Plano de venda", is_required=True, refers_to="vd_contratos"),
    text("contrato", 100, label="Contrato", is_required=True, default="PLANO"),
    text("descricao_aux_plano_venda", 200),
    # Legacy rows show "" here; a status is never demanded, since the official insert does not mark it.
    choice("status", "P A I N D", "P"),
    choice("status_internet", "A D CM CA FA AA CE", "AA"),
    choice("status_velocidade", "N R", "N"),
    choice("tipo", "I T S SVA", "I", label="Tipo", is_required=True),
]

_DEMANDED = [
    integer("id_tipo_contrato", "1", label="Tipo de contrato", is_required=True),
    integer("id_modelo", "1", label="Modelo do contrato", is_required=True),
    day("data", label="Data", is_required=True),
    integer("id_tipo_documento", "1", label="Tipo de documento", is_required=True),
    integer("id_carteira_cobranca", "1", label="Carteira de cobrança", is_required=True),
    integer("id_vendedor", "1", label="Vendedor", is_required=True),
    choice("cc_previsao", "P S N M", "P", label="Previsão", is_required=True),
    choice("tipo_cobranca", "P I E", "P", label="Tipo de cobrança", is_required=True),
    choice("renovacao_automatica", "S N", "S", label="Renovação automática", is_required=True),
    choice("base_geracao_tipo_doc", "P E", "P", label="Base geração tipo documento", is_required=True),
    choice("bloqueio_automatico", "S N", "S", label="Bloqueio automático", is_required=True),
    choice("aviso_atraso", "S N", "S", label="Aviso de atraso", is_required=True),
    choice("endereco_padrao_cliente", "S N", "S", label="Endereço padrão do cliente", is_required=True),
]

_STATE = [
    choice("contrato_suspenso", "S N", "N"),
    day("data_inicial_suspensao"),
    day("data_final_suspensao"),
    choice("motivo_inclusao", "I U D M T L N R", "I"),
    *days("data_ativacao data_renovacao pago_ate_data data_expiracao data_cancelamento data_desistencia"),
    *days("data_negativacao data_acesso_desativado data_retomada_contrato data_assinatura"),
    moment("data_cadastro_sistema"),
    moment("dt_ult_bloq_auto"),
    moment("dt_ult_bloq_manual"),
    moment("dt_ult_des_bloq_conf"),
    moment("dt_ult_desiste"),
    moment("dt_ult_ativacao"),
    moment("dt_ult_finan_atraso"),
    moment("dt_ult_liberacao_susp_parc"),
    integer("motivo_desistencia", refers_to="cliente_contrato_motivo_desistencia"),
    text("obs_desistencia"),
    integer("id_responsavel_desistencia"),
    integer("motivo_cancelamento"),
    text("obs_cancelamento"),
    *integers("id_responsavel_cancelamento id_responsavel_negativacao motivo_adicional"),
    *texts("obs_adicional obs_negativacao"),
]

_ADDRESS = [
    integer("id_condominio", refers_to="cliente_condominio"),
    *texts("bloco apartamento cep endereco numero bairro"),
    integer("cidade", refers_to="cidade"),
    *texts("complemento referencia"),
    text("latitude", 45),
    text("longitude", 45),
    integer("id_condominio_novo"),
    *texts("bloco_novo apartamento_novo cep_novo endereco_novo numero_novo bairro_novo"),
    integer("cidade_novo"),
    *texts("complemento_novo referencia_novo"),
    text("latitude_novo", 45),
    text("longitude_novo", 45),
]

_MONEY = [
    decimal("taxa_instalacao"),
    decimal("valor_unitario"),
    decimal("desconto_fidelidade"),
    decimal("indicacao_valor"),
    decimal("taxa_improdutiva"),
    *integers("id_cond_pag_ativ id_produto_ativ id_vendedor_ativ id_instalador id_indexador_reajuste"),
    integer("fidelidade"),
    *integers("ativacao_numero_parcelas ativacao_valor_parcela id_motivo_inclusao dia_fixo_vencimento"),
    *integers("num_parcelas_atraso nao_susp_parc_ate nao_bloquear_ate avalista_1 avalista_2 tipo_doc_opc"),
    *flags("liberacao_bloqueio_manual impede_reajuste gerar_finan_assin_digital_contrato isentar_contrato"),
    *flags("assinatura_digital agrupar_financeiro_contrato nao_aviso_ate liberacao_suspensao_parcial"),
    *texts("numero_contrato_antigo imp_carteira imp_importacao imp_rede imp_realizado imp_motivo imp_obs"),
    *texts("obs obs_contrato tags protocolo_negativacao situacao_financeira_contrato"),
    secret("credit_card_recorrente_token"),
    *integers("id_responsavel id_contrato_principal id_mot_inclusao_uso"),
]

CLIENTE_CONTRATO = table(
    "cliente_contrato",
    flat([*_HEAD, *_DEMANDED, *_STATE, *_ADDRESS, *_MONEY, moment(STAMP)]),
    filled_on_insert=("data_cadastro_sistema",),
)
