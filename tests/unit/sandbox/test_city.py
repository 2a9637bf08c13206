"""The seeded city: the same in every process, whole, and as odd as it says."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime

import orjson
import pytest

from sandbox.city import City, build
from sandbox.city.traits import BOX_TRAITS, BUILDING_TRAITS, LOGIN_TRAITS
from sandbox.ixc.tables import TABLES


def digest(city: City) -> str:
    halves = [{name: list(rows) for name, rows in half.items()} for half in (city.ozmap, city.ixc)]
    return hashlib.sha256(orjson.dumps(halves)).hexdigest()


def digest_elsewhere(hash_seed: str) -> str:
    code = (
        "import hashlib, orjson; from sandbox.city import build; c = build('small', 3);"
        "h = [{n: list(r) for n, r in half.items()} for half in (c.ozmap, c.ixc)];"
        "print(hashlib.sha256(orjson.dumps(h)).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True
    )
    return run.stdout.strip()


@pytest.fixture(scope="module")
def small() -> City:
    return build("small", 3)


def test_the_same_name_and_seed_give_the_same_rows_in_every_process(small: City) -> None:
    assert digest(small) == digest_elsewhere("0") == digest_elsewhere("77")


def test_another_seed_gives_another_city(small: City) -> None:
    assert digest(small) != digest(build("small", 4))


@pytest.mark.parametrize(
    ("name", "n_boxes", "n_logins"), [("empty", 0, 0), ("small", 60, 400), ("town", 1000, 10_000)]
)
def test_a_city_has_the_boxes_and_logins_it_promises(name: str, n_boxes: int, n_logins: int) -> None:
    city = build(name, 1)
    assert (len(city.ozmap["boxes"]), len(city.ixc["radusuarios"])) == (n_boxes, n_logins)


def test_an_unknown_city_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="empty, small, town, isp"):
        build("village", 1)


@pytest.mark.parametrize("seed", range(8))
def test_the_smallest_city_shows_every_trait(seed: int) -> None:
    counts = build("small", seed).describe()
    wanted = [(kind, trait) for kind, traits in (("box", BOX_TRAITS), ("building", BUILDING_TRAITS),
                                                 ("login", LOGIN_TRAITS)) for trait in traits]  # fmt: skip
    assert not [f"{kind}.{t.name}" for kind, t in wanted if counts.get(f"{kind}.{t.name}", 0) < t.least]


def test_nine_tenths_of_a_town_are_plain_or_differ_in_form_only() -> None:
    counts = build("town", 1).describe()
    same_by_meaning = (
        "plain",
        "comma",
        "blank_razao",
        "crlf_razao",
        "no_point",
        "lower_f",
        "code_pipe",
        "not_fibre",
    )
    assert sum(counts[f"login.{name}"] for name in same_by_meaning) >= 0.9 * 10_000
    equal_boxes = (
        "plain",
        "closure",
        "blank_name",
        "comma",
        "unindexed",
        "half_indexed",
        "same_index",
        "full",
    )
    assert sum(counts[f"box.{name}"] for name in equal_boxes) >= 0.86 * 1000


# -- references ----------------------------------------------------------------------------------


def test_every_ozmap_reference_leads_somewhere(small: City) -> None:
    ids = {route: {doc["id"] for doc in docs} for route, docs in small.ozmap.items()}
    places = ids["boxes"] | ids["buildings"] | ids["pops"] | ids["properties"]
    for splitter in small.ozmap["splitters"]:
        assert splitter["parent"] in places
        assert splitter["splitterType"] in ids["splitter-types"]
        assert {fiber for fiber in splitter["connectables"]["output"] if fiber} <= ids["fibers"]
    for home in small.ozmap["properties"]:
        assert home["client"] is None or home["client"] in ids["ftth-clients"]
        assert home["box"] is None or home["box"] in ids["boxes"] | ids["buildings"]
        assert home["drop"] is None or home["drop"] in ids["cables"]
    for cable in small.ozmap["cables"]:
        assert {cable["boxA"], cable["boxB"]} <= places
    for fiber in small.ozmap["fibers"]:
        assert fiber["parent"] in ids["cables"]
        assert set(fiber["connectors"]) <= ids["splitters"] | ids["pons"]


def test_every_ixc_reference_leads_somewhere_or_is_zero(small: City) -> None:
    ids = {table: {row["id"] for row in rows} | {"0"} for table, rows in small.ixc.items()}
    refers = {
        "radusuarios": {"id_cliente": "cliente", "id_contrato": "cliente_contrato",
                        "id_caixa_ftth": "rad_caixa_ftth", "id_transmissor": "radpop_radio",
                        "id_df_projeto": "df_projeto"},
        "rad_caixa_ftth": {"id_projeto": "df_projeto", "id_transmissor": "radpop_radio"},
        "cliente_contrato": {"id_cliente": "cliente"},
        "radpop_radio_cliente_fibra": {"id_login": "radusuarios", "id_caixa_ftth": "rad_caixa_ftth"},
    }  # fmt: skip
    for table, columns in refers.items():
        for row in small.ixc[table]:
            for column, target in columns.items():
                assert row[column] in ids[target], (table, row["id"], column)


def test_ids_are_unique_and_24_hex_in_ozmap(small: City) -> None:
    ids = [doc["id"] for docs in small.ozmap.values() for doc in docs]
    assert len(ids) == len(set(ids))
    assert all(len(i) == 24 and int(i, 16) >= 0 for i in ids)


def test_a_connected_property_holds_the_port_its_connection_says(small: City) -> None:
    splitters = {doc["id"]: doc for doc in small.ozmap["splitters"]}
    n_connections = 0
    for home in small.ozmap["properties"]:
        for connection in home["connections"]:
            outputs = splitters[connection["id"]]["connectables"]["output"]
            assert outputs[connection["port"] - 1] == connection["fiber"]
            n_connections += 1
    assert n_connections == sum(1 for fiber in small.ozmap["fibers"] if fiber["isDrop"])


def test_the_light_of_a_fed_splitter_can_be_walked_back_to_its_pon(small: City) -> None:
    fibers = {doc["id"]: doc for doc in small.ozmap["fibers"]}
    splitters = {doc["id"]: doc for doc in small.ozmap["splitters"]}
    pons = {doc["id"]: doc for doc in small.ozmap["pons"]}
    slots = {doc["id"]: doc for doc in small.ozmap["slots"]}
    for splitter in splitters.values():
        at, fed = splitter["id"], splitter["connectables"]["input"][0]
        while fed is not None and at not in pons:
            at = fibers[fed]["connectors"][0]
            fed = splitters[at]["connectables"]["input"][0] if at in splitters else None
        if at in pons:
            slot = slots[pons[at]["slot"]]
            assert (splitter["pon"], splitter["slot"], splitter["olt"]) == (at, slot["id"], slot["olt"])
        else:
            assert not {"olt", "slot", "pon"} & splitter.keys()


def test_boxes_have_free_ports_with_one_splitter_and_with_two(small: City) -> None:
    free: set[int] = set()
    by_box: dict[str, list[dict[str, object]]] = {}
    for splitter in small.ozmap["splitters"]:
        if splitter["isDrop"]:
            by_box.setdefault(splitter["parent"], []).append(splitter)
    for inside in by_box.values():
        if any(None in splitter["connectables"]["output"] for splitter in inside):  # type: ignore[index]
            free.add(len(inside))
    assert {1, 2} <= free


# -- forms ---------------------------------------------------------------------------------------


def test_every_ixc_row_has_every_column_as_text(small: City) -> None:
    for table, rows in small.ixc.items():
        columns = {column.name for column in TABLES[table].columns}
        for row in rows:
            assert row.keys() == columns
            assert all(isinstance(value, str) for value in row.values())


def test_every_password_is_a_marked_fake(small: City) -> None:
    for table, rows in small.ixc.items():
        secrets = [column.name for column in TABLES[table].columns if column.is_secret]
        assert all("FAKE-SECRET" in row[name] for row in rows for name in secrets)
    assert all(
        "FAKE-SECRET" in olt["password"] and "FAKE-SECRET" in olt["user"] for olt in small.ozmap["olts"]
    )


def test_no_row_is_newer_than_the_city_and_ixc_writes_local_time() -> None:
    at = datetime(2025, 3, 1, 2, 30, tzinfo=UTC)
    city = build("small", 3, at=at, time_zone="America/Porto_Velho")
    newest = max(doc["updatedAt"] for docs in city.ozmap.values() for doc in docs)
    assert newest <= "2025-03-01T02:30:00.000Z"
    newest_login = max(row["ultima_atualizacao"] for row in city.ixc["radusuarios"])
    assert "2025-02-28 22:00:00" < newest_login <= "2025-02-28 22:30:00"


def test_the_states_the_rules_distinguish_are_all_there(small: City) -> None:
    logins, contracts = small.ixc["radusuarios"], small.ixc["cliente_contrato"]
    assert {"F", "f", "58", "24", "L", "A", "LTE", "LDD"} == {row["tipo_conexao_mapa"] for row in logins}
    assert {"S", "SS", "N", ""} == {row["online"] for row in logins}
    assert {"S", "N"} == {row["ativo"] for row in logins}
    assert {"P", "A", "I", "N", "D", ""} == {row["status"] for row in contracts}
    latitudes = [row["latitude"] for row in logins]
    assert any("," in text for text in latitudes)
    assert any(text[1:].isdigit() and len(text) > 6 for text in latitudes)
    assert "" in latitudes
    assert "0" in latitudes
    onus = small.ixc["radpop_radio_cliente_fibra"]
    assert any(row["sinal_rx"] == "0.00" and row["data_sinal"].startswith("0000") for row in onus)
    assert any(row["id_login"] == "0" for row in onus)
    assert any(row["descricao"].endswith("  ") for row in small.ixc["rad_caixa_ftth"])
    assert any(row["razao"].endswith("\r\n") for row in small.ixc["cliente"])


def test_rows_can_be_counted_indexed_and_compared_without_being_kept(small: City) -> None:
    boxes = small.ozmap["boxes"]
    assert boxes[0] == boxes[0]
    assert boxes[0] is not boxes[0]
    assert boxes[-1] == list(boxes)[len(boxes) - 1]
    assert boxes == small.ozmap["boxes"]
    with pytest.raises(IndexError):
        boxes[60]
