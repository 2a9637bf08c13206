"""detect and memory: a row is a change when it says something else than the topic."""

from datetime import UTC, datetime

from kernel.contracts.changes import LISTED_KEY, Listed
from kernel.domain.plant import OzmapProject
from pollers.detect import LONGEST_BODY_BYTES, detect
from pollers.memory import Memory, fingerprint

CENTRO = OzmapProject(id="1", name="Centro")
NORTE = OzmapProject(id="2", name="Norte")


def remembered(*rows: OzmapProject) -> dict[str, int]:
    return {row.id: fingerprint(row.model_dump_json().encode()) for row in rows}


def test_an_unknown_row_is_a_change() -> None:
    found = detect([CENTRO], {})
    assert [(change.id, change.body) for change in found.changes] == [("1", b'{"id":"1","name":"Centro"}')]


def test_a_row_the_topic_already_has_is_none() -> None:
    found = detect([CENTRO, NORTE], remembered(CENTRO))
    assert [change.id for change in found.changes] == ["2"]
    assert found.n_suppressed == 1


def test_a_row_that_differs_is_a_change() -> None:
    found = detect([CENTRO.model_copy(update={"name": "Sul"})], remembered(CENTRO))
    assert [change.id for change in found.changes] == ["1"]


def test_a_row_that_comes_twice_in_a_page_is_emitted_once() -> None:
    found = detect([CENTRO, NORTE, CENTRO], {})
    assert [change.id for change in found.changes] == ["1", "2"]


def test_of_two_readings_of_a_row_the_last_is_the_last_word() -> None:
    sul = CENTRO.model_copy(update={"name": "Sul"})
    found = detect([CENTRO, sul, CENTRO], remembered(CENTRO))
    assert [change.body for change in found.changes] == [
        sul.model_dump_json().encode(),
        CENTRO.model_dump_json().encode(),
    ]


def test_a_row_that_cannot_be_encoded_is_named_and_the_rest_goes_on() -> None:
    broken = OzmapProject.model_construct(id="3", name="\ud800")
    endless = OzmapProject(id="4", name="x" * LONGEST_BODY_BYTES)
    found = detect([broken, endless, CENTRO], {})
    assert found.unencodable == ["3", "4"]
    assert [change.id for change in found.changes] == ["1"]


def test_an_empty_id_and_the_listing_key_are_no_ids() -> None:
    rows = [OzmapProject(id=" ", name=""), OzmapProject(id=LISTED_KEY, name="")]
    assert detect(rows, {}).unencodable == [" ", LISTED_KEY]


def test_memory_is_the_fold_of_the_topic() -> None:
    memory = Memory()
    memory.fold("7", b"one")
    memory.fold("7", b"two")
    memory.fold("8", b"x")
    memory.fold("8", None)
    assert memory.fingerprints == {"7": fingerprint(b"two")}
    assert memory.highest_id == 8


def test_memory_takes_the_record_of_the_last_listing() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    listed = Listed(n_rows=3, started_at=now, ended_at=now)
    memory = Memory()
    memory.fold(LISTED_KEY, listed.model_dump_json().encode())
    assert memory.listed == listed
    assert memory.fingerprints == {}


def test_an_unreadable_listing_record_means_list_again() -> None:
    memory = Memory()
    memory.fold(LISTED_KEY, b"no json")
    assert memory.listed is None


def test_ids_that_are_no_numbers_have_no_highest() -> None:
    memory = Memory()
    memory.fold("65f0c0ffee", b"x")
    memory.fold("9" * 30, b"x")
    assert memory.highest_id == 0


def test_a_mark_stands_beside_its_fingerprint_until_the_row_is_said_anew() -> None:
    memory, mark = Memory(), 2**64 - 1
    memory.remember([("7", 5), ("8", 6)])
    assert memory.reading_of("7") == 0
    memory.note_readings([("7", mark), ("9", mark)])
    assert (memory.reading_of("7"), memory.reading_of("8"), memory.reading_of("9")) == (mark, 0, 0)
    assert memory.fingerprints == {"7": 5, "8": 6}
    memory.remember([("7", 4)])
    assert (memory.reading_of("7"), memory.fingerprints["7"]) == (0, 4)
    memory.note_readings([("7", mark), ("7", 0)])
    assert (memory.reading_of("7"), memory.fingerprints["7"]) == (0, 4)
    memory.note_readings([("7", mark)])
    memory.fold("7", None)
    assert (memory.reading_of("7"), len(memory.fingerprints)) == (0, 1)
