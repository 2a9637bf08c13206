"""The engine: gates, repeats, settling, links, recovery, what cannot be understood."""

from pathlib import Path

import pytest

from kernel.contracts import changes
from kernel.contracts.changes import ENTITIES, LISTED_KEY
from kernel.contracts.commands import EnsureBox, EnsureClient
from kernel.contracts.decisions import Progress
from kernel.contracts.outcomes import RemovedRow, Result
from kernel.domain.policy import Mode, Policy
from streams.messages import DEAD_LETTERS, Event
from streams.rules import RULES
from streams.tables import RocksTables
from tests.plant_rows import (
    PLACED,
    PLANT,
    SERVED,
    SUBSCRIBER,
    Seen,
    at,
    building,
    client,
    condominium_splitter,
    contract,
    customer,
    home,
    ixc_box,
    login,
    ozmap_box,
)
from tests.topology import START, Topology, linked, listed, observed, removed

RULE, BOX = "box-sync", "box:b1"


def whole_base(policy: Policy | None = None) -> Topology:
    topology = Topology(policy)
    topology.take(*(observed(*seen) for seen in (*PLANT, *SUBSCRIBER)))
    topology.listed()
    return topology


GONE: dict[str, object] = {"active": False, "customer_id": "9", "contract_id": None}
A_WISH_FOR_EACH_RULE: tuple[Seen, ...] = (
    *SERVED,
    ixc_box(capacity=4),
    building(),
    condominium_splitter(),
    client(status=1),
    home(connections=at(("s1", 5)), latitude=-23.6),
    login(**PLACED | {"id": "51", "login": "bia", "port": 7}),
    login(**GONE | {"id": "52", "login": "caio", "contract_id": "21"}),
    contract(id="21", status="D"),
    client(id="c3", code="caio"),
    login(**GONE | {"id": "53", "login": "davi"}),
    client(id="c4", code="davi"),
    home(id="h4", client_id="c4"),
)
"""Ana is wrong in everything, Bia is to be created, Caio withdrew, Davi cancelled."""


@pytest.mark.parametrize("last", ENTITIES, ids=lambda entity: entity.slug)
def test_nothing_is_decided_before_everything_a_rule_asks_about_was_listed(last: changes.Entity) -> None:
    topology = Topology()
    topology.engine.restore(linked("b1", "100"))
    topology.see(*A_WISH_FOR_EACH_RULE)
    topology.take(*(listed(entity) for entity in ENTITIES if entity is not last))
    rules_waiting = {rule.slug for rule in RULES if last in rule.needs}
    assert rules_waiting.isdisjoint(command.rule for command in topology.commands)
    topology.take(listed(last))
    assert {command.rule for command in topology.commands} == {rule.slug for rule in RULES}


def test_a_base_on_which_both_systems_say_the_same_leads_to_no_write() -> None:
    assert Topology.of(SERVED, links={"b1": "100"}).commands == []


def test_a_record_that_is_no_listing_opens_no_gate() -> None:
    topology = Topology()
    topology.take(*(observed(*seen) for seen in (*PLANT, *SUBSCRIBER)))
    for body in (b"<html>", b"{}", b""):
        topology.take(*(Event(entity.topic, LISTED_KEY, body) for entity in ENTITIES))
    assert topology.commands == []
    assert [m.topic for m in topology.sent] == [DEAD_LETTERS] * 3 * len(ENTITIES)


def test_an_event_seen_twice_changes_nothing() -> None:
    topology = whole_base()
    n_sent = len(topology.sent)
    topology.take(*(observed(*seen) for seen in (*PLANT, *SUBSCRIBER)))
    topology.listed()
    assert len(topology.sent) == n_sent


def test_a_command_without_outcome_is_sent_again_after_its_pause_and_each_pause_is_longer() -> None:
    topology = whole_base()
    first = list(topology.commands)
    assert topology.pass_time(299) == []
    assert topology.pass_time(2) == first
    assert topology.pass_time(300) == []
    assert topology.pass_time(301) == first


def test_a_command_behind_a_backlog_is_not_taken_for_lost_while_outcomes_come() -> None:
    topology = whole_base()
    box, name = topology.commands
    topology.pass_time(200)
    topology.answer(box.model_copy(update={"subject": "box:other"}), Result.ALREADY, commanded_at=START)
    assert name not in topology.pass_time(101)
    assert name in topology.pass_time(300)


def test_a_done_wish_that_is_not_seen_so_is_checked_again() -> None:
    topology = whole_base()
    _box, name = topology.commands
    topology.answer(name, Result.UPDATED, "c1")
    assert topology.decision("client-name", "login:ana").progress is Progress.DONE
    assert topology.pass_time(29) == []
    assert topology.pass_time(2) == [name]


def test_a_refused_wish_rests_until_something_it_depends_on_changes() -> None:
    topology = whole_base()
    box = topology.commands[0]
    topology.answer(box, Result.REFUSED, reason="rejected")
    assert topology.decision(RULE, BOX).progress is Progress.REFUSED
    assert box not in topology.pass_time(100_000)
    (again,) = topology.take(observed(*ozmap_box(observation="outra")))
    assert isinstance(again, EnsureBox)


def test_a_wish_that_a_success_did_not_keep_is_sent_again_with_growing_pauses() -> None:
    topology = whole_base()
    _box, name = topology.commands
    topology.answer(name, Result.REFUSED, reason="not_written")
    assert name not in topology.pass_time(299)
    assert name in topology.pass_time(2)
    topology.answer(name, Result.REFUSED, reason="not_written")
    assert name not in topology.pass_time(599)
    assert name in topology.pass_time(2)
    topology.take(observed(*client(name="Ana Souza")))
    assert topology.spoken("client-name", "login:ana") == "already"
    assert name not in topology.pass_time(100_000)


def test_a_wish_on_its_way_is_not_sent_twice_because_something_about_it_changed() -> None:
    topology = whole_base()
    assert topology.see(client(status=1)) == []
    assert topology.see(customer(address="Rua B, 2")) == []


def test_a_refused_wish_is_sent_again_as_it_was_when_something_its_rule_asked_about_changed() -> None:
    topology = whole_base()
    _box, name = topology.commands
    topology.answer(name, Result.REFUSED, reason="rejected")
    assert topology.see(client(status=1)) == [name]
    topology.answer(name, Result.REFUSED, reason="rejected")
    assert topology.see(ixc_box(id="999", name="another")) == []


def test_while_a_creation_is_unanswered_nothing_else_is_sent_for_that_box() -> None:
    topology = whole_base()
    creation = topology.commands[0]
    assert topology.take(observed(*ozmap_box(name="CTO-RENAMED"))) == []
    assert topology.spoken(RULE, BOX) == "wait creation_in_flight"
    topology.take(observed(*ozmap_box(draft=True)))
    assert topology.take(observed(*ozmap_box(name="CTO-RENAMED"))) == []
    assert creation in topology.pass_time(301)
    topology.answer(creation, Result.CREATED, "100")
    (update,) = topology.take(observed(*ixc_box()))
    assert isinstance(update, EnsureBox)
    assert (update.ixc_id, update.fields.name) == ("100", "CTO-RENAMED")


def test_a_creation_that_is_held_is_still_under_way() -> None:
    topology = whole_base()
    creation = topology.commands[0]
    topology.answer(creation, Result.HELD, reason="retries_exhausted")
    assert topology.see(ozmap_box(name="CTO-RENAMED")) == []
    assert topology.spoken(RULE, BOX) == "wait creation_in_flight"


def test_a_creation_whose_client_appeared_is_no_longer_under_way_though_its_answer_was_lost() -> None:
    unknown = [seen for seen in SERVED if seen[0] not in (changes.OZMAP_CLIENT, changes.OZMAP_PROPERTY)]
    topology = Topology.of(unknown, links={"b1": "100"})
    topology.see(client())
    assert topology.spoken("client-creation", "login:ana") == "already"
    topology.take(removed(changes.OZMAP_CLIENT, "c1"), observed(*login(**PLACED | {"port": 4})))
    assert [c.port for c in topology.of_rule("client-creation") if isinstance(c, EnsureClient)] == [3, 4]


def test_rows_that_a_sink_proved_gone_are_gone_and_told_so_on_their_topics() -> None:
    cancelled = login(**PLACED | {"active": False, "contract_id": None})
    topology = Topology.of(SERVED, cancelled, links={"b1": "100"})
    (command,) = topology.commands
    gone = RemovedRow(entity=changes.OZMAP_CLIENT.slug, id="c1")
    topology.answer(command, Result.UPDATED, "c1", removed=(gone,))
    assert topology.spoken("client-name", "login:ana") == "wait client_not_found"
    told = [(m.topic, m.key, m.value) for m in topology.sent if m.topic == changes.OZMAP_CLIENT.topic]
    assert told == [(changes.OZMAP_CLIENT.topic, "c1", None)]


def test_the_last_batch_before_a_restart_is_sent_again_because_it_may_not_have_left() -> None:
    topology = whole_base()
    topology.engine.doubt_last_batch()
    assert topology.pass_time(1) == topology.commands[:2]


def test_a_rule_in_report_decides_and_shows_but_sends_nothing() -> None:
    topology = whole_base(Policy(modes={RULE: Mode.REPORT}))
    assert [command.rule for command in topology.commands] == ["client-name"]
    assert topology.decision(RULE, BOX).progress is Progress.REPORTED


@pytest.mark.parametrize("mode", [Mode.REPORT, Mode.OFF])
def test_a_rule_no_longer_on_sends_nothing_again_of_what_it_sent_before(mode: Mode) -> None:
    before = whole_base()
    after = Topology(Policy(modes={"box-sync": mode, "client-name": mode}))
    for event in [*(observed(*seen) for seen in (*PLANT, *SUBSCRIBER)), *before.topic_events()]:
        after.engine.restore(event)
    after.listed()
    after.engine.doubt_last_batch()
    assert after.pass_time(100_000) == []
    assert sum(after.engine.n_open().values()) == 0


def test_a_rule_that_is_off_is_not_asked() -> None:
    topology = whole_base(Policy(modes={RULE: Mode.OFF}))
    assert topology.engine.book.page(BOX) == {}


def test_a_link_is_told_once_and_never_moved_to_another_box() -> None:
    topology = whole_base()
    box = topology.commands[0]
    topology.answer(box, Result.CREATED, "100")
    topology.answer(box, Result.ALREADY, "200")
    links = [m for m in topology.sent if m.topic == "integrator.link.changes.v1"]
    assert [m.value for m in links] == [b'{"ozmap_id":"b1","ixc_id":"100"}']


def test_an_ixc_box_that_is_one_ozmap_box_does_not_become_another_s() -> None:
    topology = whole_base()
    first = topology.commands[0]
    topology.answer(first, Result.CREATED, "100")
    second = first.model_copy(update={"subject": "box:b2"})
    topology.answer(second, Result.ALREADY, "100")
    links = topology.engine.links
    assert (links.of_ozmap("b2"), links.of_ixc("100")) == (None, links.of_ozmap("b1"))


def test_what_cannot_be_understood_goes_to_the_dead_letters_and_the_rest_goes_on() -> None:
    topology = whole_base()
    bad = [
        Event(changes.OZMAP_BOX.topic, "b9", b"<html>"),
        Event(changes.OZMAP_BOX.topic, "b9", b'{"id":"other","project_id":"p","name":"n"}'),
        Event("ixc.box.outcomes.v1", "b1", b"{}"),
        Event("ixc.box.outcomes.v1", "b1", None),
    ]
    commands = topology.take(*bad, observed(*client(name="outro")), observed(*customer(name="Ana Lima")))
    assert [command.rule for command in commands] == ["client-name"]
    letters = [m for m in topology.sent if m.topic == DEAD_LETTERS]
    assert [m.value for m in letters] == [event.value for event in bad]
    assert all(dict(m.headers)["error"] for m in letters)


def test_a_removed_box_is_still_answered_for() -> None:
    topology = whole_base()
    topology.take(removed(changes.OZMAP_BOX, "b1"))
    assert topology.spoken(RULE, BOX) == "skip box_unknown"


def test_a_restart_from_topics_alone_knows_the_same_and_sends_nothing_new(tmp_path: Path) -> None:
    events = [observed(*seen) for seen in (*PLANT, *SUBSCRIBER)] + [listed(entity) for entity in ENTITIES]
    before = Topology(tables=RocksTables(tmp_path / "a"))
    before.take(*events)
    box, name = before.commands
    before.answer(box, Result.CREATED, "100")
    before.take(observed(*ixc_box()))
    after = Topology(tables=RocksTables(tmp_path / "b"))
    for event in [*events, observed(*ixc_box()), *before.topic_events()]:
        after.engine.restore(event)
    after.engine.mark_everything()
    assert after.pass_time(1) == []
    assert after.sent == []
    for rule, subject in ((RULE, BOX), ("client-name", "login:ana")):
        assert after.decision(rule, subject) == before.decision(rule, subject)
    assert after.pass_time(301) == [name]


def test_what_a_folder_held_beyond_the_topics_is_forgotten() -> None:
    topology = whole_base()
    topology.answer(topology.commands[0], Result.CREATED, "100")
    engine = topology.engine
    assert engine.forget_all_but(changes.OZMAP_BOX.topic, {"b2"}) == 1
    assert engine.forget_all_but("integrator.link.changes.v1", set()) == 1
    n_records = sum(len(engine.book.page(subject)) for subject in engine.book.subjects())
    assert engine.forget_all_but("integrator.decision.changes.v1", {"box-sync/box:b1"}) == n_records - 1
    assert engine.rows.get(changes.OZMAP_BOX, "b1") is None
    assert engine.links.of_ixc("100") is None
    assert set(engine.book.subjects()) == {BOX}
