"""Lanes: commands of one key in order, keys side by side. Pure: no task, no clock, no Kafka.

A lane is the queue of one key. Its first command is *ready* (may be taken), *running* (taken) or *resting*
(tried, waits for its next try); the others wait behind it. Who takes, tries and wakes is sinks.runner.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar


class LaneItem(Protocol):
    """What lies in a lane: ``lane`` says in which, ``kind`` what it replaces."""

    @property
    def lane(self) -> Hashable:
        """The key that order is kept for."""

    @property
    def kind(self) -> str:
        """Of two commands of one lane and kind the newer alone matters: each is a whole desired state."""


T = TypeVar("T", bound=LaneItem)


class _Head(Enum):
    READY = auto()
    RUNNING = auto()
    RESTING = auto()


class Lanes(Generic[T]):
    """All lanes of one system.

    Laws: of one lane at most one item runs; items of one lane are taken in the order they were offered;
    each item leaves once, finished, replaced or dropped; keys take turns, oldest first.
    """

    def __init__(self) -> None:
        self._lanes: dict[Hashable, deque[T]] = {}
        self._heads: dict[Hashable, _Head] = {}
        self._tried: set[Hashable] = set()
        self._ready: OrderedDict[Hashable, None] = OrderedDict()
        self._n_items = 0
        self._n_running = 0

    @property
    def n_running(self) -> int:
        """Items taken and neither finished nor resting."""
        return self._n_running

    @property
    def n_queued(self) -> int:
        """Items that do not run."""
        return self._n_items - self._n_running

    def offer(self, item: T) -> T | None:
        """Put ``item`` at the end of its lane; the older one of its kind that never ran leaves, returned."""
        lane = self._lanes.setdefault(item.lane, deque())
        place = self._replaceable(item.lane, lane, item.kind)
        replaced = None
        if place is not None:
            replaced = lane[place]
            del lane[place]
            self._n_items -= 1
        lane.append(item)
        self._n_items += 1
        if item.lane not in self._heads:
            self._set_ready(item.lane)
        return replaced

    def take(self) -> T | None:
        """The first item of the lane that is ready longest; it runs until finish, rest or put_back."""
        if not self._ready:
            return None
        key, _ = self._ready.popitem(last=False)
        self._heads[key] = _Head.RUNNING
        self._tried.add(key)
        self._n_running += 1
        return self._lanes[key][0]

    def finish(self, item: T) -> None:
        """The running ``item`` leaves its lane; the one behind it becomes ready."""
        self._stop_running(item)
        self._remove_head(item.lane)

    def rest(self, item: T) -> None:
        """The running ``item`` stays first in its lane and is not taken before :meth:`wake`."""
        self._stop_running(item)
        self._heads[item.lane] = _Head.RESTING

    def wake(self, item: T) -> None:
        """The resting ``item`` is ready again, after all that are ready; nothing if it left meanwhile."""
        lane = self._lanes.get(item.lane)
        if lane and lane[0] is item and self._heads[item.lane] is _Head.RESTING:
            self._set_ready(item.lane)

    def put_back(self, item: T) -> None:
        """The running ``item`` is ready again, after all that are ready."""
        self.rest(item)
        self.wake(item)

    def drop(self, is_unwanted: Callable[[T], bool]) -> list[T]:
        """Items that do not run leave where unwanted; they are returned. Running ones stay."""
        dropped: list[T] = []
        for key in list(self._lanes):
            lane = self._lanes[key]
            n_kept = 1 if self._heads[key] is _Head.RUNNING else 0
            gone = [item for item in list(lane)[n_kept:] if is_unwanted(item)]
            if not gone:
                continue
            dropped += gone
            head = lane[0]
            kept = deque(item for item in lane if not any(item is g for g in gone))
            self._n_items -= len(gone)
            self._lanes[key] = kept
            if not kept:
                self._remove_lane(key)
            elif kept[0] is not head:
                self._tried.discard(key)
                self._set_ready(key)
        return dropped

    def _replaceable(self, key: Hashable, lane: deque[T], kind: str) -> int | None:
        n_kept = 1 if key in self._tried else 0
        for place in range(len(lane) - 1, n_kept - 1, -1):
            if lane[place].kind == kind:
                return place
        return None

    def _set_ready(self, key: Hashable) -> None:
        self._heads[key] = _Head.READY
        self._ready[key] = None

    def _stop_running(self, item: T) -> None:
        if self._heads.get(item.lane) is not _Head.RUNNING or self._lanes[item.lane][0] is not item:
            raise ValueError("only a running item can be finished or rest")
        self._n_running -= 1

    def _remove_head(self, key: Hashable) -> None:
        lane = self._lanes[key]
        lane.popleft()
        self._n_items -= 1
        self._tried.discard(key)
        if lane:
            self._set_ready(key)
        else:
            self._remove_lane(key)

    def _remove_lane(self, key: Hashable) -> None:
        del self._lanes[key], self._heads[key]
        self._tried.discard(key)
        self._ready.pop(key, None)
