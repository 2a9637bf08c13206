"""The switches of the IXC double: every point the fact sheet leaves open, and the way the double goes.

A default marked INFERENCE or UNKNOWN is a choice, not evidence. Source: fact sheet ixc-api 9 and 10.
"""

from __future__ import annotations

from sandbox.switches import Switch

_LISTING = (
    Switch("total", "string", "FACT", "Type of `total` in listings; both occur.", ("string", "int")),
    Switch("default_rp", 20, "INFERENCE", "Rows of a page when the request names no usable rp."),
    Switch("max_rp", 0, "UNKNOWN", "Largest page served, larger rp are cut to it; 0 is no limit."),
    Switch("overrun_rows", 0, "FACT", "Rows a page carries beyond rp; the next one keeps its offset."),
    Switch(
        "beyond_end",
        "empty",
        "UNKNOWN",
        "A page after the last: no rows and the full total, no rows and 0, the last page, the error page.",
        ("empty", "zero", "last", "html"),
    ),
    Switch("ignore_page", False, "INFERENCE", "Every page is answered as the first."),
    Switch("ignore_filter", False, "INFERENCE", "Filters are ignored and the whole table is listed."),
    Switch(
        "registros", "list", "UNKNOWN", "Form of `registros`: list, or object of rows.", ("list", "object")
    ),
    Switch("default_sort", "asc", "UNKNOWN", "Order by id when no sort is asked.", ("asc", "desc")),
    Switch(
        "unstable_ties",
        False,
        "INFERENCE",
        "Rows equal in the sort column swap order from request to request.",
    ),
    Switch(
        "text_compare",
        "ci",
        "INFERENCE",
        "Text comparison: case and trailing blanks ignored, accents ignored too, or exact.",
        ("ci", "general_ci", "exact"),
    ),
    Switch(
        "in_single_text_error",
        False,
        "FACT",
        "IN with one text value gives the error page (one installation).",
    ),
    Switch(
        "l_with_p2",
        "ignored",
        "UNKNOWN",
        "P2 beside OP L: ignored, or a second value.",
        ("ignored", "either"),
    ),
    Switch(
        "bad_grid_param", "html", "UNKNOWN", "grid_param that is no JSON text of a list.", ("html", "ignored")
    ),
    Switch("unlisted", "", "UNKNOWN", "table.column,... that listings of this version do not show."),
    Switch("unfilterable", "", "UNKNOWN", "table.column,... that give the error page in a filter or sort."),
    Switch("show_hidden", False, "FACT", "Listings show the DB columns that the form does not have."),
    Switch("logs_form", "rows", "UNKNOWN", "Envelope of ixc_logs.", ("rows", "registros")),
    Switch("logs_kept", 0, "UNKNOWN", "Rows ixc_logs keeps, the oldest go; 0 keeps all."),
    Switch(
        "type_response", "ignored", "UNKNOWN", "Effect of ixc-type-response.", ("ignored", "content_type")
    ),
)

_WRITES = (
    Switch(
        "put_missing",
        "blank",
        "UNKNOWN",
        "Fields a PUT omits: blank, keep or error_html; one for all, or table:mode,table:mode.",
    ),
    Switch("long_text", "refuse", "UNKNOWN", "Text beyond the column's length.", ("refuse", "truncate")),
    Switch("enums", "keep", "UNKNOWN", "A value the enum does not have.", ("keep", "blank", "refuse")),
    Switch(
        "iso_dates",
        "accept",
        "UNKNOWN",
        "ISO dates on writes; BR ones always work.",
        ("accept", "zero", "refuse"),
    ),
    Switch("emoji", "keep", "UNKNOWN", "Characters beyond the BMP.", ("keep", "question_mark", "cut")),
    Switch("missing_id", "error", "UNKNOWN", "PUT and DELETE of no such id.", ("error", "success", "html")),
    Switch(
        "dependents",
        "refuse",
        "FACT",
        "DELETE of a row others refer to (text unknown).",
        ("refuse", "ignore"),
    ),
    Switch("required", "", "UNKNOWN", "table.column,... demanded here beyond the sheet's set."),
    Switch("not_required", "", "UNKNOWN", "table.column,... not demanded here though the sheet marks them."),
    Switch("zero_is_empty", False, "UNKNOWN", 'A demanded reference of "0" counts as empty.'),
    Switch(
        "readonly", "", "UNKNOWN", "table.column,... that a PUT silently leaves alone, such as cliente.idx."
    ),
    Switch("listar_on_write", "write", "UNKNOWN", "PUT/DELETE with ixcsoft: listar.", ("write", "list")),
    Switch("insert_id", "string", "FACT", "Type of `id` in the answer to an insert.", ("string", "int")),
    Switch("atualiza_campos", True, "FACT", "The answer to an insert carries atualiza_campos."),
    Switch("stamped_tables", "*", "UNKNOWN", "Tables whose ultima_atualizacao moves: all, or a comma list."),
    Switch("stamp_on_insert", True, "INFERENCE", "An insert stamps too; else only updates do."),
    Switch("stamp_unchanged", True, "INFERENCE", "A PUT that changes nothing moves the stamp all the same."),
    Switch(
        "stamp_from_body", False, "UNKNOWN", "A non-empty ultima_atualizacao in a PUT body is what is stored."
    ),
)

_EFFECTS = (
    Switch(
        "mirror_port", False, "FACT", "A login's box and port are copied to its ONU rows (one installation)."
    ),
    Switch(
        "disconnect_on_inactive", True, "FACT", "Inactivating an online login ends its session (online N)."
    ),
    Switch("onu_port_zero", "accept", "UNKNOWN", "Setting a set ONU port to 0.", ("accept", "refuse")),
    Switch(
        "port_check",
        "none",
        "UNKNOWN",
        "Validation of a login's box port: none, taken, over capacity, both.",
        ("none", "taken", "capacity", "both"),
    ),
    Switch(
        "churn_per_s",
        0.0,
        "INFERENCE",
        "Online logins whose ultima_atualizacao accounting moves, per second.",
    ),
)

_ACCESS = (
    Switch(
        "deny", "", "FACT", "table:read,table:write,... the API user may not do; text of the refusal unknown."
    ),
    Switch(
        "denied_form",
        "error",
        "UNKNOWN",
        "How a denied read looks: JSON error, an empty listing, or as if the table did not exist.",
        ("error", "empty", "resource"),
    ),
    Switch(
        "ip_allowed", True, "FACT", "False: the user group restricts source IPs and ours is not among them."
    ),
    Switch("language", "pt", "FACT", "Language of the API user: messages follow it.", ("pt", "en")),
)

SWITCHES: tuple[Switch, ...] = (*_LISTING, *_WRITES, *_EFFECTS, *_ACCESS)


def names_in(listed: str) -> frozenset[str]:
    """Return the names of a comma list."""
    return frozenset(name.strip() for name in listed.split(",") if name.strip())


def mode_for(listed: str, table: str) -> str:
    """Return the mode of a table out of `mode` or `table:mode,table:mode`; without one, `blank`."""
    modes = dict(item.rpartition(":")[::2] for item in names_in(listed))
    return modes.get(table, modes.get("", "blank"))
