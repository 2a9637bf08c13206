"""Errors named by what the loop does with them; each says what the operator does.

    IntegratorError
    ├── Transient              retried with jittered back-off in its lane; the operator waits
    │   └── RateLimited        retried after ``retry_after_s``; the operator may lower the budget
    ├── Refused                the system said no: an outcome, the rest goes on; the operator reads the reason
    ├── Malformed              it cannot be understood: dead letter; the operator looks at its sender
    ├── Unauthorized           the key does not work: that system pauses, everything is kept; renew the key
    └── Misconfigured          the stage does not start; the message says which setting to change

Foreign exceptions are mapped to these at the boundary, in one table (``kernel.vendors.http``).
"""

from enum import StrEnum


class System(StrEnum):
    """The two systems that are kept equal."""

    OZMAP = "ozmap"
    IXC = "ixc"


class IntegratorError(Exception):
    """The root: nothing else of ours is raised across a module's boundary."""


class Transient(IntegratorError):
    """May pass by itself: time-outs, resets, 5xx, IXC's HTML page. Retry with back-off."""


class RateLimited(Transient):
    """The system asked us to slow down. ``retry_after_s`` is its wish, or None when it named none."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Refused(IntegratorError):
    """The system understood and said no; ``detail`` is its message, no secrets. Do not retry unchanged."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Malformed(IntegratorError):
    """An answer or a message that cannot be understood."""


class Unauthorized(IntegratorError):
    """The key of ``system`` is wrong, expired or lacks the permission. Pause that system, keep everything."""

    def __init__(self, system: System, message: str) -> None:
        super().__init__(message)
        self.system = system


class Misconfigured(IntegratorError):
    """A setting is missing or contradicts itself; the message names it and its remedy. Exit at start."""
