"""Laws of one subscriber and of several: the last wish wins, and whoever changes places is followed."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.contracts import changes
from kernel.contracts.commands import EnsurePlacement
from streams.engine import INPUT_TOPICS
from tests.plant_rows import PLACED, SERVED, at, client, contract, home, login, onu, ozmap_box, splitter
from tests.property.world import TOWN, World

TURNS: dict[str, dict[str, Any]] = {
    "served": {"active": True, "contract_id": "20"},
    "reserved": {"active": True, "contract_id": "23"},
    "cancelled": {"active": False, "contract_id": None},
    "withdrawn": {"active": False, "contract_id": "22"},
}
MOVES = st.lists(
    st.sampled_from(("deliver", "deliver", "work", "die", "lose", "restart", "time")), max_size=6
)


def at_rest(*rows: Any) -> World:
    """A world with these rows and its first link, in which nothing moves."""
    world = World()
    world.link("b1", "100")
    world.edit_all(*rows)
    world.list_all()
    world.settle()
    return world


def move(world: World, moves: list[str]) -> None:
    for step in moves:
        lanes = world.lanes()
        match step:
            case "deliver":
                for topic in INPUT_TOPICS:
                    world.deliver(topic, 2)
            case "work" if lanes:
                world.work(lanes[0])
            case "die" if lanes:
                world.work_and_die(lanes[0])
            case "lose" if lanes:
                world.lose(lanes[0])
            case "restart":
                world.restart()
            case "time":
                world.pass_time(400)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(TURNS)), MOVES), min_size=1, max_size=5))
def test_creation_withdrawal_and_cancellation_in_any_succession_end_in_the_last_wish(
    turns: list[tuple[str, list[str]]],
) -> None:
    world = at_rest(*TOWN, contract(id="23", status="P"), login(id="51", login="bia", active=False))
    for turn, moves in turns:
        _entity, row = login(**PLACED | {"id": "51", "login": "bia", "port": 2} | TURNS[turn])
        world.edit(changes.IXC_LOGIN, "51", row)
        move(world, moves)
    world.settle()
    bias = [c for c in world.rows[changes.OZMAP_CLIENT.slug].values() if c.code == "bia"]
    homes = [
        h for h in world.rows[changes.OZMAP_PROPERTY.slug].values() if h.client_id in [c.id for c in bias]
    ]
    match turns[-1][0]:
        case "served":
            assert ([c.implanted for c in bias], len(homes)) == ([True], 1)
        case "reserved":
            assert (len(bias), len(homes)) == (1, 1)
        case "cancelled":
            assert (bias, homes) == ([], [])
        case "withdrawn":
            assert (bias, homes) == ([], []) or [c.implanted for c in bias] == [True]
    taken = world.rows[changes.OZMAP_SPLITTER.slug]["s1"].taken
    assert taken == ((2,) if homes else ())


N_CLIENTS = 4
PORTS = (("s1", 1), ("s1", 2), ("s2", 1), ("s2", 2))
"""Of two boxes, linked to IXC's boxes 100 and 200."""


def neighbours() -> World:
    """Four clients, each on its port, whom both systems have in the same place."""
    world = World()
    world.link("b1", "100")
    world.link("b2", "200")
    world.edit_all(*(seen for seen in SERVED if seen[0].name not in ("login", "onu", "client", "property")))
    world.edit_all(ozmap_box(id="b2", name="CTO-02"), splitter(id="s2", parent_id="b2"))
    for n, (splitter_id, port) in enumerate(PORTS):
        place = {"box_id": "100" if splitter_id == "s1" else "200", "port": port}
        world.edit_all(
            login(**PLACED | {"id": f"5{n}", "login": f"client-{n}"} | place),
            onu(id=f"7{n}", login_id=f"5{n}", rx_dbm=None, **place),
            client(id=f"c{n}", code=f"client-{n}", name="Ana Souza", implanted=True, status=0),
            home(id=f"h{n}", client_id=f"c{n}", connections=at((splitter_id, port))),
        )
    world.list_all()
    return world


def is_followed(world: World) -> bool:
    """Whether each login and its ONU row are in IXC where OZmap has the client."""
    homes, logins, onus = (
        world.rows[e.slug] for e in (changes.OZMAP_PROPERTY, changes.IXC_LOGIN, changes.IXC_ONU)
    )
    for n in range(N_CLIENTS):
        (connection,) = homes[f"h{n}"].connections
        place = ("100" if connection.splitter_id == "s1" else "200", connection.port)
        if not all((row.box_id, row.port) == place for row in (logins[f"5{n}"], onus[f"7{n}"])):
            return False
    return True


@settings(max_examples=100, deadline=None)
@given(
    st.permutations(range(N_CLIENTS)),
    st.permutations(range(N_CLIENTS)),
    st.lists(MOVES, min_size=N_CLIENTS, max_size=N_CLIENTS),
)
def test_clients_that_change_places_in_any_cycle_are_followed_without_forcing(
    places: list[int], order: list[int], moves: list[list[str]]
) -> None:
    world = neighbours()
    world.settle()
    assert [c for c in world.topology.commands if isinstance(c, EnsurePlacement)] == []
    for n, between in zip(order, moves, strict=True):
        world.edit_all(home(id=f"h{n}", client_id=f"c{n}", connections=at(PORTS[places[n]])))
        move(world, between)
    world.settle()
    assert is_followed(world)
    assert world.wishes() == set()


@given(st.permutations(range(N_CLIENTS)))
@settings(max_examples=24, deadline=None)
def test_changed_places_lead_to_one_command_a_client_that_moved_and_to_no_other_write(
    places: list[int],
) -> None:
    world = neighbours()
    world.settle()
    n_writes, n_commands = world.sinks.n_writes, len(world.topology.commands)
    for n in range(N_CLIENTS):
        world.edit_all(home(id=f"h{n}", client_id=f"c{n}", connections=at(PORTS[places[n]])))
    world.settle()
    n_moved = sum(places[n] != n for n in range(N_CLIENTS))
    moved = {c.key for c in world.topology.commands[n_commands:]}
    assert len(moved) == n_moved
    assert world.sinks.n_writes - n_writes == 2 * n_moved
