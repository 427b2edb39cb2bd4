"""The choices on a page are recognised by their words, however these are written."""

from __future__ import annotations

import pytest

from grokbatch.site.locators.table import packaged_table
from grokbatch.site.page.observation import Choice
from grokbatch.site.page.option_values import find_choice, greatest, is_chosen, is_value, offered

TABLE = packaged_table()


def choices(*texts: str, off: tuple[str, ...] = (), on: str = "") -> list[Choice]:
    return [
        Choice(id=number, text=text, disabled=text in off, chosen=text == on if on else None)
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("duration", "10", ["10s", "10 s", "10 sec", "10 seconds", "10 segundos", "10秒", "10s\nNew"]),
        ("resolution", "720p", ["720p", "720P", "720 p", "720p HD"]),
        ("aspect", "16:9", ["16:9", "16 : 9", "16:9 Landscape", "16:09"]),
        ("preset", "spicy", ["Spicy", "SPICY", " spicy ", "Spicy\nfor adults"]),
        ("mode", "video", ["Video", "Vídeo", "视频", "동영상", "비디오", "VIDEO"]),
    ],
)
def test_a_value_is_known_by_any_of_its_words(control: str, value: str, words: list[str]) -> None:
    """Units, spaces, capitals and the account's language make no difference."""
    assert [word for word in words if not is_value(control, value, word, TABLE)] == []


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("duration", "10", ["6s", "1s", "100s", "", "Normal"]),
        ("resolution", "720p", ["480p", "1720p", "7p", ""]),
        ("aspect", "16:9", ["9:16", "16:10", "1:1", "Landscape", ""]),
        ("preset", "Fun", ["Funny", "Normal", ""]),
        ("mode", "video", ["Image", "Videos", "Agent", "Make a video"]),
    ],
)
def test_other_words_are_other_values(control: str, value: str, words: list[str]) -> None:
    """Nothing is chosen because it is merely similar."""
    assert [word for word in words if is_value(control, value, word, TABLE)] == []


def test_max_is_the_greatest_that_can_be_chosen() -> None:
    """A greater one that is greyed out does not count, and numbers are compared as numbers."""
    assert greatest("duration", choices("10s", "6s", "15s")) == "15"
    assert greatest("duration", choices("6s", "10s", "15s", off=("15s",))) == "10"
    assert greatest("resolution", choices("1080p", "720p", "480p")) == "1080p"
    assert greatest("resolution", choices("480p", off=("480p",))) is None


def test_what_can_be_chosen_goes_before_what_cannot() -> None:
    """Of two that read the same the usable one is taken, and a menu's button only when nothing else is there."""
    button = Choice(id=1, text="10s", opens=True)
    grey = Choice(id=2, text="10s", disabled=True)
    usable = Choice(id=3, text="10s")
    assert find_choice("duration", "10", [button, grey, usable], TABLE) is usable
    assert find_choice("duration", "10", [button], TABLE) is button


def test_a_group_that_marks_one_choice_says_no_of_the_others() -> None:
    """Without any mark nothing is known; choices of another group say nothing."""
    first, second = Choice(id=1, text="6s", chosen=True), Choice(id=2, text="10s")
    elsewhere = Choice(id=3, text="Fun", group=9)
    assert is_chosen(second, [first, second]) is False
    assert is_chosen(second, [second]) is None
    assert is_chosen(elsewhere, [first, elsewhere]) is None


def test_what_is_offered_reads_as_on_the_page() -> None:
    """Each choice is named once, menu buttons not at all."""
    assert offered([*choices("6s", " 10 s ", "6s"), Choice(id=9, text="Options", opens=True)]) == "6s, 10 s"
