"""The commands that need no browser, as a user types them."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from rich.cells import cell_len
from typer.testing import CliRunner

from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.video import VideoSpec
from grokbatch.cli.app import app
from grokbatch.cli.shared import account_session
from grokbatch.cli.shared.console import UsageError
from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Category, MadeVideo, Outcome
from grokbatch.record.model.quota import LimitKind, SubmitResult
from grokbatch.record.rules import ledger
from grokbatch.record.rules.account_parts import begin_parts
from grokbatch.record.storage.accounts import AccountRecord, AccountStore, CheckRecord, LoginState
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.quota_file import QuotaFile, quota_path
from grokbatch.record.storage.sidecar import Origin, write_sidecar

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result

    Type = Callable[..., Result]

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
PERMALINK = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
PROMPT = "nobody else may read: this # prompt"


@pytest.fixture
def type_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command in an empty folder, with accounts of one's own."""
    monkeypatch.chdir(tmp_path)
    environ = {"GROKBATCH_HOME": str(tmp_path / "home"), "NO_COLOR": "1"}

    def run(*arguments: str, answers: str | None = None) -> Result:
        return CliRunner().invoke(app, arguments, env=environ, input=answers)

    return run


@pytest.fixture
def store(tmp_path: Path) -> AccountStore:
    """One account, `main`, last seen signed in."""
    store = AccountStore(tmp_path / "home")
    check = CheckRecord(at=NOW, login_state=LoginState.SIGNED_IN, site="https://grok.com")
    store.write(AccountRecord(alias="main", site="https://grok.com", created_at=NOW, last_check=check))
    store.folder("main").profile.mkdir()
    return store


# in general


def no_long_lines(output: str, width: int) -> None:
    """Nothing is wider than the terminal but what is copied whole: paths and commands, alone on their lines."""
    lines = [line for line in output.splitlines() if cell_len(line) > width and " " in line.strip()]
    assert not [line for line in lines if not line.strip().startswith(("grokbatch ", "pytest "))]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_all_that_is_told_fits_into_the_terminal(type_: Type, store: AccountStore, width: int) -> None:
    long = "a-batch-with-a-name-of-" + "sixty" * 7
    wide = "\N{CJK UNIFIED IDEOGRAPH-65E5}" * 20
    for name in (long, wide):
        axes = {"light": [wide, "dusk"], "camera": ["slow", "a camera that moves as slowly as it can"]}
        file = {"permalink": PERMALINK, "prompt": "{light} {camera}", "axes": axes, "account": "main"}
        Path(f"{name}.yaml").write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")
    Path("wrong.yaml").write_text("permalink: nothing\nprompt: a\ncount: many\nparallel: 1000\nexpect: {duration: x}\n")
    assert store.exists("main")
    for arguments in (
        ("accounts", "list"),
        ("accounts", "show", "main"),
        ("accounts", "show", "another"),
        ("accounts", "remove", "main"),
        ("doctor", "--report"),
        ("init", long),
        ("init", "no/name"),
        ("locators", "show"),
        ("locators", "show", "sub"),
        ("plan", f"{long}.yaml"),
        ("plan", f"{long}.yaml", f"{wide}.yaml", "--show-prompts"),
        ("plan", "wrong.yaml"),
        ("plan", "nothing.yaml"),
        ("status",),
        ("status", f"{long}.yaml"),
        ("wall", f"{wide}.yaml"),
        ("report", f"{wide}.yaml"),
        ("picks", "export", f"{wide}.yaml", "best"),
        ("learn", "nowhere", "--account", "main"),
        ("notify", "test"),
        ("examples", "some"),
    ):
        said = CliRunner().invoke(app, arguments, env={"COLUMNS": str(width), "NO_COLOR": "1"})
        no_long_lines(said.output, width)
        assert "Traceback" not in said.output


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("accounts",),
        ("accounts", "add"),
        ("doctor",),
        ("status",),
        ("init",),
        ("locators",),
        ("hosts",),
        ("picks",),
        ("notify",),
        ("learn",),
        ("plan",),
        ("schema",),
    ],
)
def test_every_command_explains_itself(type_: Type, command: tuple[str, ...]) -> None:
    said = type_(*command, "--help")
    assert said.exit_code == 0
    assert "Usage: " in said.output
    listed = said.output.partition("Commands:\n")[2]
    assert "..." not in listed, "the line about a command is cut"


@pytest.mark.parametrize(
    "arguments", [("accounts", "ad"), ("accounts", "add"), ("status", "--jsn"), ("init", "x", "--count", "0")]
)
def test_a_wrong_command_line_is_a_usage_error(type_: Type, arguments: tuple[str, ...]) -> None:
    assert type_(*arguments).exit_code == 4


@pytest.mark.parametrize("command", ["add", "check", "remove"])
def test_a_path_is_no_account(type_: Type, command: str) -> None:
    said = type_("accounts", command, "../main")
    assert said.exit_code == 4
    assert "a name is made of a-z" in said.output


# accounts


def test_without_accounts_the_list_says_how_to_make_one(type_: Type) -> None:
    assert "next: grokbatch accounts add main" in type_("accounts", "list").output


def test_the_list_shows_the_state_of_each_account(type_: Type, store: AccountStore) -> None:
    assert store.aliases() == ["main"]
    line = type_("accounts", "list").output.splitlines()[1]
    assert line.startswith("main")
    assert "signed in" in line
    assert json.loads(type_("accounts", "list", "--json").output)[0]["last_check"]["login_state"] == "signed in"


def test_removing_asks_first_where_nobody_can_answer(type_: Type, store: AccountStore) -> None:
    said = type_("accounts", "remove", "main")
    assert (said.exit_code, store.exists("main")) == (4, True)
    assert "--yes" in said.output


def test_an_account_is_removed(type_: Type, store: AccountStore) -> None:
    assert type_("accounts", "remove", "main", "--yes").exit_code == 0
    assert store.aliases() == []
    assert type_("accounts", "remove", "main", "--yes").exit_code == 1


def test_the_quota_of_an_account_is_shown_and_removed_with_it(type_: Type, store: AccountStore, tmp_path: Path) -> None:
    nothing = type_("accounts", "show", "main").output
    assert "nothing is known yet" in nothing
    file = QuotaFile(quota_path(tmp_path / "home", "grok.com", "main"))
    for hour in (0, 4):
        file.note_accepted(NOW + timedelta(hours=hour), "720p")
        file.note_outcome(NOW + timedelta(hours=hour), "720p", SubmitResult.MADE)
        file.note_limit(NOW + timedelta(hours=hour, minutes=1), None, LimitKind.SAID, "720p")
        file.note_limit(NOW + timedelta(hours=hour + 3.95), None, LimitKind.SAID, "720p")
    said = type_("accounts", "show", "main").output
    for told in ("signed in", "quota on grok.com", "2 accepted submits", "2 made", "about 4 h", "2 times", "not yet"):
        assert told in said, told
    plain = json.loads(type_("accounts", "show", "main", "--json").output)
    assert plain["alias"] == "main"
    quota = plain["quota"]["grok.com"]
    assert quota["estimate"]["window"] == pytest.approx(14_400, rel=0.02)
    assert quota["submits"] == {"made": 2}
    assert [each["refusals"] for each in quota["limits"]] == [2, 2]
    assert type_("accounts", "remove", "main", "--yes").exit_code == 0
    assert not file.path.exists()
    assert type_("accounts", "show", "main").exit_code == 1


def test_an_import_does_not_replace_an_account_unasked(type_: Type, store: AccountStore, tmp_path: Path) -> None:
    assert store.exists("main")
    said = type_("accounts", "import", "main", str(tmp_path))
    assert said.exit_code == 4
    assert "--replace" in said.output


def test_the_built_in_site_needs_no_account(type_: Type) -> None:
    said = type_("accounts", "add", "main", "--site", "demo")
    assert said.exit_code == 4
    assert "has a built-in account" in said.output


# init


def test_a_new_batch_file_can_be_run_as_it_is(type_: Type, tmp_path: Path) -> None:
    said = type_("init", "cats", "--permalink", PERMALINK, "--prompt-file", "-", "--count", "3", answers=PROMPT)
    assert said.exit_code == 0, said.output
    assert PROMPT not in said.output
    batch = load_batch(tmp_path / "batches" / "cats.yaml")
    assert (batch.account, batch.permalink, batch.prompt, batch.count) == ("main", PERMALINK, PROMPT, 3)
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "batches" / "cats.yaml").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "prompt",
    ["yes", "12", "- a", '"quoted" & *odd*', "two\n\n  indented lines", "tab\there", "Ünï 😀 \u2028 end", "%a"],
)
def test_any_prompt_is_read_back_as_it_was_given(type_: Type, tmp_path: Path, prompt: str) -> None:
    (tmp_path / "prompt.txt").write_text(prompt, encoding="utf-8")
    assert type_("init", "cats", "--permalink", PERMALINK, "--prompt-file", "prompt.txt").exit_code == 0
    assert yaml.safe_load((tmp_path / "batches" / "cats.yaml").read_text(encoding="utf-8"))["prompt"] == prompt


def test_what_is_not_given_is_left_to_be_filled_in_and_named(type_: Type, tmp_path: Path) -> None:
    said = type_("init", "cats")
    assert said.exit_code == 0
    assert "fill in permalink and prompt in batches/cats.yaml" in said.output
    assert (tmp_path / "batches" / "cats.yaml").is_file()


def test_a_batch_file_is_never_overwritten(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "batches").mkdir()
    (tmp_path / "batches" / "cats.yaml").write_text("mine")
    assert type_("init", "cats", "--permalink", PERMALINK).exit_code == 4
    assert (tmp_path / "batches" / "cats.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    "arguments", [("../cats",), ("cats", "--permalink", "https://grok.com/x"), ("cats", "--account", "A")]
)
def test_nothing_is_written_for_a_batch_that_could_not_run(
    type_: Type, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert type_("init", *arguments).exit_code == 4
    assert list(tmp_path.rglob("*.yaml")) == []


def test_on_a_terminal_it_asks_and_asks_again_after_a_wrong_answer(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("pseudo terminals")
    import pty

    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "grokbatch.cli.app", "init", "cats"]
    environ = os.environ | {"GROKBATCH_HOME": str(tmp_path / "home")}
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdin=end, stdout=end, stderr=end) as process:
        os.close(end)
        os.write(terminal, f"nonsense\n{PERMALINK}\n\na heron\n7\n".encode())
        assert process.wait(30) == 0
    os.close(terminal)
    batch = load_batch(tmp_path / "batches" / "cats.yaml")
    assert (batch.permalink, batch.account, batch.prompt, batch.count) == (PERMALINK, "main", "a heron", 7)


# status


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A batch of which one video was made, one failed and one was moderated, before the limit."""
    path = tmp_path / "cats.yaml"
    path.write_text(yaml.safe_dump({"permalink": PERMALINK, "prompt": PROMPT, "count": 4}))
    store = ManifestStore(tmp_path / "reports" / "cats" / "manifest.json")
    manifest = ledger.new_manifest(batch="cats", account="main", permalink=PERMALINK, site="https://grok.com", now=NOW)
    older = [VideoSpec(video.id, video.address, f"older {PROMPT}", 60, 300) for video in load_batch(path).videos()]
    ledger.open_run(manifest, older, browser="Chromium 156", now=NOW)
    ledger.claim(manifest, "video-002", "gw0", NOW)
    ledger.open_run(manifest, load_batch(path).videos(), browser="Chromium 156", now=NOW)
    made = MadeVideo("v1", "https://x/v1.mp4", "https://grok.com/imagine/post/v1", 560, 560, 6.0)
    for video, outcome in (
        ("video-001", Outcome.success(made)),
        ("video-002", Outcome.failure(Category.TIMEOUT, "no progress for 60 s")),
        ("video-003", Outcome.failure(Category.CONTENT_MODERATED, "the site moderated the content")),
    ):
        ledger.claim(manifest, video, "gw0", NOW)
        ledger.finish(manifest, video, outcome, NOW)
    store.create(manifest)
    return path


def test_the_status_tells_how_far_each_video_is(type_: Type, run: Path) -> None:
    said = type_("status", run.name)
    assert said.exit_code == 0, said.output
    lines = [line.split() for line in said.output.splitlines() if line.startswith("video-")]
    assert [line[:2] for line in lines] == [
        ["video-001", "completed"],
        ["video-002", "TIMEOUT"],
        ["video-003", "moderated"],
        ["video-004", "pending"],
    ]
    assert "1 of 4 completed, 1 failed, 1 moderated, 2 left" in said.output
    # Not `grokbatch resume`: another batch may be the last run.
    assert f"next: grokbatch run {run.name}  (makes the 2 videos left)" in said.output
    of_five = type_("status", run.name, "--set", "count=5")
    assert f"next: grokbatch run {run.name} --set count=5  (makes the 3 videos left)" in of_five.output
    assert "1 of 4" in type_("status").output


def test_the_status_tells_how_far_each_of_several_accounts_is(type_: Type, run: Path) -> None:
    run.write_text(run.read_text() + "accounts: [main, second]\n")
    with ManifestStore(run.parent / "reports" / "cats" / "manifest.json").transaction() as manifest:
        begin_parts(manifest, dict(zip(manifest.videos, ["main", "second"] * 2, strict=True)), "main")
    said = type_("status", run.name).output
    lines = [line.split() for line in said.splitlines() if line.startswith("video-")]
    assert [line[:2] for line in lines] == [
        ["video-001", "main"],
        ["video-002", "second"],
        ["video-003", "main"],
        ["video-004", "second"],
    ]
    assert "accounts main, second" in said
    assert "main: 1 of 2" in said
    assert "second: 0 of 2" in said


@pytest.mark.parametrize("arguments", [(), ("cats.yaml",), ("--json",), ("cats.yaml", "--json")])
def test_no_status_ever_shows_a_prompt_not_even_an_older_one(
    type_: Type, run: Path, arguments: tuple[str, ...]
) -> None:
    assert PROMPT in (run.parent / "reports" / "cats" / "manifest.json").read_text()
    said = type_("status", *arguments)
    assert said.exit_code == 0
    assert "nobody else may read" not in said.output


@pytest.mark.parametrize(("here", "way"), [("deep/down", "../../cats.yaml"), (".", "link.yaml"), ("/", "")])
def test_results_are_found_from_every_folder(
    type_: Type, run: Path, monkeypatch: pytest.MonkeyPatch, here: str, way: str
) -> None:
    """By every command that is about them."""
    (run.parent / "deep" / "down").mkdir(parents=True)
    (run.parent / "link.yaml").symlink_to("cats.yaml")
    monkeypatch.chdir(run.parent / here)
    name = way or str(run)
    assert "1 of 4 completed" in type_("status", name).output
    assert "4: 1 done, 2 to make (1 failed before), 1 moderated" in type_("plan", name).output
    wall = run.parent / "reports" / "cats" / "wall.html"
    assert Path(type_("wall", name).output.strip()).resolve() == wall
    assert "choose on" in type_("picks", "export", name, "best").output
    if way:
        assert "cats" in type_("status").output


def test_results_of_a_rehearsal_of_an_earlier_version_are_found_and_left_where_they_are(type_: Type, run: Path) -> None:
    old = (run.parent / "reports" / "cats").rename(run.parent / "reports" / "cats@demo")
    with ManifestStore(old / "manifest.json").transaction() as manifest:
        manifest.site = "demo"
    assert "1 of 4 completed" in type_("status", run.name, "--site", "demo").output
    assert "1 done" in type_("plan", run.name, "--site", "demo").output
    assert old.is_dir()
    assert not old.with_name("cats.demo").exists()


def test_results_of_another_file_of_the_same_name_are_not_taken_for_this_ones(type_: Type, run: Path) -> None:
    run.with_name("pytest.ini").touch()
    other = run.parent / "t" / "cats.yaml"
    other.parent.mkdir()
    other.write_text(run.read_text())
    with ManifestStore(run.parent / "reports" / "cats" / "manifest.json").transaction() as manifest:
        manifest.source = "../../t/cats.yaml"
    for command in (("status", run.name), ("plan", run.name), ("wall", run.name)):
        said = type_(*command)
        assert said.exit_code == 4
        assert "cats.yaml: " in said.stderr
        assert "holds the results of t/cats.yaml, which has the same name" in said.stderr


def test_where_a_file_comes_from_is_told_from_every_folder(
    type_: Type, run: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also when it has another name than the description beside the original."""
    videos = run.parent / "reports" / "cats" / "videos"
    videos.mkdir()
    (videos / "cats-001.mp4").write_bytes(b"video")
    with ManifestStore(videos.with_name("manifest.json")).transaction() as manifest:
        video = manifest.videos["video-001"]
        digest = hashlib.sha256(b"video").hexdigest()
        file = FileRecord(state=FileState.DONE, path="videos/cats-001.mp4", at=NOW, sha256=digest)
        video.download = file
    origin = Origin(batch="cats", index=1, id="video-001", account="main", permalink=PERMALINK)
    write_sidecar(videos / "cats-001.mp4", origin, video, file)
    renamed = (videos / "cats-001.mp4").rename(videos / "best.mp4")
    monkeypatch.chdir("/")
    said = type_("why", str(renamed))
    assert said.exit_code == 0, said.output
    assert "cats, video-001 (number 1)" in said.output


@pytest.mark.parametrize("text", [PERMALINK.rpartition("/")[2], f"<{PERMALINK}?source=copy_link>"])
def test_a_new_batch_file_has_the_plain_address_however_it_was_given(type_: Type, tmp_path: Path, text: str) -> None:
    assert type_("init", "cats", "--permalink", text, "--prompt-file", "-", answers=PROMPT).exit_code == 0
    assert f"permalink: {PERMALINK}\n" in (tmp_path / "batches" / "cats.yaml").read_text()


def test_a_new_batch_file_may_be_about_an_image_of_the_built_in_site(type_: Type, tmp_path: Path) -> None:
    local = PERMALINK.replace("https://grok.com", "http://127.0.0.1:8000")
    assert type_("init", "cats", "--permalink", local, "--prompt-file", "-", answers=PROMPT).exit_code == 0
    assert load_batch(tmp_path / "batches" / "cats.yaml").site_name == "http://127.0.0.1:8000"
    said = type_("init", "dogs", "--permalink", "https://grok.com/share/x", "--prompt-file", "-", answers=PROMPT)
    assert said.exit_code == 4
    assert "this is a share link; open the image on grok.com" in said.output


def test_a_plan_says_how_an_address_was_read(type_: Type, run: Path) -> None:
    run.write_text(run.read_text().replace(PERMALINK, f"{PERMALINK}?source=copy_link"))
    said = type_("plan", run.name)
    assert f"cats.yaml:2: permalink: read as {PERMALINK}" in said.stderr
    assert "1 done" in said.stdout


@pytest.fixture
def half_edited(run: Path, tmp_path: Path) -> Path:
    """The same batch after a run from its file, which somebody is just editing."""
    with ManifestStore(tmp_path / "reports" / "cats" / "manifest.json").transaction() as manifest:
        manifest.source = "../../cats.yaml"
    run.write_text(f"{run.read_text()}cuont: [1,\n")
    return run


def test_a_half_edited_batch_file_keeps_nobody_from_its_results(type_: Type, half_edited: Path) -> None:
    result = type_("status", half_edited.name)
    assert result.exit_code == 0
    assert "video-001" in result.stdout
    assert "cats.yaml:" in result.stderr
    assert "shown as its last run left it" in result.stderr
    assert PROMPT not in result.output


def test_its_wall_is_the_one_of_the_last_run(type_: Type, half_edited: Path, tmp_path: Path) -> None:
    """It is not written anew: without the batch file nobody knows where all its videos are."""
    assert type_("wall", half_edited.name).exit_code == 4
    page = tmp_path / "reports" / "cats" / "wall.html"
    page.write_text("as it was")
    result = type_("wall", half_edited.name)
    assert (result.exit_code, result.stdout.strip()) == (0, "reports/cats/wall.html")
    assert page.read_text() == "as it was"


def test_the_status_of_a_batch_that_was_never_run_says_how_to_run_it(type_: Type, run: Path) -> None:
    run.with_name("dogs.yaml").write_text(run.read_text())
    said = type_("status", "dogs.yaml")
    assert said.exit_code == 1
    assert "to run it: grokbatch run dogs.yaml" in said.output
    assert type_("status", "nowhere.yaml").exit_code == 4


# locators


def test_the_locators_in_force_are_shown_with_the_file_each_comes_from(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    file = tmp_path / "home" / "locators.yaml"
    assert type_("locators", "path").stdout.strip() == str(file)
    assert "all of this is packaged" in type_("locators", "show", "submit").stderr
    file.write_text("controls:\n  submit:\n    - {role: button, name: '^erzeugen$', language: de}\n    - packaged\n")
    said = type_("locators", "show", "submit").stdout
    mine, _, packaged = said.partition("packaged:")
    assert mine.splitlines()[:1] == ["submit"]
    assert "locators.yaml:" in mine
    assert "1  role=button name=/^erzeugen$/  (de)" in mine
    assert "(era A en)" in packaged
    assert len(type_("locators", "show").stdout) > len(said)


def test_a_misspelt_control_is_told_the_right_one(type_: Type) -> None:
    said = type_("locators", "show", "sumbit")
    assert said.exit_code == 4
    assert "did you mean submit?" in said.stderr


def test_faults_in_ones_own_locators_are_told_by_every_command_that_uses_them(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "locators.yaml").write_text("controls: {sumbit: [packaged]}\n")
    said = type_("locators", "show")
    assert said.exit_code == 4
    assert "locators.yaml:1: controls.sumbit: unknown control sumbit, did you mean submit?" in said.stderr


def test_only_an_image_post_can_be_looked_at(type_: Type, store: AccountStore) -> None:
    said = type_("locators", "check", "https://grok.com/imagine", "--account", "main")
    assert said.exit_code == 4
    assert "must be an image post" in said.stderr


def test_an_image_post_is_looked_at_on_the_site_that_is_named() -> None:
    local = PERMALINK.replace("https://grok.com", "http://127.0.0.1:8000")
    for text in (PERMALINK, local, f"<{local}?x>", PERMALINK.rpartition("/")[2]):
        assert account_session.post_address(text, "http://127.0.0.1:8000") == local
    with pytest.raises(UsageError, match=r"is on http://127\.0\.0\.1:8000, .*; add --site http://127"):
        account_session.post_address(local, "https://grok.com")
    with pytest.raises(UsageError, match="this is a link on X; open the image"):
        account_session.post_address("https://x.com/i/grok/share/a", "https://grok.com")


def test_learning_needs_a_screen_and_says_so(type_: Type, store: AccountStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    said = type_("learn", PERMALINK, "--account", "main")
    assert said.exit_code == 1
    assert "there is no display" in said.stderr
    assert type_("learn", PERMALINK, "--account", "main", "--watch", "--no-video").exit_code == 4


def test_a_faulty_table_is_told_before_anybody_clicks(type_: Type, store: AccountStore, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("controls: {submit: send}\n")
    said = type_("learn", PERMALINK, "--account", "main", "--output", "mine.yaml")
    assert said.exit_code == 4
    assert "mine.yaml:1: controls.submit: must be a list" in said.stderr


def test_the_schema_of_events_is_printed_too(type_: Type) -> None:
    assert json.loads(type_("schema", "--events").output)["title"] == "grokbatch event"
