"""The truth table of a client's creation: what is there, and the one next step."""

from typing import Any

import pytest

from kernel.contracts.commands import EnsureClient
from kernel.contracts.outcomes import Result
from kernel.domain.errors import Malformed, Refused
from kernel.domain.reasons import Reason
from sinks.ozmap.creation_plan import Site, is_open, new_property, plan_creation
from sinks.ozmap.rows import connections_of, parsed_splitter
from sinks.ozmap.steps import Create, Done, Patch

COMMAND = EnsureClient(
    rule="client-creation",
    subject="login:maria",
    code="maria",
    name="Maria Souza",
    implanted=True,
    project_id="p1",
    host_id="b1",
    splitter_id="s1",
    port=3,
    latitude=-23.5,
    longitude=-46.5,
    address="Rua Sete, 7",
)
CLIENT = {"id": "c1", "code": "maria", "name": "Maria Souza", "implanted": True}
PORT_3 = {"id": "s1", "name": "Splitter 1", "port": 3, "kind": "Splitter", "fiber": "f3"}
CONNECTION = {"box": "b1", "connector": "s1", "port": 3}
NEW_CLIENT = {"code": "maria", "name": "Maria Souza", "implanted": True}
Row = dict[str, Any]


def splitter(*, taken: tuple[int, ...] = (), blocked: tuple[int, ...] = (), **fields: Any) -> Row:
    return {
        "id": "s1",
        "name": "Splitter 1",
        "parent": "b1",
        "connectables": {"output": [f"f{n}" if n in taken else None for n in range(1, 9)]},
        "ports": [{"blocked": n in blocked} for n in range(1, 9)],
        **fields,
    }


def home(**fields: Any) -> Row:
    """A property as the creation leaves it, without client and connection."""
    return {
        "id": "h1",
        "client": None,
        "box": "b1",
        "connections": [],
        "coords": [-46.5, -23.5],
        "address": "Rua Sete, 7",
        "observation": "",
        "history": {"clients": []},
        **fields,
    }


def site(*neighbours: Row, at: Row | None = None, clients: tuple[Row, ...] = (), homes: Any = ()) -> Site:
    return Site(clients, homes, neighbours, parsed_splitter(at if at is not None else splitter()))


def plan(found: Site, **changes: Any) -> Any:
    return plan_creation(COMMAND.model_copy(update=changes), found)


def refusal(found: Site, **changes: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        plan(found, **changes)
    return caught.value.reason, caught.value.detail


def test_where_nothing_is_all_of_it_is_asked_for_in_one_request_without_force_and_choice() -> None:
    chosen = plan(site())
    assert chosen == Create("properties", new_property(COMMAND))
    assert new_property(COMMAND) == {
        "project": "p1",
        "box": "b1",
        "connector": "s1",
        "port": 3,
        "address": "Rua Sete, 7",
        "coords": [-46.5, -23.5],
        "client": NEW_CLIENT,
    }


def test_what_is_not_known_is_not_sent() -> None:
    body = new_property(COMMAND.model_copy(update={"latitude": None, "address": ""}))
    assert not {"coords", "address"} & body.keys()


@pytest.mark.parametrize(
    ("at", "port", "reason", "detail"),
    [
        (splitter(taken=(3,)), 3, Reason.PORT_TAKEN, "3 (Splitter 1: a fibre)"),
        (splitter(blocked=(3,)), 3, Reason.PORT_BLOCKED, "3 (Splitter 1)"),
        (splitter(taken=(3,), blocked=(3,)), 3, Reason.PORT_TAKEN, "3 (Splitter 1: a fibre)"),
        (splitter(), 9, Reason.PORT_MISSING, "9 (Splitter 1 has 8)"),
        (splitter(), 0, Reason.PORT_MISSING, "0 (Splitter 1 has 8)"),
        (splitter(), -8, Reason.PORT_MISSING, "-8 (Splitter 1 has 8)"),
        (splitter(connectables={}, ratio={"output": 2}), 3, Reason.PORT_MISSING, "3 (Splitter 1 has 2)"),
        (splitter(parent="b2"), 3, Reason.FOREIGN_CHANGE, "splitter Splitter 1 is in another box now"),
    ],
)
def test_a_port_that_cannot_be_had_is_refused_with_its_number_first(
    at: Row, port: int, reason: Reason, detail: str
) -> None:
    assert refusal(site(at=at), port=port) == (reason, detail)


@pytest.mark.parametrize("at", [splitter(ports=None), splitter(ports=[]), splitter(ports=[{}])])
def test_a_splitter_that_says_nothing_of_blocked_ports_has_none(at: Row) -> None:
    assert isinstance(plan(site(at=at)), Create)


def test_a_splitter_that_cannot_be_read_is_malformed_and_shows_nothing_of_its_row() -> None:
    with pytest.raises(Malformed) as caught:
        parsed_splitter({"id": "s1", "name": "FAKE-SECRET"})
    assert "s1" in str(caught.value)
    assert "FAKE-SECRET" not in str(caught.value)


def test_only_connections_to_splitters_are_ports() -> None:
    shown = {"connections": [PORT_3, PORT_3 | {"kind": "DIO"}, {"id": "s1"}, None]}
    assert [at.port for at in connections_of(shown)] == [3]


def test_a_splitter_whose_parent_is_populated_is_in_its_box() -> None:
    assert isinstance(plan(site(at=splitter(parent={"_id": "b1", "name": "CTO"}))), Create)


def test_a_splitter_that_is_gone_has_no_port() -> None:
    assert refusal(Site(())) == (Reason.PORT_MISSING, "3 (splitter s1 is gone)")


@pytest.mark.parametrize(
    ("client", "said"), [(CLIENT | {"code": "joao"}, "client joao"), (None, "property h1 without client")]
)
def test_who_is_on_a_taken_port_is_told(client: Row | None, said: str) -> None:
    other = home(client=client, connections=[PORT_3], address="Rua Oito, 8")
    assert refusal(site(other, at=splitter(taken=(3,))))[1] == f"3 (Splitter 1: {said})"


def test_two_clients_are_in_doubt() -> None:
    assert refusal(site(clients=(CLIENT, CLIENT | {"id": "c2"}))) == (Reason.AMBIGUOUS_CLIENT, "c1, c2")


@pytest.mark.parametrize(
    ("connections", "detail", "lacks"),
    [
        ([PORT_3], "", ()),
        ([PORT_3 | {"port": "3"}], "", ()),
        ([PORT_3 | {"port": 4}], "the client is on port 4 of Splitter 1", ("connections",)),
        (
            [PORT_3, PORT_3 | {"id": "s2", "name": ""}],
            "the client is on port 3 of Splitter 1, 3 of s2",
            ("connections",),
        ),
    ],
)
def test_a_client_that_is_there_is_done_wherever_it_is(
    connections: list[Row], detail: str, lacks: tuple[str, ...]
) -> None:
    lived_in = home(client=CLIENT, connections=connections)
    found = Site((CLIENT,), (lived_in,))
    assert not is_open(COMMAND, found)
    assert plan(found) == Done("c1", detail, lacks, result=Result.CREATED)


@pytest.mark.parametrize(
    ("client", "fields", "lacks"),
    [
        (CLIENT | {"name": "M"}, {}, ("name",)),
        (CLIENT | {"implanted": False}, {}, ("implanted",)),
        (CLIENT, {"address": ""}, ("address",)),
        (CLIENT, {"coords": None}, ("coords",)),
        (CLIENT, {"coords": [-46.5, -23.50001]}, ("coords",)),
        (CLIENT, {"coords": [-46.5, -23.5000000004], "address": " Rua Sete, 7"}, ()),
    ],
)
def test_what_did_not_come_through_is_named(client: Row, fields: Row, lacks: tuple[str, ...]) -> None:
    lived_in = home(client=client, connections=[PORT_3], **fields)
    assert plan(Site((client,), (lived_in,))).lacks == lacks


def test_a_client_in_two_properties_is_told() -> None:
    found = Site((CLIENT,), (home(client=CLIENT), home(id="h2", client=CLIENT)))
    assert plan(found) == Done("c1", "the client is in properties h1, h2", ("property",))


def test_a_record_without_a_place_is_left_where_no_half_of_ours_is() -> None:
    assert plan(site(clients=(CLIENT,))) == Done("c1", "the client has no property", ("property",))


OWN_STAY = {"history": {"clients": [{"id": "c1", "code": "maria", "exit_date": None}]}}


@pytest.mark.parametrize("client_form", [CLIENT, "c1", {"_id": "c1"}])
def test_a_client_in_a_property_without_connection_is_connected(client_form: object) -> None:
    found = site(clients=(CLIENT,), homes=(home(client=client_form, **OWN_STAY),))
    assert plan(found) == Patch("properties", "h1", CONNECTION, completes=True)


@pytest.mark.parametrize("box", ["b1", None, {"id": "b1"}])
def test_a_property_that_did_not_get_its_client_gets_it(box: object) -> None:
    connected = home(box=box, connections=[PORT_3])
    at = splitter(taken=(3,))
    made = Patch("properties", "h1", {"client": NEW_CLIENT}, completes=True)
    assert plan(site(connected, at=at)) == made
    beside = Patch("properties", "h1", {"client": "c1"}, completes=True)
    assert plan(site(connected, at=at, clients=(CLIENT,))) == beside


def test_a_property_that_got_neither_gets_both() -> None:
    both = Patch("properties", "h1", {"client": NEW_CLIENT, **CONNECTION}, completes=True)
    assert plan(site(home())) == both


def test_of_two_halves_the_connected_one_is_completed() -> None:
    chosen = plan(site(home(id="h0"), home(connections=[PORT_3]), at=splitter(taken=(3,))))
    assert chosen.row_id == "h1"


@pytest.mark.parametrize(
    "fields",
    [
        {"client": CLIENT | {"id": "c2"}},
        {"box": "b2"},
        {"address": "Rua Sete, 77"},
        {"address": None},
        {"coords": None},
        {"coords": [-46.5, -23.50001]},
        {"coords": [-23.5, -46.5]},
        {"coords": [-46.5]},
        {"observation": "portão"},
        {"connections": [PORT_3 | {"port": 4}]},
        {"connections": [PORT_3, PORT_3 | {"port": 4}]},
        {"history": {"clients": [{"id": "c9", "code": "joao", "exit_date": "2026"}]}},
        {"history": {"clients": [{"id": "c9", "code": "maria", "exit_date": "2026"}]}},
    ],
)
def test_a_property_that_differs_in_anything_is_somebodys(fields: Row) -> None:
    assert isinstance(plan(site(home(**fields))), Create)
    assert plan(site(home(**fields), clients=(CLIENT,))).detail == "the client has no property"


@pytest.mark.parametrize("history", [None, {}, {"clients": None}, "x"])
def test_a_server_without_history_shows_nobody_else(history: object) -> None:
    assert isinstance(plan(site(home(history=history))), Patch)


def test_a_wish_without_address_and_place_knows_no_half_of_its_own() -> None:
    bare = {"address": "", "latitude": None, "longitude": None}
    assert isinstance(plan(site(home(address="", coords=None)), **bare), Create)
    by_address = {"latitude": None, "longitude": None}
    assert isinstance(plan(site(home(coords=None)), **by_address), Patch)


def test_a_half_whose_port_went_to_another_is_refused() -> None:
    found = site(clients=(CLIENT,), homes=(home(client=CLIENT, **OWN_STAY),), at=splitter(taken=(3,)))
    assert refusal(found)[0] == Reason.PORT_TAKEN


def test_only_what_is_made_at_creation_can_be_completed() -> None:
    with pytest.raises(ValueError, match="not ours to write in properties: pole"):
        Create("properties", {"pole": "x"})
    with pytest.raises(ValueError, match="not ours to write in properties: box"):
        Patch("properties", "h1", {"box": "b1"})
