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
    # subscribers
    LOGIN_UNKNOWN = "login_unknown"
    AMBIGUOUS_LOGIN = "ambiguous_login"
    NOT_FIBRE = "not_fibre"
    CLIENT_NOT_FOUND = "client_not_found"
    AMBIGUOUS_CLIENT = "ambiguous_client"
    CUSTOMER_NOT_FOUND = "customer_not_found"
    CUSTOMER_WITHOUT_NAME = "customer_without_name"
    # what a system answered
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
