"""The live view: one permanent line per video, and a picture of the workers on a terminal."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import Category, Status
from grokbatch.review.formatting import ASCII, UNICODE, VideoState
from grokbatch.run.live.render import (
    Board,
    FinishedVideo,
    Progress,
    WorkerState,
    estimate,
    finished_line,
    frame,
    worker_line,
)
from grokbatch.run.live.view import LiveView, wants_screen

if TYPE_CHECKING:
    from collections.abc import Callable

DONE = FinishedVideo("video-003", "cats", Status.COMPLETED, None, "", 12.4, "gw1", url="https://x/y")
STUCK = FinishedVideo("video-004", "cats", Status.FAILED, Category.TIMEOUT, "stuck at 54 %", 61, "gw0", 3)
MODERATED = FinishedVideo("video-005", "cats", Status.FAILED, Category.CONTENT_MODERATED, "no", 9, "gw2")


class Tty(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Pipe(io.StringIO):
    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def ticking(*moments: float) -> Callable[[], float]:
    left = list(moments)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def piped(*videos: FinishedVideo, verbosity: int = 0, encoding: str = "utf-8", earlier: int = 0) -> list[str]:
    """Return the lines of a run with these videos on a pipe."""
    stream = Pipe(encoding)
    view = LiveView(stream, verbosity=verbosity)
    view.start(12, earlier, 3)
    for each in videos:
        view.finished(each)
    view.stop()
    return stream.getvalue().splitlines()


def board(**fields: object) -> Board:
    known: dict[str, object] = {
        "total": 100,
        "earlier": 2,
        "workers": 4,
        "finished": {VideoState.COMPLETED: 40, VideoState.FAILED: 3, VideoState.MODERATED: 1},
        "seconds": (10.0, 12.0, 20.0),
        "under_way": {},
        "elapsed": 204.0,
        "now": 1000.0,
    }
    return Board(**{**known, **fields})  # type: ignore[arg-type]


def busy(number: int) -> dict[str, WorkerState]:
    return {
        f"gw{n}": WorkerState(f"video-{n:03d}", "trying again in 6 s" if n % 2 else "generating 54 %", 54, 990.0)
        for n in range(number)
    }


def test_every_finished_video_gets_one_line_with_its_place_in_the_run() -> None:
    assert [re.sub(r" {2,}", "  ", line) for line in piped(DONE, STUCK, MODERATED, earlier=2)] == [
        "✓ video-003  completed  12.4 s  browser 2  3/12",
        "✗ video-004  TIMEOUT  61 s  browser 1  4/12  stuck at 54 %; 3 attempts",
        "⊘ video-005  moderated  9.0 s  browser 3  5/12  no",
    ]


def test_a_pipe_gets_no_escape_codes_and_nothing_of_the_picture() -> None:
    stream = Pipe()
    view = LiveView(stream)
    view.start(12, 0, 3)
    view.worker("gw0", "video-001", "generating", 30)
    view.finished(DONE)
    view.notice("stopping")
    view.stop()

    assert "\x1b" not in stream.getvalue()
    assert [line.split()[0] for line in stream.getvalue().splitlines()] == ["✓", "stopping"]


def test_signs_and_messages_that_the_encoding_lacks_do_not_break_a_line() -> None:
    foreign = FinishedVideo("video-004", "cats", Status.FAILED, Category.TIMEOUT, "生成 failed", 1, "gw0")

    lines = piped(DONE, foreign, encoding="ascii")

    assert lines[0].startswith("+ video-003")
    assert lines[1].endswith("?? failed")


@pytest.mark.parametrize(("verbosity", "shown"), [(0, "✓✗⊘"), (-1, "✗⊘"), (-2, "")])
def test_quiet_shows_failures_only_and_quieter_nothing(verbosity: int, shown: str) -> None:
    assert "".join(line[0] for line in piped(DONE, STUCK, MODERATED, verbosity=verbosity)) == shown


def test_verbose_adds_the_batch_and_the_address() -> None:
    (line,) = piped(DONE, verbosity=1)

    assert "cats/video-003" in line
    assert line.endswith("https://x/y")


def test_videos_that_an_earlier_run_settled_share_a_line_before_the_next_one() -> None:
    settled = [FinishedVideo(f"video-{n:03d}", "cats", Status.COMPLETED, already=True) for n in (1, 2, 3)]

    lines = piped(*settled, DONE, earlier=3)

    assert lines[0] == "• video-001 to video-003  already completed (3)"
    assert lines[1].endswith("4/12"), "settled ones are counted by start, not once more"


def test_only_settled_videos_still_make_a_line() -> None:
    moderated = FinishedVideo("video-001", "cats", Status.FAILED, Category.CONTENT_MODERATED, already=True)

    assert piped(moderated) == ["• video-001  already moderated, not tried again until its prompt is edited"]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("signs", [UNICODE, ASCII])
def test_the_picture_fits_the_terminal(width: int, signs: object) -> None:
    crowded = busy(25) | {"gw0": WorkerState("a-batch-with-a-name/video-001", "x" * 90, 5, 0.0)}
    everything = dict.fromkeys(VideoState, 5)
    lines = frame(board(under_way=crowded, finished=everything), width, 20, signs)  # type: ignore[arg-type]

    assert len(lines) == 20
    assert max(line.cell_len for line in lines) <= width
    assert lines[0].plain.rstrip().endswith("left")


def test_workers_that_do_not_fit_are_counted_by_what_they_do() -> None:
    lines = frame(board(under_way=busy(25)), 100, 20, UNICODE)

    assert "browser 17" in lines[-2].plain
    assert lines[-1].plain == "  … 8 more browsers: 4 trying again in 6 s, 4 generating"


def test_few_workers_are_all_shown_in_their_order() -> None:
    lines = frame(board(under_way=busy(11)), 100, 20, UNICODE)

    assert [line.plain.split("  video")[0].strip() for line in lines[2:]] == [f"browser {n}" for n in range(1, 12)]


def test_a_worker_s_line_tells_video_phase_percentage_and_time() -> None:
    line = worker_line("gw3", WorkerState("video-012", "generating 54 %", 54, 990.0), 1000.0, 80, UNICODE).plain

    assert line.split("━")[0].split() == ["browser", "4", "video-012", "generating"]
    assert line.endswith("54 %   0:10")


def test_the_counts_include_what_earlier_runs_completed() -> None:
    counts = frame(board(), 80, 20, UNICODE)[1].plain

    assert counts.strip() == "42 done  ·  3 failed  ·  1 moderated  ·  54 pending"


def test_the_estimate_follows_the_median_the_workers_and_what_is_pending() -> None:
    assert estimate(board()) == pytest.approx(54 / 4 * 12)
    assert estimate(board(seconds=())) is None, "nothing is known before the first video"
    one_left = board(total=47, under_way={"gw0": WorkerState("video-047", "", None, since=994.0)})
    assert estimate(one_left) == pytest.approx(6)


def test_a_worker_s_time_runs_from_when_it_took_up_the_video() -> None:
    view = LiveView(Pipe(), clock=ticking(0, 0, 100, 103, 110))
    view.start(12, 0, 1)
    view.worker("gw0", "video-001", "submitting")
    view.worker("gw0", "video-001", "generating", 5)

    assert view.board().under_way["gw0"] == WorkerState("video-001", "generating", 5, 100)


def test_a_finished_or_lost_worker_leaves_the_picture() -> None:
    view = LiveView(Pipe())
    view.start(12, 0, 2)
    view.worker("gw1", "video-003", "generating", 50)
    view.worker("gw2", "video-004", "generating", 50)

    view.finished(DONE)
    view.worker("gw2", None)

    assert view.board().under_way == {}


def screen_of(written: str) -> list[str]:
    """Return the lines that a terminal shows after all that was written to it."""
    rows, at, column = [""], 0, 0
    for code, line in re.findall(r"\x1b\[([?\d;]*[a-zA-Z])|([^\x1b\n\r]+|\n|\r)", written):
        if code == "2K":
            rows[at] = ""
        elif code.endswith("A"):
            at -= int(code[:-1])
        elif line == "\n":
            at, column = at + 1, 0
            rows += [""] * (at + 1 - len(rows))
        elif line == "\r":
            column = 0
        elif line:
            rows[at] = rows[at].ljust(column)[:column] + line + rows[at][column + len(line) :]
            column += len(line)
    return [row.rstrip() for row in rows if row.strip()]


def test_a_terminal_shows_the_picture_below_the_permanent_lines() -> None:
    stream = Tty()
    view = LiveView(stream, screen=True, colour=True)
    view.worker("gw1", "video-003", "generating", 50)
    view.worker("gw2", "video-004", "submitting")
    stream.write("2 workers [12 items]\ngw0 C / gw1 C")
    view.start(12, 0, 2)
    view.finished(DONE)
    shown = screen_of(stream.getvalue())
    view.stop()

    assert len(shown) == 5
    assert shown[1].startswith("✓ video-003")
    assert "1/12" in shown[2]
    assert shown[3].strip() == "1 done  ·  11 pending"
    assert shown[4].split()[:4] == ["browser", "3", "video-004", "submitting"]


def test_only_the_permanent_lines_and_what_others_wrote_stay() -> None:
    stream = Tty()
    view = LiveView(stream, screen=True, colour=True)
    view.start(12, 0, 2)
    view.worker("gw2", "video-004", "submitting")
    view.finished(DONE)
    with view.paused():
        stream.write("node down\nhalf a line")
    view.finished(STUCK)
    view.stop()
    view.stop()

    written = stream.getvalue()
    assert [row[:11] for row in screen_of(written)] == ["✓ video-003", "node down", "✗ video-004"]
    assert written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l"), "the cursor is shown again"


def test_only_a_terminal_that_can_redraw_gets_the_picture() -> None:
    assert wants_screen(Tty(), {"TERM": "xterm-256color"})
    assert not wants_screen(Tty(), {"TERM": "dumb"})
    assert not wants_screen(Tty(), {"TERM": "xterm", "CI": "true"})
    assert not wants_screen(Pipe(), {"TERM": "xterm"})


def test_colour_is_used_only_when_asked_for() -> None:
    assert "\x1b[" in _coloured(colour=True)
    assert "\x1b" not in _coloured(colour=False)
    state = board(total=12, earlier=2, finished={VideoState.COMPLETED: 1})
    assert finished_line(DONE, state, UNICODE).plain in _coloured(colour=False)


def _coloured(*, colour: bool) -> str:
    stream = Pipe()
    view = LiveView(stream, colour=colour)
    view.start(12, 2, 1)
    view.finished(DONE)
    return stream.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")
def test_a_terminal_that_becomes_narrower_shows_the_picture_once() -> None:
    from tests.unit.run.reflowing import Reflowing

    terminal = Reflowing(100)
    view = LiveView(terminal.stream, screen=True)
    view.start(12, 0, 2)
    view.finished(DONE)
    view.worker("gw0", "video-004", "submitting")
    view.worker("gw2", "video-005", "generating", 40)
    view.finished(STUCK)
    terminal.feed()
    assert "pending" in "\n".join(terminal.rows), "the picture is there"
    terminal.resize(40)
    view.notice("smaller")
    view.stop()
    terminal.feed()
    shown = "\n".join(terminal.rows)
    assert "pending" not in shown, shown
    assert "━" not in shown
    assert "─" not in shown, "nothing of the picture stays"
    assert shown.count("video-003") == shown.count("video-004") == 1
    assert "smaller" in shown


ACCOUNTS = {
    "main": Progress(50, 2, {VideoState.COMPLETED: 20, VideoState.FAILED: 1}),
    "second": Progress(50, 0, {VideoState.COMPLETED: 20, VideoState.RATE_LIMITED: 1}),
}


def test_each_of_several_accounts_has_a_line_where_every_worker_has_one() -> None:
    state = board(under_way=busy(4), accounts=ACCOUNTS)
    lines = [line.plain.rstrip() for line in frame(state, 100, 8, UNICODE)]
    assert lines[2:4] == [
        "  main    22 done  ·  1 failed  ·  27 pending",
        "  second  20 done  ·  1 rate limited  ·  29 pending",
    ]
    assert len(lines) == 8
    without = [line.plain for line in frame(state, 100, 7, UNICODE)]
    assert len(without) == 6
    assert not [line for line in without if "second" in line]


def test_the_line_of_a_video_tells_how_far_its_account_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream = Pipe()
    view = LiveView(stream)
    view.start(100, 10, 3, accounts={"main": (50, 9), "second": (50, 1)})
    for video in (replace(DONE, account="main"), replace(STUCK, account="second"), replace(MODERATED, account="main")):
        view.finished(video)
    view.stop()
    lines = stream.getvalue().splitlines()
    assert [line[55:] for line in lines] == [
        "11/100  main   10/50",
        "12/100  second  2/50",
        "",
        "13/100  main   11/50  no",
    ]
    assert lines[2].strip() == "stuck at 54 %; 3 attempts"


def test_in_a_narrow_terminal_a_line_has_only_how_far_the_run_is() -> None:
    line = finished_line(replace(DONE, account="main"), board(accounts=ACCOUNTS), UNICODE, width=70)
    assert line.plain.endswith("46/100")
    assert "main" in finished_line(replace(DONE, account="main"), board(accounts=ACCOUNTS), UNICODE, width=80).plain
