"""The closing summary on the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.counts import BatchResult
from grokbatch.review.formatting import ASCII, UNICODE
from grokbatch.review.terminal_summary import write_summary
from tests.unit.recorded import PROMPT, START, hundred, manifest, result, stopped, video

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest


class Recorder:
    """A terminal that keeps what is written, and which parts were marked up how."""

    def __init__(self) -> None:
        self.text = ""
        self.marked: list[tuple[str, set[str]]] = []

    def write(self, content: str, *, flush: bool = False, **markup: bool) -> None:  # noqa: ARG002
        self.text += content
        self.marked.append((content, {name for name, on in markup.items() if on}))

    def write_line(self, line: str, **markup: bool) -> None:
        self.write(line + "\n", **markup)

    def write_sep(
        self,
        sep: str,
        title: str | None = None,
        fullwidth: int | None = None,  # noqa: ARG002
        **markup: bool,
    ) -> None:
        self.write(f"{sep} {title} {sep}\n", **markup)

    def colours_of(self, word: str) -> set[str]:
        return set().union(*(colours for text, colours in self.marked if word in text))


def summary_of(of: Manifest, root: Path, *, unicode: bool = True, width: int = 200) -> Recorder:
    terminal = Recorder()
    now = START + timedelta(seconds=60)
    write_summary(terminal, [result(of, root)], now, UNICODE if unicode else ASCII, cwd=root.parent, width=width)
    return terminal


def test_the_summary_tells_every_group_with_the_ids_and_what_to_type(tmp_path: Path) -> None:
    text = summary_of(
        manifest(
            video(1, Status.COMPLETED),
            video(2, Status.FAILED, Category.TIMEOUT, evidence=["debug/a.png", "debug/a.html"]),
            video(3, Status.FAILED, Category.CONTENT_MODERATED),
            video(4, Status.PENDING),
        ),
        tmp_path / "cats",
    ).text

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "= grokbatch: batches/cats.yaml =" in lines
    assert "✓ 1 completed of 4" in lines
    assert "✗ 1 failed TIMEOUT: video-002" in lines
    assert "⊘ 1 moderated video-003" in lines
    assert "the site rejected the prompt: expected, not an error in grokbatch" in lines
    assert "○ 1 pending video-004" in lines
    assert "time 60 s, 1.0 videos per minute, 10.0 s per video (median), 3 submits" in lines
    assert "manifest cats/manifest.json" in lines
    assert "evidence cats/debug (1 video)" in lines
    assert "next pytest --lf (makes the 2 videos left)" in lines


def test_groups_that_nothing_belongs_to_are_not_mentioned(tmp_path: Path) -> None:
    text = summary_of(manifest(video(1, Status.COMPLETED)), tmp_path).text

    assert not [word for word in ("failed", "moderated", "pending", "evidence", "next") if word in text]


def test_good_is_green_failures_are_red_and_moderation_is_not(tmp_path: Path) -> None:
    terminal = summary_of(
        manifest(
            video(1, Status.COMPLETED),
            video(2, Status.FAILED, Category.TIMEOUT),
            video(3, Status.FAILED, Category.CONTENT_MODERATED),
        ),
        tmp_path,
    )

    assert "green" in terminal.colours_of("completed")
    assert "red" in terminal.colours_of("failed")
    assert "red" not in terminal.colours_of("moderated")


def test_ids_are_named_as_far_as_there_is_room(tmp_path: Path) -> None:
    """Two lines of them, below each other; four in any case."""
    videos = [video(number, Status.FAILED, Category.TIMEOUT) for number in range(1, 80, 2)]

    text = summary_of(manifest(*videos), tmp_path, width=80).text
    assert " ✗  40 failed        TIMEOUT (40): video-001, video-003, video-005, video-007,\n" in text
    assert "\n                     video-009, video-011, video-013 and 33 more\n" in text
    assert "video-001" in summary_of(manifest(*videos), tmp_path, width=40).text
    assert "video-007 and 36 more" in " ".join(summary_of(manifest(*videos), tmp_path, width=40).text.split())
    assert "video-079" in summary_of(manifest(*videos), tmp_path, width=600).text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, width: int) -> None:
    videos = [
        video(1, Status.COMPLETED),
        *(video(number, Status.FAILED, Category.GENERATION_ERROR) for number in range(2, 40, 2)),
        video(41, Status.FAILED, Category.CONTENT_MODERATED),
        video(43, Status.PENDING),
    ]
    of = stopped(Category.RATE_LIMIT, *videos, retry_at=START + timedelta(days=400))

    lines = summary_of(of, tmp_path / "cats", width=width).text.splitlines()

    assert not [line for line in lines if len(line) > width]
    assert any(len(line) > width * 0.8 for line in lines)


def test_a_name_in_wide_signs_has_a_heading_that_fits(tmp_path: Path) -> None:
    terminal = Recorder()
    wide = replace(result(manifest(video(1, Status.COMPLETED)), tmp_path), name="長い名前" * 8 + ".yaml")
    for width, heading in ((100, "= grokbatch: "), (80, "grokbatch: ")):
        write_summary(terminal, [wide], START, UNICODE, cwd=tmp_path.parent, width=width)
        assert terminal.text.splitlines()[0].startswith(heading)
        terminal.text = ""


def test_a_stopped_run_tells_why_and_until_when(tmp_path: Path) -> None:
    of = stopped(Category.RATE_LIMIT, *hundred(42), retry_at=START + timedelta(days=400))

    text = summary_of(of, tmp_path).text

    assert "RATE_LIMIT" in text
    assert "said the site" in text
    assert "the site says: not before 2027-12-26" in text


def test_a_report_that_this_run_did_not_write_is_not_named(tmp_path: Path) -> None:
    """It lies there from an earlier run, and says something else."""
    root = tmp_path / "cats"
    root.mkdir()
    (root / "report.html").touch()
    assert "report" not in summary_of(manifest(video(1, Status.COMPLETED)), root).text


@pytest.mark.parametrize("is_there", [True, False])
def test_the_report_of_this_run_is_named_once_it_is_there(tmp_path: Path, *, is_there: bool) -> None:
    elsewhere = tmp_path / "mine.html"
    if is_there:
        elsewhere.touch()
    of = manifest(video(1, Status.COMPLETED))
    terminal = Recorder()

    write_summary(
        terminal,
        [BatchResult("c.yaml", of, RunDirectory(tmp_path / "cats"), START, elsewhere)],
        START,
        UNICODE,
    )

    assert (str(elsewhere) in terminal.text) is is_there


def test_a_plain_stream_gets_plain_signs(tmp_path: Path) -> None:
    assert summary_of(manifest(video(1, Status.COMPLETED)), tmp_path / "cats", unicode=False).text.isascii()


def test_the_summary_never_shows_a_prompt(tmp_path: Path) -> None:
    assert PROMPT not in summary_of(stopped(Category.RATE_LIMIT, *hundred(42)), tmp_path).text


HOOK = """
import pathlib
from datetime import UTC, datetime
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.terminal_summary import write_summary
from grokbatch.review.counts import BatchResult
from grokbatch.review.formatting import UNICODE

def pytest_terminal_summary(terminalreporter):
    root = pathlib.Path(__file__).parent
    manifest = ManifestStore(root / "manifest.json").read()
    now = datetime.now(UTC)
    write_summary(terminalreporter, [BatchResult("c.yaml", manifest, RunDirectory(root), now)], now, UNICODE)
"""


@pytest.mark.parametrize(("option", "coloured"), [([], False), (["--color=yes"], True)])
def test_pytest_s_own_terminal_decides_about_colour(
    pytester: pytest.Pytester, option: list[str], coloured: bool
) -> None:
    of = manifest(video(1, Status.COMPLETED))
    ManifestStore(pytester.path / "manifest.json").create(of)
    pytester.makeconftest(HOOK)
    pytester.makepyfile("def test_x(): pass")

    lines = pytester.runpytest_subprocess(*option).outlines

    (line,) = [line for line in lines if "of 1" in line]
    assert ("\x1b[" in line) is coloured
    assert "completed" in line
