"""The sentences IXC says, in the API user's language: clients must never match on them (4.3, 4.4)."""

from __future__ import annotations

from sandbox.switches import SwitchBoard

# Portuguese, English. FACT: resource, version, fill_in, ip, inserted (both), updated (Portuguese), failed.
# The others are texts of our own: UNKNOWN in the sheet.
_SENTENCES: dict[str, tuple[str, str]] = {
    "resource": ("Recurso {0} não está disponível!", "Resource {0} is not available!"),
    "version": (
        "Versão {0} do webservice não está disponível!",
        "Webservice version {0} is not available!",
    ),
    "fill_in": ("Preencha {0}", "Fill in {0}"),
    "ip": ("Seu IP não está liberado para efetuar login!", "Your IP is not allowed to log in!"),
    "inserted": ("Registro inserido com sucesso!", "Record successfully inserted!"),
    "updated": ("Registro atualizado com sucesso!", "Record successfully updated!"),
    "deleted": ("Registro excluído com sucesso!", "Record successfully deleted!"),
    "failed": (
        "Ocorreu um erro ao processar. Contate o suporte IXC Soft.",
        "An error occurred while processing. Contact IXC Soft support.",
    ),
    "not_found": ("Registro não encontrado!", "Record not found!"),
    "dependents": (
        "Não é possível excluir, o registro está em uso em {0}!<br />",
        "Cannot delete, the record is in use in {0}!<br />",
    ),
    "denied": (
        "Você não possui permissão para acessar este recurso ({0})!",
        "You are not allowed to use this resource ({0})!",
    ),
    "too_long": ("O campo {0} deve ter no máximo {1} caracteres!", "Field {0} takes at most {1} characters!"),
    "bad_date": ("O campo {0} não é uma data válida!", "Field {0} is not a valid date!"),
    "bad_value": ("Valor inválido para o campo {0}!", "Invalid value for field {0}!"),
    "port_taken": ("A porta {0} já está em uso nesta caixa!", "Port {0} of this box is already in use!"),
    "port_beyond": ("A caixa não possui a porta {0}!", "The box has no port {0}!"),
}


def say(sentence: str, switches: SwitchBoard, *words: str) -> str:
    """Return the sentence in the language of the API user, with its words filled in."""
    portuguese, english = _SENTENCES[sentence]
    return (english if switches.text("language") == "en" else portuguese).format(*words)
