"""Makes one edit and follows it: the decision on its topic, the effect in the other double's journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import httpx

from sandbox.demo.doubles import PERSON, PRODUCT
from sandbox.demo.edit import Draw, Edit, Played
from sandbox.demo.hearing import Hearing
from sandbox.demo.mirror import Entry
from sandbox.demo.person import Person, PersonRefused
from sandbox.demo.world import Wish, World

GIVEN_UP_AFTER = 10
"""Poll intervals; an effect is due after one."""
TICK_S = 0.05
DECISION_LAG_S = 1.0
"""A decision is on its topic before its command is; so long it may take to reach us after the effect did."""


class Follower:
    """Follows edits one at a time; what one of them left undone is not counted against the next."""

    def __init__(
        self, world: World, hearing: Hearing, person: Person, interval_s: float, check: Callable[[], None]
    ) -> None:
        self._world = world
        self._hearing = hearing
        self._person = person
        self._patience_s = GIVEN_UP_AFTER * interval_s
        self._check = check
        self._left_undone: set[str] = set()

    def play(self, edit: Edit, draw: Draw) -> Played:
        """The edit is made, and its effects are there or were waited for in vain."""
        self._world.advance()
        try:
            edit.act(self._person)
            made_at = self._advance_to_the_edit(edit.where)
        except (httpx.HTTPError, PersonRefused) as refused:
            return Played(edit, datetime.now(UTC), 0, missing=[f"{edit.title}: {refused}"])
        wishes = {key: wish for key, wish in self._world.wishes().items() if key not in self._left_undone}
        rule = next((wish.rule for wish in wishes.values()), "")
        played = Played(edit, made_at, n_effects=len(wishes), rule=rule)
        if wishes:
            self._follow(played, wishes, draw)
        else:
            played.missing.append(f"{edit.title}: the oracle asks for nothing after it")
        return played

    def _advance_to_the_edit(self, where: str) -> datetime:
        """The mirrors are as of the person's last write: what follows is the product's answer."""
        edited = self._world.mirrors[where]
        entries = edited.fetch()
        n_until = max((n for n, entry in enumerate(entries, 1) if entry.actor == PERSON), default=0)
        if n_until == 0:
            raise PersonRefused(f"{where} took the edit and changed nothing")
        made_at = edited.apply(n_until)[-1].at
        for mirror in self._world.mirrors.values():
            if mirror is not edited:
                mirror.apply(sum(entry.at <= made_at for entry in mirror.fetch()))
        return made_at

    def _follow(self, played: Played, wishes: dict[str, Wish], draw: Draw) -> None:
        owed, arrived_at = dict(wishes), played.at
        started_s = met_s = time.monotonic()
        while True:
            self._check()
            self._hearing.listen(TICK_S)
            for entry in self._written():
                for subject in _met(entry, owed):
                    del owed[subject]
                    arrived_at, met_s = entry.at, time.monotonic()
            played.decided_s = self._decided_s(played.at, wishes)
            age_s = time.monotonic() - started_s
            if not owed and (played.decided_s is not None or time.monotonic() - met_s > DECISION_LAG_S):
                played.effect_s = (arrived_at - played.at).total_seconds()
                return
            if age_s > self._patience_s:
                self._left_undone |= owed.keys()
                played.missing += [self._told(played.edit, wish) for wish in owed.values()]
                return
            draw(played.rule, played.decided_s, age_s)

    def _written(self) -> list[Entry]:
        """What the product wrote since we last looked, in order of time."""
        entries = [entry for mirror in self._world.mirrors.values() for entry in mirror.advance()]
        return sorted((entry for entry in entries if entry.actor == PRODUCT), key=lambda entry: entry.at)

    def _decided_s(self, since: datetime, wishes: dict[str, Wish]) -> float | None:
        """Seconds until the last of the wishes was decided; None while one is not."""
        times = [self._hearing.decided_at(wish.rule, wish.subject, since) for wish in wishes.values()]
        heard = [at for at in times if at is not None]
        return (max(heard) - since).total_seconds() if len(heard) == len(times) else None

    def _told(self, edit: Edit, wish: Wish) -> str:
        last = self._hearing.decisions.get((wish.rule, wish.subject))
        said = (
            "said nothing"
            if last is None
            else f"says {last.kind} {last.reason} {last.progress or ''}".strip()
        )
        return f"{edit.title}: {wish.subject} not written to {wish.system}; {wish.rule} {said}"


def _met(entry: Entry, owed: dict[str, Wish]) -> Sequence[str]:
    return [subject for subject, wish in owed.items() if any(map(wish.is_met_by, entry.changes))]
