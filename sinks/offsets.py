"""Which offsets may be committed: of each partition, everything below the lowest unfinished one. Pure."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Place = tuple[str, int]
"""A topic, as the broker names it, and a partition of it."""


@dataclass(slots=True, eq=False)
class _Partition:
    """The offsets of one partition since it was assigned, oldest first; finished ones wait for older ones."""

    opened: deque[int] = field(default_factory=deque)
    finished: set[int] = field(default_factory=set)
    highest: int = -1
    committed: int = -1

    @property
    def position(self) -> int:
        """The offset to go on from after a restart."""
        return self.opened[0] if self.opened else self.highest + 1


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One offset that was opened. It stays tied to the assignment it was read under."""

    place: Place
    offset: int
    partition: _Partition


class Offsets:
    """The offsets of all assigned partitions.

    Laws: what :meth:`committable` names is never above an unfinished offset of that assignment, and once
    everything is finished it is one above the highest. A mark of a forgotten assignment changes nothing.
    """

    def __init__(self) -> None:
        self._partitions: dict[Place, _Partition] = {}

    def open(self, place: Place, offset: int) -> Mark:
        """Begin ``offset``. One that is not above all before it means that reading began anew there
        (the topic was made again, or its end was cut): what came before no longer counts."""
        partition = self._partitions.get(place)
        if partition is None or offset <= partition.highest:
            partition = self._partitions[place] = _Partition()
        partition.opened.append(offset)
        partition.highest = offset
        return Mark(place, offset, partition)

    def finish(self, mark: Mark) -> None:
        """The offset needs no second reading: its effect and its outcome are there. May be said again."""
        partition = mark.partition
        if not partition.opened or mark.offset < partition.opened[0]:
            return
        partition.finished.add(mark.offset)
        while partition.opened and partition.opened[0] in partition.finished:
            partition.finished.discard(partition.opened.popleft())

    def committable(self, places: Iterable[Place] | None = None) -> dict[Place, int]:
        """The offsets to commit, of ``places`` or of all, where they moved since :meth:`committed`."""
        chosen = self._partitions if places is None else places
        found = {}
        for place in chosen:
            partition = self._partitions.get(place)
            if partition is not None and partition.position != partition.committed:
                found[place] = partition.position
        return found

    def committed(self, offsets: Mapping[Place, int]) -> None:
        """Kafka has these offsets now."""
        for place, offset in offsets.items():
            if place in self._partitions:
                self._partitions[place].committed = offset

    def forget(self, places: Iterable[Place]) -> None:
        """These partitions are no longer ours."""
        for place in places:
            self._partitions.pop(place, None)

    @property
    def n_open(self) -> int:
        """Offsets opened and not yet below the committable one."""
        return sum(len(partition.opened) for partition in self._partitions.values())
