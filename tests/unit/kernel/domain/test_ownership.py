"""The field-ownership table as the spec prints it, against the one that the plans take their columns from."""

import re

import pytest

from kernel.domain.errors import System
from kernel.domain.ownership import AT_CREATION, COLUMNS, OWNERS, Field, writable, writable_at_creation
from sandbox.oracle.untouched import OWNED

SPEC = """
| field | owner |
|---|---|
| box: name, project, transmitter, latitude, longitude, comments, capacity, status | OZmap |
| subscriber: box, port (once the client exists in OZmap), coordinates | OZmap |
| subscriber: existence, name, activation, online status, power, cancellation; the first box and port, at creation | IXC |
"""  # noqa: E501  a row is one line
SYSTEMS = {"OZmap": System.OZMAP, "IXC": System.IXC}


def parsed(table: str) -> dict[Field, System]:
    """The rows of the printed table, one entry a field."""
    owners: dict[Field, System] = {}
    for row in table.strip().splitlines()[2:]:
        words, owner = (cell.strip() for cell in row.strip("| ").split("|"))
        subject, names = words.split(": ", 1)
        named, _, first = names.partition("; the first ")
        fields = re.sub(r" \(.*?\)", "", named).split(", ")
        fields += [f"first {name}" for name in first.removesuffix(", at creation").split(" and ") if name]
        owners |= {Field(subject, field): SYSTEMS[owner] for field in fields}
    return owners


def test_the_owners_are_those_of_the_spec() -> None:
    assert dict(OWNERS) == parsed(SPEC)
    assert len(OWNERS) == 19


def test_every_column_holds_a_field_that_has_an_owner() -> None:
    for columns in (*COLUMNS.values(), *AT_CREATION.values()):
        assert set(columns.values()) <= OWNERS.keys()


def test_every_field_of_the_table_has_a_column_somewhere() -> None:
    held = {field for columns in (*COLUMNS.values(), *AT_CREATION.values()) for field in columns.values()}
    assert held == OWNERS.keys()


def test_what_may_be_written_to_ixc_is_what_the_oracle_lets_change_and_nothing_else() -> None:
    tables = {table for system, table in COLUMNS if system is System.IXC}
    allowed = {table: writable(System.IXC, table) for table in tables}
    assert {table: columns for table, columns in allowed.items() if columns} == dict(OWNED)


@pytest.mark.parametrize(
    ("route", "columns"),
    [
        ("ftth-clients", {"name", "implanted", "status"}),
        ("properties", {"client", "observation", "potencyRead"}),
        ("boxes", set()),
        ("splitters", set()),
    ],
)
def test_what_may_be_written_to_ozmap(route: str, columns: set[str]) -> None:
    assert writable(System.OZMAP, route) == columns


def test_box_port_and_place_of_a_subscriber_are_written_to_ozmap_at_creation_only() -> None:
    first = writable_at_creation(System.OZMAP, "properties")
    assert {"box", "connector", "port", "coords", "address"} <= first
    assert not {"box", "connections", "coords", "port"} & writable(System.OZMAP, "properties")
