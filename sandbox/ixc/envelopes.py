"""IXC's answers as bytes: listings, write answers, JSON errors, pages of PHP and of the web server (3, 4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson

from sandbox.chassis import Reply
from sandbox.ixc.columns import ZERO_DAY, Column, Kind
from sandbox.ixc.declared import names_in
from sandbox.ixc.messages import say
from sandbox.ixc.query import Selection
from sandbox.ixc.tables import TableSpec
from sandbox.store import Row
from sandbox.switches import SwitchBoard

LISTING_TYPE = "text/x-json; charset=utf-8"
ERROR_TYPE = "text/html; charset=UTF-8"
_PAGE_TYPE = "text/html"
_SESSION = "IXC_Session=0; path=/; HttpOnly; Secure"
_ERROR_PAGE = (
    '<div style="margin:40px; padding:30px; background:#FF0000; color:#FFFFFF; font-family:Arial; '
    'font-size:16px; text-align:center;">Ocorreu um erro ao processar. Contate o suporte IXC Soft.</div>'
)
_REASONS = {
    400: "400 Bad Request",
    401: "401 Authorization Required",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Not Allowed",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
}


def php_headers(last_modified: str) -> dict[str, str]:
    """Return the headers PHP adds; `Last-Modified` lacks the blank before GMT, as seen (3.3)."""
    return {
        "Server": "nginx",
        "Expires": "Mon, 26 Jul 1997 05:00:00 GMT",
        "Last-Modified": last_modified.replace(" GMT", "GMT"),
        "Cache-Control": "no-cache, must-revalidate",
        "Pragma": "no-cache",
        "Set-Cookie": _SESSION,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "X-XSS-Protection": "1; mode=block",
    }


def listing(spec: TableSpec, selection: Selection, switches: SwitchBoard) -> Reply:
    """Return the envelope of 3.1; without rows it has no `registros` key."""
    total = selection.total if switches.text("total") == "int" else str(selection.total)
    content: dict[str, Any] = {"page": str(selection.page), "total": total}
    if spec.name == "ixc_logs" and switches.text("logs_form") == "rows":
        content["rows"] = [_flexigrid_row(spec, row) for row in selection.rows]
    elif selection.rows:
        rows = shown_rows(spec, selection.rows, switches)
        is_object = switches.text("registros") == "object"
        content["registros"] = {str(place): row for place, row in enumerate(rows)} if is_object else rows
    return Reply(200, orjson.dumps(content), LISTING_TYPE)


def shown_rows(spec: TableSpec, rows: Sequence[Row], switches: SwitchBoard) -> Sequence[Row]:
    """Return the rows as listings show them: form fields of this version, not all DB columns (3.1)."""
    unlisted = names_in(switches.text("unlisted"))
    if switches.on("show_hidden"):
        names: Sequence[str] = tuple(spec.by_name)
    else:
        names = spec.visible_names
    if unlisted:
        names = [name for name in names if f"{spec.name}.{name}" not in unlisted]
    if len(names) == len(spec.columns):
        return rows
    return [{name: row[name] for name in names} for row in rows]


def _flexigrid_row(spec: TableSpec, row: Row) -> dict[str, Any]:
    """Return the positional form of 3.2, cells formatted for Brazil."""
    cells = [_brazilian(column, row[column.name]) for column in spec.columns]
    return {"id": row["id"], "cell": cells}


def _brazilian(column: Column, text: str) -> str:
    if column.kind is Kind.DECIMAL:
        return text.replace(".", ",")
    if column.kind not in (Kind.DAY, Kind.MOMENT) or not text or text.startswith(ZERO_DAY):
        return text
    return f"{text[8:10]}/{text[5:7]}/{text[:4]}{text[10:]}"


def inserted(row: Row, switches: SwitchBoard) -> Reply:
    """Return the answer to an insert (4.4)."""
    row_id = int(row["id"]) if switches.text("insert_id") == "int" else row["id"]
    content: dict[str, Any] = {"type": "success", "message": say("inserted", switches), "id": row_id}
    if switches.on("atualiza_campos"):
        content["atualiza_campos"] = [{"tipo": "input", "campo": "id", "valor": row["id"]}]
    return _php_json(content, LISTING_TYPE)


def updated(spec: TableSpec, row_id: str, switches: SwitchBoard) -> Reply:
    """Return the answer to a PUT; some tables add keys (4.4)."""
    content = {"type": "success", "message": say("updated", switches), "id": row_id, **spec.update_extras}
    return _php_json(content, LISTING_TYPE)


def deleted(row_id: str, switches: SwitchBoard) -> Reply:
    """Return the answer to a DELETE; its true text is UNKNOWN (4.4)."""
    return _php_json({"type": "success", "message": say("deleted", switches), "id": row_id}, LISTING_TYPE)


def refusal(message: str, row_id: str | None = None) -> Reply:
    """Return a JSON error with HTTP 200; `row_id` where the write may have happened (4.3)."""
    content = {"type": "error", "message": message}
    if row_id is not None:
        content["id"] = row_id
    return _php_json(content, ERROR_TYPE)


def error_page() -> Reply:
    """Return the HTML page with HTTP 200 (4.2)."""
    return Reply(200, _ERROR_PAGE.encode(), ERROR_TYPE)


def server_page(status: int) -> Reply:
    """Return a page of the web server itself, made before PHP; its exact text is UNKNOWN (4.1)."""
    reason = _REASONS.get(status, str(status))
    page = (
        f"<html>\r\n<head><title>{reason}</title></head>\r\n<body>\r\n<center><h1>{reason}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return Reply(status, page.encode(), _PAGE_TYPE, {"Server": "nginx"})


def _php_json(content: dict[str, Any], content_type: str) -> Reply:
    """Return JSON as PHP words it by default: non-ASCII and slashes escaped (3.3)."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")
    return Reply(200, text.encode(), content_type)
