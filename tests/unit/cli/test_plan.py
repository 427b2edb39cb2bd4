"""`grokbatch plan`: what would be made, counted before anything starts."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import yaml
from typer.testing import CliRunner

from grokbatch.batch.loader import load_batch
from grokbatch.cli.app import app
from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Category, MadeVideo, Outcome
from grokbatch.record.rules import ledger
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.quota_file import QuotaFile, quota_path
from grokbatch.run.results.locks import hold_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from typer.testing import Result

    Type = Callable[..., Result]

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
POST = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b86"
WAVES = "Long waves roll in, nobody else may read this."
AXES = {"prompt": "A {camera} pan over the {place}.", "axes": {"camera": ["slow", "fast"], "place": ["hills", "sea"]}}


@pytest.fixture
def type_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type `grokbatch plan` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, ["plan", *arguments], env={"NO_COLOR": "1"})


def write(path: Path, **said: object) -> Path:
    said = said if "permalinks" in said else {"permalink": f"{POST}0", **said}
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return path


def ran(path: Path, seconds: Sequence[float], outcomes: Mapping[int, Outcome] | None = None) -> None:
    """Let one worker make the first videos of a batch, each in so many seconds, with two seconds in between."""
    batch = load_batch(path)
    manifest = ledger.new_manifest(
        batch=batch.name, account=batch.account, permalink=batch.links[0], site=batch.site_name, now=NOW
    )
    videos = batch.videos()
    ledger.open_run(manifest, videos, browser="Chromium 156", now=NOW)
    at = NOW
    for number, (video, took) in enumerate(zip(videos, seconds, strict=False), start=1):
        ledger.claim(manifest, video.id, "gw0", at)
        manifest.videos[video.id].attempts[-1].submitted_at = at
        at += timedelta(seconds=took)
        made = Outcome.success(MadeVideo(f"v{number}", "https://x/v.mp4", f"{POST}1", 560, 560, 6.0))
        ledger.finish(manifest, video.id, (outcomes or {}).get(number, made), at)
        at += timedelta(seconds=2)
    ManifestStore(path.parent / "reports" / batch.run_name / "manifest.json").create(manifest)


def rows(said: Result, head: str) -> list[list[str]]:
    """Return the cells of the table whose first column is `head`."""
    lines = [line.split() for line in said.stdout.splitlines()]
    start = next(at for at, line in enumerate(lines) if line[:1] == [head])
    end = next((at for at in range(start, len(lines)) if not lines[at] or lines[at][0] == "next:"), len(lines))
    return lines[start + 1 : end]


def fact(said: Result, name: str) -> str:
    found = next(line for line in said.stdout.splitlines() if line.strip().startswith(f"{name}  "))
    return found.strip().removeprefix(name).strip()


def test_it_counts_by_prompt_and_says_what_each_asks_for(type_: Type, tmp_path: Path) -> None:
    prompts = ["One.", {"prompt": WAVES, "name": "waves", "count": 3, "duration": 10}]
    write(tmp_path / "x.yaml", prompts=prompts, count=2)
    said = type_("x.yaml")
    assert said.exit_code == 0, said.output
    assert rows(said, "PROMPT") == [["1", "2", "0", "2"], ["2", "waves", "3", "0", "3", "10", "s"]]
    assert "next: grokbatch run x.yaml\n" in said.stdout


def test_it_counts_by_the_values_of_axes(type_: Type, tmp_path: Path) -> None:
    write(tmp_path / "x.yaml", **AXES, count=5, exclude=[{"camera": "fast", "place": "sea"}])
    assert rows(type_("x.yaml"), "AXIS") == [
        ["camera", "slow", "10", "0", "10"],
        ["camera", "fast", "5", "0", "5"],
        ["place", "hills", "10", "0", "10"],
        ["place", "sea", "5", "0", "5"],
    ]


def test_it_counts_by_image_and_the_pages_that_must_be_loaded(type_: Type, tmp_path: Path) -> None:
    write(tmp_path / "x.yaml", permalinks=[f"{POST}1", f"{POST}2"], prompt="One.", count=3)
    said = type_("x.yaml", "-n", "1")
    assert [row[1:] for row in rows(said, "IMAGE")] == [["3", "0", "3"], ["3", "0", "3"]]
    assert fact(said, "pages") == "2 images, at least 2 pages to load"
    assert "at least 4 pages" in type_("x.yaml", "-n", "4").stdout


def test_what_is_made_is_known_by_what_it_asks_for_and_not_by_its_place(type_: Type, tmp_path: Path) -> None:
    path = write(tmp_path / "x.yaml", prompts=["One.", "Two."], count=2)
    failed = Outcome.failure(Category.TIMEOUT, "no progress")
    moderated = Outcome.failure(Category.CONTENT_MODERATED, "moderated")
    ran(path, [30, 30, 30, 30], {3: failed, 4: moderated})
    write(path, prompts=["New.", "Two.", "One."], count=2)
    said = type_("x.yaml")
    assert fact(said, "videos") == "6: 2 done, 3 to make (1 failed before), 1 moderated"
    assert rows(said, "PROMPT") == [["1", *"20200"], ["2", *"20011"], ["3", *"22000"]]


def test_a_batch_that_wants_keepers_says_how_far_it_is(type_: Type, tmp_path: Path) -> None:
    path = write(tmp_path / "cats.yaml", prompt=WAVES, count=8, keepers=3)
    assert fact(type_("cats.yaml"), "keepers").startswith("0 of 3 keepers, 0 made")
    ran(path, [10, 10])
    said = type_("cats.yaml")
    assert fact(said, "keepers").startswith("2 of 3 keepers, 2 made")
    assert "with 1 browser" in fact(said, "time left"), "one is missing, whatever could be made"
    told = CliRunner().invoke(app, ["status", "cats.yaml"], env={"NO_COLOR": "1"}).stdout
    assert "keepers     2 of 3 keepers, 2 made" in told


def test_the_time_left_is_judged_by_the_batchs_own_history(type_: Type, tmp_path: Path) -> None:
    """Half of the videos take less than 60 s and 2 s go by in between: 5 rounds of 62 s are left for two browsers."""
    ran(write(tmp_path / "x.yaml", prompt="One.", count=12), [58, 60, 300])
    told = fact(type_("x.yaml", "-n", "2"), "time left")
    assert told == "about 5 min with 2 browsers (estimate from 3 videos made so far)"


def test_without_a_history_no_time_is_made_up(type_: Type, tmp_path: Path) -> None:
    path = write(tmp_path / "x.yaml", prompt="One.", count=12)
    assert fact(type_("x.yaml"), "time left") == "cannot be estimated before the first video is made"
    ran(path, [30], {1: Outcome.failure(Category.TIMEOUT, "no progress")})
    assert fact(type_("x.yaml"), "time left") == "cannot be estimated before the first video is made"


def test_a_pause_between_two_runs_is_not_counted(type_: Type, tmp_path: Path) -> None:
    ran(write(tmp_path / "x.yaml", prompt="One.", count=3), [60, 60])
    store = ManifestStore(tmp_path / "reports" / "x" / "manifest.json")
    with store.transaction() as manifest:
        attempt = manifest.videos["video-002"].attempts[0]
        attempt.started_at += timedelta(hours=20)
        attempt.ended_at = attempt.started_at + timedelta(seconds=60)
    assert fact(type_("x.yaml"), "time left").startswith("about 1 min with 1 browser ")


def test_several_batches_are_added_up_by_account(type_: Type, tmp_path: Path) -> None:
    ran(write(tmp_path / "a.yaml", prompt="One.", count=4, account="main"), [60, 60])
    write(tmp_path / "b.yaml", prompt="One.", count=3, account="other")
    write(tmp_path / "c.yaml", prompt="One.", count=5, account="main")
    said = type_(".", "-n", "2")
    assert rows(said, "ACCOUNT") == [
        ["main", "https://grok.com", "9", "2", "7"],
        ["other", "https://grok.com", "3", "0", "3"],
    ]
    assert (
        "(estimate from 2 videos made so far)\n             without 8 videos of batches of which nothing" in said.stdout
    )


def test_when_all_is_made_there_is_nothing_to_type(type_: Type, tmp_path: Path) -> None:
    ran(write(tmp_path / "x.yaml", prompt="One.", count=2), [30, 30])
    said = type_("x.yaml")
    assert fact(said, "time left") == "none, nothing is left to make"
    assert "next:" not in said.stdout


def test_prompts_are_shown_only_when_asked_for(type_: Type, tmp_path: Path) -> None:
    values = ["nobody else may read all of this", "short"]
    write(tmp_path / "x.yaml", prompts=[WAVES, "A {way} one."], axes={"way": values}, prefix="Look: ")
    assert "nobody else may read" not in type_("x.yaml").output
    shown = type_("x.yaml", "--show-prompts").stdout
    assert f"video-001\n    Look: {WAVES}\n" in shown
    assert f"    Look: A {values[0]} one.\n" in shown


def test_it_reads_the_command_line_as_pytest_would(type_: Type, tmp_path: Path) -> None:
    write(tmp_path / "x.yaml", prompt="One.", count=12)
    said = type_("x.yaml", "--site", "demo", "--set", "count=3", "-n", "2")
    assert fact(said, "account") == "built-in, on the demo site"
    assert fact(said, "videos") == "3: 0 done, 3 to make"
    assert "next: grokbatch run x.yaml --site demo --set count=3 -n 2\n" in said.stdout


def test_nothing_is_written(type_: Type, tmp_path: Path) -> None:
    ran(write(tmp_path / "x.yaml", prompt="One.", count=2), [30])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert type_("x.yaml", "--show-prompts").exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_the_faults_of_all_files_are_told_at_once(type_: Type, tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", prompt="One.", count=0)
    write(tmp_path / "b.yaml", prompt="One.", demo={"era": "Z"})
    write(tmp_path / "c.yaml", prompt="One.", count=2, filename="same")
    said = type_("a.yaml", "b.yaml", "c.yaml")
    assert said.exit_code == 4
    assert [line.partition(":")[0] for line in said.stderr.removeprefix("error: ").splitlines()] == [
        "a.yaml",
        "b.yaml",
        "c.yaml",
    ]


def test_what_a_run_would_refuse_a_plan_refuses_too(type_: Type, tmp_path: Path) -> None:
    """Pictures and locators that are not there, and two batches whose results would be mixed up."""
    write(tmp_path / "a.yaml", prompt="One.", source_image="nowhere.png")
    write(tmp_path / "b.yaml", prompt="One.", locators="nowhere.yaml")
    (tmp_path / "more").mkdir()
    (tmp_path / "pytest.ini").touch()
    for folder in (tmp_path, tmp_path / "more"):
        write(folder / "c.yaml", prompt="One.")
    said = type_("a.yaml", "b.yaml", "c.yaml", "more/c.yaml")
    assert said.exit_code == 4
    for problem in (
        f"a.yaml:3:15: source_image: there is no file {tmp_path / 'nowhere.png'}",
        "b.yaml:1:11: locators: there is no file nowhere.yaml",
    ):
        assert problem in said.stderr
    assert "more/c.yaml: c.yaml has the same name, and both would be recorded in reports/c" in said.stderr


UNSEEN = replace(Outcome.failure(Category.NETWORK_ERROR, "the reply was cut"), perhaps_made=True)


@pytest.mark.parametrize("accounts", [{"account": "second"}, {"accounts": ["second", "third"]}])
def test_what_another_account_has_perhaps_made_is_told_by_all_commands_that_tell_what_a_run_would_do(
    type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accounts: Mapping[str, object]
) -> None:
    """The run is refused, so neither the plan nor the status advises to type it, and the doctor does not pass it."""
    monkeypatch.setenv("GROKBATCH_HOME", str(tmp_path / "home"))
    path = write(tmp_path / "cats.yaml", prompt="One.", count=2, account="main")
    ran(path, [30, 30], {2: UNSEEN})
    assert type_("cats.yaml").exit_code == 0
    write(path, prompt="One.", count=2, **accounts)
    why = "cats.yaml: video-002 may have been made with the account main already"
    planned = type_("cats.yaml")
    assert planned.exit_code == 4
    assert why in " ".join(planned.stderr.split())
    status = CliRunner().invoke(app, ["status", "cats.yaml"])
    assert why in " ".join(status.stderr.split())
    assert "next:" not in status.output
    doctor = CliRunner().invoke(app, ["doctor", "cats.yaml"])
    assert why in " ".join(doctor.stdout.split())
    forced = type_("cats.yaml", "--force")
    assert fact(forced, "videos") == "2: 1 done, 1 to make (1 failed before)"
    assert "next: grokbatch run cats.yaml --force" in forced.stdout


def test_results_that_a_run_could_not_go_on_with_are_told_before_it(type_: Type, tmp_path: Path) -> None:
    """Those of another site, and files in a folder that is gone, such as one on a disk that is not connected."""
    path = write(tmp_path / "cats.yaml", prompt="One.", count=2, output="disk")
    ran(path, [30, 30])
    store = ManifestStore(tmp_path / "reports" / "cats" / "manifest.json")
    with store.transaction() as manifest:
        manifest.videos["video-001"].download = FileRecord(
            state=FileState.DONE, path=str(tmp_path / "disk" / "one.mp4"), at=NOW
        )
    assert f"cats.yaml: output: {tmp_path / 'disk'}: is gone, with 1 files" in type_("cats.yaml").stderr
    elsewhere = ["cats.yaml", "--site", "https://127.0.0.1:9"]
    assert "holds the results of another site (https://grok.com, now " in type_(*elsewhere).stderr
    status = CliRunner().invoke(app, ["status", *elsewhere])
    assert "holds the results of another site (https://grok.com, now " in status.stderr
    assert "next:" not in status.output


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("zebras.yaml", "there is no such file"),
        ("cats", "there is no such file, did you mean batches/cats.yaml?"),
        ("cats.yaml", "there is no such file, did you mean batches/cats.yaml?"),
        ("batches/cats", "there is no such file, did you mean batches/cats.yaml?"),
        ("notes.txt", "is not a batch file: their names end with .yaml"),
        ("folder", "holds no batch file"),
        (".", "holds no batch file, did you mean batches?"),
        ("empty.yaml", "is empty; to write a batch file with comments: grokbatch init NAME"),
        ("notepad.yaml", "is UTF-16 text: save the file with the encoding UTF-8 (Excel calls it CSV UTF-8)"),
        ("other.yaml", "is no batch: it names no prompt and no image"),
    ],
)
def test_what_is_no_batch_is_told_also_beside_one(type_: Type, tmp_path: Path, argument: str, reason: str) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "bears.yaml").touch()  # half of "zebras.yaml" with the ending, and nothing like it without
    (tmp_path / "empty.yaml").touch()
    (tmp_path / "other.yaml").write_text("stages: []\n")
    (tmp_path / "notepad.yaml").write_text("prompt: A pan.\n", encoding="utf-16")
    (tmp_path / "folder").mkdir()
    (tmp_path / "batches").mkdir()
    write(tmp_path / "batches" / "cats.yaml", prompt=WAVES)
    for arguments in ([argument], ["batches/cats.yaml", argument]):
        said = type_(*arguments)
        assert said.exit_code == 4
        assert " ".join(said.stderr.split()) == f"error: {argument}: {reason}"


def test_plan_and_status_look_at_the_file_as_it_is_now_and_agree(type_: Type, tmp_path: Path) -> None:
    """Two of three prompts are made; one of these is edited, of the other one only the white space, and one is new."""
    path = write(tmp_path / "x.yaml", prompts=["One kite.", "Two kites.", "Three."])
    ran(path, [30, 30])
    write(path, prompts=[" One  kite. ", "Two red kites.", "Three.", "Four."])
    said = type_("x.yaml")
    assert fact(said, "videos") == "4: 1 done, 3 to make"
    assert fact(said, "outdated") == "1 made video of what the file does not ask for any more; kept"
    assert fact(said, "prompts") == "only the white space of video-001 has changed, which makes nothing anew"
    status = CliRunner().invoke(app, ["status", "x.yaml"])
    assert fact(status, "videos") == "1 of 4 completed, 3 left"
    assert fact(status, "outdated") == "1 made video of what the file does not ask for any more; kept"
    assert [row[:2] for row in rows(status, "VIDEO")] == [
        ["video-001", "completed"],
        ["video-002", "pending"],
        ["video-003", "pending"],
        ["video-004", "pending"],
        ["video-002", "outdated"],
    ]
    assert "kite" not in status.output


def test_the_status_of_a_batch_that_is_being_run_advises_nothing(type_: Type, tmp_path: Path) -> None:
    """Above all not to start it once more."""
    path = write(tmp_path / "x.yaml", prompts=["One.", "Two."])
    ran(path, [30])
    lock = hold_run(tmp_path / "reports" / "x")
    said = CliRunner().invoke(app, ["status", "x.yaml"])
    assert f", being run by process {os.getpid()}" in said.output
    assert "next:" not in said.output
    lock.release()
    (tmp_path / "reports" / "x" / "run.pid").unlink()
    assert "grokbatch run x.yaml" in CliRunner().invoke(app, ["status", "x.yaml"]).output


def test_parallel_auto_is_told_with_its_reason_unless_n_goes_before_it(type_: Type, tmp_path: Path) -> None:
    path = write(tmp_path / "waves.yaml", prompt=WAVES, count=20, parallel="auto")
    ran(path, [30.0])
    told = type_(str(path)).stdout
    [line] = [line for line in told.splitlines() if "parallel: auto is" in line]
    number = int(line.split("parallel: auto is ")[1].split(",")[0])
    assert 1 <= number <= 10
    assert f"with {number} browser" in told
    assert "parallel: auto" not in type_(str(path), "-n", "3").stdout


def test_commands_are_shown_whole_and_addresses_by_their_schemes(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "save.sh").write_text("#!/bin/sh\n")
    (tmp_path / "save.sh").chmod(0o755)
    notify = ["desktop", "json://127.0.0.1/secret"]
    write(tmp_path / "cats.yaml", prompt=WAVES, on_video="./save.sh 'to the nas'", notify=notify)
    said = type_("cats.yaml").output
    assert "on_video   runs ./save.sh 'to the nas'" in said
    assert "1 (desktop)" in said
    assert "2 (json)" in said
    assert "secret" not in said
    assert not (tmp_path / "reports").exists()


def test_a_program_that_does_not_exist_and_a_wrong_address_are_told_together(type_: Type, tmp_path: Path) -> None:
    write(tmp_path / "cats.yaml", prompt=WAVES, on_finish=["no-such-program-x"])
    write(tmp_path / "dogs.yaml", prompt=WAVES, notify="nonsense://secret")
    result = type_("cats.yaml", "dogs.yaml")
    assert result.exit_code == 4
    assert "on_finish: there is no program no-such-program-x" in result.output
    assert "notify[1]: is not an address that Apprise understands (nonsense)" in result.output
    assert "secret" not in result.output


def limited(tmp_path: Path, videos: int, *, ended: bool = True) -> None:
    """Let the account `default` have met two limits of so many videos in 4 hours, and have made half of them again."""
    record = QuotaFile(quota_path(tmp_path / "home", "grok.com", "default"))
    now = datetime.now(UTC).replace(microsecond=0)
    for back in (9, 5, 1):
        begin = now - timedelta(hours=back)
        for number in range(videos if back > 1 or not ended else videos // 2):
            record.note_accepted(begin + timedelta(seconds=number), "")
        if back > 1 or not ended:
            record.note_limit(begin + timedelta(minutes=1), None)
            record.note_limit(begin + timedelta(hours=3.9), None) if back > 1 else None


def test_it_says_what_fits_into_the_quota(type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROKBATCH_HOME", str(tmp_path / "home"))
    path = write(tmp_path / "cats.yaml", prompt=WAVES, count=20)
    assert "quota" not in type_(str(path)).stdout
    limited(tmp_path, 6)
    said = fact(type_(str(path)), "quota")
    assert said.startswith("3 of 20 fit into what is probably left of the quota; done about ")
    assert fact(type_(str(write(path, prompt=WAVES, count=3))), "quota").startswith("all 3 fit")


def test_batches_of_one_account_share_its_quota(type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROKBATCH_HOME", str(tmp_path / "home"))
    limited(tmp_path, 6, ended=False)
    for name in ("cats", "dogs"):
        write(tmp_path / f"{name}.yaml", prompt=WAVES, count=10)
    said = type_("cats.yaml", "dogs.yaml").stdout
    assert said.count("quota") == 2
    assert "default on https://grok.com: none of 20 fit" in said
    assert "more from " in said


def test_a_quota_record_that_cannot_be_read_is_told(
    type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROKBATCH_HOME", str(tmp_path / "home"))
    limited(tmp_path, 2)
    record = quota_path(tmp_path / "home", "grok.com", "default")
    record.write_text("{")
    said = type_(str(write(tmp_path / "cats.yaml", prompt=WAVES)))
    assert said.exit_code == 0
    assert f"{record}: cannot be read" in said.stderr
    assert record.read_text() == "{"


def test_it_says_what_each_of_several_accounts_makes_and_what_fits_into_its_quota(
    type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROKBATCH_HOME", str(tmp_path / "home"))
    limited(tmp_path, 6)
    path = write(tmp_path / "cats.yaml", prompt=WAVES, count=20, accounts={"second": 3, "default": 2})
    said = type_(str(path)).stdout
    assert "second, on https://grok.com: 12 videos, 12 to make" in said
    assert "default, on https://grok.com: 8 videos, 8 to make" in said
    assert "default: 3 of 8 fit into what is probably left of the quota" in said
    assert said.count("quota") == 2
    write(tmp_path / "dogs.yaml", prompt=WAVES, count=4, account="default")
    together = type_("cats.yaml", "dogs.yaml").stdout
    assert "default on https://grok.com: 3 of 12 fit" in together
    assert re.search(r"second +https://grok.com +12 ", together)
