"""P2: draining 10,000 commands over 1,000 keys of one partition with 64 lanes at work ÷ with 1. Bar: ≥ 10.

The remote takes 0 to 5 ms, by chance but the same for each command in every arm. The sink's own runner,
lanes and offsets do the work; Kafka and HTTP, which P1 measures, are left out. Each command is of a kind of
its own: else the newer would replace the older that waits, and the faster arm would do less. One lane at
work is slow enough to be measured on a tenth of the commands.

Order per key must hold in every arm: a command that starts before its key's last one ended, or out of turn,
is a violation. The losing arm gives each command a lane of its own, as a sink without lanes would: it must
violate.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.bench import Bench
from benchmarks.measure import Arm, Bar, Check, Figure, alternate, ratio_of
from kernel.contracts.commands import Command, EnsureClientName, event_type
from kernel.contracts.envelope import Envelope
from kernel.contracts.outcomes import Result
from kernel.domain.errors import System
from sinks.effect import Effect
from sinks.job import Job, Record
from sinks.offsets import Offsets, Place
from sinks.runner import Pace, Runner

BAR = Bar(at_least=10)
N_COMMANDS = 10_000
N_KEYS = 1_000
N_FEW = 1_000
"""Commands for one lane alone: a whole drain would take half a minute."""
SLOWEST_S = 0.005
N_LANES = 64
N_ROUNDS = 4
PLACE: Place = ("ozmap.client.commands.v1", 0)
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Each(Job):
    """A command that replaces none."""

    @property
    def kind(self) -> str:
        """A kind of its own."""
        return str(self.mark.offset)


class Loose(Each):
    """A command without a lane to keep its order."""

    @property
    def lane(self) -> tuple[str, str]:
        """A lane of its own."""
        return self.record.topic, self.kind


@dataclass
class Remote:
    """A system that takes its time, and sees in which order the commands of a key come."""

    delays_s: list[float]
    n_violations: int = 0
    _busy: set[str] = field(default_factory=set)
    _next: dict[str, int] = field(default_factory=dict)

    async def execute(self, command: Command) -> Effect:
        """Done after its time. The name of a command is its number."""
        if not isinstance(command, EnsureClientName):
            raise TypeError(command)
        key, number = command.key, int(command.name)
        if key in self._busy or number < self._next.get(key, 0):
            self.n_violations += 1
        self._busy.add(key)
        self._next[key] = number
        await asyncio.sleep(self.delays_s[number])
        self._busy.discard(key)
        return Effect(Result.UPDATED, command.client_id)


async def take(bench: Bench) -> list[Figure]:
    """The figure, with order violations counted over all rounds."""
    chance = random.Random(2)
    remote = {
        name: Remote([chance.uniform(0, SLOWEST_S) for _ in range(N_COMMANDS)])
        for name in ("lanes", "one", "none")
    }
    keys = [f"login-{chance.randrange(N_KEYS):04}" for _ in range(N_COMMANDS)]
    for each in remote.values():
        each.delays_s = remote["lanes"].delays_s

    def arm(name: str, at: str, kind: type[Job], n_at_once: int, n_commands: int) -> Arm:
        async def run(_round: int) -> float:
            remote[at]._next.clear()
            return await _drain(remote[at], kind, n_at_once, keys[:n_commands])

        return Arm(name, run)

    rates = await alternate(
        [
            arm("64 lanes", "lanes", Each, N_LANES, N_COMMANDS),
            arm("1 lane", "one", Each, 1, N_FEW),
            arm("64 lanes again", "lanes", Each, N_LANES, N_COMMANDS),
            arm("64 without lanes", "none", Loose, N_LANES, N_COMMANDS),
        ],
        N_ROUNDS,
    )
    ordered = remote["lanes"].n_violations + remote["one"].n_violations
    unordered = remote["none"].n_violations
    return [
        Figure(
            id="P2",
            what=f"{N_COMMANDS:,} commands over {N_KEYS:,} keys, 0–5 ms each: {N_LANES} lanes ÷ 1",
            ratio=ratio_of(rates, "64 lanes", "1 lane"),
            bar=BAR,
            same_twice=ratio_of(rates, "64 lanes again", "64 lanes"),
            rates=rates,
            unit="commands/s",
            checks=(
                Check(what="order violations with lanes: 0", found=str(ordered), holds=ordered == 0),
                Check(what="without lanes: more than 0", found=str(unordered), holds=unordered > 0),
            ),
        )
    ]


async def _drain(remote: Remote, kind: type[Job], n_at_once: int, keys: list[str]) -> float:
    """Commands a second; all finished, and all of the partition may be committed."""
    offsets, done = Offsets(), asyncio.Event()
    left = len(keys)

    def finish(job: Job, _effect: Effect, _took_ms: int) -> None:
        nonlocal left
        offsets.finish(job.mark)
        left -= 1
        if left == 0:
            done.set()

    def supersede(job: Job) -> None:
        raise RuntimeError(f"{job.command.subject} was replaced")

    runner = Runner(System.OZMAP, remote.execute, finish, supersede, Pace(n_at_once, 1))
    jobs = [_job(kind, key, number, offsets) for number, key in enumerate(keys)]
    started_s = time.perf_counter()
    for job in jobs:
        runner.offer(job)
    await done.wait()
    took_s = time.perf_counter() - started_s
    if offsets.committable() != {PLACE: len(keys)}:
        raise RuntimeError(f"all done, and committable is {offsets.committable()}")
    return len(keys) / took_s


def _job(kind: type[Job], key: str, number: int, offsets: Offsets) -> Job:
    command = EnsureClientName(rule="client-name", subject=f"login:{key}", client_id=key, name=str(number))
    envelope = Envelope(str(number), event_type(command), "/bench", command.subject, AT)
    record = Record(PLACE[0], PLACE[1], number, key, b"", [])
    return kind(record, offsets.open(PLACE, number), envelope, command)
