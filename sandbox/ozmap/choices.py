"""What the fact sheet leaves open, or tenants do differently: one switch each, and our default."""

from __future__ import annotations

from typing import Final

from sandbox.switches import Switch

SWITCHES: Final = (
    Switch("bearer", False, "INFERENCE", "accept ``Authorization: Bearer <key>`` besides the bare key"),
    Switch("old_server", False, "FACT", "listings without hasNextPage and nextUrl, as before 2025-07"),
    Switch("limit_minus_one", True, "UNKNOWN", "``limit=-1`` lists everything; off: it is refused"),
    Switch("max_limit", 0, "UNKNOWN", "largest page whatever limit says; 0: no bound"),
    Switch(
        "filter_precedence",
        "body",
        "UNKNOWN",
        "which filter counts when body and query carry one",
        ("body", "query"),
    ),
    Switch("like_ignores_case", True, "UNKNOWN", "operator ``like`` does not tell a from A"),
    Switch(
        "unknown_fields",
        "strip",
        "UNKNOWN",
        "fields of a write that the type does not know",
        ("strip", "keep", "refuse"),
    ),
    Switch("refusal_status", 422, "UNKNOWN", "status of a refused write: bad body, duplicate, port taken"),
    Switch("bad_id_status", 404, "UNKNOWN", "status for an id in the path that is no ObjectId"),
    Switch("duplicate_codes", False, "INFERENCE", "accept a second client with a code in use"),
    Switch("project_update", True, "UNKNOWN", "PATCH may move a box or building to another project"),
    Switch(
        "force",
        "evicts",
        "UNKNOWN",
        "``force: true`` on a taken or blocked port: the other drop is disconnected, or it changes nothing",
        ("evicts", "refuses"),
    ),
    Switch(
        "detached_client",
        "kept",
        "UNKNOWN",
        "the client taken off by ``client: null``: its record stays without property, or is deleted",
        ("kept", "deleted"),
    ),
    Switch(
        "deleted_client",
        "keeps_property",
        "UNKNOWN",
        "DELETE of a client: the property and its port stay, or go with it",
        ("keeps_property", "takes_property"),
    ),
    Switch(
        "delete_used",
        "cascade",
        "UNKNOWN",
        "DELETE of a box, building or splitter in use: splitters go and drops come off, or it is refused",
        ("cascade", "refuse"),
    ),
    Switch("touch_parents", False, "UNKNOWN", "a splitter or port change moves the box's updatedAt"),
    Switch(
        "connections_touch",
        True,
        "UNKNOWN",
        "connecting and disconnecting move updatedAt of splitter and property",
    ),
    Switch("noop_touches", False, "UNKNOWN", "a PATCH that changes nothing moves updatedAt all the same"),
    Switch(
        "feeding",
        "direct",
        "UNKNOWN",
        "direct: PATCH of a splitter also takes olt, slot and pon (null: unfed), the sandbox's own way for a "
        "person to feed it; path: they follow from connectables.input alone",
        ("direct", "path"),
    ),
    Switch("port_index_base", 1, "UNKNOWN", "number of the first port where a write of ports names an index"),
    Switch("no_client_status", 200, "UNKNOWN", "properties/client/<unknown code>: 200 with [] or 404"),
    Switch(
        "client_kind",
        "ftth",
        "FACT",
        "kind of a client: recorded replies or SDK type",
        ("ftth", "FTTHClient"),
    ),
    Switch("back_references", False, "UNKNOWN", "slots show olt and PONs show slot when read"),
)
"""Each switch's standing is that of the question, not of the default."""
