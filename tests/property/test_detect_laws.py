"""Laws of detect: what is emitted is exactly what moves the topic to what was read."""

from hypothesis import given
from hypothesis import strategies as st

from kernel.domain.plant import OzmapProject
from pollers.detect import detect
from pollers.memory import Memory

ROWS = st.lists(
    st.builds(OzmapProject, id=st.sampled_from("abcdef"), name=st.sampled_from(["", "x", "y", "é\n"])),
    max_size=20,
)


def emit(rows: list[OzmapProject], memory: Memory, topic: dict[str, bytes]) -> int:
    """Detect, produce, acknowledge; the number of changes."""
    found = detect(rows, memory.fingerprints)
    for change in found.changes:
        topic[change.id] = change.body
    memory.remember((change.id, change.mark) for change in found.changes)
    assert len(found.changes) + found.n_suppressed + len(found.unencodable) == len(rows)
    return len(found.changes)


@given(ROWS, ROWS)
def test_the_topic_holds_the_last_reading_of_every_row(
    first: list[OzmapProject], then: list[OzmapProject]
) -> None:
    memory, topic = Memory(), dict[str, bytes]()
    emit(first, memory, topic)
    emit(then, memory, topic)
    assert topic == {row.id: row.model_dump_json().encode() for row in [*first, *then]}


@given(ROWS)
def test_reading_the_same_rows_again_emits_nothing(rows: list[OzmapProject]) -> None:
    memory, topic = Memory(), dict[str, bytes]()
    last = list({row.id: row for row in rows}.values())
    emit(rows, memory, topic)
    assert emit(last, memory, topic) == 0


@given(ROWS)
def test_a_memory_rebuilt_from_the_topic_suppresses_the_same(rows: list[OzmapProject]) -> None:
    memory, topic = Memory(), dict[str, bytes]()
    emit(rows, memory, topic)
    rebuilt = Memory()
    for key, body in topic.items():
        rebuilt.fold(key, body)
    assert rebuilt.fingerprints == memory.fingerprints


@given(ROWS, st.integers(0, 20))
def test_rows_that_overlap_between_pages_are_emitted_once(rows: list[OzmapProject], cut: int) -> None:
    unique = list({row.id: row for row in rows}.values())
    memory, topic = Memory(), dict[str, bytes]()
    n_changes = emit(unique[: cut + 1], memory, topic) + emit(unique[max(cut - 1, 0) :], memory, topic)
    assert n_changes == len(unique)


@given(ROWS)
def test_only_the_fields_of_the_contract_travel(rows: list[OzmapProject]) -> None:
    leaky = [OzmapProject.model_validate({**row.model_dump(), "senha": "FAKE-SECRET"}) for row in rows]
    assert not any(b"FAKE-SECRET" in change.body for change in detect(leaky, {}).changes)
