"""What goes to a vendor and what comes back: the address, one request, one answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
from pydantic import SecretStr

from kernel.domain.errors import Misconfigured, System


@dataclass(frozen=True, slots=True)
class Address:
    """Where a system is, how we show who we are, and which settings say so."""

    system: System
    url: str
    url_setting: str
    key_setting: str
    headers: Mapping[str, SecretStr] = field(repr=False)
    secrets: tuple[SecretStr, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """The system as people write it."""
        return {System.OZMAP: "OZmap", System.IXC: "IXC"}[self.system]


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``path`` is below the address, percent-encoded; ``tolerates`` names statuses beyond 2xx
    that are answers to the caller, not errors."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    tolerates: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with a status that is no error (2xx, or one the request tolerates)."""

    status: int
    body: bytes = field(repr=False)


def checked_key(key: SecretStr, setting: str) -> SecretStr:
    """The key without outer blanks.

    :raises Misconfigured: when it holds what no key does: blanks, line breaks, typographic quotes.
    """
    value = key.get_secret_value().strip()
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise Misconfigured(
            f"{setting} must be the bare key in one word: no Bearer, no quotes, no line break"
        )
    return SecretStr(value)


def checked_url(text: str, setting: str, suffix: str) -> str:
    """The address without trailing ``/`` and without the API's own ``suffix``.

    :raises Misconfigured: when it is no http(s) address or carries a user and password.
    """
    trimmed = text.strip().rstrip("/")
    trimmed = trimmed.removesuffix(suffix).rstrip("/")
    try:
        url = httpx.URL(trimmed)
    except httpx.InvalidURL as error:
        raise Misconfigured(f"{setting} is no address ({error}); write it as https://host:port") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise Misconfigured(f"{setting} must be an address as https://host:port")
    if url.userinfo or url.query or url.fragment:
        raise Misconfigured(f"{setting} must hold the address alone: no user, no password, no ?…")
    return trimmed
