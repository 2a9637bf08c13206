"""Rows decoded one by one when the page as a whole would not be."""

import inspect
from typing import Any

import pytest
from pydantic import TypeAdapter

from kernel.vendors.ixc import models as ixc_models
from kernel.vendors.ixc.models import LoginRow
from kernel.vendors.ozmap import models as ozmap_models
from kernel.vendors.ozmap.models import PropertyRow, SplitterRow
from kernel.vendors.rows import BadRow, RawRow, id_of, sort_out

SECRET = "FAKE-SECRET-0001"


def test_one_bad_row_spoils_no_page_and_its_content_is_not_quoted() -> None:
    rows = [
        {"id": "1", "login": "a", "ativo": "S", "senha": SECRET},
        {"id": "2", "login": ["a"], "ativo": SECRET, "senha": SECRET},
        {"id": 3, "login": 55, "ativo": "N"},
        {"login": {"x": SECRET}},
        "what",
    ]
    good, bad = sort_out(rows, TypeAdapter(LoginRow))
    assert [row.id for row in good] == ["1", "3"]
    assert good[1].login == "55"
    assert [(b.id, b.position) for b in bad] == [("2", 1), (None, 3), (None, 4)]
    assert "login" in bad[0].error
    assert SECRET not in repr(bad) + repr(good)


def test_a_bad_row_says_what_is_missing() -> None:
    _, bad = sort_out([{"id": "1", "login": "a"}], TypeAdapter(LoginRow))
    assert bad == [BadRow("1", 0, "ativo: missing")]


def test_a_row_alone_is_its_id() -> None:
    assert TypeAdapter(RawRow).validate_json(b'{"senha": "x", "id": 7}').model_dump() == {
        "id": "7",
        "stamp": None,
    }


def test_ids_are_text_or_whole_numbers() -> None:
    assert [id_of(row) for row in ({"id": "5"}, {"id": 5}, {"id": ""}, {"id": None}, {}, "x")] == [
        "5",
        "5",
        None,
        None,
        None,
        None,
    ]


HOUSE: dict[str, Any] = {
    "id": "h1",
    "client": {"id": "c1", "code": "maria"},
    "coords": [-1.0, -2.0],
    "connections": [{"id": "s1", "kind": "Splitter", "port": 1}],
    "potencyRead": -1.0,
    "updatedAt": "2026-03-01T12:00:00.123Z",
}


def mark_of(model: type[RawRow], row: dict[str, Any]) -> int:
    return TypeAdapter(model).validate_python(row).mark()


def test_a_row_read_again_has_the_same_mark_whatever_its_stamp_and_its_unused_fields() -> None:
    again = HOUSE | {"updatedAt": "2027-01-01T00:00:00.000Z", "address": "x", "client": {"id": "c1"}}
    assert mark_of(PropertyRow, again) == mark_of(PropertyRow, HOUSE)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "h2"},
        {"client": {"id": "c2"}},
        {"client": None},
        {"coords": [-2.0, -2.0]},
        {"coords": [-2.0, -1.0]},
        {"connections": [{"id": "s1", "kind": "Splitter", "port": 2}]},
        {"connections": []},
        {"potencyRead": -2.0},
        {"potencyRead": 0},
        {"potencyRead": None},
        {"box": "b1"},
        {"drop": "b1"},
        {"lat": 1.0},
    ],
)
def test_a_row_that_says_something_else_has_another_mark(changed: dict[str, Any]) -> None:
    assert mark_of(PropertyRow, HOUSE | changed) != mark_of(PropertyRow, HOUSE)


@pytest.mark.parametrize("other", [-2, 2**70, 2**70 + 1, None, 0])
def test_numbers_that_hash_alike_or_are_beyond_64_bits_have_marks_of_their_own(other: int | None) -> None:
    row = {"id": "s1", "parent": "b1", "name": "x", "ratio": {"output": -1}}
    assert mark_of(SplitterRow, row) == mark_of(SplitterRow, row)
    assert mark_of(SplitterRow, row | {"ratio": {"output": other}}) != mark_of(SplitterRow, row)
    huge = row | {"ratio": {"output": 2**70}}
    assert mark_of(SplitterRow, huge) == mark_of(SplitterRow, huge)
    assert mark_of(SplitterRow, huge) != mark_of(SplitterRow, row | {"ratio": {"output": 2**70 + 1}})


def test_the_mark_of_every_model_covers_all_its_fields_but_the_stamp() -> None:
    classes = [c for m in (ixc_models, ozmap_models) for _, c in inspect.getmembers(m, inspect.isclass)]
    models = [c for c in classes if issubclass(c, RawRow)]
    assert len(models) >= 14
    for model in models:
        blank: dict[str, Any] = dict.fromkeys(model.model_fields)
        marks = {model.model_construct(**(blank | {name: "x"})).mark() for name in blank if name != "stamp"}
        assert len(marks) == len(blank) - 1, model
        assert model.model_construct(**(blank | {"stamp": "x"})).mark() not in marks
