"""Writes to IXC: sent once, whole, and what its answers mean."""

import httpx
import orjson
import pytest

from kernel.domain.errors import IntegratorError, Malformed, Refused, System, Transient, Unauthorized
from kernel.vendors.ixc.client import IxcApi
from tests.unit.kernel.vendors.wire import Wire, http_over, says, told

ERROR_PAGE = "<div style='x'>Ocorreu um erro ao processar. Contate o suporte IXC Soft.</div>"


def error(message: str, **more: str) -> httpx.Response:
    return says({"type": "error", "message": message} | more)


def api(wire: Wire) -> IxcApi:
    return IxcApi(http_over(wire, System.IXC))


@pytest.mark.parametrize("new_id", ["52", 52])
async def test_an_insert_gives_the_new_id_as_text(new_id: object) -> None:
    wire = Wire(says({"type": "success", "message": "Record successfully inserted!", "id": new_id}))
    assert await api(wire).insert("rad_caixa_ftth", {"descricao": "Caixa é"}) == "52"
    assert orjson.loads(wire.requests[0].content) == {"descricao": "Caixa é"}


async def test_an_insert_that_names_no_id_is_to_be_looked_up() -> None:
    with pytest.raises(Transient, match="look the row up"):
        await api(Wire(says({"type": "success", "message": "ok"}))).insert("cliente", {})


async def test_an_update_puts_the_whole_record_under_its_id() -> None:
    wire = Wire(says({"type": "success", "cliente_coord": "success"}))
    await api(wire).update("cliente", "5", {"razao": "x", "data": "0000-00-00"})
    assert wire.requests[0].url.path == "/webservice/v1/cliente/5"
    assert orjson.loads(wire.requests[0].content) == {"razao": "x", "data": "0000-00-00"}


@pytest.mark.parametrize(
    ("reply", "ours", "words"),
    [
        (
            says({"type": "error", "message": "Preencha Descri\u00e7\u00e3o<br />Preencha CEP"}),
            Refused,
            "rejected: Preencha Descrição Preencha CEP",
        ),
        (says({"type": "error", "mensagem": "Fill in Name"}), Refused, "rejected: Fill in Name"),
        (says({"message": "?"}), Refused, "rejected: ?"),
        (
            says({"type": "error", "id": "9", "message": "Ocorreu um erro ao processar."}),
            Transient,
            "Ocorreu um erro",
        ),
        (
            error("Recurso cliente não está disponível!"),
            Unauthorized,
            "IXC_TOKEN",
        ),
        (told(ERROR_PAGE), Transient, "its error page"),
        (told(""), Transient, "with nothing"),
        (told("[1]"), Malformed, "cannot be read"),
        (told("", 500), Transient, "HTTP 500"),
        (httpx.ReadError("reset"), Transient, "closed the connection"),
    ],
)
async def test_a_trouble_with_a_write_is_one_of_ours_and_the_write_is_not_repeated(
    reply: httpx.Response | Exception, ours: type[IntegratorError], words: str
) -> None:
    for call in ("insert", "update"):
        wire = Wire(reply)
        ixc = api(wire)
        with pytest.raises(IntegratorError) as caught:
            await (ixc.insert("cliente", {}) if call == "insert" else ixc.update("cliente", "5", {}))
        assert type(caught.value) is ours
        assert words in str(caught.value)
        assert len(wire.requests) == 1
