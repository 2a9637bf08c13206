"""A system whose caller may die: right before its n-th write, right after it, or not at all."""

from __future__ import annotations

from typing import Any

WRITES = frozenset({"insert", "update", "create", "patch", "delete", "disconnect_drop"})


class DiedError(BaseException):
    """The process is gone: nothing of ours catches this."""


class Mortal:
    """Passes every call on and counts the writes. ``dies_at`` counts from 1; None: it lives."""

    def __init__(self, api: Any, dies_at: int | None = None, *, after: bool = True) -> None:
        self._api = api
        self._dies_at = dies_at
        self._after = after
        self.n_writes = 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._api, name)
        if name not in WRITES:
            return call

        async def written(*arguments: Any) -> Any:
            self.n_writes += 1
            is_last = self.n_writes == self._dies_at
            if is_last and not self._after:
                raise DiedError
            answer = await call(*arguments)
            if is_last:
                raise DiedError
            return answer

        return written
