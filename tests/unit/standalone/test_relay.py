"""A complaint in a stage's log reaches the terminal once, in words, and again only while it goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from standalone.relay import AGAIN_AFTER_S, Relay, complaint_in


class Listener:
    """A log of the pollers, a relay of it, and what it said; ``now_s`` is moved by the test."""

    def __init__(self, folder: Path, before: str = "") -> None:
        self.log = folder / "pollers.log"
        if before:
            self.log.write_text(before)
        self.now_s = 0.0
        self.said: list[str] = []
        self.relay = Relay({"pollers": self.log}, self.said.append, monotonic=lambda: self.now_s)

    def write(self, text: str) -> None:
        with self.log.open("a") as file:
            file.write(text)


def line(level: str = "warning", **fields: Any) -> str:
    return json.dumps({"event": "vendor_unauthorized", "level": level, **fields}) + "\n"


def test_a_complaint_is_said_in_words_and_a_plain_event_is_not(tmp_path: Path) -> None:
    heard = Listener(tmp_path)
    heard.relay.look()
    heard.write(line("info", error="no") + line(error="OZmap refuses the key; check OZMAP_KEY"))
    heard.relay.look()
    assert heard.said == ["pollers: vendor_unauthorized: OZmap refuses the key; check OZMAP_KEY"]


def test_the_same_complaint_is_said_again_only_after_a_while(tmp_path: Path) -> None:
    heard = Listener(tmp_path)
    for now_s in (0.0, 1.0, AGAIN_AFTER_S - 0.1, AGAIN_AFTER_S):
        heard.now_s = now_s
        heard.write(line(error="x"))
        heard.relay.look()
    assert len(heard.said) == 2


def test_what_an_earlier_run_wrote_is_not_said(tmp_path: Path) -> None:
    heard = Listener(tmp_path, before=line(error="old"))
    heard.write(line(error="new"))
    heard.relay.look()
    assert heard.said == ["pollers: vendor_unauthorized: new"]


def test_a_line_that_is_being_written_is_said_once_it_is_whole(tmp_path: Path) -> None:
    heard = Listener(tmp_path)
    whole = line(error="x")
    heard.write(whole[:20])
    heard.relay.look()
    assert heard.said == []
    heard.write(whole[20:])
    heard.relay.look()
    assert len(heard.said) == 1


def test_a_log_that_was_shortened_is_read_from_its_beginning(tmp_path: Path) -> None:
    heard = Listener(tmp_path)
    heard.write(line("info") * 10)
    heard.relay.look()
    heard.log.write_text(line(error="x"))
    heard.relay.look()
    assert len(heard.said) == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("sinks: HEALTH_PORT: cannot listen", "sinks: HEALTH_PORT: cannot listen"),
        ("Traceback (most recent call last):", None),
        ("[1, 2]", None),
        (line("error").strip(), "sinks: vendor_unauthorized"),
        (
            line("error", trouble="Kafka does not answer").strip(),
            "sinks: vendor_unauthorized: Kafka does not answer",
        ),
    ],
)
def test_only_what_is_meant_for_a_person_is_a_complaint(written: str, said: str | None) -> None:
    assert complaint_in("sinks", written) == said
