"""A video of which nobody knows whether it is being made lets the others go first, and is looked for after them."""

from __future__ import annotations

from tests.plugin.folder import BatchFolder, said


def said_before_the_last_look(folder: BatchFolder) -> tuple[list[str], list[str]]:
    """Return the videos that were submitted before the last look for an earlier one's result, and all looks."""
    order = folder.notes_of("submit", "look again")
    last = max(at for at, note in enumerate(order) if note.startswith("look again"))
    return [note for note in order[:last] if note.startswith("submit")], folder.notes("look again")


def test_others_are_made_while_it_is_open_what_came_of_a_submit(either: BatchFolder) -> None:
    either.script(video_001=["UNSEEN"], found={"video-001": 1})
    result = either.run("cats.yaml", "-v")
    assert result.ret == 0, said(result)
    result.assert_outcomes(passed=4)
    assert either.submits() == {f"video-00{n}": 1 for n in range(1, 5)}
    assert either.notes("look again") == ["video-001"]
    # Looked for when all others are made, or, with two workers, when the other one has the last of them.
    before, _ = said_before_the_last_look(either)
    assert len(before) >= 4 - either.workers + 1
    assert either.manifest().videos["video-001"].adopted
    assert "perhaps made, looked for until" in said(result)
    assert "the other videos go first" in said(result)


def test_the_last_videos_are_waited_for_in_their_place(either: BatchFolder) -> None:
    """Two that are put off do not go back and forth: nobody else is left to be made."""
    either.script(**{f"video_00{n}": ["UNSEEN"] for n in (1, 2, 3, 4)}, found={"video-001": 3, "video-004": 2})
    result = either.run("cats.yaml", "-k", "video-001 or video-004")
    assert result.ret == 0, said(result)
    assert either.submits() == {"video-001": 1, "video-004": 1}
    assert either.noted("look again") == {"video-001": 3, "video-004": 2}


def test_what_an_earlier_run_left_open_is_looked_at_once_before_others_go_first(either: BatchFolder) -> None:
    either.script(video_001=["UNSEEN"], video_002=["UNSEEN"], found={"video-001": 2, "video-002": 3})
    either.batch(attempts=1)
    assert either.run("cats.yaml", "-k", "video-001 or video-002").ret == 1
    result = either.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert set(either.submits().values()) == {1}
    before, looks = said_before_the_last_look(either)
    assert len(before) >= 4 - either.workers + 1
    assert len(looks) == 5


def test_a_run_that_is_stopped_still_tells_what_it_put_off(either: BatchFolder) -> None:
    either.script(video_001=["UNSEEN"], video_003=["RATE_LIMIT"], video_004=["RATE_LIMIT"], found={"video-001": 9})
    result = either.run("cats.yaml")
    assert result.ret == 75, said(result)
    assert "video-001" in said(result)
    assert either.submits()["video-001"] == 1
    assert either.manifest().videos["video-001"].status == "FAILED"
