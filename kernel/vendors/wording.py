"""What a system said, made fit to be shown: short, one line, without markup and without secrets."""

import html
import re
from collections.abc import Iterable
from typing import Any

import orjson
from pydantic import SecretStr

MAX_CHARS = 300
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_MESSAGE_KEYS = ("message", "mensagem", "valor", "error")
"""OZmap says ``message`` (sheet OZmap 2.8), IXC also ``valor`` or ``mensagem`` (sheet IXC 4.3)."""

HIDDEN = "[secret]"
MIN_SECRET_CHARS = 6


def readable(text: str) -> str:
    """``text`` without markup and entities, blanks joined, at most :data:`MAX_CHARS` characters."""
    plain = " ".join(html.unescape(_MARKUP.sub(" ", text)).split())
    return plain if len(plain) <= MAX_CHARS else plain[: MAX_CHARS - 1] + "…"


def message_of(said: Any) -> str:
    """The message in a decoded error body, readable; empty when there is none."""
    if not isinstance(said, dict):
        return ""
    texts = (said.get(key) for key in _MESSAGE_KEYS)
    return next((readable(text) for text in texts if isinstance(text, str) and text.strip()), "")


def spoken(body: bytes) -> str:
    """What an error body says: its JSON message, else its text without markup, else nothing."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return readable(body[:20_000].decode(errors="replace"))
    return message_of(said)


def without_secrets(text: str, secrets: Iterable[SecretStr]) -> str:
    """``text`` with every secret in it replaced: a system may quote the key it refuses."""
    for secret in secrets:
        value = secret.get_secret_value()
        if len(value) >= MIN_SECRET_CHARS:
            text = text.replace(value, HIDDEN)
    return text
