"""Customers, contracts, logins and ONUs of the city as IXC stores them (ixc-api 6.2 to 6.5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sandbox.city.ixc_forms import Row, changed, unset
from sandbox.city.model import Building, Contract, Customer, Login, Onu, Plan
from sandbox.city.stamps import Stamps

DROP_CAUSES: Final = ("", "-", "dying-gasp", "LOSi/LOBi", "Link Loss", "ONT")
INTERNET_STATES: Final = {"A": "A", "P": "AA", "I": "D", "N": "D", "D": "D", "": "A"}
BLOCKED_STATES: Final = ("CM", "CA", "FA")
DAY_S: Final = 86_400


def customers(plan: Plan, stamps: Stamps) -> Iterable[Row]:
    defaults = unset("cliente")
    for customer in plan.customers:
        yield {**defaults, **_customer(customer, stamps)}


def _customer(customer: Customer, stamps: Stamps) -> Row:
    street = customer.street
    return {
        "id": str(customer.id),
        "ativo": "S",
        "tipo_pessoa": "J" if customer.is_company else "F",
        "razao": customer.name,
        "fantasia": customer.name.strip() if customer.is_company else "",
        "cnpj_cpf": customer.document,
        "cep": street.cep,
        "endereco": street.name,
        "numero": str(customer.number),
        "complemento": customer.complement,
        "bairro": street.district,
        "cidade": str(customer.project.city_id),
        "telefone_celular": customer.phone,
        "senha": f"FAKE-SECRET-senha-{customer.id}",
        "data_cadastro": stamps.local_date(customer.age_s),
        "ultima_atualizacao": changed(customer.id, customer.age_s, stamps),
    }


def contracts(plan: Plan, stamps: Stamps) -> Iterable[Row]:
    defaults = unset("cliente_contrato")
    own_address = {
        login.contract.id: login
        for login in plan.logins
        if login.contract is not None and login.address_from == "C"
    }
    for contract in plan.contracts:
        row = {**defaults, **_contract(contract, stamps)}
        login = own_address.get(contract.id)
        if login is not None:
            row["endereco_padrao_cliente"] = "N"
            row.update(_address(login))
        yield row


def _contract(contract: Contract, stamps: Stamps) -> Row:
    signed = stamps.local_date(contract.age_s)
    ended = stamps.local_date(contract.age_s / 4)
    internet = INTERNET_STATES[contract.status]
    if contract.status == "A" and contract.id % 25 == 0:
        internet = BLOCKED_STATES[contract.id // 25 % 3]
    row = {
        "id": str(contract.id),
        "id_cliente": str(contract.customer.id),
        "id_vd_contrato": str(contract.plan),
        "contrato": f"FIBRA {contract.plan}00 MEGA",
        "status": contract.status,
        "status_internet": internet,
        "data": signed,
        "data_cadastro_sistema": stamps.local(contract.age_s),
        "ultima_atualizacao": changed(contract.id, contract.age_s, stamps),
    }
    if contract.status in {"A", "I", "N"}:
        row["data_ativacao"] = stamps.local_date(contract.age_s - 3 * DAY_S)
    if contract.status == "I":
        row |= {"data_cancelamento": ended, "obs_cancelamento": "Mudança", "motivo_cancelamento": "2"}
    elif contract.status == "D":
        row |= {"data_desistencia": ended, "obs_desistencia": "Preferiu outro", "motivo_desistencia": "1"}
    elif contract.status == "N":
        row["data_negativacao"] = ended
    return row


def logins(plan: Plan, stamps: Stamps) -> Iterable[Row]:
    defaults = unset("radusuarios")
    transmitters = _transmitters_of_boxes(plan)
    for login in plan.logins:
        yield {**defaults, **_login(login, transmitters, stamps)}


def _login(login: Login, transmitters: dict[int, int], stamps: Stamps) -> Row:
    row = {
        "id": str(login.id),
        "id_cliente": str(login.customer.id),
        "id_contrato": str(login.contract.id) if login.contract is not None else "0",
        "id_grupo": str(login.contract.plan) if login.contract is not None else "1",
        "login": login.login,
        "senha": f"FAKE-SECRET-senha-{login.id}",
        "ativo": "S" if login.is_active else "N",
        "online": login.online,
        "tipo_conexao_mapa": login.technology,
        "id_df_projeto": str(login.customer.project.ixc_id),
        "id_transmissor": str(transmitters.get(login.box, 0)),
        "id_caixa_ftth": str(login.box),
        "ftth_porta": str(login.port),
        "onu_mac": login.onus[-1].serial if login.onus else "",
        "endereco_padrao_cliente": login.address_from,
        "latitude": login.lat,
        "longitude": login.lng,
        "ultima_conexao_inicial": stamps.local(login.id * 7919 % (5 * DAY_S)),
        "ultima_atualizacao": changed(login.id, login.age_s, stamps),
    }
    if login.online == "S":
        # session accounting touches the row of who is online (ixc-api 6.2, noise warning)
        row["ultima_atualizacao"] = stamps.local(login.id * 104729 % 900)
    if login.address_from == "N":
        row.update(_address(login))
    return row


def _address(login: Login) -> Row:
    street = login.street
    row = {
        "endereco": street.name,
        "numero": str(login.number),
        "bairro": street.district,
        "cep": street.cep,
        "complemento": login.customer.complement,
        "cidade": str(login.customer.project.city_id),
    }
    if login.seat is not None and isinstance(login.seat.host, Building):
        building = login.seat.host
        row |= {
            "id_condominio": str(building.condominium_id),
            "bloco": login.seat.splitter.name,
            "apartamento": f"{login.id % 14 + 1}{login.id % 4 + 1:02d}",
        }
    return row


def _transmitters_of_boxes(plan: Plan) -> dict[int, int]:
    known = [box.ixc for box in plan.boxes]
    known += [splitter.ixc for building in plan.buildings for splitter in building.splitters]
    return {row.id: row.transmitter for row in known if row is not None}


def onus(plan: Plan, stamps: Stamps) -> Iterable[Row]:
    defaults = unset("radpop_radio_cliente_fibra")
    transmitters = _transmitters_of_boxes(plan)
    known = [(onu, login) for login in plan.logins for onu in login.onus] + plan.loose_onus
    for onu, login in sorted(known, key=lambda pair: pair[0].id):
        yield {**defaults, **_onu(onu, login, transmitters, stamps)}


def _onu(onu: Onu, login: Login, transmitters: dict[int, int], stamps: Stamps) -> Row:
    pon = login.seat.splitter.pon if login.seat is not None else None
    slot, port = (pon.slot_number, pon.number) if pon is not None else (1, onu.id % 16)
    row = {
        "id": str(onu.id),
        "nome": f"{login.customer.name.strip()[:60]} {onu.id}".strip(),
        "id_projeto": str(login.customer.project.ixc_id),
        "id_contrato": str(login.contract.id) if login.contract is not None and onu.has_login else "0",
        "id_transmissor": str(transmitters.get(onu.box, 1) or 1),
        "id_caixa_ftth": str(onu.box),
        "porta_ftth": str(onu.port),
        "id_login": str(login.id) if onu.has_login else "0",
        "onu_numero": str(onu.id % 128),
        "onu_tipo": ("EG8145V5", "F670L", "AN5506", "110Gi")[onu.id % 4],
        "ponid": f"0/{slot}/{port}",
        "slotno": str(slot),
        "ponno": str(port),
        "id_radpop_radio_porta": str(slot * 16 + port),
        "mac": onu.serial,
        "serial_number": onu.serial,
        "sinal_rx": onu.rx,
        "sinal_tx": onu.tx,
        "causa_ultima_queda": DROP_CAUSES[onu.id % len(DROP_CAUSES)],
        "senha_onu_cliente": f"FAKE-SECRET-onu-{onu.id}",
        "ultima_atualizacao": changed(onu.id, onu.reading_age_s or login.age_s, stamps),
    }
    if onu.reading_age_s is not None:
        row |= {
            "data_sinal": stamps.local(onu.reading_age_s),
            "temperatura": f"{38 + onu.id % 20}.00",
            "voltagem": "3.30",
            "status_potencia": "regular" if float(onu.rx) > -25 else "irregular",
        }
    return row
