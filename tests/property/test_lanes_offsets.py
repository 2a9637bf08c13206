"""Laws of offsets: what is committed is never above an unfinished command."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sinks.offsets import Mark, Offsets, Place

PLACES: list[Place] = [("a", 0), ("a", 1)]


class OffsetsMachine(RuleBasedStateMachine):
    """Opens with gaps, finishes in any order, commits, loses and regains partitions."""

    def __init__(self) -> None:
        super().__init__()
        self.offsets = Offsets()
        self.next: dict[Place, int] = dict.fromkeys(PLACES, 0)
        self.open: list[Mark] = []
        self.stale: list[Mark] = []
        self.seen: set[Place] = set()
        self.told: dict[Place, int] = {}

    @rule(place=st.sampled_from(PLACES), gap=st.integers(0, 3))
    def read(self, place: Place, gap: int) -> None:
        offset = self.next[place] + gap
        self.next[place] = offset + 1
        self.seen.add(place)
        self.open.append(self.offsets.open(place, offset))

    @precondition(lambda self: self.open)
    @rule(choice=st.data())
    def finish(self, choice: st.DataObject) -> None:
        mark = choice.draw(st.sampled_from(self.open))
        self.open.remove(mark)
        self.offsets.finish(mark)
        self.stale.append(mark)

    @precondition(lambda self: self.stale)
    @rule(choice=st.data())
    def finish_again_or_too_late(self, choice: st.DataObject) -> None:
        self.offsets.finish(choice.draw(st.sampled_from(self.stale)))

    @rule()
    def commit(self) -> None:
        found = self.offsets.committable()
        self.offsets.committed(found)
        self.told.update(found)
        assert self.offsets.committable() == {}

    @rule(place=st.sampled_from(PLACES), back=st.integers(0, 5))
    def lose_and_regain(self, place: Place, back: int) -> None:
        self.offsets.forget([place])
        self.stale += [m for m in self.open if m.place == place]
        self.open = [m for m in self.open if m.place != place]
        self.seen.discard(place)
        self.told.pop(place, None)
        self.next[place] = max(0, self.next[place] - back)

    @rule(place=st.sampled_from(PLACES))
    def reading_begins_anew_at_zero(self, place: Place) -> None:
        if place not in self.seen or self.next[place] == 0:
            return
        self.stale += [m for m in self.open if m.place == place]
        self.open = [m for m in self.open if m.place != place]
        self.told.pop(place, None)
        self.open.append(self.offsets.open(place, 0))
        self.next[place] = 1

    @invariant()
    def the_committable_offset_is_the_lowest_unfinished(self) -> None:
        found = {**self.told, **self.offsets.committable()}
        for place in self.seen:
            unfinished = [m.offset for m in self.open if m.place == place]
            assert found[place] == (min(unfinished) if unfinished else self.next[place])


OffsetsMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
TestOffsets = OffsetsMachine.TestCase


@given(order=st.permutations(range(40)))
def test_in_whatever_order_commands_finish_the_last_one_frees_everything(order: list[int]) -> None:
    offsets = Offsets()
    marks = [offsets.open(("t", 0), offset) for offset in range(40)]
    for n, offset in enumerate(order):
        before = offsets.committable()[("t", 0)]
        assert before == min(order[n:])
        offsets.finish(marks[offset])
    assert offsets.committable() == {("t", 0): 40}
    assert offsets.n_open == 0
