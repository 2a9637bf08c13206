"""Rows decoded one by one when the page as a whole would not be."""

from pydantic import TypeAdapter

from kernel.vendors.ixc.models import LoginRow
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
