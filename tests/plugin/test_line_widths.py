"""What a run prints fits into the terminal, whatever happens in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from tests.plugin.folder import said

if TYPE_CHECKING:
    from tests.plugin.folder import BatchFolder

TROUBLE = {
    "video_001": ["TIMEOUT"],
    "video_002": ["CONTENT_MODERATED"],
    "video_003": ["DEGRADED"],
    "video_004": ["GENERATION_ERROR"],
}
COMMANDS = ("pytest ", "grokbatch ", "python -m ")
# What pytest itself prints.
PYTESTS = (
    "[gw",
    "FAILED ",
    "platform ",
    "cachedir: ",
    "metadata: ",
    "rootdir: ",
    "configfile: ",
    "plugins: ",
    "= ",
    "collect",
)


def too_long(text: str, width: int) -> list[str]:
    """Return the lines that are wider than the terminal, but for what is copied whole and stands alone."""
    lines = [line for line in text.splitlines() if cell_len(line) > width and not line.startswith(PYTESTS)]
    return [line for line in lines if " " in line.strip(" ✓✗⊘") and not line.strip().startswith(COMMANDS)]


@pytest.fixture(params=[80, 60, 40])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    columns: int = request.param
    monkeypatch.setenv("COLUMNS", str(columns))
    return columns


def test_a_video_that_is_not_tried_is_told_in_words_alone(either: BatchFolder) -> None:
    """It fails in its setup, where pytest would show the lines of grokbatch that say so, and their variables."""
    either.script(video_001=["IMAGE"])
    text = said(either.run("cats.yaml", "-l"))
    assert "GENERATION_ERROR: not submitted; the image is gone" in text
    assert "VideoFailed" not in text
    assert not [line for line in text.splitlines() if line.startswith(("E  ", ">  ")) or ".py:" in line]


@pytest.mark.parametrize("verbosity", [(), ("-v",), ("-q",), ("-qq",)], ids=["usual", "v", "q", "qq"])
def test_a_run_with_failures(solo: BatchFolder, width: int, verbosity: tuple[str, ...]) -> None:
    solo.batch(attempts=1)
    solo.script(**TROUBLE)
    text = said(solo.run("cats.yaml", *verbosity))
    assert not too_long(text, width)
    assert "grokbatch: cats.yaml" in text or verbosity == ("-qq",)
    solo.script()
    assert not too_long(said(solo.run("--lf", *verbosity)), width)


def test_a_limit_an_unknown_page_and_fresh_runs(solo: BatchFolder, width: int) -> None:
    solo.script(video_002=["RATE_LIMIT"], retry_after=7200)
    limited = said(solo.run("cats.yaml"))
    assert not too_long(limited, width)
    assert sum("pytest --lf" in line for line in limited.splitlines()) == 2, "no command is broken"
    solo.script(video_002=["RATE_LIMIT", "LAYOUT_CHANGED"])
    unknown = said(solo.run("cats.yaml", "--fresh"))
    assert not too_long(unknown, width)
    assert "LAYOUT_CHANGED: the control" in unknown


def test_a_wrapped_failure_is_whole_in_the_short_summary(solo: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pytest does not cut it: on a server that runs tests."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("CI", "true")
    solo.script(video_002=["LAYOUT_CHANGED"])
    text = said(solo.run("cats.yaml"))
    message = 'LAYOUT_CHANGED: the control "submit" was not found on the page; 2 alternatives tried'
    assert f"FAILED cats.yaml::video-002 - {message}" in text
    assert text.count(message) == 1, "below the failures it is wrapped"


def test_long_names_and_wide_signs(solo: BatchFolder, width: int) -> None:
    long, wide = "a-batch-with-a-name-of-" + "sixty" * 7, "\N{CJK UNIFIED IDEOGRAPH-65E5}" * 30
    for name in (long, wide):
        solo.batch(name, attempts=1)
    solo.script(**TROUBLE)
    text = said(solo.run(f"{long}.yaml", f"{wide}.yaml"))
    assert not too_long(text, width)
    assert f"{long}/video-001" in text
    assert f"{wide}/video-001" in text


def test_what_is_refused(solo: BatchFolder, width: int) -> None:
    solo.batch(attempts="many", parallel=1000, wait="later")
    for arguments in (("cats.yaml",), ("nothing.yaml",), ("cats.yaml", "--until", "99:00")):
        result = solo.run(*arguments)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert not too_long(said(result), width), arguments
