"""Ports of a box: IXC's numbers and OZmap's splitter ports are one to one, whatever splitters a box has."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kernel.domain.plant import (
    OzmapSplitter,
    PortOf,
    box_port,
    capacity_of,
    service_splitters,
    splitter_port,
)


@st.composite
def boxes(draw: st.DrawFn) -> list[OzmapSplitter]:
    """The splitters of a box in any order: names twice, indexes twice, missing or fractional, no outputs."""
    ids = draw(st.lists(st.text("abc12", min_size=1, max_size=3), unique=True, max_size=6))
    return [
        OzmapSplitter(
            id=splitter_id,
            parent_id="b1",
            name=draw(st.sampled_from(("", "S1", "S2", "s1"))),
            is_drop=draw(st.booleans()),
            n_outputs=draw(st.integers(0, 16)),
            index=draw(st.sampled_from((None, 0, 1, 1.5, -2))),
        )
        for splitter_id in ids
    ]


def ports_of(splitters: list[OzmapSplitter]) -> list[PortOf]:
    return [PortOf(s.id, port) for s in splitters for port in range(1, s.n_outputs + 1)]


@given(boxes())
def test_the_ports_of_the_service_splitters_are_numbered_from_one_to_the_capacity_without_gap(
    splitters: list[OzmapSplitter],
) -> None:
    service = service_splitters(splitters)
    numbers = [box_port(splitters, at.splitter_id, at.port) for at in ports_of(service)]
    assert numbers == list(range(1, capacity_of(service) + 1))


@given(boxes())
def test_each_undoes_the_other(splitters: list[OzmapSplitter]) -> None:
    service = service_splitters(splitters)
    for at in ports_of(service):
        number = box_port(splitters, at.splitter_id, at.port)
        assert number is not None
        assert splitter_port(splitters, number) == at
    for number in range(1, capacity_of(service) + 1):
        at_number = splitter_port(splitters, number)
        assert at_number is not None
        assert box_port(splitters, at_number.splitter_id, at_number.port) == number


@given(boxes(), st.integers(-3, 120))
def test_what_is_no_port_has_no_number_and_the_other_way_round(
    splitters: list[OzmapSplitter], number: int
) -> None:
    service = service_splitters(splitters)
    assert (splitter_port(splitters, number) is None) == (not 1 <= number <= capacity_of(service))
    for splitter in splitters:
        is_port = splitter.is_drop and 1 <= number <= splitter.n_outputs
        assert (box_port(splitters, splitter.id, number) is not None) == is_port


@given(boxes(), st.randoms(use_true_random=False))
def test_the_order_in_which_splitters_are_told_does_not_matter(
    splitters: list[OzmapSplitter], chance: Random
) -> None:
    shuffled = list(splitters)
    chance.shuffle(shuffled)
    for at in ports_of(service_splitters(splitters)):
        assert box_port(shuffled, *at) == box_port(splitters, *at)


@given(boxes())
def test_indexes_come_first_in_their_order_then_what_has_none_then_names_then_ids(
    splitters: list[OzmapSplitter],
) -> None:
    for one, after in zip(service_splitters(splitters), service_splitters(splitters)[1:], strict=False):
        if one.index is None:
            assert after.index is None
        elif after.index is not None:
            assert one.index <= after.index
        if one.index == after.index:
            assert (one.name, one.id) < (after.name, after.id)
