"""Columns of `cliente`: the 157 keys of the customer form and two that only the DB has (fact sheet 6.4).

The sheet names about forty of the keys; the others are plausible members of the same form, so that a record
has the weight and the pitfalls of a real one. Their names are not evidence.
"""

from __future__ import annotations

from sandbox.ixc.columns import (
    choice,
    day,
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

_IDENTITY = [
    choice("ativo", "S N", "S", label="Ativo", is_required=True),
    choice("tipo_pessoa", "F J E", "F", label="Tipo de pessoa", is_required=True),
    text("razao", 100, label="Razão social/Nome", is_required=True),
    text("fantasia", 100),
    text("cnpj_cpf", 25, label="CNPJ/CPF", is_required=True, default="000.000.000-00"),
    *texts("ie_identidade rg_orgao_emissor nacionalidade cidade_naturalidade estado_nascimento"),
    day("data_nascimento"),
    choice("estado_civil", "S C D V"),
    choice("Sexo", "M F"),
    *texts("profissao nome_pai cpf_pai identidade_pai nome_mae cpf_mae identidade_mae"),
    *texts("nome_conjuge cpf_conjuge rg_conjuge telefone_conjuge"),
    day("data_nascimento_conjuge"),
    choice("contribuinte_icms", "S N I", "N", label="Contribuinte ICMS", is_required=True),
    *texts("inscricao_municipal isuf"),
    choice("tipo_assinante", "1 2 3 4 5 6", "3", label="Tipo assinante", is_required=True),
    text("iss_classificacao_padrao", 5, label="Classificação ISS", is_required=True, default="99"),
]

_ADDRESS = [
    text("cep", 10, label="CEP", is_required=True, default="00000-000"),
    text("endereco", 100, label="Endereço", is_required=True, default="RUA"),
    text("numero", 20, label="Número", is_required=True, default="SN"),
    text("complemento", 100),
    text("bairro", 60, label="Bairro", is_required=True, default="CENTRO"),
    integer("cidade", "1", label="Cidade", is_required=True, refers_to="cidade"),
    integer("uf", refers_to="uf"),
    text("referencia"),
    text("latitude", 45),
    text("longitude", 45),
    integer("id_condominio", refers_to="cliente_condominio"),
    *texts("bloco apartamento"),
    choice("tipo_localidade", "U R", "U", label="Tipo localidade", is_required=True),
    choice("moradia", "P A C"),
    *texts("cep_cob endereco_cob numero_cob complemento_cob bairro_cob"),
    *integers("cidade_cob uf_cob id_condominio_cob"),
    *texts("referencia_cob bloco_cob apartamento_cob pais codigo_nacionalidade"),
]

_CONTACT = [
    *texts("fone telefone_comercial telefone_celular whatsapp ramal email contato website facebook"),
    integer("id_operadora_celular"),
    text("hotsite_email"),
    secret("senha"),
    choice("hotsite_acesso", "0 1 2", "0"),
    secret("hotsite_senha"),
    choice("senha_hotsite_md5", "S N", "N"),
    *flags("acesso_automatico_central alterar_senha_primeiro_acesso primeiro_acesso_central"),
    *texts("responsavel responsavel_nome responsavel_cpf responsavel_fone nome_contador telefone_contador"),
]

_COMMERCE = [
    integer("filial_id", "1", refers_to="filial"),
    choice("filtra_filial", "S N", "S"),
    *integers("id_tipo_cliente id_vendedor id_canal_venda id_campanha id_concorrente id_conta"),
    *texts("status_prospeccao origem_prospeccao motivo_perda perfil_cliente grau_satisfacao indicado_por"),
    choice("crm", "S N", "N"),
    *[day(f"crm_data_{step}") for step in ("novo", "sondagem", "apresentando", "negociando", "vencemos")],
    *[day(f"crm_data_{step}") for step in ("perdemos", "abortamos", "sem_porta", "sem_viabilidade")],
    *texts("emp_empresa emp_cnpj emp_cep emp_endereco emp_fone emp_cargo emp_remuneracao"),
    day("emp_data_admissao"),
    *texts("ref_com_empresa1 ref_com_fone1 ref_com_empresa2 ref_com_fone2"),
    *texts("ref_pes_nome1 ref_pes_fone1 ref_pes_nome2 ref_pes_fone2"),
]

_BILLING = [
    *flags("participa_cobranca participa_pre_cobranca cob_envia_email cob_envia_sms", "S"),
    integer("num_dias_cob"),
    integer("dia_vencimento"),
    choice("regua_cobranca_considera", "P C", "P"),
    *integers("regua_cobranca_id cond_pagamento tabela_preco"),
    choice("deb_automatico", "S N", "N"),
    *texts("deb_agencia deb_conta deb_banco"),
    choice("tipo_pessoa_titular_conta", "F J", "F"),
    *texts("cnpj_cpf_titular_conta nome_titular_conta"),
    decimal("percentual_reducao"),
    decimal("limite_credito"),
    *flags("retem_iss retem_irrf retem_inss retem_pis retem_cofins retem_csll orgao_publico"),
    *texts("tipo_cliente_scm cli_desconta_iss_retido_total"),
]

_TAIL = [
    nullable("idx"),
    text("obs"),
    text("alerta"),
    *texts("tags"),
    day("data_cadastro"),
    moment(STAMP),
    integer("id"),
    text("external_id", 40, is_hidden=True),
    text("external_system", 40, is_hidden=True),
]

CLIENTE = table(
    "cliente",
    flat([*_IDENTITY, *_ADDRESS, *_CONTACT, *_COMMERCE, *_BILLING, *_TAIL]),
    filled_on_insert=("data_cadastro",),
)
