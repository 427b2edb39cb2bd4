"""Text in lines that fit the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from grokbatch.review.text_layout import beside, output_width, table_lines, wrapped

SENTENCES = st.text("ab \N{CJK UNIFIED IDEOGRAPH-65E5}:;(", max_size=120).filter(lambda text: text == text.strip())


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("132", 132), ("5", 30), ("", 80)])
def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("COLUMNS", columns)
    assert output_width() == width


@given(SENTENCES, st.integers(min_value=10, max_value=60))
def test_no_word_is_lost_or_broken_and_lines_fit(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert " ".join(lines).split() == text.split()
    assert not [line for line in lines if cell_len(line) > width and " " in line.strip(" :;(")]


def test_what_fits_stays_as_it_is() -> None:
    assert wrapped("  a   b\n\n c", 10) == ["  a   b", "", " c"]


def test_what_does_not_fit_goes_on_below_a_little_indented() -> None:
    assert wrapped("the account is signed out; sign in again", 20) == [
        "the account is",
        "  signed out; sign",
        "  in again",
    ]
    assert wrapped("  - one and two and three", 16) == ["  - one and two", "    and three"]


def test_a_path_that_is_too_long_stands_alone() -> None:
    path = "/home/somebody/videos/reports/cats"
    assert wrapped(f"the videos are in {path}, all of them", 24) == [
        "the videos are in",
        f"  {path},",
        "  all of them",
    ]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("nobody is signed in; sign in again with: grokbatch accounts add main", "grokbatch accounts add main"),
        ("rate limit; resume with: pytest --lf (not before 14:05)", "pytest --lf"),
        ("to keep some, or type: grokbatch picks export a.yaml best; or none", "grokbatch picks export a.yaml best;"),
        ("python -m grokbatch.demo --layout unknown  (shows it)", "python -m grokbatch.demo --layout unknown"),
    ],
)
def test_a_command_is_never_broken(text: str, whole: str) -> None:
    """However narrow the terminal is, it can be copied."""
    for width in range(10, 60):
        assert sum(whole in line for line in wrapped(text, width)) == 1


def test_the_name_of_a_program_in_a_sentence_is_a_word() -> None:
    assert len(wrapped("the run of grokbatch and pytest has ended here", 20)) == 3


def test_facts_stand_beside_their_names_where_there_is_room() -> None:
    assert beside("stopped", "the site says no more today", 30, 10) == [
        "stopped   the site says no",
        "          more today",
    ]
    assert beside("stopped", "the site says no more today", 24, 10) == [
        "stopped",
        "    the site says no",
        "    more today",
    ]
    assert beside("wall", "/home/somebody/videos/reports/cats", 30, 10) == [
        "wall",
        "    /home/somebody/videos/reports/cats",
    ]


ROWS = [
    ("VIDEO", "STATUS", "RESULT"),
    ("video-001", "completed", "400x736, 6.0 s"),
    ("\N{CJK UNIFIED IDEOGRAPH-65E5}-002", "TIMEOUT", "no sign of progress for a minute"),
]


def test_columns_of_a_table_are_aligned_wide_signs_included() -> None:
    assert table_lines(ROWS, 80) == [
        "VIDEO      STATUS     RESULT",
        "video-001  completed  400x736, 6.0 s",
        "\N{CJK UNIFIED IDEOGRAPH-65E5}-002     TIMEOUT    no sign of progress for a minute",
    ]


def test_the_widest_column_of_a_table_is_wrapped() -> None:
    assert table_lines(ROWS, 44)[2:] == [
        "\N{CJK UNIFIED IDEOGRAPH-65E5}-002     TIMEOUT    no sign of progress",
        "                      for a minute",
    ]


def test_a_table_that_cannot_fit_becomes_a_list() -> None:
    assert table_lines(ROWS, 36)[:3] == ["video-001", "  status  completed", "  result  400x736, 6.0 s"]
    assert all(cell_len(line) <= 36 for line in table_lines(ROWS, 36))
