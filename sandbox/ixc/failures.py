"""The two ways IXC says no with HTTP 200: a JSON error, and the page of a failed SQL call (4.2, 4.3)."""

from __future__ import annotations


class RefusedError(Exception):
    """IXC answers `{"type": "error", "message": ...}`; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ErrorPageError(Exception):
    """IXC answers the red HTML page: unknown column or operator, broken SQL. The text never leaves us."""
