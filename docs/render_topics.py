"""Writes docs/topics.md from topics.yaml and the contracts: `python -m docs.render_topics`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kernel.contracts.changes import ENTITIES, Listed
from kernel.contracts.commands import COMMANDS
from kernel.contracts.cursors import CURSOR_TYPE, Cursor
from kernel.contracts.decisions import DECISION_TYPE, DecisionRecord
from kernel.contracts.links import LINK_TYPE, Link
from kernel.contracts.outcomes import Outcome
from kernel.runtime.topics import Topic, load_topics

PAGE = Path(__file__).with_name("topics.md")

HEAD = """\
# Topics

Written by `python -m docs.render_topics` from `topics.yaml` and `kernel/contracts/`. Names are without the
stack's prefix (`TOPIC_PREFIX`).

## Reading them

Messages are CloudEvents 1.0 in Kafka's binary mode: `ce_id`, `ce_type`, `ce_source`, `ce_subject` and
`ce_time` are headers, the body is JSON. `ce_cause` is the `ce_id` of the event that led to this one; an
outcome also carries `ce_rootcause`, so that one edit can be followed to its effect. Two messages with one
`ce_id` say the same thing.

On a *compacted* topic the last record of a key is its state; a record without body means that it is gone.
The record under `@listed` says that a complete listing of the entity ended: every row it had lies before
it. Messages may come twice; take them by meaning.

## Compatibility

A name that ends in `v1` keeps its key and its meaning, and its bodies only gain fields: ignore what you do
not know. What would break a reader gets a new name, `v2`, and both are written for a while. Reasons
(`reason`) are slugs that are never renamed; new ones appear.
"""


def render() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_topics(), *_bodies()])


def _topics() -> Iterable[str]:
    yield "## All topics\n"
    yield "| topic | key | partitions | kept | from → to | what |"
    yield "|---|---|---|---|---|---|"
    for topic in load_topics().topics:
        flow = f"{', '.join(topic.producers)} → {', '.join(topic.consumers)}"
        key = (topic.key or "none").replace("<", "‹").replace(">", "›")
        yield (
            f"| `{topic.name}` | {key} | {topic.partitions} | {_kept(topic)} | {flow} | {topic.description} |"
        )
    yield ""


def _kept(topic: Topic) -> str:
    if topic.configs["cleanup.policy"] == "compact":
        return "compacted"
    kept_ms = int(topic.configs["retention.ms"])
    return "for ever" if kept_ms < 0 else f"{kept_ms / 86_400_000:g} days"


def _bodies() -> Iterable[str]:
    yield "## Bodies, by `ce_type`\n"
    yield "| type | fields |"
    yield "|---|---|"
    for entity in ENTITIES:
        yield _body(entity.observed_type, entity.model)
    yield _body("‹system›.‹entity›.listed.v1", Listed)
    for command in COMMANDS:
        kind = command.model_fields["type"].default
        yield _body(f"{command.system}.{command.entity}.{kind}.v1", command)
    yield _body("‹system›.‹entity›.outcome.v1", Outcome)
    yield _body(LINK_TYPE, Link)
    yield _body(DECISION_TYPE, DecisionRecord)
    yield _body(CURSOR_TYPE, Cursor)
    yield ""
    yield "A field with `?` may be null. `fields` of a box command: " + _fields(
        _nested(COMMANDS[0], "fields")
    )


def _body(ce_type: str, model: type[BaseModel]) -> str:
    return f"| `{ce_type}` | {_fields(model.model_json_schema(mode='serialization'))} |"


def _nested(model: type[BaseModel], name: str) -> dict[str, Any]:
    whole = model.model_json_schema(mode="serialization")
    nested: dict[str, Any] = whole["$defs"][whole["properties"][name]["$ref"].rpartition("/")[2]]
    return nested


def _fields(schema: dict[str, Any]) -> str:
    return ", ".join(f"`{name}` {_type(field)}" for name, field in schema["properties"].items())


def _type(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return "/".join(_type(kind) for kind in field["anyOf"] if kind.get("type") != "null") + "?"
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "oneOf" in field:
        return "command"
    if "const" in field:
        return f"“{field['const']}”"
    return str(field.get("format") or field.get("type", "any"))


if __name__ == "__main__":
    PAGE.write_text(render() + "\n", encoding="utf-8")
