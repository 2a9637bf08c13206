"""OZmap's single calls: reads, writes and look-ups."""

from urllib.parse import unquote

import orjson
import pytest

from kernel.domain.errors import Malformed, Misconfigured, Refused, Transient
from kernel.vendors.ozmap.client import OzmapApi
from tests.unit.kernel.vendors.wire import KEY, Wire, http_over, says, told


def api(wire: Wire) -> OzmapApi:
    return OzmapApi(http_over(wire))


async def test_a_row_is_read_whole_and_a_missing_one_is_none() -> None:
    wire = Wire(says({"id": "b1", "extra": {"deep": [1]}}), says({"message": "not found"}, 404))
    ozmap = api(wire)
    assert await ozmap.read("boxes", "b1") == {"id": "b1", "extra": {"deep": [1]}}
    assert await ozmap.read("boxes", "b2") is None
    assert [request.url.path for request in wire.requests] == ["/api/v2/boxes/b1", "/api/v2/boxes/b2"]
    assert all(request.method == "GET" for request in wire.requests)


async def test_the_read_of_one_row_that_answers_another_is_malformed() -> None:
    with pytest.raises(Malformed, match="another row"):
        await api(Wire(says({"id": "b2"}))).read("boxes", "b1")


async def test_an_empty_id_reads_nothing() -> None:
    wire = Wire(says({"rows": []}))
    for call in (
        api(wire).read("boxes", ""),
        api(wire).delete("boxes", " "),
        api(wire).patch("boxes", "", {}),
    ):
        with pytest.raises(Malformed, match="no id"):
            await call
    assert wire.requests == []


async def test_a_create_posts_once_and_gives_the_row_with_its_id() -> None:
    wire = Wire(says({"_id": "c1", "__v": 0, "name": "x"}, 201))
    assert (await api(wire).create("boxes", {"name": "x"}))["id"] == "c1"
    assert (wire.requests[0].method, orjson.loads(wire.requests[0].content)) == ("POST", {"name": "x"})
    assert wire.requests[0].headers["content-type"] == "application/json"


async def test_a_patch_sends_only_what_is_given() -> None:
    wire = Wire(told("", 204))
    await api(wire).patch("ftth-clients", "c1", {"name": "Zé"})
    assert (wire.requests[0].method, wire.requests[0].url.path) == ("PATCH", "/api/v2/ftth-clients/c1")
    assert orjson.loads(wire.requests[0].content) == {"name": "Zé"}


async def test_a_patch_of_a_missing_row_is_refused_as_such() -> None:
    with pytest.raises(Refused) as caught:
        await api(Wire(says({"message": "?"}, 404))).patch("boxes", "b1", {})
    assert (caught.value.reason, caught.value.detail) == ("remote_missing", "boxes/b1")


async def test_a_delete_says_whether_there_was_something() -> None:
    wire = Wire(told("", 204), says({"message": "?"}, 404))
    ozmap = api(wire)
    assert await ozmap.delete("boxes", "b1") is True
    assert await ozmap.delete("boxes", "b1") is False


@pytest.mark.parametrize("code", ["maria", "a/b c", "50%", "ç+é&x=1?#y", "a%2Fb", "josé@net"])
async def test_a_code_is_encoded_whatever_is_in_it(code: str) -> None:
    wire = Wire(says([{"id": "p1", "_id": "p1"}]))
    assert await api(wire).properties_of(code) == [{"id": "p1", "_id": "p1"}]
    raw = wire.requests[0].url.raw_path.decode()
    assert raw.startswith("/api/v2/properties/client/")
    assert unquote(raw.removeprefix("/api/v2/properties/client/")) == code


@pytest.mark.parametrize("reply", [says([]), says({"message": "?"}, 404)])
async def test_an_unknown_code_has_no_properties(reply: object) -> None:
    assert await api(Wire(reply)).properties_of("nobody") == []  # type: ignore[arg-type]


async def test_clients_with_a_code_match_it_exactly_after_trimming() -> None:
    rows = [{"id": str(n), "code": code} for n, code in enumerate(["maria", " maria ", "MARIA", "maria2"])]
    wire = Wire(says({"total": 4, "rows": rows, "hasNextPage": False}))
    assert [row["id"] for row in await api(wire).clients_with_code(" maria")] == ["0", "1"]


@pytest.mark.parametrize(
    ("reply", "accepted"), [(told(""), True), (told("", 204), True), (says({}, 401), False)]
)
async def test_a_key_is_accepted_or_not(reply: object, accepted: bool) -> None:
    assert await api(Wire(reply)).authenticated() is accepted  # type: ignore[arg-type]


async def test_a_server_in_trouble_says_nothing_about_the_key() -> None:
    with pytest.raises(Transient):
        await api(Wire(says({}, 503))).authenticated()


async def test_an_address_without_the_api_is_not_taken_for_a_wrong_key() -> None:
    with pytest.raises(Misconfigured, match="OZMAP_URL"):
        await api(Wire(told("Not Found", 404))).authenticated()


def test_a_client_shows_its_address_only() -> None:
    shown = repr(api(Wire(says({}))))
    assert "https://vendor.example" in shown
    assert KEY not in shown
