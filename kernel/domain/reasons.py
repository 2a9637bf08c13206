"""The catalogue of reasons: every decision and refusal in a sentence, in English and in Portuguese.

A sentence may name the thing it is about as ``{about}``. A slug is never renamed: decisions on topics,
metrics and the operator's habits carry it.
"""

from enum import StrEnum
from typing import NamedTuple


class Sentence(NamedTuple):
    """One reason for a person to read."""

    en: str
    pt: str


class Reason(StrEnum):
    """Why a rule decided so, or why a system refused. Each member has a sentence in :data:`CATALOGUE`."""

    # box-sync
    DRAFT = "draft"
    NO_SERVICE_SPLITTER = "no_service_splitter"
    NAME_EMPTY = "name_empty"
    NAME_TOO_LONG = "name_too_long"
    BOX_UNKNOWN = "box_unknown"
    PROJECT_UNKNOWN = "project_unknown"
    PROJECT_NOT_FOUND = "project_not_found"
    AMBIGUOUS_PROJECT = "ambiguous_project"
    NOT_FED = "not_fed"
    OLT_UNKNOWN = "olt_unknown"
    OLT_WITHOUT_IP = "olt_without_ip"
    TRANSMITTER_NOT_FOUND = "transmitter_not_found"
    AMBIGUOUS_TRANSMITTER = "ambiguous_transmitter"
    AMBIGUOUS_BOX = "ambiguous_box"
    NAME_IN_USE = "name_in_use"
    IXC_BOX_NOT_SEEN = "ixc_box_not_seen"
    CREATION_IN_FLIGHT = "creation_in_flight"
    # condominium-sync
    SPLITTER_UNKNOWN = "splitter_unknown"
    NOT_IN_A_BUILDING = "not_in_a_building"
    NOT_A_SERVICE_SPLITTER = "not_a_service_splitter"
    AMBIGUOUS_NAME = "ambiguous_name"
    SPLITTER_AS_BOX = "splitter_as_box"
    # subscribers
    LOGIN_UNKNOWN = "login_unknown"
    AMBIGUOUS_LOGIN = "ambiguous_login"
    NOT_FIBRE = "not_fibre"
    CLIENT_NOT_FOUND = "client_not_found"
    AMBIGUOUS_CLIENT = "ambiguous_client"
    CUSTOMER_NOT_FOUND = "customer_not_found"
    CUSTOMER_WITHOUT_NAME = "customer_without_name"
    LOGIN_INACTIVE = "login_inactive"
    LOGIN_ACTIVE = "login_active"
    PROPERTY_NOT_FOUND = "property_not_found"
    AMBIGUOUS_PROPERTY = "ambiguous_property"
    NOT_CONNECTED = "not_connected"
    AMBIGUOUS_CONNECTION = "ambiguous_connection"
    HOST_UNKNOWN = "host_unknown"
    BOX_NOT_LINKED = "box_not_linked"
    PROPERTY_WITHOUT_COORDINATES = "property_without_coordinates"
    LOGIN_WITHOUT_BOX = "login_without_box"
    PORT_UNKNOWN = "port_unknown"
    NO_FREE_PORT = "no_free_port"
    CONTRACT_NOT_FOUND = "contract_not_found"
    NO_CONTRACT = "no_contract"
    CONTRACT_NOT_ACTIVE = "contract_not_active"
    NOT_WITHDRAWN = "not_withdrawn"
    NOT_CANCELLED = "not_cancelled"
    STATUS_UNKNOWN = "status_unknown"
    NO_READING = "no_reading"
    # what a system answered
    PORT_MISSING = "port_missing"
    PORT_TAKEN = "port_taken"
    PORT_BLOCKED = "port_blocked"
    NOT_A_RESERVATION = "not_a_reservation"
    REJECTED = "rejected"
    REMOTE_MISSING = "remote_missing"
    NOT_WRITTEN = "not_written"
    FOREIGN_CHANGE = "foreign_change"
    RETRIES_EXHAUSTED = "retries_exhausted"


CATALOGUE: dict[Reason, Sentence] = {
    Reason.DRAFT: Sentence(
        "The box is still in project (draft) in OZmap.", "A caixa ainda está em projeto (draft) no OZmap."
    ),
    Reason.NO_SERVICE_SPLITTER: Sentence(
        "The box has no service splitter.", "A caixa não tem splitter de atendimento."
    ),
    Reason.NAME_EMPTY: Sentence("The box has no name in OZmap.", "A caixa está sem nome no OZmap."),
    Reason.NAME_TOO_LONG: Sentence(
        "The name has more than the {about} characters that IXC keeps; shorten it in OZmap.",
        "O nome tem mais que os {about} caracteres que o IXC guarda; encurte-o no OZmap.",
    ),
    Reason.BOX_UNKNOWN: Sentence("OZmap has no box with this id.", "O OZmap não tem caixa com este id."),
    Reason.PROJECT_UNKNOWN: Sentence(
        "The box's project has not been seen in OZmap yet ({about}).",
        "O projeto da caixa ainda não foi visto no OZmap ({about}).",
    ),
    Reason.PROJECT_NOT_FOUND: Sentence(
        "IXC has no project with exactly the name “{about}”.",
        "O IXC não tem projeto com exatamente o nome “{about}”.",
    ),
    Reason.AMBIGUOUS_PROJECT: Sentence(
        "IXC has more than one project named “{about}”.", "O IXC tem mais de um projeto chamado “{about}”."
    ),
    Reason.NOT_FED: Sentence(
        "No OLT feeds the first service splitter, “{about}”.",
        "Nenhuma OLT alimenta o primeiro splitter de atendimento, “{about}”.",
    ),
    Reason.OLT_UNKNOWN: Sentence(
        "The OLT that feeds the box has not been seen in OZmap yet ({about}).",
        "A OLT que alimenta a caixa ainda não foi vista no OZmap ({about}).",
    ),
    Reason.OLT_WITHOUT_IP: Sentence(
        "The OLT “{about}” has no IP in OZmap.", "A OLT “{about}” está sem IP no OZmap."
    ),
    Reason.TRANSMITTER_NOT_FOUND: Sentence(
        "IXC has no transmitter with the OLT's IP {about}.",
        "O IXC não tem transmissor com o IP da OLT, {about}.",
    ),
    Reason.AMBIGUOUS_TRANSMITTER: Sentence(
        "IXC has more than one transmitter with the IP {about}.",
        "O IXC tem mais de um transmissor com o IP {about}.",
    ),
    Reason.AMBIGUOUS_BOX: Sentence(
        "More than one box is named “{about}” in that project; which one it is cannot be told.",
        "Há mais de uma caixa chamada “{about}” nesse projeto; não se sabe qual delas é.",
    ),
    Reason.NAME_IN_USE: Sentence(
        "IXC's box {about} has this name and belongs to another box of OZmap; it is free once that one is renamed.",
        "A caixa {about} do IXC tem este nome e pertence a outra caixa do OZmap; ficará livre quando aquela mudar de nome.",
    ),
    Reason.IXC_BOX_NOT_SEEN: Sentence(
        "The linked box {about} has not been seen in IXC yet.",
        "A caixa vinculada {about} ainda não foi vista no IXC.",
    ),
    Reason.CREATION_IN_FLIGHT: Sentence(
        "It was sent for creation before and that is not answered yet; what changed since follows then.",
        "A criação já foi enviada e ainda não teve resposta; o que mudou depois segue em seguida.",
    ),
    Reason.LOGIN_UNKNOWN: Sentence("IXC has no such login.", "O IXC não tem este login."),
    Reason.AMBIGUOUS_LOGIN: Sentence(
        "IXC has this login more than once (ids {about}).",
        "O IXC tem este login mais de uma vez (ids {about}).",
    ),
    Reason.NOT_FIBRE: Sentence(
        "It is not a fibre login (connection type “{about}”).",
        "Não é um login de fibra (tipo de conexão “{about}”).",
    ),
    Reason.CLIENT_NOT_FOUND: Sentence(
        "OZmap has no client with this login as its code.",
        "O OZmap não tem cliente com este login como código.",
    ),
    Reason.AMBIGUOUS_CLIENT: Sentence(
        "OZmap has more than one client with this code (ids {about}).",
        "O OZmap tem mais de um cliente com este código (ids {about}).",
    ),
    Reason.CUSTOMER_NOT_FOUND: Sentence(
        "The login's customer has not been seen in IXC yet ({about}).",
        "O cliente do login ainda não foi visto no IXC ({about}).",
    ),
    Reason.CUSTOMER_WITHOUT_NAME: Sentence(
        "The customer {about} has no name in IXC.", "O cliente {about} está sem razão social no IXC."
    ),
    Reason.SPLITTER_UNKNOWN: Sentence(
        "OZmap has no splitter with this id ({about}).", "O OZmap não tem splitter com este id ({about})."
    ),
    Reason.NOT_IN_A_BUILDING: Sentence(
        "The splitter is not in a building; boxes are the matter of box-sync.",
        "O splitter não está em um condomínio; das caixas cuida a regra box-sync.",
    ),
    Reason.NOT_A_SERVICE_SPLITTER: Sentence(
        "“{about}” is not a service splitter.", "“{about}” não é um splitter de atendimento."
    ),
    Reason.AMBIGUOUS_NAME: Sentence(
        "More than one box or splitter of OZmap comes out as “{about}” in that project.",
        "Mais de uma caixa ou splitter do OZmap resulta em “{about}” nesse projeto.",
    ),
    Reason.SPLITTER_AS_BOX: Sentence(
        "Each service splitter is a box of its own in IXC (setting splitter_as_box).",
        "Cada splitter de atendimento é uma caixa própria no IXC (configuração splitter_as_box).",
    ),
    Reason.LOGIN_INACTIVE: Sentence("The login is inactive in IXC.", "O login está inativo no IXC."),
    Reason.LOGIN_ACTIVE: Sentence("The login is active in IXC.", "O login está ativo no IXC."),
    Reason.PROPERTY_NOT_FOUND: Sentence(
        "The client is in no property in OZmap.", "O cliente não está em nenhum imóvel no OZmap."
    ),
    Reason.AMBIGUOUS_PROPERTY: Sentence(
        "The client is in more than one property in OZmap (ids {about}).",
        "O cliente está em mais de um imóvel no OZmap (ids {about}).",
    ),
    Reason.NOT_CONNECTED: Sentence(
        "The client's property is connected to no splitter.",
        "O imóvel do cliente não está conectado a nenhum splitter.",
    ),
    Reason.AMBIGUOUS_CONNECTION: Sentence(
        "The client's property is connected to more than one port.",
        "O imóvel do cliente está conectado a mais de uma porta.",
    ),
    Reason.HOST_UNKNOWN: Sentence(
        "The box or building of the splitter has not been seen in OZmap yet ({about}).",
        "A caixa ou o condomínio do splitter ainda não foi visto no OZmap ({about}).",
    ),
    Reason.BOX_NOT_LINKED: Sentence(
        "The box {about} is not linked between OZmap and IXC yet.",
        "A caixa {about} ainda não está vinculada entre OZmap e IXC.",
    ),
    Reason.PROPERTY_WITHOUT_COORDINATES: Sentence(
        "The property has no coordinates in OZmap.", "O imóvel está sem coordenadas no OZmap."
    ),
    Reason.LOGIN_WITHOUT_BOX: Sentence("The login has no box in IXC.", "O login está sem caixa no IXC."),
    Reason.PORT_UNKNOWN: Sentence(
        "Neither the login nor its ONU has a port in IXC (setting first_free_port is off).",
        "Nem o login nem a ONU têm porta no IXC (a configuração first_free_port está desligada).",
    ),
    Reason.NO_FREE_PORT: Sentence("The box has no free port.", "A caixa não tem porta livre."),
    Reason.CONTRACT_NOT_FOUND: Sentence(
        "The login's contract has not been seen in IXC yet ({about}).",
        "O contrato do login ainda não foi visto no IXC ({about}).",
    ),
    Reason.NO_CONTRACT: Sentence("The login has no contract.", "O login não tem contrato."),
    Reason.CONTRACT_NOT_ACTIVE: Sentence(
        "The login's contract is not active (status “{about}”).",
        "O contrato do login não está ativo (status “{about}”).",
    ),
    Reason.NOT_WITHDRAWN: Sentence(
        "The login's contract was not withdrawn (status “{about}”).",
        "O contrato do login não é uma desistência (status “{about}”).",
    ),
    Reason.NOT_CANCELLED: Sentence(
        "The login still has a contract (status “{about}”).",
        "O login ainda tem contrato (status “{about}”).",
    ),
    Reason.STATUS_UNKNOWN: Sentence(
        "IXC does not know whether the login is online (“{about}”).",
        "O IXC não sabe se o login está online (“{about}”).",
    ),
    Reason.NO_READING: Sentence(
        "The login's ONU has no valid power reading.", "A ONU do login não tem leitura de sinal válida."
    ),
    Reason.PORT_MISSING: Sentence("The box has no port {about}.", "A caixa não tem a porta {about}."),
    Reason.PORT_TAKEN: Sentence("Port {about} is taken in OZmap.", "A porta {about} está ocupada no OZmap."),
    Reason.PORT_BLOCKED: Sentence(
        "Port {about} is blocked in OZmap.", "A porta {about} está bloqueada no OZmap."
    ),
    Reason.NOT_A_RESERVATION: Sentence(
        "The client is implanted, not a reservation; it stays.",
        "O cliente está implantado, não é uma reserva; permanece.",
    ),
    Reason.REJECTED: Sentence(
        "The system refused the write: {about}", "O sistema recusou a gravação: {about}"
    ),
    Reason.REMOTE_MISSING: Sentence(
        "The record {about} is no longer there.", "O registro {about} não existe mais."
    ),
    Reason.NOT_WRITTEN: Sentence(
        "The system answered success but did not keep: {about}",
        "O sistema respondeu com sucesso mas não guardou: {about}",
    ),
    Reason.FOREIGN_CHANGE: Sentence(
        "Somebody else changed the record while it was being written: {about}",
        "Outra pessoa alterou o registro durante a gravação: {about}",
    ),
    Reason.RETRIES_EXHAUSTED: Sentence(
        "It was tried several times without success: {about}",
        "Foi tentado várias vezes sem sucesso: {about}",
    ),
}


def sentence(slug: str, about: str = "", language: str = "en") -> str:
    """The reason ``slug`` as a sentence; the bare slug when a newer stage sent one this catalogue lacks."""
    try:
        spoken = CATALOGUE[Reason(slug)]
    except (ValueError, KeyError):
        return f"{slug} {about}".strip()
    return (spoken.pt if language.startswith("pt") else spoken.en).replace("{about}", about)
