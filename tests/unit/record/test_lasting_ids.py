"""A video keeps its id, and what was made of it, wherever the batch file now names it."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from grokbatch.batch.model.video import VideoSpec
from grokbatch.batch.model.video_ids import base_for, first_free, numbered, slug
from grokbatch.record.model.manifest import Manifest, VideoRecord
from grokbatch.record.model.outcome import MadeVideo, Outcome, Status
from grokbatch.record.rules import ledger
from grokbatch.record.rules.lasting_ids import with_lasting_ids
from grokbatch.record.rules.video_identity import known_entries
from grokbatch.record.storage.manifest_store import ManifestStore

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def asked(*prompts: str, name: str = "") -> list[VideoSpec]:
    """Return what a batch with these prompts asks for, numbered in their order."""
    repetitions = [prompts[:at].count(prompt) + 1 for at, prompt in enumerate(prompts)]
    return [
        VideoSpec(numbered(name or "video", n), "", prompt, index=n, repetition=repetition, name=name)
        for n, (prompt, repetition) in enumerate(zip(prompts, repetitions, strict=True), start=1)
    ]


def run(manifest: Manifest, videos: list[VideoSpec], made: tuple[str, ...] = ()) -> dict[str, str]:
    """Begin a run as the controller does, finish the prompts in `made`; return the ids by prompt."""
    lasting = with_lasting_ids(videos, manifest)
    ledger.open_run(manifest, lasting, browser="", now=NOW)
    for video in lasting:
        if video.prompt in made and manifest.videos[video.id].status is not Status.COMPLETED:
            ledger.claim(manifest, video.id, "gw0", NOW)
            ledger.finish(manifest, video.id, Outcome.success(MadeVideo(_called(video), "", "")), NOW)
    return {f"{video.prompt}{video.repetition}": video.id for video in lasting}


def _called(video: VideoSpec) -> str:
    return f"of-{video.prompt}" + (f"-{video.repetition}" if video.repetition > 1 else "")


@pytest.fixture
def manifest() -> Manifest:
    return ledger.new_manifest(batch="cats", account="me", permalink="p", site="demo", now=NOW)


def test_a_prompt_inserted_before_others_gets_a_new_number_and_they_keep_theirs(manifest: Manifest) -> None:
    run(manifest, asked("a", "b"), made=("a", "b"))
    ids = run(manifest, asked("new", "a", "b"))
    assert ids == {"new1": "video-003", "a1": "video-001", "b1": "video-002"}
    made = [(video.id, video.video_id) for video in manifest.videos.values()]
    assert made == [("video-003", None), ("video-001", "of-a"), ("video-002", "of-b")]


def test_an_edited_prompt_takes_the_number_of_what_it_was_and_leaves_that_in_the_history(manifest: Manifest) -> None:
    run(manifest, asked("a", "b", "c"), made=("a", "b", "c"))
    assert run(manifest, asked("a", "B", "c"))["B1"] == "video-002"
    assert manifest.videos["video-002"].status is Status.PENDING
    assert [(video.id, video.video_id) for video in manifest.retired] == [("video-002", "of-b")]


def test_a_prompt_that_comes_back_finds_its_video(manifest: Manifest) -> None:
    run(manifest, asked("a", "b"), made=("a", "b"))
    run(manifest, asked("a", "B"), made=("B",))
    run(manifest, asked("a", "B", "b"))
    assert {video.video_id for video in manifest.videos.values()} == {"of-a", "of-B", "of-b"}
    assert len({video.id for video in manifest.videos.values()}) == 3
    assert manifest.retired == []


def test_what_was_never_tried_leaves_nothing_behind(manifest: Manifest) -> None:
    run(manifest, asked("a", "b"))
    run(manifest, asked("a"))
    assert manifest.retired == []


def test_a_prompt_that_gets_a_name_keeps_its_video_under_the_new_id(manifest: Manifest) -> None:
    run(manifest, asked("a"), made=("a",))
    assert run(manifest, asked("a", name="pan")) == {"a1": "pan-01"}
    assert manifest.videos["pan-01"].video_id == "of-a"


def test_a_manifest_from_before_repetitions_is_counted_in_its_order(manifest: Manifest, tmp_path: Path) -> None:
    run(manifest, asked("a", "a", "a"), made=("a",))
    for video in manifest.videos.values():
        video.repetition = video.index = 0
    history = structs.replace(manifest.videos["video-003"], digest="d", video_id="older")
    manifest.videos["video-003"].history = [history]
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(msgspec.to_builtins(manifest) | {"baseline_is_final": True}))
    old = ManifestStore(path).read()
    assert [entry.repetition for entry in known_entries(old).values()] == [1, 2, 3, 1]
    assert run(old, asked("a", "a", "a", "a")) == {f"a{n}": f"video-{n:03}" for n in range(1, 5)}
    assert [video.status.value for video in old.videos.values()] == ["COMPLETED"] * 3 + ["PENDING"]
    assert [video.video_id for video in old.retired] == ["older"]


def test_of_two_old_entries_of_the_same_the_completed_one_counts(manifest: Manifest) -> None:
    run(manifest, asked("a"))
    done = structs.replace(manifest.videos["video-001"], status=Status.COMPLETED, video_id="x")
    manifest.retired = [done]
    assert run(manifest, asked("a")) == {"a1": "video-001"}
    assert manifest.videos["video-001"].video_id == "x"


PROMPTS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=8)


@settings(max_examples=40)
@given(st.lists(PROMPTS, min_size=2, max_size=5))
def test_no_edit_makes_a_finished_video_anew_while_the_batch_asks_for_it(versions: list[list[str]]) -> None:
    """Whatever is inserted, removed, repeated or reordered: what was made stays made, under one id each."""
    manifest = ledger.new_manifest(batch="cats", account="me", permalink="p", site="demo", now=NOW)
    made: set[str] = set()
    for prompts in versions:
        videos = asked(*prompts)
        run(manifest, videos)
        assert list(manifest.videos) == [video.id for video in with_lasting_ids(videos, manifest)]
        assert [entry.identity for entry in manifest.videos.values()] == [video.identity for video in videos]
        assert len({entry.index for entry in manifest.videos.values()}) == len(videos)
        done = {entry.identity for entry in manifest.videos.values() if entry.status is Status.COMPLETED}
        assert done == made & {video.identity for video in videos}
        run(manifest, videos, made=tuple(prompts))
        made |= {video.identity for video in videos}


@given(st.lists(st.text(), max_size=4), st.integers(1, 2000))
def test_an_id_is_short_and_holds_nothing_that_a_command_line_would_take_apart(words: list[str], number: int) -> None:
    name = numbered(base_for(filter(None, map(slug, words))), number)
    assert len(name) <= 60
    assert name == name.casefold().strip("-")
    assert all(sign.isalnum() or sign == "-" for sign in name), name


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Höhenflug, schnell!", "hohenflug-schnell"[:16]),
        ("slow", "slow"),
        ("très  LENT", "tres-lent"),
        ("慢", "慢"),
        ("16:9", "16-9"),
        ("…", ""),
    ],
)
def test_a_word_becomes_part_of_an_id(text: str, word: str) -> None:
    assert slug(text) == word


def test_the_first_free_number_is_taken() -> None:
    taken = {"pan-01", "pan-02", "pan-04"}
    assert first_free("pan", taken) == ("pan-03", 3)
    assert first_free("pan", taken, 4) == ("pan-05", 5)


def test_entries_are_told_apart_by_what_is_asked_and_how_often() -> None:
    videos = asked("a", "a", "b")
    records = [VideoRecord(id=v.id, prompt="", digest=v.digest, repetition=v.repetition) for v in videos]
    assert [record.identity for record in records] == [video.identity for video in videos]
    assert all(one.identity != other.identity for one, other in itertools.combinations(videos, 2))
