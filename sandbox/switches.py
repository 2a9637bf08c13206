"""Switches: each thing the fact sheets do not know is one switch, so both answers can be tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Value = bool | int | float | str
Standing = Literal["FACT", "INFERENCE", "UNKNOWN"]


@dataclass(frozen=True, slots=True)
class Switch:
    """One declared choice: the default is the way the double goes, ``choices`` bound a text switch."""

    name: str
    default: Value
    standing: Standing
    meaning: str
    choices: tuple[str, ...] = ()

    def parse(self, text: str) -> Value:
        """The value of ``text`` in the default's type; ValueError with what is allowed."""
        if isinstance(self.default, bool):
            return self._parse_bool(text)
        if isinstance(self.default, int | float):
            try:
                return type(self.default)(text)
            except ValueError:
                raise ValueError(f"switch {self.name} wants a number, not {text!r}") from None
        if self.choices and text not in self.choices:
            raise ValueError(f"switch {self.name} is one of {', '.join(self.choices)}, not {text!r}")
        return text

    def _parse_bool(self, text: str) -> bool:
        lowered = text.strip().lower()
        if lowered in {"1", "true", "on", "yes"}:
            return True
        if lowered in {"0", "false", "off", "no"}:
            return False
        raise ValueError(f"switch {self.name} is true or false, not {text!r}")


class SwitchBoard:
    """The declared switches of one double and their values now."""

    def __init__(self, declared: Iterable[Switch], given: Iterable[str] = ()) -> None:
        self._declared = {switch.name: switch for switch in declared}
        self._values: dict[str, Value] = {name: switch.default for name, switch in self._declared.items()}
        for assignment in given:
            self.assign(assignment)

    def assign(self, assignment: str) -> None:
        """``NAME=VALUE`` holds from now on; ValueError for an unknown name or a value out of its type."""
        name, sign, text = assignment.partition("=")
        if not sign:
            raise ValueError(f"a switch is given as NAME=VALUE, not {assignment!r}")
        if name not in self._declared:
            raise ValueError(f"unknown switch {name!r}; there are: {', '.join(sorted(self._declared))}")
        self._values[name] = self._declared[name].parse(text)

    def on(self, name: str) -> bool:
        """Whether a true/false switch is on."""
        return bool(self._values[name])

    def text(self, name: str) -> str:
        return str(self._values[name])

    def number(self, name: str) -> float:
        return float(self._values[name])

    def shown(self) -> list[dict[str, Any]]:
        """Each switch with its standing, meaning, default and present value."""
        return [
            {
                "name": switch.name,
                "value": self._values[switch.name],
                "default": switch.default,
                "standing": switch.standing,
                "meaning": switch.meaning,
                "choices": list(switch.choices),
            }
            for switch in self._declared.values()
        ]
