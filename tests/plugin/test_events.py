"""`--events`: a line of JSON for everything that happens, in a file or on the standard output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from grokbatch.run.events.events import FACTS
from grokbatch.run.events.schema import schema
from tests.plugin.folder import PROMPT, BatchFolder, said

if TYPE_CHECKING:
    from pathlib import Path


def events_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def kinds_of(events: list[dict[str, Any]], video: str | None = None) -> list[str]:
    """Return the kinds of the events of a video, or of those about none, without progress."""
    return [each["kind"] for each in events if each["video"] == video and each["kind"] != "video_progress"]


def test_everything_that_happens_is_a_line_without_prompts_which_its_owner_only_reads(either: BatchFolder) -> None:
    either.batch(download=True)
    either.script(video_002=["CONTENT_MODERATED"])
    either.run("cats.yaml", "--events", "events.jsonl")
    file = either.path / "events.jsonl"
    events = events_in(file)
    assert kinds_of(events) == ["run_started", "run_finished"]
    made = ["video_started", "video_submitted", "video_completed", "video_downloaded"]
    for video in ("video-001", "video-003", "video-004"):
        assert kinds_of(events, video) == made
    assert kinds_of(events, "video-002") == ["video_started", "video_submitted", "video_failed"]
    assert {"generating", "downloading"} <= {each["phase"] for each in events if each["kind"] == "video_progress"}
    for each in events:
        jsonschema.validate(each, schema())
        assert each.keys() - {"schema", "at", "kind", "batch", "video", "worker"} == FACTS[each["kind"]].keys()
        assert each["batch"] == "cats.yaml"
    [failed] = [each for each in events if each["kind"] == "video_failed"]
    assert (failed["status"], failed["category"], failed["message"]) == ("FAILED", "CONTENT_MODERATED", "as scripted")
    [first] = [each for each in events if each["kind"] == "video_downloaded" and each["video"] == "video-001"]
    assert os.path.isfile(first["file"])  # noqa: PTH113 - the text as it is
    last = events[-1]
    assert [last[name] for name in ("videos", "completed", "completed_now", "moderated", "pending")] == [4, 3, 3, 1, 0]
    assert last["report"] == str(either.run_directory() / "report.html")
    assert PROMPT not in file.read_text()
    assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o600


def test_a_later_run_adds_its_lines_and_tells_nothing_of_what_is_made_already(solo: BatchFolder) -> None:
    (solo.path / "events.jsonl").touch(0o644)
    solo.run("cats.yaml", "--events=events.jsonl")
    assert os.name != "posix" or (solo.path / "events.jsonl").stat().st_mode & 0o777 == 0o600
    before = events_in(solo.path / "events.jsonl")
    solo.run("cats.yaml", "--events=events.jsonl")
    after = events_in(solo.path / "events.jsonl")[len(before) :]
    assert [each["kind"] for each in after] == ["run_started", "run_finished"]
    assert (after[-1]["completed"], after[-1]["completed_now"]) == (4, 0)


def test_a_limit_and_the_stop_are_told_once(pair: BatchFolder) -> None:
    pair.batch(count=9)
    pair.script(video_001=["RATE_LIMIT"], video_002=["RATE_LIMIT"])
    assert pair.run("cats.yaml", "--events=events.jsonl").ret == 75
    events = events_in(pair.path / "events.jsonl")
    counted = Counter(each["kind"] for each in events)
    assert (counted["limit_reached"], counted["run_stopped"], counted["run_finished"]) == (1, 1, 1)
    [stop] = [each for each in events if each["kind"] == "run_stopped"]
    assert (stop["category"], stop["message"]) == ("RATE_LIMIT", "as scripted")
    assert events[-1]["status"] == "STOPPED_RATE_LIMIT"


def test_a_limit_that_the_run_waits_for_is_no_stop(either: BatchFolder) -> None:
    either.script(video_002=["RATE_LIMIT"], retry_after=0.5)
    assert either.run("cats.yaml", "--until-done", "--events=events.jsonl").ret == 0
    events = events_in(either.path / "events.jsonl")
    counted = Counter(each["kind"] for each in events)
    assert (counted["limit_reached"], counted["run_stopped"], counted["run_finished"]) == (1, 0, 1)
    assert kinds_of(events, "video-002")[-1] == "video_completed"
    assert (counted["video_completed"], counted["video_failed"], events[-1]["completed"]) == (4, 0, 4)


@pytest.mark.parametrize("category", ["AUTH_REQUIRED", "HUMAN_CHECK"])
def test_that_a_person_is_needed_is_told(solo: BatchFolder, category: str) -> None:
    solo.script(video_001=[category])
    solo.run("cats.yaml", "--events=events.jsonl")
    events = events_in(solo.path / "events.jsonl")
    [told] = [each for each in events if each["kind"] == "person_needed"]
    assert (told["category"], told["video"]) == (category, "video-001")


def test_several_batches_are_told_apart(pair: BatchFolder) -> None:
    pair.batch("dogs", count=2)
    pair.run("cats.yaml", "dogs.yaml", "--events=events.jsonl")
    events = events_in(pair.path / "events.jsonl")
    counted = Counter((each["batch"], each["kind"]) for each in events)
    for batch, videos in (("cats.yaml", 4), ("dogs.yaml", 2)):
        assert counted[batch, "video_completed"] == counted[batch, "video_submitted"] == videos
        assert counted[batch, "run_started"] == counted[batch, "run_finished"] == 1


def test_the_standard_output_holds_the_events_alone(pair: BatchFolder) -> None:
    result = pair.pytester.runpytest_subprocess(*pair.mode, "cats.yaml", "--events", "-")
    assert result.ret == 0
    events = [json.loads(line) for line in result.outlines]
    assert kinds_of(events) == ["run_started", "run_finished"]
    assert "video-004" in "\n".join(result.errlines)
    began = [line for line in result.errlines if "test session starts" in line]
    assert len(began) == 1, "what workers print is seen nowhere, as always"


def test_nothing_that_a_conftest_prints_gets_between_the_events(solo: BatchFolder) -> None:
    hook = "import os\n\n\ndef pytest_grokbatch_video_finished():\n    print('printed')\n    os.system('echo spoken')\n"
    (solo.path / "batches").mkdir()
    (solo.path / "batches" / "conftest.py").write_text(hook)
    solo.batch("batches/cats")
    result = solo.pytester.runpytest_subprocess(*solo.mode, "-s", "batches/cats.yaml", "--events=-")
    assert all(json.loads(line)["kind"] for line in result.outlines)
    assert {"printed", "spoken"} <= set(result.errlines)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")  # noqa: PTH110
def test_a_full_disk_ends_the_events_with_one_line_and_never_the_run(solo: BatchFolder) -> None:
    result = solo.run("cats.yaml", "--events", "/dev/full")
    assert result.ret == 0
    [line] = [line for line in said(result).splitlines() if "--events" in line]
    assert line == "--events /dev/full: No space left on device: no more events are written; the run goes on"


def test_a_reader_that_goes_away_ends_the_events_and_never_the_run(solo: BatchFolder) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        command = (sys.executable, "-m", "pytest", *solo.mode, "cats.yaml", "--events=-")
        ended = subprocess.run(command, cwd=solo.path, stdout=pipe, stderr=subprocess.PIPE, check=False)
    told = ended.stderr.decode()
    assert ended.returncode == 0
    assert told.count("--events -: Broken pipe: no more events are written; the run goes on") == 1
    assert set(solo.statuses().values()) == {"COMPLETED"}


def test_a_pipe_that_nobody_reads_is_refused_instead_of_waited_for(solo: BatchFolder) -> None:
    if sys.platform == "win32":
        pytest.skip("there are no named pipes")
    os.mkfifo(solo.path / "pipe")
    result = solo.run("cats.yaml", "--events", "pipe")
    assert result.ret == 4
    assert "--events pipe: No such device or address; start the program that reads this pipe first" in said(result)


def test_a_file_that_cannot_be_written_is_refused_before_anything_starts(solo: BatchFolder) -> None:
    result = solo.run("cats.yaml", "--events", "missing/events.jsonl")
    assert result.ret == 4
    assert "--events missing/events.jsonl: No such file or directory; name another file" in said(result)
    assert not solo.submits()
