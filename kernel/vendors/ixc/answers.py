"""IXC's answers understood: its errors come with HTTP 200 (sheet IXC 3, 4)."""

import re
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kernel.domain.errors import (
    IntegratorError,
    Malformed,
    Misconfigured,
    Refused,
    System,
    Transient,
    Unauthorized,
)
from kernel.domain.reasons import Reason
from kernel.vendors.exchange import Answer
from kernel.vendors.ixc.requests import API
from kernel.vendors.wording import message_of, readable

T = TypeVar("T")

_ERROR_PAGE = "Ocorreu um erro ao processar"
_UNAVAILABLE = re.compile(
    r"\brecurso\b.*\bn[ãa]o est[áa] dispon[íi]vel|\bresource\b.*\bnot available", re.IGNORECASE
)
_WRONG_VERSION = re.compile(r"webservice n[ãa]o est[áa] dispon[íi]vel", re.IGNORECASE)
_WRONG_PLACE = re.compile(
    r"\bip\b.*\bn[ãa]o est[áa] liberado|\bip\b.*\bnot (allowed|released)", re.IGNORECASE
)
_FORBIDDEN = re.compile(r"permiss[ãa]o|permission|acesso negado|access denied", re.IGNORECASE)


class Listing(BaseModel, Generic[T]):
    """The answer to a listing, or the error in its place. ``registros`` is missing when there are none."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    type: str | None = None
    message: Any = None
    mensagem: Any = None
    valor: Any = None
    total: int | None = None
    registros: list[T] | dict[str, T] | None = Field(None, union_mode="left_to_right")

    @property
    def rows(self) -> list[T]:
        """The rows: PHP sends a list, or an object when its array has gaps (UNKNOWN when, sheet 3.1)."""
        if self.registros is None:
            return []
        return list(self.registros.values()) if isinstance(self.registros, dict) else self.registros


def understand_listing(adapter: TypeAdapter[Listing[T]], answer: Answer, table: str) -> Listing[T]:
    """The listing in an answer.

    :raises ValidationError: when it is a listing whose rows do not all fit; every other trouble is ours.
    """
    if answer.status == 404:
        raise Misconfigured(
            f"IXC_URL: there is no {API}/{table} (404); give the address of the server alone, "
            "as https://ixc.example.com.br"
        )
    _refuse_non_json(answer, table)
    listing = adapter.validate_json(answer.body)
    if listing.type == "error":
        raise error_said(message_of(listing.model_dump(exclude={"registros"})), table)
    if listing.total is None and listing.registros is None:
        raise Malformed(f"IXC's answer is no listing of {table}: neither total nor registros")
    if not listing.rows and listing.total:
        raise Transient(f"IXC says that {listing.total} rows of {table} match and shows none")
    return listing


def understand_written(answer: Answer, table: str) -> dict[str, Any]:
    """The success that IXC answers to a write; it proves nothing: read again (sheet 4.3)."""
    _refuse_non_json(answer, table)
    said = decode(_OBJECT, answer, table)
    if said.get("type") == "success":
        return said
    raise error_said(message_of(said), table)


def error_said(message: str, table: str) -> IntegratorError:
    """IXC's error in our tree. Its texts follow the language of the token's user: unknown ones are Refused.

    Source: sheet IXC 4.3; the table of known messages.
    """
    shown = readable(message) or "an error without a message"
    if _UNAVAILABLE.search(shown):
        return Unauthorized(
            System.IXC,
            f"IXC does not give {table}: “{shown}”. Allow this table to the user of IXC_TOKEN",
        )
    if _WRONG_VERSION.search(shown):
        return Misconfigured(f"IXC_URL: “{shown}”; give the address of the server alone")
    if _WRONG_PLACE.search(shown):
        return Unauthorized(
            System.IXC,
            f"IXC refuses this machine's address: “{shown}”. Allow it in the group of IXC_TOKEN's user",
        )
    if _FORBIDDEN.search(shown):
        return Unauthorized(System.IXC, f"IXC on {table}: “{shown}”. Give the user of IXC_TOKEN the right")
    if _ERROR_PAGE in shown:
        return Transient(f"IXC on {table}: “{shown}”")
    return Refused(Reason.REJECTED, shown)


def decode(adapter: TypeAdapter[T], answer: Answer, table: str) -> T:
    """The answer as ``adapter`` has it.

    :raises Malformed: when it is something else.
    """
    try:
        return adapter.validate_json(answer.body)
    except ValidationError:
        raise Malformed(f"IXC's answer on {table} cannot be read: {len(answer.body)} bytes") from None


def _refuse_non_json(answer: Answer, table: str) -> None:
    start = answer.body[:4096].lstrip()[:1]
    if start == b"<":  # sheet 4.2: both a wrong column for ever and an overload for now
        raise Transient(
            f"IXC answered its error page for {table} (HTTP {answer.status}): overloaded, "
            "or this version lacks a column that was asked for"
        )
    if not start:
        raise Transient(f"IXC answered {table} with nothing (HTTP {answer.status})")


_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
