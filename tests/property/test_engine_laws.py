"""Laws of the streams: whatever the order, the repeats, the losses and the restarts, the end is the same."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.contracts import changes
from kernel.contracts.decisions import Kind
from streams.engine import INPUT_TOPICS
from tests import plant_rows
from tests.plant_rows import PLANT, SUBSCRIBER, Seen
from tests.property.world import World
from tests.topology import Topology, listed, observed

BOX_NAMES = ("CTO-01", "CTO-02", " CTO-01 ")
POOL: tuple[tuple[Callable[..., Seen], dict[str, tuple[Any, ...]]], ...] = (
    (plant_rows.ozmap_project, {"id": ("p1", "p2"), "name": ("Centro", "Norte")}),
    (plant_rows.ixc_project, {"id": ("7", "8"), "name": ("Centro", "Norte", "Centro ")}),
    (plant_rows.ozmap_olt, {"id": ("olt1", "olt2"), "ip": ("10.0.0.1", "10.0.0.2", None)}),
    (plant_rows.transmitter, {"id": ("3", "4"), "ip": ("10.0.0.1", "10.0.0.2", None)}),
    (
        plant_rows.ozmap_box,
        {
            "id": ("b1", "b2", "b3"),
            "name": BOX_NAMES,
            "draft": (False, False, True),
            "project_id": ("p1", "p2"),
        },
    ),
    (
        plant_rows.splitter,
        {
            "id": ("s1", "s2", "s3"),
            "parent_id": ("b1", "b2", "b3"),
            "n_outputs": (8, 16),
            "index": (None, 1, 2),
        },
    ),
    (
        plant_rows.ixc_box,
        {"id": ("100", "101"), "name": BOX_NAMES, "capacity": (8, 16), "status": ("A", "I")},
    ),
    (plant_rows.login, {"id": ("50", "51"), "login": ("ana", "bia"), "connection": ("F", "58")}),
    (plant_rows.customer, {"id": ("9", "10"), "name": ("Ana Souza", "ANA", " ")}),
    (plant_rows.client, {"id": ("c1", "c2"), "code": ("ana", "bia"), "name": ("ana", "Ana Souza")}),
)


@st.composite
def rows(draw: st.DrawFn) -> Seen:
    make, pool = draw(st.sampled_from(POOL))
    return make(**{name: draw(st.sampled_from(values)) for name, values in pool.items()})


KEYS = ("b1", "b2", "b3", "ana", "bia")
STEPS = st.one_of(
    st.tuples(st.just("edit"), rows()),
    st.tuples(st.just("remove"), rows()),
    st.tuples(st.just("deliver"), st.tuples(st.sampled_from(INPUT_TOPICS), st.integers(1, 4))),
    st.tuples(st.just("rewind"), st.tuples(st.sampled_from(INPUT_TOPICS), st.integers(1, 3))),
    st.tuples(st.just("work"), st.sampled_from(KEYS)),
    st.tuples(st.just("lose"), st.sampled_from(KEYS)),
    st.tuples(st.just("time"), st.sampled_from((1, 40, 400))),
    st.tuples(st.just("restart"), st.none()),
)


def play(world: World, steps: list[tuple[str, Any]]) -> None:
    for step, what in steps:
        match step:
            case "edit":
                entity, row = what
                world.edit(entity, row.id, row)
            case "remove":
                entity, row = what
                if entity is not changes.IXC_BOX:
                    world.edit(entity, row.id, None)
            case "deliver":
                world.deliver(*what)
            case "rewind":
                world.rewind(*what)
            case "work":
                world.work(what)
            case "lose":
                world.lose(what)
            case "time":
                world.pass_time(what)
            case "restart":
                world.restart()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=15, max_size=60), st.booleans(), st.lists(rows(), min_size=1, max_size=8))
def test_after_all_edits_arrived_nothing_is_left_to_write(
    steps: list[tuple[str, Any]], listed_first: bool, late: list[Seen]
) -> None:
    world = World()
    for entity, row in (*PLANT, *SUBSCRIBER):
        world.edit(entity, row.id, row)
    if listed_first:
        world.list_all()
    play(world, steps)
    world.list_all()
    world.settle()
    for entity, row in late:
        world.edit(entity, row.id, row)
        world.settle()
    assert open_wishes(world) == wishes_of_a_newcomer(world)
    assert all(n_created <= 1 for n_created in world.n_created.values())
    links = [world.topology.engine.links.of_ozmap(box) for box in world.topology.engine.links.ozmap_ids()]
    assert len({link.ixc_id for link in links if link}) == len(links)


def open_wishes(world: World) -> set[tuple[str, str]]:
    """What the world's streams still wish: only what a system refuses can be left."""
    return wishes(world.topology)


def wishes_of_a_newcomer(world: World) -> set[tuple[str, str]]:
    """What streams that saw only the end, and the links, would wish."""
    newcomer = Topology()
    for event in world.topology.topic_events():
        if event.topic == "integrator.link.changes.v1":
            newcomer.engine.restore(event)
    for entity in changes.ENTITIES:
        newcomer.take(*(observed(entity, row) for row in world.rows[entity.slug].values()))
    newcomer.take(*(listed(entity) for entity in changes.ENTITIES))
    return wishes(newcomer)


def wishes(topology: Topology) -> set[tuple[str, str]]:
    book = topology.engine.book
    return {
        (subject, rule)
        for subject in book.subjects()
        for rule, record in book.page(subject).items()
        if record.kind is Kind.ENSURE
    }
