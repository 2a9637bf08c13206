"""Who is woken by which fact."""

from streams.dependents import Dependents


def test_a_subject_is_woken_by_what_it_asked_last_and_by_nothing_older() -> None:
    dependents = Dependents()
    dependents.replace("a", ["x", "y"])
    dependents.replace("a", ["y", "z"])
    assert [list(dependents.of([fact])) for fact in "xyz"] == [[], ["a"], ["a"]]


def test_every_subject_that_asked_is_woken_and_who_asks_no_more_leaves_the_others() -> None:
    dependents = Dependents()
    for subject in "abc":
        dependents.replace(subject, ["x"])
    assert set(dependents.of(["x"])) == {"a", "b", "c"}
    dependents.replace("b", ["y"])
    assert set(dependents.of(["x"])) == {"a", "c"}
    for subject in "ac":
        dependents.replace(subject, [])
    assert list(dependents.of(["x", "y", "never asked"])) == ["b"]
