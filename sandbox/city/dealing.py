"""Deals odd traits to things: each trait its share, but at least its minimum, no thing two traits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trait:
    """``share`` of all things, at least ``least``, carry ``name``."""

    name: str
    share: float
    least: int


def deal(rng: random.Random, n_things: int, traits: Sequence[Trait]) -> list[str]:
    """One trait name or the empty text per thing; minimums are served before shares when things are few."""
    places = list(range(n_things))
    rng.shuffle(places)
    dealt = [""] * n_things
    wanted = [trait.name for trait in traits for _ in range(trait.least)]
    for trait in traits:
        wanted.extend([trait.name] * max(0, round(trait.share * n_things) - trait.least))
    for place, name in zip(places, wanted, strict=False):
        dealt[place] = name
    return dealt
