"""`picks.yaml`: what is read from it, and what a person is told who wrote it wrongly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.storage.picks import Pick, Picks, PicksError, read_picks
from tests.picks_file import picks_text, write_picks

if TYPE_CHECKING:
    from pathlib import Path

SAVED = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
HEAD = 'version: 1\nbatch: "cats"\nmanifest: "m1"\nsaved_at: "2026-11-22T10:30:00Z"\n'


def faults_of(tmp_path: Path, text: str, **known: object) -> list[str]:
    path = tmp_path / "picks.yaml"
    path.write_bytes(text.encode())
    with pytest.raises(PicksError) as told:
        read_picks(path, **known)  # type: ignore[arg-type]
    return [line.removeprefix(str(path)) for line in str(told.value).splitlines()]


def test_what_is_written_is_read_again_whatever_the_batch_is_called(tmp_path: Path) -> None:
    odd = 'a "cat": #1 \N{CAT FACE}\x85\u2028 yes'
    picks = Picks(odd, "m1", SAVED, (Pick("video-001", 4, True), Pick("no", None, False), Pick("video-003", 1)))
    write_picks(tmp_path / "picks.yaml", picks)
    assert read_picks(tmp_path / "picks.yaml") == picks
    assert picks.kept == ("video-001",)


def test_notes_tags_ranks_and_what_was_put_off_are_read(tmp_path: Path) -> None:
    picks = (
        Pick("video-001", maybe=True, note='a "note":\n# two lines', tags=("calm", "title, big")),
        Pick("video-002", 3, True, rank=1),
    )
    write_picks(tmp_path / "picks.yaml", Picks("cats", "m1", SAVED, picks))
    assert read_picks(tmp_path / "picks.yaml").picks == picks


def test_a_file_without_picks_is_fine(tmp_path: Path) -> None:
    (tmp_path / "picks.yaml").write_text(picks_text(Picks("cats", "m1", SAVED)), encoding="utf-8")
    assert read_picks(tmp_path / "picks.yaml", manifest="m1", videos=["video-001"]).picks == ()


def test_a_person_may_leave_out_what_goes_without_saying(tmp_path: Path) -> None:
    text = f"{HEAD}picks:\n  - id: video-001\n    keep: yes\n  - {{id: video-002, rating: 5}}\n"
    (tmp_path / "picks.yaml").write_text(text, encoding="utf-8")
    assert read_picks(tmp_path / "picks.yaml").picks == (Pick("video-001", keep=True), Pick("video-002", 5))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{id: video-001, rating: 6}", "picks[1].rating: must be a whole number from 1 to 5, or null"),
        ("{id: video-001, rating: true}", "picks[1].rating: must be a whole number from 1 to 5, or null"),
        ("{id: video-001, rating: 2.0}", "picks[1].rating: must be a whole number from 1 to 5, or null"),
        ("{id: video-001, keep: maybe}", "picks[1].keep: must be true, false or null"),
        ("{id: video-001, kept: true}", "picks[1].kept: unknown key, allowed are"),
        ("{id: video-001, keep: true, maybe: true}", "picks[1].maybe: must be true or false, and true only where"),
        ("{id: video-001, tags: calm}", "picks[1].tags: must be a list of words"),
        ("{id: video-001, tags: [1]}", "picks[1].tags[0]: must be a list of words"),
        ("{id: video-001, rank: 0}", "picks[1].rank: must be a whole number from 1"),
        ("{id: video-001, note: 7}", "picks[1].note: must be a text"),
        ("{rating: 3}", 'picks[1].id: is missing, must be the id of a video, such as "video-001"'),
        ("video-001", "picks[1]: must be a list of lines such as"),
        ("{id: video-000}", 'picks[1].id: "video-000" is in this file twice'),
        ("{id: video-009}", 'picks[1].id: there is no video "video-009" in this batch, there are video-000, video-001'),
    ],
)
def test_a_wrong_line_is_told_with_its_number(tmp_path: Path, entry: str, told: str) -> None:
    text = f"{HEAD}picks:\n  - {{id: video-000}}\n  - {entry}\n"
    (problem,) = faults_of(tmp_path, text, videos=["video-000", "video-001"])
    assert problem.startswith(f":7: {told}")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = 'version: 2\nbatch: 7\nsaved_at: "soon"\npicks: {}\n'
    problems = faults_of(tmp_path, text)
    assert [problem.split(":")[1:3] for problem in problems] == [
        ["1", " version"],
        ["2", " batch"],
        ["1", " manifest"],
        ["3", " saved_at"],
        ["4", " picks"],
    ]


def test_picks_of_other_videos_are_refused(tmp_path: Path) -> None:
    (problem,) = faults_of(tmp_path, f"{HEAD}picks: []\n", manifest="m2")
    assert problem.startswith(":3: manifest: these are picks of other videos")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("- a\n", 1),
        (f"{HEAD}picks:\n  - {{id: video-001\n", 6),
        ('a: "\\U99999999"\n', 1),
        ("a: !!set []\n", 1),
        ("saved_at: 2026-13-45\n", 1),
        ("picks: " + "[" * 5000, 1),
    ],
)
def test_what_is_no_file_of_picks_is_told_kindly(tmp_path: Path, text: str, line: int) -> None:
    assert faults_of(tmp_path, text)[0].startswith(f":{line}: ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PicksError, match=r"nowhere\.yaml: cannot be read: No such file"):
        read_picks(tmp_path / "nowhere.yaml")
