"""The page docs/rules.md, made from the code: ``python -m ops.rules_page`` writes it.

What a rule may say and which settings it reads is found in its source: in its own functions and in those
of the questions it shares with others, as far as they are called from it.
"""

import ast
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from pydantic import SecretStr

from kernel.contracts.commands import COMMANDS, EnsureBox
from kernel.domain.errors import System
from kernel.domain.reasons import CATALOGUE, Reason
from kernel.settings import Settings
from streams import policy as policy_module
from streams import rules
from streams.rules.rule import Rule

PAGE = Path("docs/rules.md")
DIRECTIONS = {System.IXC: "OZmap → IXC", System.OZMAP: "IXC → OZmap"}
NEW_BOX = ("new_box_tipo", "new_box_style")
"""Settings that the sink reads when it creates a box."""

_OPENING = """# The rules

Made from the code by `python -m ops.rules_page`; a test fails when this page and the code differ.

Each rule is asked about one object at a time and answers in one of four ways: *ensure* (a write is wished),
*already* (nothing to do), *wait* (for something not known yet; decided again by itself when it comes) or
*skip* (does not apply, for a reason). Settings are environment variables.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule's source says: the reasons it may give, the settings it reads, the commands it may wish."""

    reasons: tuple[Reason, ...]
    settings: tuple[str, ...]
    commands: tuple[str, ...]


def render_page() -> str:
    """The whole page."""
    parts = [_OPENING, _contents()]
    parts += [_section(rule) for rule in rules.RULES]
    spoken = {reason for rule in rules.RULES for reason in said_by(rule).reasons}
    parts.append("## What the systems answer\n")
    parts.append("A wish that was sent may be refused or held, or must wait for its turn:\n")
    parts.append(_reasons(reason for reason in Reason if reason not in spoken))
    return "\n".join(parts)


def said_by(rule: Rule) -> Said:
    """What the source of ``rule`` says, in the order of its own catalogue and settings."""
    names = {node.attr for node in _reached(_module_of(rule)) if isinstance(node, ast.Attribute)}
    words = {node.id for node in _reached(_module_of(rule)) if isinstance(node, ast.Name)}
    commands = tuple(command.__name__ for command in COMMANDS if command.__name__ in words)
    fields = _settings_of_policy()
    read = {fields[name] for name in names & fields.keys()}
    if EnsureBox.__name__ in commands:
        read |= set(NEW_BOX)
    return Said(
        reasons=tuple(reason for reason in Reason if reason.name in names),
        settings=(mode_setting(rule), *(name for name in Settings.model_fields if name in read)),
        commands=commands,
    )


def mode_setting(rule: Rule) -> str:
    """The setting that turns the rule on, off or to report."""
    return f"rule_{rule.slug.replace('-', '_')}"


def direction(rule: Rule) -> str:
    """Which way the rule writes."""
    (system,) = {command.system for command in COMMANDS if command.__name__ in said_by(rule).commands}
    return DIRECTIONS[system]


def _contents() -> str:
    rows = [
        f"| [{rule.slug}](#{rule.slug}) | {direction(rule)} | {_sentence(_summary(rule))} |"
        for rule in rules.RULES
    ]
    return "\n".join(["| rule | direction | what holds |", "|---|---|---|", *rows, ""])


def _section(rule: Rule) -> str:
    said = said_by(rule)
    name = Path(inspect.getfile(_module_of(rule))).name
    return "\n".join(
        [
            f"## {rule.slug}",
            "",
            f"{direction(rule)} · [streams/rules/{name}](../streams/rules/{name})",
            "",
            _sentence(_summary(rule)),
            *_body(rule),
            "",
            "| setting | default | meaning |",
            "|---|---|---|",
            *(_setting(name) for name in said.settings),
            "",
            _reasons(said.reasons),
        ]
    )


def _docstring(rule: Rule) -> list[str]:
    """The paragraphs of the rule's docstring, each in one line; where it comes from is for developers."""
    text = inspect.getdoc(_module_of(rule)) or ""
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return [paragraph for paragraph in paragraphs if not paragraph.startswith("Source:")]


def _summary(rule: Rule) -> str:
    return _docstring(rule)[0].removeprefix(f"{rule.slug}: ")


def _body(rule: Rule) -> list[str]:
    return [line for paragraph in _docstring(rule)[1:] for line in ("", paragraph.replace("``", "`"))]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _setting(name: str) -> str:
    field = Settings.model_fields[name]
    default = "" if isinstance(field.default, SecretStr) else field.default
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    return f"| `{name.upper()}` | `{shown}` | {field.description} |"


def _reasons(reasons: Iterable[Reason]) -> str:
    rows = [
        f"| `{reason}` | {CATALOGUE[reason].en} | {CATALOGUE[reason].pt} |".replace("{about}", "…")
        for reason in reasons
    ]
    return "\n".join(["| reason | English | português |", "|---|---|---|", *rows, ""])


# The source


def _module_of(rule: Rule) -> ModuleType:
    module = inspect.getmodule(rule.decide)
    if module is None:
        raise LookupError(f"{rule.slug} has no module")
    return module


def _reached(module: ModuleType) -> Iterator[ast.AST]:
    """Every node of every function that can be reached from the rule's module."""
    seen: set[tuple[str, str]] = set()
    ahead = [(module, name) for name in _functions(module)]
    while ahead:
        home, name = ahead.pop()
        if (home.__name__, name) in seen:
            continue
        seen.add((home.__name__, name))
        for node in ast.walk(_functions(home)[name]):
            yield node
            if isinstance(node, ast.Name):
                found = getattr(home, node.id, None)
                where = inspect.getmodule(found) if inspect.isfunction(found) else None
                if where is not None and where.__name__.startswith(rules.__name__):
                    ahead.append((where, node.id))


def _functions(module: ModuleType) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _settings_of_policy() -> dict[str, str]:
    """From a field of the policy to the setting it is made from."""
    tree = ast.parse(inspect.getsource(policy_module))
    return {
        keyword.arg: keyword.value.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg and isinstance(keyword.value, ast.Attribute)
    }


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render_page(), encoding="utf-8")
