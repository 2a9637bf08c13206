"""The fields of a request body, whatever its Content-Type: JSON first, then multipart, then a form (1.2)."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import orjson

_PARSER = BytesParser(policy=HTTP)


def fields_in(body: bytes, content_type: str) -> dict[str, Any]:
    """Return the body's fields; none for an empty body and for one that cannot be read.

    A JSON body that is broken or no object counts as empty, as PHP's json_decode would leave it: so a broken
    listing lists everything and a broken insert misses its first field (INFERENCE).
    """
    if not body.strip():
        return {}
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _form_fields(body, content_type)
    return content if isinstance(content, dict) else {}


def _form_fields(body: bytes, content_type: str) -> dict[str, Any]:
    if "multipart/form-data" in content_type.lower():
        return _multipart_fields(body, content_type)
    if body.lstrip()[:1] in (b"{", b"["):
        return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _multipart_fields(body: bytes, content_type: str) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = _PARSER.parsebytes(head + body)
    fields: dict[str, Any] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            fields[name] = content.decode("utf-8", "replace")
    return fields
