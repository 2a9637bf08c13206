"""The truth tables of withdrawal and cancellation: what is there, and the one next step."""

from typing import Any

import pytest

from kernel.contracts.commands import EnsureNoClient, EnsureNoReservation
from kernel.contracts.outcomes import RemovedRow
from kernel.domain.errors import Refused
from kernel.domain.reasons import Reason
from sinks.ozmap.cancellation_plan import Tenancy, plan_cancellation, remembers
from sinks.ozmap.steps import Delete, Disconnect, Done, Patch
from sinks.ozmap.withdrawal_plan import Reservation, plan_withdrawal

Row = dict[str, Any]
RESERVED = {"id": "c1", "code": "maria", "implanted": False}
HOME = {"id": "h1", "client": RESERVED, "drop": "d1", "connections": [{"id": "s1", "port": 4}]}
CLIENT_GONE = RemovedRow(entity="ozmap.client", id="c1")
PROPERTY_GONE = RemovedRow(entity="ozmap.property", id="h1")


def withdrawal(property_id: str | None = "h1") -> EnsureNoReservation:
    return EnsureNoReservation(
        rule="client-withdrawal",
        subject="login:maria",
        client_id="c1",
        property_id=property_id,
        code="maria",
    )


def reason_of(plan: Any, command: Any, seen: Any) -> str:
    with pytest.raises(Refused) as caught:
        plan(command, seen)
    return caught.value.reason


@pytest.mark.parametrize(
    ("property_id", "seen", "chosen"),
    [
        ("h1", Reservation(RESERVED, (HOME,), HOME), Delete("properties", "h1")),
        ("h1", Reservation(RESERVED | {"code": " maria "}, (HOME,), HOME), Delete("properties", "h1")),
        ("h1", Reservation(RESERVED, (), None), Delete("ftth-clients", "c1")),
        (None, Reservation(RESERVED, (), None), Delete("ftth-clients", "c1")),
        ("h1", Reservation(None), Done("c1", removed=(CLIENT_GONE, PROPERTY_GONE))),
        (None, Reservation(None), Done("c1", removed=(CLIENT_GONE,))),
        (
            "h1",
            Reservation(None, left=("cables/d1",)),
            Done("c1", lacks=("cables/d1",), removed=(CLIENT_GONE, PROPERTY_GONE)),
        ),
        (
            "h1",
            Reservation(None, commanded=HOME | {"client": None}),
            Done("c1", "property h1 is still there, without this client", ("property",), (CLIENT_GONE,)),
        ),
    ],
)
def test_the_next_step_of_a_withdrawal(property_id: str | None, seen: Reservation, chosen: Any) -> None:
    assert plan_withdrawal(withdrawal(property_id), seen) == chosen


@pytest.mark.parametrize("implanted", [True, None, "missing", 0, "false"])
@pytest.mark.parametrize("homes", [(HOME,), ()])
def test_what_does_not_say_that_it_is_a_reservation_is_not_removed(implanted: object, homes: Any) -> None:
    client: Row = {**RESERVED, "implanted": implanted}
    if implanted == "missing":
        del client["implanted"]
    seen = Reservation(client, homes, HOME if homes else None)
    assert reason_of(plan_withdrawal, withdrawal(), seen) == Reason.NOT_A_RESERVATION


def test_a_property_that_shows_its_client_implanted_knows_better() -> None:
    newer = HOME | {"client": RESERVED | {"implanted": True}}
    seen = Reservation(RESERVED, (newer,), HOME)
    assert reason_of(plan_withdrawal, withdrawal(), seen) == Reason.NOT_A_RESERVATION


@pytest.mark.parametrize(
    ("property_id", "seen", "reason"),
    [
        ("h1", Reservation(RESERVED | {"code": "joao"}, (HOME,), HOME), Reason.FOREIGN_CHANGE),
        ("h1", Reservation(RESERVED | {"code": "Maria"}, (HOME,), HOME), Reason.FOREIGN_CHANGE),
        ("h1", Reservation(RESERVED, (HOME | {"id": "h2"},), HOME), Reason.FOREIGN_CHANGE),
        (None, Reservation(RESERVED, (HOME,)), Reason.FOREIGN_CHANGE),
        ("h1", Reservation(RESERVED, (), HOME | {"client": None}), Reason.FOREIGN_CHANGE),
        ("h1", Reservation(RESERVED, (HOME, HOME | {"id": "h2"}), HOME), Reason.AMBIGUOUS_PROPERTY),
    ],
)
def test_what_is_not_as_it_was_decided_stays(
    property_id: str | None, seen: Reservation, reason: Reason
) -> None:
    assert reason_of(plan_withdrawal, withdrawal(property_id), seen) == reason


LINE = "Cliente maria cancelado; última conexão: splitter S1, porta 4"
ANEW = "Cliente maria cancelado; última conexão: nenhuma"


def cancellation(farewell: str = LINE, *, disconnects: bool = True) -> EnsureNoClient:
    return EnsureNoClient(
        rule="client-cancellation",
        subject="login:maria",
        client_id="c1",
        property_id="h1",
        code="maria",
        farewell=farewell,
        disconnects=disconnects,
    )


def home(observation: str | None, *, connected: bool = True, client: object = "c1") -> Row:
    return {
        "id": "h1",
        "client": client,
        "observation": observation,
        "connections": [{"id": "s1", "name": "S1", "port": 4, "fiber": "f1"}] if connected else [],
    }


CLIENT = {"id": "c1", "code": "maria"}
FIRST = [
    (None, LINE),
    ("", LINE),
    ("portão", f"portão\n{LINE}"),
    ("portão\n", f"portão\n{LINE}"),
    (" a\r\nb ", f" a\r\nb \n{LINE}"),
    (f"{LINE}!", f"{LINE}!\n{LINE}"),
    ("Cliente maria cancelado", f"Cliente maria cancelado\n{LINE}"),
]


@pytest.mark.parametrize(("held", "said"), FIRST)
def test_first_the_farewell_below_what_is_there(held: str | None, said: str) -> None:
    chosen = plan_cancellation(cancellation(), Tenancy(home(held), CLIENT, "d1"))
    assert chosen == Patch("properties", "h1", {"observation": said})
    assert remembers(home(said), cancellation())


@pytest.mark.parametrize("client", ["c1", {"id": "c1"}, {"_id": "c1", "code": "maria"}])
def test_then_the_drop_then_the_client_then_its_record(client: object) -> None:
    said = f"portão\n {LINE} "
    seen = Tenancy(home(said, client=client), CLIENT, "d1")
    assert plan_cancellation(cancellation(), seen) == Disconnect("d1")
    off = Patch("properties", "h1", {"client": None})
    assert plan_cancellation(cancellation(disconnects=False), seen) == off
    loose = Tenancy(home(said, connected=False, client=client), CLIENT, "d1")
    assert plan_cancellation(cancellation(), loose) == off
    record = Tenancy(home(said, connected=False, client=None), CLIENT)
    assert plan_cancellation(cancellation(), record) == Delete("ftth-clients", "c1")
    gone = Tenancy(home(said, connected=False, client=None), None)
    assert plan_cancellation(cancellation(), gone) == Done("c1", removed=(CLIENT_GONE,))


@pytest.mark.parametrize(
    ("line", "is_known"),
    [
        (LINE, True),
        ("era de maria", True),
        ("maria: saiu", True),
        ("(maria)", True),
        ("Cliente mariana cancelado", False),
        ("Cliente maria.souza cancelado", False),
        ("Cliente ana-maria cancelado", False),
        ("Cliente Maria cancelado", False),
        ("outra coisa", False),
    ],
)
def test_once_the_drop_is_off_a_line_with_the_code_is_enough(line: str, is_known: bool) -> None:
    command = cancellation(ANEW)
    assert remembers(home(line, connected=False), command) is is_known
    assert remembers(home(line, connected=True), command) is False
    chosen = plan_cancellation(command, Tenancy(home(line, connected=False), CLIENT))
    expected: Row = {"client": None} if is_known else {"observation": f"{line}\n{ANEW}"}
    assert chosen == Patch("properties", "h1", expected)


def test_a_code_of_odd_characters_is_found_as_it_is_written() -> None:
    command = cancellation("Cliente a+(b|c cancelado").model_copy(update={"code": "a+(b|c"})
    assert remembers(home("Cliente a+(b|c saiu", connected=False), command)
    assert not remembers(home("Cliente aab saiu", connected=False), command)


def test_a_farewell_of_several_lines_is_one_line() -> None:
    command = cancellation(" Cliente maria\r\n cancelado; splitter S  1 ")
    said = "Cliente maria cancelado; splitter S  1"
    chosen = plan_cancellation(command, Tenancy(home(""), CLIENT))
    assert chosen == Patch("properties", "h1", {"observation": said})
    assert remembers(home(f"{said} \nx"), command)


@pytest.mark.parametrize(
    ("seen", "detail", "removed"),
    [
        (Tenancy(None, None), "", (CLIENT_GONE,)),
        (Tenancy(home("", client="c2"), None), "", (CLIENT_GONE,)),
        (Tenancy(home("", client=None), None), "", (CLIENT_GONE,)),
        (Tenancy(home("", client=None), CLIENT), "somebody else took the client off; its record is kept", ()),
        (Tenancy(None, CLIENT), "somebody else took the client off; its record is kept", ()),
        (Tenancy(home("", client="c2"), CLIENT), "somebody else took the client off; its record is kept", ()),
    ],
)
def test_a_client_that_is_off_already_costs_no_write(seen: Tenancy, detail: str, removed: Any) -> None:
    assert plan_cancellation(cancellation(), seen) == Done("c1", detail, removed=removed)


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (Tenancy(home(""), CLIENT | {"code": "joao"}), Reason.FOREIGN_CHANGE),
        (Tenancy(home(LINE, client=None), CLIENT, elsewhere=({"id": "h2"},)), Reason.FOREIGN_CHANGE),
        (Tenancy(home("", client="c2"), CLIENT, elsewhere=({"id": "h2"},)), Reason.FOREIGN_CHANGE),
        (Tenancy(home(LINE), CLIENT, None), Reason.NOT_WRITTEN),
    ],
)
def test_what_is_not_as_it_was_decided_is_refused(seen: Tenancy, reason: Reason) -> None:
    assert reason_of(plan_cancellation, cancellation(), seen) == reason


def test_a_property_that_still_names_a_client_that_is_gone_is_cleared() -> None:
    chosen = plan_cancellation(cancellation(), Tenancy(home(LINE, connected=False), None))
    assert chosen == Patch("properties", "h1", {"client": None})
