"""Laws of lanes: whatever the interleaving, order per key holds and each item leaves exactly once."""

from collections import defaultdict
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sinks.lanes import Lanes


@dataclass(frozen=True, eq=False)
class Item:
    """An item of a lane; ``number`` is when it was offered, ``place`` the partition it came from."""

    lane: str
    kind: str
    number: int
    place: int


class LanesMachine(RuleBasedStateMachine):
    """Offers, takes, rests, wakes, finishes and drops in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes: Lanes[Item] = Lanes()
        self.inside: list[Item] = []
        self.running: list[Item] = []
        self.resting: list[Item] = []
        self.left: list[Item] = []
        self.taken_by_lane: dict[str, list[int]] = defaultdict(list)
        self.ever_taken: set[Item] = set()
        self.n_offered = 0

    def _leaves(self, item: Item) -> None:
        assert item not in self.left, "an item left twice"
        self.left.append(item)
        self.inside.remove(item)

    @rule(lane=st.sampled_from("ab"), kind=st.sampled_from("xy"), place=st.integers(0, 1))
    def offer(self, lane: str, kind: str, place: int) -> None:
        item = Item(lane, kind, self.n_offered, place)
        self.n_offered += 1
        replaced = self.lanes.offer(item)
        same = [i for i in self.inside if (i.lane, i.kind) == (lane, kind) and i not in self.ever_taken]
        assert replaced is (same[-1] if same else None), "the newest untried one of its kind is replaced"
        if replaced is not None:
            self._leaves(replaced)
        self.inside.append(item)

    @rule()
    def take(self) -> None:
        busy = {i.lane for i in self.running + self.resting}
        free = [i for i in self.inside if i.lane not in busy]
        item = self.lanes.take()
        if item is None:
            assert not free, "a lane that nobody works on was not given"
            return
        assert item in free, "of one lane one item runs"
        assert item is min((i for i in self.inside if i.lane == item.lane), key=lambda i: i.number)
        if item not in self.ever_taken:
            assert all(n < item.number for n in self.taken_by_lane[item.lane]), "order of the key"
            self.taken_by_lane[item.lane].append(item.number)
        self.ever_taken.add(item)
        self.running.append(item)

    @precondition(lambda self: self.running)
    @rule(choice=st.data(), end=st.sampled_from(["finish", "rest", "put_back"]))
    def stop_one(self, choice: st.DataObject, end: str) -> None:
        item = choice.draw(st.sampled_from(self.running))
        self.running.remove(item)
        getattr(self.lanes, end)(item)
        if end == "finish":
            self._leaves(item)
        elif end == "rest":
            self.resting.append(item)

    @precondition(lambda self: self.resting)
    @rule(choice=st.data())
    def wake_one(self, choice: st.DataObject) -> None:
        item = choice.draw(st.sampled_from(self.resting))
        self.resting.remove(item)
        self.lanes.wake(item)

    @rule(place=st.integers(0, 1))
    def drop(self, place: int) -> None:
        dropped = self.lanes.drop(lambda i: i.place == place)
        expected = [i for i in self.inside if i.place == place and i not in self.running]
        assert sorted(dropped, key=id) == sorted(expected, key=id)
        for item in dropped:
            self._leaves(item)
            if item in self.resting:
                self.resting.remove(item)
                self.lanes.wake(item)  # a timer that comes too late changes nothing

    @invariant()
    def counts_agree(self) -> None:
        assert self.lanes.n_running == len(self.running)
        assert self.lanes.n_queued == len(self.inside) - len(self.running)

    def teardown(self) -> None:
        for item in self.running:
            self.lanes.finish(item)
        for item in self.resting:
            self.lanes.wake(item)
        while (taken := self.lanes.take()) is not None:
            self.lanes.finish(taken)
        assert (self.lanes.n_running, self.lanes.n_queued) == (0, 0), "everything that is inside comes out"


LanesMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
TestLanes = LanesMachine.TestCase
