"""The live view of a run: a bar and a line per worker on a terminal, plain lines everywhere else."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from grokbatch.record.model.outcome import Status
from grokbatch.review.formatting import VideoState, signs_for
from grokbatch.review.text_layout import output_width
from grokbatch.run.live.render import (
    Board,
    FinishedVideo,
    Progress,
    WorkerState,
    already_line,
    finished_line,
    fitting_lines,
    frame,
)
from grokbatch.run.live.screen import Picture, terminal_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def wants_screen(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether `stream` is a terminal that can redraw lines, and whose output is not kept as a log."""
    return stream.isatty() and environ.get("TERM") != "dumb" and not environ.get("CI")


def open_view(verbosity: int, *, colour: bool) -> LiveView:
    """Return the view for this process; call it in `pytest_configure`, before pytest captures anything.

    On a terminal it draws on its own copy of the standard output, so that capturing cannot swallow it;
    otherwise it writes to the stream that pytest's terminal reporter writes to, so that the order holds.
    """
    if not wants_screen(sys.stdout) or verbosity < -1:
        return LiveView(sys.stdout, verbosity=verbosity, colour=colour, screen=False)
    encoding = sys.stdout.encoding
    copy = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding=encoding, errors="replace", buffering=1)
    return LiveView(copy, verbosity=verbosity, colour=colour, screen=True, owns_stream=True)


@dataclass
class _Account:
    total: int
    earlier: int
    finished: Counter[VideoState] = field(default_factory=Counter)

    def progress(self) -> Progress:
        return Progress(self.total, self.earlier, dict(self.finished))


class LiveView:
    """Shows a run while it lasts. `worker` may be called from any thread, everything else from the main thread.

    `verbosity` is pytest's: -1 shows failures only, -2 nothing, 1 adds batches and addresses. `clock` returns
    monotonic seconds.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        verbosity: int = 0,
        colour: bool = False,
        screen: bool = False,
        owns_stream: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream, self._owns_stream = stream, owns_stream
        self._verbosity, self._clock = verbosity, clock
        self._signs = signs_for(getattr(stream, "encoding", None))
        self._console = _console(stream, colour=colour, screen=screen)
        self._picture = Picture(self._console, stream, self._frame) if screen else None
        self._lock = threading.Lock()
        self._total = self._earlier = self._workers = 0
        self._several = False
        self._waiting = ""
        self._began = clock()
        self._finished: Counter[VideoState] = Counter()
        self._accounts: dict[str, _Account] = {}
        self._seconds: list[float] = []
        self._under_way: dict[str, WorkerState] = {}
        self._settled: dict[str, list[str]] = {}

    def start(
        self,
        total: int,
        done: int,
        workers: int,
        *,
        several_batches: bool = False,
        accounts: Mapping[str, tuple[int, int]] | None = None,
    ) -> None:
        """Start to show a run of `total` videos, `done` of which earlier runs finished; `accounts` has both of each.

        Call it when the first video starts: until then pytest-xdist rewrites its own line of worker states.
        """
        self._total, self._earlier, self._workers = total, done, workers
        self._several, self._began = several_batches, self._clock()
        self._accounts = {name: _Account(*numbers) for name, numbers in (accounts or {}).items()}
        if self._picture is not None:
            self._picture.begin()

    def worker(self, worker_id: str, video_id: str | None, phase: str = "", percent: int | None = None) -> None:
        """Record what a worker is doing; `video_id` is None if it is idle or gone."""
        with self._lock:
            if video_id is None:
                self._under_way.pop(worker_id, None)
                return
            before = self._under_way.get(worker_id)
            same = before is not None and before.video == video_id
            since = before.since if before is not None and same else self._clock()
            self._under_way[worker_id] = WorkerState(video_id, phase, percent, since)

    def finished(self, video: FinishedVideo) -> None:
        """Print the permanent line of a video; those that earlier runs finished are gathered into one line."""
        if video.already:
            self._keep_settled(video)
            return
        with self._lock:
            self._under_way.pop(video.worker, None)
            self._finished[video.state] += 1
            if video.account in self._accounts:
                self._accounts[video.account].finished[video.state] += 1
            if video.status is Status.COMPLETED and video.seconds is not None:
                self._seconds.append(video.seconds)
        if self._wants(video):
            self._print_settled()
            self._print(self._line(video))

    def notice(self, text: str) -> None:
        """Print a line for the user, even with -q."""
        if self._verbosity >= -1:
            self._print_settled()
            self._print(Text(text))

    def waiting(self, text: str) -> None:
        """Show until when the run waits, and why, until this is called with an empty text."""
        self._waiting = text

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hide the picture while other code, such as pytest's reporter, writes to the terminal."""
        if self._picture is None:
            yield
            return
        with self._picture.hidden():
            yield

    def stop(self) -> None:
        """Remove the picture, leave the permanent lines, and show nothing more. Safe to call twice."""
        if self._picture is not None:
            self._picture.end()
        self._print_settled()
        if self._owns_stream:
            self._stream.close()

    def board(self) -> Board:
        """Return what the view shows at this moment."""
        now = self._clock()
        with self._lock:
            return Board(
                total=self._total,
                earlier=self._earlier,
                workers=self._workers,
                finished=dict(self._finished),
                seconds=tuple(self._seconds),
                under_way=dict(self._under_way),
                elapsed=now - self._began,
                now=now,
                waiting=self._waiting,
                accounts={name: account.progress() for name, account in self._accounts.items()},
            )

    def _line(self, video: FinishedVideo) -> Text:
        board = self.board()
        talkative = self._verbosity > 0
        line = finished_line(video, board, self._signs, batch=self._several or talkative, width=self._width())
        if talkative and video.url:
            line.append(f"  {video.url}", style="dim")
        return line

    def _wants(self, video: FinishedVideo) -> bool:
        lowest = 0 if video.state is VideoState.COMPLETED else -1
        return self._verbosity >= lowest

    def _keep_settled(self, video: FinishedVideo) -> None:
        what = "already completed"
        if video.state is not VideoState.COMPLETED:
            what = f"already {video.state.value}, not tried again until its prompt is edited"
        name = f"{video.batch}/{video.id}" if self._several or self._verbosity > 0 else video.id
        self._settled.setdefault(what, []).append(name)

    def _print_settled(self) -> None:
        settled, self._settled = self._settled, {}
        if self._verbosity < 0:
            return
        for what, names in settled.items():
            # Workers report them in any order.
            names.sort()
            groups = [[name] for name in names] if self._verbosity > 0 else [names]
            for group in groups:
                self._print(already_line(group, what, self._signs, self._width()))

    def _width(self) -> int:
        """Return how many columns a line may take."""
        return output_width() if self._picture is None else terminal_size(self._stream).columns

    def _print(self, text: Text) -> None:
        if self._stream.closed:
            return
        # A text of the site may hold characters that the stream cannot show.
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        text.plain = text.plain.encode(encoding, "replace").decode(encoding)
        fitting = Text("\n").join(fitting_lines(text, self._width()))
        if self._picture is not None:
            self._picture.print(fitting)
        else:
            self._console.print(fitting, soft_wrap=True)
        self._stream.flush()

    def _frame(self, width: int, height: int) -> list[Text]:
        return frame(self.board(), width, height, self._signs)


def _console(stream: TextIO, *, colour: bool, screen: bool) -> Console:
    return Console(
        file=stream,
        force_terminal=screen or colour,
        force_interactive=screen,
        no_color=not colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
