"""Laws of the streams: whatever the order, the repeats, the losses and the restarts, the end is the same."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.contracts import changes
from kernel.domain.policy import CancelledMeans, OltPolicy, Policy
from streams.engine import INPUT_TOPICS
from tests import plant_rows
from tests.plant_rows import PLANT, READ_AT, SUBSCRIBER, Seen, at
from tests.property.world import TOWN, World, wishes_of

BOX_NAMES = ("CTO-01", "CTO-02", " CTO-01 ", "Ed. Sol - S1")
PLACES = (at(), at(("s1", 1)), at(("s1", 3)), at(("s2", 3)), at(("s9", 2)), at(("s1", 1), ("s2", 1)))
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
        plant_rows.building,
        {"id": ("e1", "e2"), "name": ("Ed. Sol", "Ed. Lua"), "project_id": ("p1", "p1", "p2")},
    ),
    (
        plant_rows.splitter,
        {
            "id": ("s1", "s2", "s3", "s9"),
            "name": ("S1", "S2"),
            "parent_id": ("b1", "b2", "e1", "e2"),
            "is_drop": (True, True, False),
            "n_outputs": (8, 16),
            "index": (None, 1, 2),
            "taken": ((), (1,), (1, 3)),
            "blocked": ((), (2,)),
        },
    ),
    (
        plant_rows.ixc_box,
        {"id": ("100", "101", "102"), "name": BOX_NAMES, "capacity": (8, 16), "status": ("A", "I")},
    ),
    (
        plant_rows.login,
        {
            "id": ("50", "51", "52"),
            "login": ("ana", "bia", "caio", " ana"),
            "active": (True, True, False),
            "connection": ("F", "F", "58"),
            "customer_id": ("9", "10"),
            "contract_id": ("20", "21", None),
            "box_id": ("100", "101", None),
            "port": (1, 3, None),
            "latitude": (-23.5, None),
            "longitude": (-46.6,),
            "online": ("S", "N", "SS"),
        },
    ),
    (plant_rows.customer, {"id": ("9", "10"), "name": ("Ana Souza", "ANA", " ")}),
    (plant_rows.contract, {"id": ("20", "21"), "status": ("A", "D", "I")}),
    (
        plant_rows.onu,
        {
            "id": ("70", "71"),
            "login_id": ("50", "51"),
            "box_id": ("100", "101"),
            "port": (3, None),
            "rx_dbm": (-20.0, -20.5, 0.0),
            "read_at": (READ_AT, None),
        },
    ),
    (
        plant_rows.client,
        {
            "id": ("c1", "c2"),
            "code": ("ana", "bia", "caio"),
            "name": ("ana", "Ana Souza"),
            "implanted": (True, False),
            "status": (None, 0, 1),
        },
    ),
    (
        plant_rows.home,
        {
            "id": ("h1", "h2"),
            "client_id": ("c1", "c2", None),
            "connections": PLACES,
            "latitude": (-23.51, -23.6, None),
            "potency_dbm": (None, -20.0),
        },
    ),
)
BY_PEOPLE_ONLY = (changes.IXC_BOX,)
"""Rows that nobody deletes: IXC sets a box inactive."""


@st.composite
def rows(draw: st.DrawFn) -> Seen:
    make, pool = draw(st.sampled_from(POOL))
    seen: Seen = make(**{name: draw(st.sampled_from(values)) for name, values in pool.items()})
    return seen


@st.composite
def changes_of_one_field(draw: st.DrawFn) -> tuple[Callable[..., Seen], str, str, Any]:
    """Which row gets which value in which field."""
    make, pool = draw(st.sampled_from(POOL))
    field = draw(st.sampled_from([name for name in pool if name != "id"]))
    return make, draw(st.sampled_from(pool["id"])), field, draw(st.sampled_from(pool[field]))


POLICIES = st.builds(
    Policy,
    olt=st.sampled_from(OltPolicy),
    splitter_as_box=st.sampled_from((False, False, True)),
    first_free_port=st.booleans(),
    cancelled_means=st.sampled_from(CancelledMeans),
    disconnect_drop=st.booleans(),
    coordinates_tolerance_m=st.sampled_from((0.0, 1.0)),
)
TURNS: tuple[dict[str, Any], ...] = (
    {"active": True, "contract_id": "20"},
    {"active": False, "contract_id": None},
    {"active": False, "contract_id": "22"},
)
"""A subscriber is served, has cancelled, has withdrawn."""
STEPS = st.one_of(
    st.tuples(st.just("edit"), rows()),
    st.tuples(st.just("change"), changes_of_one_field()),
    st.tuples(st.just("change"), changes_of_one_field()),
    st.tuples(st.just("change"), changes_of_one_field()),
    st.tuples(st.just("turn"), st.tuples(st.sampled_from(("50", "51", "52")), st.sampled_from(TURNS))),
    st.tuples(st.just("turn"), st.tuples(st.sampled_from(("50", "51", "52")), st.sampled_from(TURNS))),
    st.tuples(st.just("remove"), rows()),
    st.tuples(st.just("deliver"), st.tuples(st.sampled_from(INPUT_TOPICS), st.integers(1, 4))),
    st.tuples(st.just("deliver all"), st.none()),
    st.tuples(st.just("rewind"), st.tuples(st.sampled_from(INPUT_TOPICS), st.integers(1, 3))),
    st.tuples(st.just("work"), st.integers(0, 9)),
    st.tuples(st.just("work"), st.integers(0, 9)),
    st.tuples(st.just("die"), st.integers(0, 9)),
    st.tuples(st.just("lose"), st.integers(0, 9)),
    st.tuples(st.just("time"), st.sampled_from((1, 40, 400))),
    st.tuples(st.just("restart"), st.none()),
)
BASES = st.sampled_from((TOWN, TOWN, (*PLANT, *SUBSCRIBER)))


def play(world: World, steps: list[tuple[str, Any]]) -> None:
    for step, what in steps:
        lanes = world.lanes()
        match step:
            case "edit":
                world.edit_all(what)
            case "change":
                make, row_id, field, value = what
                entity, row = make(id=row_id)
                row = world.rows[entity.slug].get(row_id, row)
                world.edit(entity, row_id, row.model_copy(update={field: value}))
            case "turn":
                login = world.rows[changes.IXC_LOGIN.slug].get(what[0])
                if login is not None:
                    world.edit(changes.IXC_LOGIN, login.id, login.model_copy(update=what[1]))
            case "remove":
                entity, row = what
                if entity not in BY_PEOPLE_ONLY:
                    world.edit(entity, row.id, None)
            case "deliver":
                world.deliver(*what)
            case "deliver all":
                for topic in INPUT_TOPICS:
                    world.deliver(topic, 100)
            case "rewind":
                world.rewind(*what)
            case "work" if lanes:
                world.work(lanes[what % len(lanes)])
            case "die" if lanes:
                world.work_and_die(lanes[what % len(lanes)])
            case "lose" if lanes:
                world.lose(lanes[what % len(lanes)])
            case "time":
                world.pass_time(what)
            case "restart":
                world.restart()


def check(world: World) -> None:
    """What is true of every world that has come to rest."""
    assert world.wishes_not_refused() == []
    newcomer = world.newcomer()
    assert world.known(world.topology) == world.known(newcomer)
    assert world.wishes() == wishes_of(newcomer)
    assert all(n <= 1 for n in world.sinks.n_boxes_created.values())
    for code, n_created in world.sinks.n_clients_created.items():
        assert n_created <= 1 + world.n_clients_gone.get(code, 0)
    links = world.topology.engine.links
    pairs = [link for link in map(links.of_ozmap, links.ozmap_ids()) if link is not None]
    assert len({link.ixc_id for link in pairs}) == len(pairs)
    assert all(len(set(lines)) == len(lines) for lines in world.sinks.lines.values())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    POLICIES,
    BASES,
    st.lists(STEPS, min_size=15, max_size=50),
    st.booleans(),
    st.lists(rows(), min_size=1, max_size=8),
)
def test_after_all_edits_arrived_nothing_is_left_to_write(
    policy: Policy,
    base: tuple[Seen, ...],
    steps: list[tuple[str, Any]],
    listed_first: bool,
    late: list[Seen],
) -> None:
    world = World(policy)
    world.edit_all(*base)
    if listed_first:
        world.list_all()
    play(world, steps)
    world.list_all()
    world.settle()
    check(world)
    for one in late:
        world.edit_all(one)
        world.settle()
    check(world)
    n_writes = world.sinks.n_writes
    world.restart()
    world.settle()
    assert world.sinks.n_writes == n_writes
