"""What people type, in a table: each call's exit code, and the line that it says."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from grokbatch.cli.app import app
from tests.plugin.conftest import MODES, STUB
from tests.plugin.folder import PERMALINK, PROMPT, BatchFolder, said

if TYPE_CHECKING:
    from pathlib import Path

LINK = f"permalink: {PERMALINK}\n"
FILES = {
    "broken.yaml": f"{LINK}prompt: {PROMPT}\ncuont: 4\nparallel: 0\n",
    "no-image.yaml": f"prompt: {PROMPT}\ncount: 2\n",
    "no-prompt.yaml": f"{LINK}count: 2\n",
    "wrong-image.yaml": f"permalink: https://grok.com/imagine\nprompt: {PROMPT}\n",
    "wrong-account.yaml": f"{LINK}prompt: {PROMPT}\naccount: ../me\n",
    "gone-table.yaml": f"{LINK}prompts_file: gone.csv\n",
    "wrong-table.yaml": f"{LINK}prompts_file: table.csv\n",
    "table.csv": "prompt,colour\nA kite,red\n",
    "open.yaml": f"{LINK}prompt: [\n",
    "other.yaml": "a: 1\nb: 2\n",
    "empty.yaml": "",
    "notes.txt": "hello\n",
    "batches/dogs.yaml": f"{LINK}prompt: {PROMPT}\nsite: demo\n",
    "sub/cats.yaml": f"{LINK}prompt: {PROMPT}\nsite: demo\n",
    "nothing/readme.txt": "",
}

REFUSED = [
    # what is not there
    ("cat.yaml", "cat.yaml: there is no such file, did you mean cats.yaml?"),
    ("CATS.yaml", "CATS.yaml: there is no such file, did you mean cats.yaml?"),
    ("cats.yml", "cats.yml: there is no such file, did you mean cats.yaml?"),
    ("zzzzzzzz.yaml", "zzzzzzzz.yaml: there is no such file"),
    ("batches/dog.yaml", "batches/dog.yaml: there is no such file, did you mean batches/dogs.yaml?"),
    ("sub/../cat.yaml", "sub/../cat.yaml: there is no such file, did you mean sub/../cats.yaml?"),
    ("'batches/*.yaml'", "batches/*.yaml: there is no such file"),
    ("dogs", "dogs: there is no such file, did you mean batches/dogs.yaml?"),
    ("dogs.yaml -n 2", "dogs.yaml: there is no such file, did you mean batches/dogs.yaml?"),
    ("batches/dogs::video-001", "batches/dogs: there is no such file, did you mean batches/dogs.yaml?"),
    ("cats.yaml nowhere", "nowhere: there is no such file"),
    ("nowhere", "file or directory not found: nowhere"),
    ("cats.yaml::video-999", "cats.yaml: has no video 'video-999', did you mean video-004?"),
    ("cats.yaml::vidoe-002", "cats.yaml: has no video 'vidoe-002', did you mean video-002?"),
    ("cats.yaml::", "cats.yaml: has no video ''; it has video-001 to video-004"),
    ("cats.yaml::video-001::x", "cats.yaml: has no video 'video-001::x', did you mean video-001?"),
    # choices
    ("cats.yaml -k nothing", "-k 'nothing': no video matches"),
    ("cats.yaml -k vidoe-002", "-k 'vidoe-002': no video matches, did you mean video-002?"),
    ("cats.yaml -m nothing", "-m 'nothing': no video matches"),
    ("cats.yaml -k 'not video'", "-k 'not video': no video matches"),
    ("cats.yaml -k 'video-00('", "-k 'video-00(': is not an expression such as 'night and not fast'"),
    ("cats.yaml -m 'slow fast'", "-m 'slow fast': is not an expression such as 'night and not fast'"),
    # options
    ("cats.yaml --sit demo", "--sit: there is no such option, did you mean --site?"),
    ("cats.yaml --site", "argument --site: expected one argument"),
    ("cats.yaml --site nowhere", "--site nowhere: must be demo, or the address of a site without a path"),
    ("cats.yaml --site https://x/y", "--site https://x/y: must be demo, or the address of a site without a path"),
    ("cats.yaml --set cuont=3", "--set cuont=…: unknown key, did you mean count?"),
    ("cats.yaml --set count=x", '--set count=x: must be a whole number from 1 to 100, not "x"'),
    ("cats.yaml --set count", "--set: must be KEY=VALUE, such as count=12"),
    ("cats.yaml --evidence sometimes", "argument --evidence: invalid choice: 'sometimes'"),
    ("cats.yaml --picks notes.txt", "--picks: cats.yaml was not run yet; to run it: pytest cats.yaml"),
    ("cats.yaml batches/dogs.yaml --picks notes.txt", "--picks: is about one batch; name only that one"),
    ("cats.yaml --lf --fresh", "--fresh and --lf: a fresh run has nothing to resume; leave one of them out"),
    ("cats.yaml --runs-dir notes.txt", "notes.txt/cats.demo: Not a directory; choose another folder"),
    ("cats.yaml -n x", "argument -n/--numprocesses"),
    # what is wrong in files
    ("broken.yaml", "broken.yaml:3:1: cuont: unknown key, did you mean count?"),
    ("broken.yaml", "broken.yaml:4:11: parallel: must be a whole number from 1 to 100, or auto, not 0"),
    ("cats.yaml broken.yaml", "broken.yaml:3:1: cuont: unknown key, did you mean count?"),
    ("no-image.yaml", "no-image.yaml:1: permalink: is missing"),
    ("wrong-image.yaml", "wrong-image.yaml:1:12: permalink: must be https://grok.com/imagine/post/<uuid>"),
    ("wrong-account.yaml", "wrong-account.yaml:3:10: account: must be the name of an account"),
    ("gone-table.yaml", "gone-table.yaml:2:15: prompts_file: gone.csv cannot be read: No such file or directory"),
    ("wrong-table.yaml", "table.csv:1:2: colour: unknown column, allowed are prompt"),
    ("open.yaml", "open.yaml:3:1: cannot be read as YAML: what is opened here is never closed"),
    ("cats.yaml sub/cats.yaml", "sub/cats.yaml: cats.yaml has the same name, and both would be recorded in"),
]

COMMANDS = [
    ("runn cats.yaml", 4, "No such command 'runn'. Did you mean 'run'?"),
    ("run", 4, "Missing argument 'FILE... [PYTEST OPTIONS]'"),
    ("--versoin", 4, "No such option: --versoin"),
    ("plan cat.yaml", 4, "cat.yaml: there is no such file, did you mean cats.yaml?"),
    ("plan notes.txt", 4, "notes.txt: is not a batch file: their names end with .yaml"),
    ("plan other.yaml", 4, "other.yaml: is no batch: it names no prompt and no image"),
    ("plan nothing", 4, "nothing: holds no batch file"),
    ("plan broken.yaml", 4, "broken.yaml:3:1: cuont: unknown key, did you mean count?"),
    ("plan cats.yaml -n 0", 4, "Invalid value for '-n'"),
    ("plan cats.yaml", 0, "4: 0 done, 4 to make"),
    ("status", 1, "no runs in reports; to make some: grokbatch demo"),
    ("status cats.yaml", 1, "cats.yaml: was not run yet"),
    ("status cat.yaml", 4, "cat.yaml: there is no such file, did you mean cats.yaml?"),
    ("open cats.yaml", 1, "cats.yaml: was not run yet"),
    ("open cat.yaml", 4, "cat.yaml: there is no such file, did you mean cats.yaml?"),
    ("report cats.yaml", 1, "cats.yaml: was not run yet"),
    ("wall cats.yaml", 1, "cats.yaml: was not run yet"),
    ("why gone.mp4", 4, "gone.mp4: there is no such file"),
    ("why notes.txt", 1, "notes.txt: no run in reports brought this file"),
    ("accounts list", 0, "no accounts in"),
    ("accounts check me", 1, "sign in once: grokbatch accounts add me"),
    ("accounts remove me", 1, "account me: there is none; see what there is with: grokbatch accounts list"),
    ("accounts add a/b", 4, "account 'a/b': a name is made of a-z, 0-9, _ and -"),
    ("accounts import me gone", 1, "gone: there is no such folder; give the browser's --user-data-dir"),
    ("init a/b", 4, "'a/b': a batch's name is made of letters, digits, _ and -"),
    ("locators show zebra", 4, "zebra: there are prompt, opener"),
    ("examples notes.txt", 1, "notes.txt: File exists"),
]


@pytest.fixture
def desk(pytester: pytest.Pytester) -> BatchFolder:
    """A user's folder with files that are right, and files that are wrong; how many workers there are is not said."""
    pytester.makeconftest(STUB.read_text())
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n")
    folder = BatchFolder(pytester, tuple(word for word in MODES["n0"] if word != "-n0"))
    folder.batch()
    for name, text in FILES.items():
        (folder.path / name).parent.mkdir(exist_ok=True)
        (folder.path / name).write_text(text)
    return folder


@pytest.mark.parametrize(("call", "line"), REFUSED)
def test_a_call_that_cannot_be_is_refused_in_a_line_before_anything_starts(
    desk: BatchFolder, call: str, line: str
) -> None:
    result = desk.run(*shlex.split(call))
    assert result.ret == 4, said(result)
    [told] = [each for each in said(result).splitlines() if line in each]
    assert len(told) < 500
    for word in ("workers", "Traceback", "INTERNALERROR", PROMPT):
        assert word not in said(result)
    assert not desk.submits()


@pytest.mark.parametrize(("call", "code", "line"), COMMANDS)
def test_a_command_says_what_is_wrong_and_what_to_type(
    desk: BatchFolder, tmp_path: Path, call: str, code: int, line: str
) -> None:
    home = {"GROKBATCH_HOME": str(tmp_path / "home"), "NO_COLOR": "1"}
    result = CliRunner().invoke(app, shlex.split(call), env=home)
    assert result.exit_code == code, result.output
    assert line in " ".join(result.output.split()), result.output
    assert PROMPT not in result.output
    assert sys.exc_info() == (None, None, None)


@pytest.mark.parametrize("call", ["", ".", "nothing", "--collect-only -q"])
def test_a_call_that_names_no_batch_makes_nothing(desk: BatchFolder, call: str) -> None:
    assert desk.run(*shlex.split(call)).ret == 5
    assert not desk.submits()


@pytest.mark.parametrize("call", ["other.yaml", "empty.yaml", "notes.txt"])
def test_a_file_that_is_no_batch_is_left_to_others(desk: BatchFolder, call: str) -> None:
    assert desk.run(call).ret in {4, 5}
    assert not desk.submits()
