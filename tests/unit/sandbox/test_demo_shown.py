"""How the demo looks: columns that fit, the reader's language, lines that are not cut in pipes."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len
from rich.console import Console

from sandbox.demo.edit import Edit, Played
from sandbox.demo.speech import Speech, language_of
from sandbox.demo.table import Table

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def spoken(
    width: int, language: str = "en_US.UTF-8", *, is_terminal: bool = True
) -> tuple[Speech, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=is_terminal, color_system=None, highlight=False)
    return Speech({"LANG": language}, console), out


def edit(title: str, tail: str = "") -> Edit:
    return Edit("ozmap", title, lambda _person: None, tail)


def arrived(title: str, tail: str = "", effect_s: float = 1.0) -> Played:
    return Played(edit(title, tail), NOW, 1, "box-sync", decided_s=0.5, effect_s=effect_s)


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("language", ["en", "pt_BR"])
def test_head_rule_and_rows_are_of_one_width_and_fit_the_terminal(width: int, language: str) -> None:
    speech, out = spoken(width, language)
    table = Table(speech, 2.0)
    table.head()
    table.settle(arrived("rename CTO LA-008", effect_s=12.34))
    table.settle(arrived("a title that is far too long for the column that eighty cells leave for it"))
    lines = [line for line in out.getvalue().splitlines() if line.strip()]
    assert len(lines) == 4
    assert len({cell_len(line.rstrip()) for line in lines}) == 1
    assert max(map(cell_len, lines)) <= width


def test_a_long_title_gives_way_to_its_tail() -> None:
    speech, out = spoken(80)
    Table(speech, 2.0).settle(arrived("new project Expansão Norte do Jardim América", ", 12 boxes"))
    assert "new project Expansão No…, 12 boxes  box-sync" in out.getvalue()


def test_the_ratio_is_effect_by_poll_interval() -> None:
    speech, out = spoken(80)
    Table(speech, 2.0).settle(arrived("rename CTO LA-008", effect_s=1.5))
    assert out.getvalue().split()[-5:] == ["0.50", "s", "1.50", "s", "0.75"]


def test_what_did_not_arrive_shows_no_figure() -> None:
    speech, out = spoken(80)
    lost = Played(edit("rename CTO LA-008"), NOW, 1, "box-sync", decided_s=0.5, missing=["box:1 not written"])
    Table(speech, 2.0).settle(lost)
    assert out.getvalue().split()[-5:] == ["0.50", "s", "not", "seen", "–"]


def test_portuguese_numbers_have_a_comma() -> None:
    speech, out = spoken(80, "pt_BR.UTF-8")
    Table(speech, 2.0).settle(arrived("renomeia CTO LA-008", effect_s=1.5))
    assert out.getvalue().split()[-5:] == ["0,50", "s", "1,50", "s", "0,75"]


def test_on_a_terminal_a_long_line_goes_on_below_itself() -> None:
    speech, out = spoken(40)
    speech.item("     2  ", "IXC has no transmitter with the OLT's IP 10.20.7.2.")
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert lines == ["     2  IXC has no transmitter with the", "        OLT's IP 10.20.7.2."]


def test_in_a_pipe_no_line_is_broken() -> None:
    speech, out = spoken(40, is_terminal=False)
    speech.item("     2  ", "IXC has no transmitter with the OLT's IP 10.20.7.2.")
    assert out.getvalue() == "     2  IXC has no transmitter with the OLT's IP 10.20.7.2.\n"


def test_in_a_pipe_nothing_is_drawn_while_an_edit_travels() -> None:
    speech, out = spoken(80, is_terminal=False)
    with Table(speech, 2.0).travelling(edit("rename CTO LA-008")) as draw:
        draw("box-sync", None, 0.3)
    assert out.getvalue() == ""


def test_on_a_terminal_the_travelling_row_shows_its_age() -> None:
    speech, out = spoken(80)
    with Table(speech, 2.0).travelling(edit("rename CTO LA-008")) as draw:
        draw("box-sync", 0.25, 0.3)
    assert "0.25 s" in out.getvalue()
    assert "⠋ 0.3 s" in out.getvalue()


@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({"LANG": "pt_BR.UTF-8"}, "pt"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "pt_PT"}, "pt"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "pt_BR"}, "pt"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": ""}, "pt"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(env: dict[str, str], language: str) -> None:
    assert language_of(env) == language
