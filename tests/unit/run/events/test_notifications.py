"""Messages about runs: their words, to whom they go, and that no address is ever shown."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.errors import BatchError
from grokbatch.batch.model.video import VideoSpec
from grokbatch.cli.app import app
from grokbatch.record.storage.user_settings import read_settings
from grokbatch.run.events.events import FACTS, RunEvent
from grokbatch.run.events.notifications import Notifications, text_of
from grokbatch.run.notify.addresses import scheme_of, shown
from grokbatch.run.notify.sending import send, understood
from grokbatch.run.plan import TellPlan
from grokbatch.run.planning.commands import address_problems, addresses_of
from tests.unit.run.events.test_user_commands import BATCH, planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.run.events.events import Kind

SECRET = "tgram://123456789:ABCdefGHIjkl-secret/987654321"
ENDED: dict[str, Any] = {"videos": 90, "completed": 88, "moderated": 2, "failed": 0, "rate_limited": 0, "pending": 0}


def happened(kind: Kind, video: str | None = None, **facts: Any) -> RunEvent:
    known = {name: facts.get(name) for name in FACTS[kind]}
    return RunEvent(kind, datetime(2026, 11, 27, tzinfo=UTC), "cats.yaml", video, None, known)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (happened("run_finished", status="FAILED", **ENDED), "88 of 90 done, 2 moderated"),
        (happened("run_finished", status="COMPLETED", **{**ENDED, "completed": 90, "moderated": 0}), "90 of 90 done"),
        (
            happened("run_finished", status="STOPPED_RATE_LIMIT", **{**ENDED, "completed": 40, "pending": 48}),
            "40 of 90 done, 2 moderated, 48 not made yet; stopped at the site's limit",
        ),
        (
            happened("limit_reached", retry_at="2026-11-27T14:30:00+01:00"),
            "the site's limit is reached, perhaps until 14:30",
        ),
        (happened("limit_reached"), "the site's limit is reached"),
        (
            happened("person_needed", category="AUTH_REQUIRED"),
            "the account is not signed in any more; a person is needed",
        ),
        (
            happened("video_failed", "video-003", category="TIMEOUT", message="private"),
            "video-003 was not made: timeout",
        ),
    ],
)
def test_events_in_words(event: RunEvent, words: str) -> None:
    assert text_of(event) == words


def notified(
    folder: Path, addresses: tuple[str, ...], answers: dict[str, str]
) -> tuple[Notifications, list[Any], list[str]]:
    """Return notifications to `addresses`, what they have sent, and what they have said to the user."""
    plan = planned(folder, "")
    plan = replace(plan, batches=(replace(plan.batches[0], tell=TellPlan(notify=addresses)),))
    sent: list[Any] = []
    said: list[str] = []

    def send_to(address: str, title: str, text: str) -> str:
        sent.append((address, text))
        return answers.get(address, "")

    return Notifications(plan, said.append, send_to), sent, said


def test_of_failures_only_the_first_is_told(tmp_path: Path) -> None:
    notifications, sent, _ = notified(tmp_path, ("desktop",), {})
    for video in ("video-001", "video-002"):
        notifications(happened("video_failed", video, category="TIMEOUT"))
    notifications(happened("run_finished", status="FAILED", **ENDED))
    assert sent == [
        ("desktop", "cats: video-001 was not made: timeout"),
        ("desktop", "cats: 88 of 90 done, 2 moderated"),
    ]


def test_an_address_that_takes_no_message_is_told_once_without_itself_and_keeps_no_other_from_it(
    tmp_path: Path,
) -> None:
    notifications, sent, said = notified(tmp_path, (SECRET, "desktop"), {SECRET: "the server answered 401"})
    notifications(happened("limit_reached"))
    notifications(happened("run_finished", status="FAILED", **ENDED))
    assert [address for address, _ in sent] == [SECRET, "desktop"] * 2
    assert said == ["notify: 1 (tgram): the server answered 401; to try it: grokbatch notify test"]


@pytest.mark.parametrize(
    ("address", "scheme"),
    [(SECRET, "tgram"), ("desktop", "desktop"), ("secret@host", "no scheme"), ("HTTPS://x/secret", "https")],
)
def test_of_an_address_only_the_scheme_is_shown(address: str, scheme: str) -> None:
    assert scheme_of(address) == scheme
    assert shown(2, address) == f"2 ({scheme})"


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent; the path decides the answer."""

    got: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, json.loads(body)))
        self.send_response(403 if "forbidden" in self.path else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def receiving() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """Yield the address of a server on this computer, and the list of what it receives."""
    got: list[tuple[str, dict[str, Any]]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Here", (Receiver,), {"got": got}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_message_reaches_a_server_by_way_of_apprise() -> None:
    with receiving() as (address, got):
        assert send(f"{address}/here", "grokbatch", "cats: 2 of 2 done") == ""
        assert send(f"{address}/forbidden-secret", "grokbatch", "cats") == "the server answered 403"
    [(path, body), _] = got
    assert path == "/here"
    assert (body["title"], body["message"]) == ("grokbatch", "cats: 2 of 2 done")


def test_a_server_that_is_not_there_and_one_that_never_answers() -> None:
    with receiving() as (address, _):
        pass
    assert send(address, "grokbatch", "cats") == "the server was not reached, or took no message"
    assert send("json://127.0.0.1:1", "grokbatch", "cats", seconds=0.01) == "no answer for 0.01 s"


def test_addresses_are_checked_without_sending_anything() -> None:
    assert understood(["json://127.0.0.1:1/x", "desktop", "nonsense://x", "no scheme"]) == [True, True, False, False]
    assert understood([]) == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """grokbatch's home folder in this test."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("GROKBATCH_HOME", str(folder))
    return folder


def test_the_batchs_addresses_go_before_the_users_own(home: Path, tmp_path: Path) -> None:
    (home / "config.yaml").write_text("notify: [desktop, 'json://127.0.0.1:1/mine']\n")
    found = []
    for number, line in enumerate(["", "notify: json://127.0.0.1:1\n", "notify: []\n"]):
        path = tmp_path / f"{number}.yaml"
        path.write_text(BATCH + line)
        found.append(addresses_of(load_batch(path)))
    assert found == [["desktop", "json://127.0.0.1:1/mine"], ["json://127.0.0.1:1"], []]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("notify: 5\n", ":1:9: notify: must be desktop, an address of Apprise, or a list of these"),
        (
            "notify:\n  - desktop\n  - 7\n",
            ":3:5: notify[2]: must be desktop, an address of Apprise, or a list of these",
        ),
        ("notfy: secret://x\n", ":1:1: notfy: unknown key, did you mean notify?"),
        ("- secret://x\n", ":1: must hold keys with values, such as notify: desktop; allowed are notify"),
        ("notify: [secret://x\n", ":2: cannot be read as YAML here or just before it"),
        (
            "notify: nonsense://secret\n",
            "notify[1]: is not an address that Apprise understands (nonsense); how they look",
        ),
    ],
)
def test_mistakes_in_the_users_settings_are_told_without_quoting_them(home: Path, text: str, problem: str) -> None:
    file = home / "config.yaml"
    file.write_text(text)
    [found] = address_problems([])
    assert found.startswith(str(file))
    assert problem in found
    assert "secret" not in found


def test_a_file_without_keys_is_as_good_as_none(home: Path) -> None:
    (home / "config.yaml").write_text("# nothing yet\n")
    assert read_settings(home).notify is None


def test_the_command_says_of_each_address_whether_it_took_the_message(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "cats.yaml"
    with receiving() as (address, got):
        path.write_text(f"{BATCH}notify: ['{address}/secret', '{address}/forbidden-secret']\n")
        result = CliRunner().invoke(app, ["notify", "test", str(path)])
    assert result.exit_code == 1
    assert "1 (json): sent\n2 (json): not sent: the server answered 403\n" in result.output
    assert "1 of 2 took no message" in result.output
    assert "secret" not in result.output
    assert len(got) == 2


def test_the_command_says_where_to_write_an_address(home: Path) -> None:
    result = CliRunner().invoke(app, ["notify", "test"])
    assert result.exit_code == 4
    assert f"no address is named: write `notify: desktop` into {home / 'config.yaml'}" in result.output


def test_a_batch_with_a_wrong_address_is_refused_without_quoting_it(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "cats.yaml"
    path.write_text(f"{BATCH}notify: nonsense://secret\n")
    [problem] = address_problems([("cats.yaml", load_batch(path))])
    assert problem.startswith(f"{path}:3:9: notify[1]: is not an address") or ":3:9: notify[1]: is not" in problem
    assert "secret" not in problem


DESKTOP = Path(__file__).with_name("stand_in_desktop.py")


@pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("dbus-run-session"),
    reason="needs dbus-run-session, in Debian's package dbus",
)
def test_a_notification_reaches_the_desktop_over_a_real_bus(tmp_path: Path) -> None:
    command = ["dbus-run-session", "--", sys.executable, str(DESKTOP), str(tmp_path / "shown.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    [shown_on_it] = json.loads((tmp_path / "shown.json").read_text())
    assert shown_on_it == {"app": "grokbatch", "summary": "grokbatch", "body": "cats: 2 of 2 done"}
    assert json.loads(done.stdout) == {"with a desktop": "", "without": NO_DESKTOP}


NO_DESKTOP = "no desktop took it: is anybody signed in at this computer's screen?"


@pytest.mark.parametrize(
    ("lines", "overrides", "problem"),
    [
        ("notify: {secret: 1}\n", (), ":3:9: notify: must be desktop, an address of Apprise, or a list of these"),
        ("notify: [desktop, {x: secret}]\n", (), ":3:19: notify[2]: must be desktop, or an address of Apprise"),
        ('notify: "json://secret\\u0007"\n', (), ":3:9: notify"),
        ("", ("notify=json://secret",), "--set notify=…: others could read it in the process list"),
    ],
)
def test_mistakes_about_a_batchs_addresses_are_told_without_quoting_them(
    tmp_path: Path, lines: str, overrides: tuple[str, ...], problem: str
) -> None:
    path = tmp_path / "cats.yaml"
    path.write_text(BATCH + lines)
    with pytest.raises(BatchError) as caught:
        load_batch(path, overrides=overrides)
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)


def test_of_several_accounts_a_message_says_which_one_is_meant(tmp_path: Path) -> None:
    plan = planned(tmp_path, "")
    one = replace(plan.batches[0], tell=TellPlan(notify=("desktop",)))
    videos = tuple(VideoSpec(f"video-{n:03}", "http://site/p", "hills", index=n, repetition=n) for n in (1, 2))
    both = replace(one, videos=videos, split={"video-001": "main", "video-002": "me"})
    sent: list[str] = []
    for batch in (one, both):

        def send_to(_: str, __: str, text: str) -> str:
            sent.append(text)
            return ""

        tell = Notifications(replace(plan, batches=(batch,)), lambda _: None, send_to)
        tell(happened("limit_reached", account="main"))
        tell(happened("run_finished", status="COMPLETED", **{**ENDED, "completed": 90, "moderated": 0}))
    assert sent == [
        "cats: the site's limit is reached",
        "cats: 90 of 90 done",
        "cats: account main: the site's limit is reached",
        "cats: 90 of 90 done",
    ]
