"""All eleven rules at once, from two systems that never met to two that agree, and from there on by edits."""

from collections.abc import Iterator

import pytest

from sandbox.demo.person import Person
from sandbox.oracle.raw import Row
from sandbox.oracle.whole import Both, compare_whole, steady
from standalone.running import RunningKafka
from tests.loop_kit.city import City
from tests.loop_kit.loop import ALL_RULES, Loop, own_prefix
from tests.loop_kit.until import until

pytestmark = pytest.mark.kafka

OZMAP = ("projects", "boxes", "buildings", "splitters", "olts", "ftth-clients", "properties", "cables")
IXC = (
    "df_projeto",
    "radpop_radio",
    "rad_caixa_ftth",
    "radusuarios",
    "cliente_contrato",
    "cliente",
    "radpop_radio_cliente_fibra",
)


class Met:
    """A small city and all rules on it; ``before`` is how both systems were."""

    def __init__(self, city: City, loop: Loop, before: Both) -> None:
        self.city, self.loop, self.before = city, loop, before

    def now(self) -> Both:
        return rows_of(self.city)

    def n_effects(self) -> int:
        return sum(len(self.city.journal(system, effects=True)) for system in ("ozmap", "ixc"))

    def property_of(self, client_id: str) -> Row | None:
        homes = self.city.rows("ozmap", ("properties",))["properties"]
        return next((home for home in homes if home.get("client") == client_id), None)

    def clients(self, code: str) -> list[Row]:
        rows = self.city.rows("ozmap", ("ftth-clients",))["ftth-clients"]
        return [row for row in rows if str(row.get("code") or "").strip() == code]


def rows_of(city: City) -> Both:
    return Both(city.rows("ozmap", OZMAP), city.rows("ixc", IXC))


@pytest.fixture(scope="module")
def met(kafka: RunningKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    folder = tmp_path_factory.mktemp("all-rules")
    with City("small", folder) as city:
        before = rows_of(city)
        with Loop(city, kafka.bootstrap_servers, own_prefix(), folder / "stages", rules=ALL_RULES) as loop:
            until(lambda: has_settled(loop, city), "the first synchronisation", 120, every_s=1.0)
            yield Met(city, loop, before)


def has_settled(loop: Loop, city: City) -> bool:
    return len(city.journal("ozmap", effects=True)) > 10 and loop.n_open() == 0


def test_after_the_first_synchronisation_the_oracle_finds_nothing_to_say(met: Met) -> None:
    assert compare_whole(met.before, met.now(), met.loop.records.links()) == {}


def test_then_nothing_is_written_any_more(met: Met) -> None:
    n_before = met.n_effects()
    met.loop.await_polls(2)
    assert met.n_effects() == n_before


def test_a_day_of_a_subscriber(met: Met) -> None:
    """Renamed, moved, offline, dim, cancelled, back again: each arrives, and the last wish stands."""
    login, client, home = a_plain_subscriber(met)
    login_id, code = login["id"], login["login"].strip()
    with Person(met.city) as person:
        person.put_ixc("radusuarios", login_id, online="N" if client.get("status") != 1 else "S")
        person.patch_ozmap("ftth-clients", client["id"], name="typed over")
        free = a_free_port(met, home)
        person.patch_ozmap(
            "properties", home["id"], box=home["box"], connector=free[0], port=free[1], auto_connect=True
        )
        until(lambda: agrees(met), "the edits of the day", 60, every_s=0.5)

        contract_id = login["id_contrato"]
        person.put_ixc("radusuarios", login_id, ativo="N", id_contrato="0")
        until(lambda: not met.clients(code), "the cancelled client is off", 60, every_s=0.2)
        left = next(
            row for row in met.city.rows("ozmap", ("properties",))["properties"] if row["id"] == home["id"]
        )
        assert left.get("client") is None
        assert code in str(left.get("observation"))
        assert not left.get("connections")

        person.put_ixc("radusuarios", login_id, ativo="S", id_contrato=contract_id)
        until(lambda: len(met.clients(code)) == 1, "the client is back", 60, every_s=0.2)
        until(lambda: agrees(met), "both systems agree again", 60, every_s=0.5)
    assert len(met.clients(code)) == 1


def agrees(met: Met) -> bool:
    return met.loop.n_open() == 0 and steady(met.now(), met.loop.records.links()) == {}


def a_plain_subscriber(met: Met) -> tuple[dict[str, str], Row, Row]:
    """An active fibre login with an active contract, one client, one connected property in a linked box."""
    links = met.loop.records.links()
    rows = met.now()
    contracts = {row["id"]: row for row in rows.ixc["cliente_contrato"]}
    for login in rows.ixc["radusuarios"]:
        contract = contracts.get(login["id_contrato"])
        if login["tipo_conexao_mapa"] != "F" or login["ativo"] != "S" or login["online"] not in ("S", "N"):
            continue
        if contract is None or contract["status"] != "A":
            continue
        found = [row for row in rows.ozmap["ftth-clients"] if row.get("code") == login["login"].strip()]
        homes = [row for row in rows.ozmap["properties"] if found and row.get("client") == found[0]["id"]]
        is_plain = len(found) == 1 and len(homes) == 1 and homes[0].get("box") in links
        if is_plain and homes[0].get("connections") and free_ports(rows, homes[0]):
            return dict(login), dict(found[0]), dict(homes[0])
    raise AssertionError("the city has no such subscriber")


def free_ports(rows: Both, home: Row) -> list[tuple[str, int]]:
    box = home["box"]
    return [
        (splitter["id"], number)
        for splitter in rows.ozmap["splitters"]
        if splitter["parent"] == box and splitter.get("isDrop")
        for number, fibre in enumerate(splitter["connectables"]["output"], start=1)
        if fibre is None and not (splitter.get("ports") or [{}] * 99)[number - 1].get("blocked")
    ]


def a_free_port(met: Met, home: Row) -> tuple[str, int]:
    return free_ports(met.now(), home)[0]
