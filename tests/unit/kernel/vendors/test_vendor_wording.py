"""What a system said, made fit to be shown."""

import pytest
from pydantic import SecretStr

from kernel.vendors.wording import MAX_CHARS, readable, spoken, without_secrets


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"message": "Porta ocupada"}', "Porta ocupada"),
        (b'{"mensagem": "N\\u00e3o"}', "Não"),
        (b'{"valor": "x", "message": ""}', "x"),
        (b'{"error": "no"}', "no"),
        (b'{"message": {"a": 1}}', ""),
        (b'{"other": "secret row"}', ""),
        (b'["a"]', ""),
        (b"", ""),
        (b"<html><title>401 Authorization Required</title></html>", "401 Authorization Required"),
        ("não".encode("latin-1"), "n\ufffdo"),
    ],
)
def test_an_error_body_says(body: bytes, text: str) -> None:
    assert spoken(body) == text


def test_markup_entities_and_line_breaks_are_gone() -> None:
    assert (
        readable("Preencha Descri&ccedil;&atilde;o<br />\r\nPreencha\tCEP")
        == "Preencha Descrição Preencha CEP"
    )
    assert readable("<style>p{}</style><script>alert(1)</script>Erro") == "Erro"


def test_long_texts_are_cut() -> None:
    assert len(readable("palavra " * 500)) == MAX_CHARS


def test_a_secret_is_replaced_wherever_it_stands() -> None:
    assert (
        without_secrets("key abcdef123 and abcdef123", [SecretStr("abcdef123")])
        == "key [secret] and [secret]"
    )


def test_an_unset_key_replaces_nothing() -> None:
    assert without_secrets("a text", [SecretStr(""), SecretStr("a")]) == "a text"
