"""ensure_client_name: each ending of a command on a client's name."""

from collections.abc import Callable
from typing import Any

import pytest

from kernel.contracts.commands import EnsureClientName
from kernel.contracts.outcomes import FieldChange, Result
from kernel.domain.errors import Refused, Transient
from kernel.domain.reasons import Reason
from sinks.effect import Effect
from sinks.ozmap.client_name import ensure_client_name
from sinks.ozmap.plan import Nothing, Patch, plan

COMMAND = EnsureClientName(rule="client-name", subject="login:maria", client_id="c1", name="Maria Souza")


class Clients:
    """One client in memory."""

    def __init__(self, held: dict[str, Any] | None) -> None:
        self.held = held
        self.patches: list[dict[str, Any]] = []
        self.answer: Exception | None = None
        self.keep: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body

    async def read(self, route: str, row_id: str) -> dict[str, Any] | None:
        assert (route, row_id) == ("ftth-clients", "c1")
        return None if self.held is None else dict(self.held)

    async def patch(self, route: str, row_id: str, body: dict[str, Any]) -> None:
        assert (route, row_id) == ("ftth-clients", "c1")
        self.patches.append(body)
        if self.held is not None:
            self.held |= self.keep(body)
        if self.answer is not None:
            raise self.answer


@pytest.mark.parametrize("held", ["Maria Souza", " Maria Souza ", "Maria Souza\n"])
def test_the_same_name_needs_nothing(held: str) -> None:
    assert plan(COMMAND, {"id": "c1", "name": held}) == Nothing()


@pytest.mark.parametrize(("held", "old"), [("maria souza", "maria souza"), ("", ""), (None, None), (5, "5")])
def test_another_name_is_patched_alone(held: object, old: str | None) -> None:
    chosen = plan(COMMAND, {"id": "c1", "name": held, "code": "maria"})
    changed = (FieldChange(field="name", old=old, new="Maria Souza"),)
    assert chosen == Patch({"name": "Maria Souza"}, changed)


def test_a_name_is_written_without_its_outer_blanks() -> None:
    chosen = plan(COMMAND.model_copy(update={"name": " Maria Souza "}), {"id": "c1"})
    assert isinstance(chosen, Patch)
    assert chosen.fields == {"name": "Maria Souza"}


async def test_a_client_that_is_gone_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        await ensure_client_name(COMMAND, Clients(None))
    assert caught.value.reason == Reason.REMOTE_MISSING


async def test_a_client_with_that_name_is_left_alone() -> None:
    clients = Clients({"id": "c1", "name": " Maria Souza"})
    assert await ensure_client_name(COMMAND, clients) == Effect(Result.ALREADY, "c1")
    assert clients.patches == []


async def test_a_client_gets_its_name_and_nothing_else() -> None:
    clients = Clients({"id": "c1", "name": "x", "code": "maria"})
    effect = await ensure_client_name(COMMAND, clients)
    assert (effect.result, effect.remote_id) == (Result.UPDATED, "c1")
    assert clients.patches == [{"name": "Maria Souza"}]
    assert clients.held == {"id": "c1", "name": "Maria Souza", "code": "maria"}


async def test_an_error_that_wrote_is_a_success() -> None:
    clients = Clients({"id": "c1", "name": "x"})
    clients.answer = Transient("502")
    effect = await ensure_client_name(COMMAND, clients)
    assert effect.result is Result.UPDATED
    assert "502" in effect.detail


async def test_an_error_that_did_not_write_is_raised() -> None:
    clients = Clients({"id": "c1", "name": "x"})
    clients.answer, clients.keep = Refused(Reason.REJECTED, "name is too long"), lambda _body: {}
    with pytest.raises(Refused) as caught:
        await ensure_client_name(COMMAND, clients)
    assert caught.value.detail == "name is too long"


async def test_a_success_that_did_not_write_is_not_believed() -> None:
    clients = Clients({"id": "c1", "name": "x"})
    clients.keep = lambda body: {"name": body["name"][:3]}
    with pytest.raises(Refused) as caught:
        await ensure_client_name(COMMAND, clients)
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_WRITTEN, "name")
