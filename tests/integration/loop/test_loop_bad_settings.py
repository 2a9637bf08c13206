"""Settings that are wrong: each is said in a line that names the remedy, and what can go on goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.contracts.changes import ENTITIES
from kernel.domain.errors import System
from sandbox.demo.person import Person
from standalone.ports import free_port
from standalone.running import RunningKafka
from tests.loop_kit import journal
from tests.loop_kit.city import City
from tests.loop_kit.edits import CLIENTS, Edit, Places, await_effects, make
from tests.loop_kit.figures import tell
from tests.loop_kit.loop import Loop
from tests.loop_kit.until import until

RIGHT = {
    "OZMAP_URL": "http://127.0.0.1:9",
    "OZMAP_KEY": "ozmap-key-that-nobody-shows",
    "IXC_URL": "http://127.0.0.1:9",
    "IXC_TOKEN": "7:" + "ab" * 32,
}
ONE_LINE = {
    "token without user id": ({"IXC_TOKEN": "ab" * 32}, "IXC_TOKEN must be the whole token"),
    "unknown zone": (
        {"IXC_TIME_ZONE": "America/Sao_Paolo"},
        "'America/Sao_Paolo' is no time zone; write one like America/Sao_Paulo",
    ),
    "no key": ({"OZMAP_KEY": ""}, "set OZMAP_KEY"),
    "url without scheme": ({"IXC_URL": "ixc.example.com.br"}, "IXC_URL must start with https:// or http://"),
}


@pytest.mark.parametrize(("wrong", "said"), ONE_LINE.values(), ids=ONE_LINE.keys())
def test_what_can_be_seen_before_the_start_is_one_line_and_exit_2(
    tmp_path: Path, wrong: dict[str, str], said: str
) -> None:
    argv = [str(Path(sys.executable).with_name("ozmap-ixc")), "up", "--data", str(tmp_path / "data")]
    ended = subprocess.run(
        argv, env=os.environ | RIGHT | wrong, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert said in line
    assert not (tmp_path / "data").exists()
    for name in ("OZMAP_KEY", "IXC_TOKEN"):
        assert RIGHT[name] not in ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The small city, shared: nobody can write anything while one side is out of reach."""
    with City("small", tmp_path_factory.mktemp("city")) as running:
        yield running


def _wrong(city: City, what: str) -> dict[str, str]:
    nowhere = f"http://127.0.0.1:{free_port()}"
    return {
        "OZmap key": {"OZMAP_KEY": "c0ffee" * 6},
        "IXC token": {"IXC_TOKEN": "1:" + "cd" * 32},
        "OZmap unreachable": {"OZMAP_URL": nowhere},
        "IXC unreachable": {"IXC_URL": nowhere},
        "OZmap URL": {"OZMAP_URL": city.ixc.url},
        "IXC URL": {"IXC_URL": f"{city.ixc.url}/sistema"},
    }[what]


@pytest.mark.kafka
@pytest.mark.parametrize(
    ("what", "event", "said"),
    [
        ("OZmap key", "system_unauthorized", "the key in OZMAP_KEY is wrong or expired"),
        ("IXC token", "system_unauthorized", "the key in IXC_TOKEN is wrong or expired"),
        ("OZmap unreachable", "source_unread", "nothing answers there; check OZMAP_URL"),
        ("IXC unreachable", "source_unread", "nothing answers there; check IXC_URL"),
        ("OZmap URL", "system_misconfigured", "OZMAP_URL"),
        ("IXC URL", "system_misconfigured", "IXC_URL"),
    ],
)
def test_a_system_that_does_not_answer_is_told_and_the_other_is_read(
    city: City, kafka: RunningKafka, prefix: str, tmp_path: Path, what: str, event: str, said: str
) -> None:
    wrong = _wrong(city, what)
    lame = System.OZMAP if what.startswith("OZmap") else System.IXC
    read = {entity.slug for entity in ENTITIES if entity.system is not lame}
    with Loop(city, kafka.bootstrap_servers, prefix, tmp_path, settings=wrong) as loop:
        line = loop.await_said("pollers", event)
        assert said in line["error"]
        until(
            lambda: {e["entity"] for e in loop.said("pollers", "source_listed")} == read, "the other is read"
        )
        tell(f"{what}: {event}: {line['error']}")
        written = loop.log_text("pollers") + loop.log_text("sinks") + loop.log_text("streams")
        assert not any(value in written for name, value in (city.env | wrong).items() if "URL" not in name)
        assert loop.supervisor.restarts == dict.fromkeys(loop.supervisor.restarts, 0)
    assert journal.write_requests(city) == []


@pytest.mark.kafka
@pytest.mark.parametrize(
    ("zone", "seems"),
    [("America/Rio_Branco", "UTC-0300"), ("Europe/Lisbon", "UTC-0300")],
    ids=["west", "east"],
)
def test_a_wrong_but_known_time_zone_is_told_and_no_edit_is_missed(
    kafka: RunningKafka, prefix: str, tmp_path: Path, zone: str, seems: str
) -> None:
    with (
        City("small", tmp_path) as city,
        Loop(city, kafka.bootstrap_servers, prefix, tmp_path, settings={"IXC_TIME_ZONE": zone}) as loop,
    ):
        loop.await_equal()
        places = Places(city, {})
        with Person(city) as person:
            for n in range(8):  # a clock that is behind is believed after some fresh stamps
                client, customer = places.client()
                edit = _renamed(client["id"], customer["id"], f"Nome {n}")
                await_effects([make(edit, person, city)], city, 30)
                if loop.said("pollers", "ixc_time_zone_suspect"):
                    break
        line = loop.await_said("pollers", "ixc_time_zone_suspect")
        assert line["ixc_clock_seems"] == seems
        tell(f"{zone}: {line}")
        loop.await_equal()
        assert loop.flaws() == []


def _renamed(client_id: str, customer_id: str, name: str) -> Edit:
    return Edit(
        "customer's name",
        "ixc",
        CLIENTS,
        lambda person: person.put_ixc("cliente", customer_id, razao=name),
        lambda row: row["id"] == client_id and row["name"] == name,
    )
