"""The bench itself still works; what it measures is not judged here."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grokbatch.media.near_duplicates import near_twins
from grokbatch.record.model.outcome import Status
from tests.bench.__main__ import main
from tests.bench.ideal import greedy_end
from tests.bench.many_videos import many_videos
from tests.bench.measure import Generation, pauses_of
from tests.bench.page import NAMES, write_page
from tests.bench.plain import SUBJECTS, Growth
from tests.bench.table import ROWS, growth_table

ROOT = Path(__file__).parents[2]


def test_the_ideal_gives_each_generation_to_whoever_is_free_first() -> None:
    """Three long ones and many short ones fit into the time of a long one; late starters count from their start."""
    assert greedy_end([*3 * [6.0], *17 * [1.0]], 10 * [0.0]) == 6.0
    assert greedy_end([2.0, 2.0, 2.0], [0.0, 1.0]) == 4.0
    assert greedy_end([2.0, 2.0, 2.0], [0.0, 3.0]) == 5.0


def test_a_figure_that_grows_with_the_square_is_seen_to() -> None:
    """Below each figure stands by how much it grows, and at the top how much that would be if it were linear."""
    sizes = (10, 100, 500)
    lines = growth_table([Growth("a loop in a loop", "ms", sizes, (1.0, 100.0, 2500.0))]).splitlines()
    assert lines[2].split()[-2:] == ["x10.0", "x5.0"]
    assert lines[4].split()[-2:] == ["x100.0", "x25.0"]


def test_a_pause_begins_when_the_page_could_play_the_video() -> None:
    """It ends with the same worker's next submit; a video of which nobody knows when it could be played is left out."""
    began = datetime(2026, 5, 1, 12, tzinfo=UTC)
    first = [Generation("a", 1, 4), Generation("b", 5, 9), Generation("c", 10, 14)]
    second = [Generation("d", 1, 4), Generation("e", 7, 9)]
    playable = {"a": began + timedelta(seconds=4.5), "d": began + timedelta(seconds=4)}
    assert pauses_of([first, second], playable, began) == [0.5, 3.0]


def test_the_finished_batch_that_is_measured_is_a_finished_batch(tmp_path: Path) -> None:
    """Nothing would be made of it any more, and all files and fingerprints are there to be read."""
    many = many_videos(tmp_path / "many", 12)
    manifest = many.store.read()
    assert list(manifest.videos) == [video.id for video in many.videos]
    assert manifest.counts[Status.COMPLETED] == len({video.video_id for video in manifest.videos.values()}) == 12
    assert near_twins({name: video.fingerprint for name, video in manifest.videos.items()}) == (
        ("video-010", "video-011"),
    )


@pytest.mark.slow
def test_the_part_without_browsers_prints_every_figure_and_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--only plain --write FILE` measures at each of the sizes and leaves the page's other parts alone."""
    page = tmp_path / "performance.md"
    write_page(page, {"eras": "an older table"}, "a browser")
    with page.open("a", encoding="utf-8") as file:
        file.write("\n<!-- own -->\n\n## Measured by hand\n\n<!-- end of own -->\n")
    assert main(["--only", "plain", "--sizes", "2,4", "--write", str(page)]) == 0
    shown = capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    for each in SUBJECTS:
        assert each.title in shown
        assert each.title in text
    assert "an older table" in text
    assert text.index("without a browser") < text.index("an older table") < text.index("Measured by hand")
    write_page(page, {"eras": "a newer table"}, "a browser")
    later = page.read_text(encoding="utf-8")
    assert "a newer table" in later
    assert "an older table" not in later
    assert later[: later.index("<!-- eras")] == text[: text.index("<!-- eras")]


def test_an_unknown_part_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "plane"])
    told = capsys.readouterr().err
    assert all(name in told for name in NAMES)
    assert "plane" in told


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
def test_a_small_bench_prints_a_table_of_both_variants() -> None:
    """`python -m tests.bench` with one worker and two short videos runs both ways and prints every figure."""
    arguments = ["--quick", "--workers", "1", "--videos", "2", "--generation", "1"]
    arguments += ["--only", "compare"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(row.title in done.stdout for row in ROWS)
    assert "grokbatch" in done.stdout
    assert "naive" in done.stdout
