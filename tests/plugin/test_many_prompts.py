"""Batches of several prompts, axes and images: what an edit makes anew, what selects, who makes what."""

from __future__ import annotations

import pytest

from tests.plugin.folder import PERMALINK, BatchFolder, said

HILLS = {"prompt": "{camera} over the hills", "name": "hills"}
SEA = {"prompt": "{camera} over the sea", "name": "sea", "count": 2}
AXES = {"camera": ["slow pan", "fast pan"]}
OTHER = PERMALINK.replace("0f0e", "1f1e")


def test_a_prompt_inserted_in_the_middle_is_all_that_the_next_run_makes(solo: BatchFolder) -> None:
    solo.batch(prompts=["one", "three"])
    assert solo.run("cats.yaml").ret == 0
    solo.batch(prompts=["one", "two", "three"])
    result = solo.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert solo.submits() == {"video-001": 1, "video-002": 1, "video-003": 1}
    made = {video.prompt: video.id for video in solo.manifest().videos.values()}
    assert made == {"one": "video-001", "two": "video-003", "three": "video-002"}


def test_reordering_and_raising_a_count_make_nothing_anew(solo: BatchFolder) -> None:
    solo.batch(prompts=[HILLS, SEA], axes=AXES)
    solo.run("cats.yaml")
    before = solo.submits()
    solo.batch(prompts=[{**SEA, "count": 3}, HILLS], axes={"camera": ["fast pan", "slow pan"]})
    assert solo.run("cats.yaml").ret == 0
    assert solo.submits() - before == {"sea-fast-pan-03": 1, "sea-slow-pan-03": 1}


def test_an_edited_prompt_of_several_makes_its_own_videos_only(solo: BatchFolder) -> None:
    solo.batch(prompts=["one", "two", "three"])
    solo.run("cats.yaml")
    solo.batch(prompts=["one", "zwei", "three"])
    assert solo.run("cats.yaml").ret == 0
    assert solo.submits() == {"video-001": 1, "video-002": 2, "video-003": 1}
    assert [entry.prompt for entry in solo.manifest().retired] == ["two"]


def test_another_option_for_one_prompt_makes_that_one_anew(solo: BatchFolder) -> None:
    solo.batch(prompts=["one", "two"])
    solo.run("cats.yaml")
    solo.batch(prompts=["one", {"prompt": "two", "duration": 10}])
    solo.run("cats.yaml")
    assert solo.submits() == {"video-001": 1, "video-002": 2}
    assert solo.manifest().videos["video-002"].options == {"duration": "10"}


@pytest.mark.parametrize(
    ("chosen", "made"),
    [
        (("-k", "sea"), {"sea-slow-pan-01", "sea-slow-pan-02", "sea-fast-pan-01", "sea-fast-pan-02"}),
        (("-m", "camera_slow_pan and hills"), {"hills-slow-pan-01"}),
        (("-m", "camera_fast_pan", "-k", "not sea"), {"hills-fast-pan-01"}),
    ],
)
def test_names_and_axes_select_videos(solo: BatchFolder, chosen: tuple[str, ...], made: set[str]) -> None:
    solo.batch(prompts=[HILLS, SEA], axes=AXES)
    result = solo.run("cats.yaml", *chosen, "--strict-markers")
    assert result.ret == 0, said(result)
    assert set(solo.submits()) == made


def test_marks_reach_the_workers(pair: BatchFolder) -> None:
    pair.batch(prompts=[HILLS, SEA], axes=AXES)
    result = pair.run("cats.yaml", "-m", "camera_fast_pan", "--strict-markers")
    assert result.ret == 0, said(result)
    assert len(pair.submits()) == 3


@pytest.mark.parametrize("name", ["skip", "xfail"])
def test_a_name_that_means_something_to_pytest_is_refused(solo: BatchFolder, name: str) -> None:
    solo.batch(prompts=[{"prompt": "one", "name": name}])
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert f"cats.yaml: {name}: is a mark of pytest or of a plugin; choose another name" in said(result)
    assert not solo.submits()


def test_a_name_that_the_users_own_configuration_declares_is_fine(solo: BatchFolder) -> None:
    (solo.path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nmarkers = ["slow: takes long"]\n')
    solo.batch(prompts=[{"prompt": "one", "name": "slow"}])
    assert solo.run("cats.yaml", "-m", "slow").ret == 0
    assert set(solo.submits()) == {"slow-01"}


def test_prompts_never_stand_in_ids_or_in_what_is_printed(solo: BatchFolder) -> None:
    solo.batch(prompts=["a very private {fox|owl} in the garden"])
    listed = said(solo.run("cats.yaml", "--collect-only", "-q")) + said(solo.run("cats.yaml", "-v"))
    assert "private" not in listed
    assert "fox" not in listed


def test_two_workers_keep_to_one_image_each_while_there_is_work(pair: BatchFolder) -> None:
    pair.batch(permalinks=[PERMALINK, OTHER], prompts=["one", "two", "three", "four"])
    pair.script(seconds=0.2, together=2)
    assert pair.run("cats.yaml").ret == 0
    pages = pair.pages()
    assert sorted(each[0] for each in pages) == [PERMALINK, OTHER]
    assert sum(map(len, pages)) <= 3, "at most the last video of an image is made by the other worker"


def test_the_controller_knows_the_videos_before_it_hands_any_out(pair: BatchFolder) -> None:
    """However long another plugin takes on a worker: the pages are kept apart, and what was selected is remembered."""
    slow = "\ndef pytest_collection_finish():\n    threading.Event().wait(0.7)\n"
    conftest = pair.path / "conftest.py"
    conftest.write_text(conftest.read_text() + slow)
    pair.batch(permalinks=[PERMALINK, OTHER], prompts=["one", "two"])
    pair.script(seconds=0.3, together=2, video_004=["DOWNLOAD_FAILED"])
    pair.run("cats.yaml")
    assert sorted(each[0] for each in pair.pages()) == [PERMALINK, OTHER]
    assert pair.run("--lf").ret == 0
    assert pair.submits()["video-004"] == 2


def test_one_worker_makes_all_videos_of_an_image_before_the_next(solo: BatchFolder) -> None:
    solo.batch(permalinks=[PERMALINK, OTHER], prompts=["one", "two"])
    solo.run("cats.yaml")
    assert solo.pages() == [[PERMALINK, OTHER]]


def test_checks_of_one_prompt_are_for_its_videos_only(solo: BatchFolder) -> None:
    still = {"prompt": "one", "name": "long", "expect": {"duration": 60}}
    solo.batch(prompts=[still, "two"], download=True)
    result = solo.run("cats.yaml")
    assert result.ret == 1
    assert [bool(video.misses) for video in solo.manifest().videos.values()] == [True, False]
