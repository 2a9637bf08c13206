"""What a row is after an insert or a PUT: fields taken, demanded, blanked and stamped (4.3, 4.4, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.ixc.columns import Column, Kind
from sandbox.ixc.declared import mode_for, names_in
from sandbox.ixc.failures import ErrorPageError, RefusedError
from sandbox.ixc.listing import as_text
from sandbox.ixc.messages import say
from sandbox.ixc.tables import STAMP, TableSpec
from sandbox.ixc.values import stored_form
from sandbox.store import Row
from sandbox.switches import SwitchBoard


def inserted_row(
    spec: TableSpec, row_id: str, body: Mapping[str, Any], switches: SwitchBoard, now: str
) -> Row:
    """Return the row an insert stores: form defaults where the body is silent, unknown fields dropped.

    An `id` in the body is ignored. `now` is the local time of the server. Raises RefusedError with
    "Preencha <label>" where a demanded field is not given.
    """
    given = _taken(spec, body, frozenset())
    _demand(spec, {name: given.get(name, "") for name in spec.by_name}, switches)
    row = {column.name: column.default for column in spec.columns}
    for name, text in given.items():
        row[name] = stored_form(spec.by_name[name], text, switches)
    for name in spec.filled_on_insert:
        if not given.get(name):
            row[name] = stored_form(spec.by_name[name], now, switches)
    row["id"] = row_id
    if spec.is_stamped:
        is_stamped = switches.on("stamp_on_insert") and stamps(spec, switches)
        row[STAMP] = now if is_stamped else spec.by_name[STAMP].blank
    return row


def updated_row(spec: TableSpec, row: Row, body: Mapping[str, Any], switches: SwitchBoard, now: str) -> Row:
    """Return the row a PUT stores: it takes the whole record, so what is missing is blanked (5).

    Whether omitted fields are blanked, kept or an error is UNKNOWN per table: switch `put_missing`. An `id`
    in the body is tolerated, unknown fields are dropped. Raises RefusedError for an empty demanded field and
    ErrorPageError where the switch says so; nothing is stored then.
    """
    protected = _protected(spec, switches)
    given = _taken(spec, body, protected)
    missing = spec.writable_names - given.keys() - protected - {STAMP}
    after = dict(row)
    match mode_for(switches.text("put_missing"), spec.name):
        case "error_html" if missing:
            raise ErrorPageError(f"a PUT without {', '.join(sorted(missing))}")
        case "blank":
            after.update({name: spec.by_name[name].blank for name in missing})
            shown = {name: given.get(name, "") for name in spec.by_name}
        case _:
            shown = {**row, **given}
    _demand(spec, {**shown, **{name: row[name] for name in protected}}, switches)
    for name, text in given.items():
        column = spec.by_name[name]
        if name != STAMP and (text != row[name] or _may_lose(column, switches)):
            after[name] = stored_form(column, text, switches)
    if spec.is_stamped:
        after[STAMP] = _stamp_after(spec, row, {**after, STAMP: row[STAMP]}, given, switches, now)
    return after


def _may_lose(column: Column, switches: SwitchBoard) -> bool:
    """Whether a value that comes back as listed is stored anew: dates, where ISO is not accepted (5.5)."""
    return column.kind in (Kind.DAY, Kind.MOMENT) and switches.text("iso_dates") != "accept"


def stamps(spec: TableSpec, switches: SwitchBoard) -> bool:
    """Whether writes move this table's stamp: UNKNOWN for boxes and ONUs, switch `stamped_tables` (6.9)."""
    listed = switches.text("stamped_tables")
    return listed == "*" or spec.name in names_in(listed)


def _stamp_after(
    spec: TableSpec, before: Row, after: Row, given: Mapping[str, str], switches: SwitchBoard, now: str
) -> str:
    sent = given.get(STAMP, "")
    if sent and switches.on("stamp_from_body"):
        return stored_form(spec.by_name[STAMP], sent, switches)
    if not stamps(spec, switches) or (before == after and not switches.on("stamp_unchanged")):
        return str(before[STAMP])
    return now


def _taken(spec: TableSpec, body: Mapping[str, Any], protected: frozenset[str]) -> dict[str, str]:
    """Return the fields of the form that the body carries, as texts; others are dropped silently (5.7)."""
    taken: dict[str, str] = {}
    for name, value in body.items():
        if name not in spec.writable_names or name in protected:
            continue
        if isinstance(value, list | dict):
            raise ErrorPageError(f"{name} is no single value")  # PHP: array to string conversion (INFERENCE)
        taken[name] = as_text(value)
    return taken


def _protected(spec: TableSpec, switches: SwitchBoard) -> frozenset[str]:
    prefix = f"{spec.name}."
    listed = names_in(switches.text("readonly"))
    return frozenset(
        name.removeprefix(prefix)
        for name in listed
        if name.startswith(prefix) and name.removeprefix(prefix) in spec.by_name
    )


def _demand(spec: TableSpec, texts: Mapping[str, str], switches: SwitchBoard) -> None:
    """Raise "Preencha <label>" for the first demanded field, in form order, that is empty (4.3)."""
    more, fewer = names_in(switches.text("required")), names_in(switches.text("not_required"))
    for column in spec.columns:
        name = f"{spec.name}.{column.name}"
        is_demanded = (column.is_required or name in more) and name not in fewer
        if is_demanded and _is_empty(column, texts[column.name], switches):
            raise RefusedError(say("fill_in", switches, column.screen_label))


def _is_empty(column: Column, text: str, switches: SwitchBoard) -> bool:
    if not text.strip():
        return True
    is_reference = column.kind is Kind.INTEGER and bool(column.refers_to)
    return is_reference and text.strip() == "0" and switches.on("zero_is_empty")
