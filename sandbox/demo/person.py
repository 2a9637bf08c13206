"""A person who edits both systems through their own APIs, with a key of their own."""

from __future__ import annotations

import base64
import json
from types import TracebackType
from typing import Any, Self

import httpx

from sandbox.demo.doubles import PERSON, Doubles


class PersonRefused(Exception):
    """A system did not take an edit; the text says why, in its words."""


class Person:
    """Edits by API, as a colleague in each system's screen would.

    Every method raises PersonRefused when the system does not take the edit.
    """

    def __init__(self, doubles: Doubles) -> None:
        token = base64.b64encode(doubles.ixc.keys[PERSON].encode()).decode()
        self._ozmap = httpx.Client(
            base_url=f"{doubles.ozmap.url}/api/v2",
            headers={"Authorization": doubles.ozmap.keys[PERSON]},
            timeout=30,
        )
        self._ixc = httpx.Client(
            base_url=f"{doubles.ixc.url}/webservice/v1",
            headers={"Authorization": f"Basic {token}"},
            timeout=30,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ozmap.close()
        self._ixc.close()

    def patch_ozmap(self, route: str, row_id: str, **fields: Any) -> None:
        """Change fields of one OZmap row."""
        self._expect_ok(self._ozmap.patch(f"/{route}/{row_id}", json=fields))

    def add_ozmap(self, route: str, **fields: Any) -> dict[str, Any]:
        """Create an OZmap row; returns it."""
        created: dict[str, Any] = self._expect_ok(self._ozmap.post(f"/{route}", json=fields)).json()
        return created

    def remove_ozmap(self, route: str, row_id: str) -> None:
        """Delete an OZmap row."""
        self._expect_ok(self._ozmap.delete(f"/{route}/{row_id}"))

    def put_ixc(self, table: str, row_id: str, **fields: str) -> None:
        """Change fields of one IXC record: read it whole, change, put it whole."""
        record = self.read_ixc(table, row_id) | fields
        self._expect_success(self._ixc.put(f"/{table}/{row_id}", json=record))

    def add_ixc(self, table: str, **fields: str) -> str:
        """Insert an IXC record; returns its id."""
        return str(self._expect_success(self._ixc.post(f"/{table}", json=fields))["id"])

    def read_ixc(self, table: str, row_id: str) -> dict[str, str]:
        """One IXC record as it is listed."""
        body = {"qtype": f"{table}.id", "query": row_id, "oper": "=", "page": "1", "rp": "2"}
        answer = self._ixc.post(f"/{table}", json=body, headers={"ixcsoft": "listar"}).raise_for_status()
        (record,) = json.loads(answer.text)["registros"]
        return dict(record)

    @staticmethod
    def _expect_ok(answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise PersonRefused(f"OZmap refused with {answer.status_code}: {answer.text[:200]}")
        return answer

    @staticmethod
    def _expect_success(answer: httpx.Response) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(answer.raise_for_status().text)
        if said.get("type") != "success":
            raise PersonRefused(f"IXC refused: {said.get('message')}")
        return said
