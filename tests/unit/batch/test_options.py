"""The keys of a batch that say what is chosen on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.loader import BatchError, load_batch
from grokbatch.batch.model.video import VideoOptions, VideoSpec

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch

POST = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"


def load(folder: Path, line: str = "", *overrides: str) -> Batch:
    path = folder / "x.yaml"
    path.write_text(f"permalink: {POST}\nprompt: a red kite\n{line}\n", "utf-8")
    return load_batch(path, display_path="x.yaml", overrides=overrides)


@pytest.mark.parametrize(
    ("key", "spellings", "value"),
    [
        ("duration", ["6", '"6"', "6s", "6 s"], "6"),
        ("duration", ["15", "15s"], "15"),
        ("duration", ["max", '"max"'], "max"),
        ("resolution", ["720p", '"720p"'], "720p"),
        ("resolution", ["max"], "max"),
        ("aspect", ["16:9", '"16:9"', "'16:9'"], "16:9"),
        ("aspect", ["09:16"], "9:16"),
        ("preset", ["Spicy", '"Spicy"', '" Spicy "'], "Spicy"),
        ("on_degraded", ["stop"], "stop"),
    ],
)
def test_every_usual_spelling_of_an_option_is_taken(tmp_path: Path, key: str, spellings: list[str], value: str) -> None:
    """With quotes or without, in the file or with --set; YAML 1.1 takes 16:9 for the number 969."""
    for spelling in spellings:
        assert getattr(load(tmp_path, f"{key}: {spelling}"), key) == value, spelling
        assert getattr(load(tmp_path, "", f"{key}={spelling}"), key) == value, spelling


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("duration: 8", "must be 6, 10, 15 or max, not 8"),
        ("duration: true", "must be 6, 10, 15 or max, not true"),
        ("duration: 6.5", "must be 6, 10, 15 or max, not 6.5"),
        ("resolution: 720", "must be 480p, 720p, 1080p or max, not 720"),
        ("resolution: 4k", "must be 480p, 720p, 1080p or max, not"),
        ("aspect: 16x9", "must be a ratio of width to height, such as 16:9, not"),
        ("aspect: 0:9", "must be a ratio of width to height, such as 16:9, not"),
        ("aspect: 1.5", "must be a ratio of width to height, such as 16:9, not 1.5"),
        ("preset: no", "must be the name of a preset"),
        ("on_degraded: fail", "must be keep or stop, not"),
    ],
)
def test_a_faulty_option_is_named_with_its_place(tmp_path: Path, line: str, said: str) -> None:
    """The fault says where, which values there are, and what stands there."""
    with pytest.raises(BatchError) as caught:
        load(tmp_path, line)
    key, _, value = line.partition(": ")
    assert str(caught.value).startswith(f"x.yaml:3:{len(line) - len(value) + 1}: {key}: {said}")


def test_options_reach_every_video_and_only_those_that_are_set(tmp_path: Path) -> None:
    """What is not set is left as the page has it."""
    batch = load(tmp_path, "duration: 10\naspect: 16:9\ncount: 2")
    assert [video.options for video in batch.videos()] == [VideoOptions(duration="10", aspect="16:9")] * 2
    assert batch.videos()[0].options.asked() == {"duration": "10", "aspect": "16:9"}
    assert load(tmp_path).videos()[0].options.asked() == {}


def test_another_option_is_another_video(tmp_path: Path) -> None:
    """An edited option makes the video anew, as an edited prompt does; without options nothing has changed."""
    plain = VideoSpec("video-001", "https://x", "a red kite", permalink=POST)
    assert plain.digest.startswith("be3996dceae9"), "as in manifests from before there were options"
    digests = {load(tmp_path, line).videos()[0].digest for line in ("", "duration: 6", "duration: 10", "preset: Fun")}
    assert len(digests) == 4
    assert plain.digest in digests
