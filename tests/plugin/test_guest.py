"""Where pytest is about something else, nobody feels that grokbatch is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from grokbatch.run.command_line.options import NAMES
from tests.plugin.folder import BatchFolder, said

if TYPE_CHECKING:
    from pathlib import Path

TEST = "def test_one(request): pass\n"
COLLECTOR = """
import pytest

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".yaml":
        return File.from_parent(parent, path=file_path)

class File(pytest.File):
    def collect(self):
        yield Item.from_parent(self, name="stage")

class Item(pytest.Item):
    def runtest(self):
        assert self.path.read_text()
"""


@pytest.fixture
def elsewhere(pytester: pytest.Pytester) -> pytest.Pytester:
    """Somebody else's project."""
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n")
    pytester.makepyfile(test_mine=TEST)
    return pytester


def option(name: str) -> str:
    return f"def pytest_addoption(parser): parser.addoption({name!r}, default='theirs')\n"


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    off = [word for plugin in ("playwright", "hypothesispytest", "anyio") for word in ("-p", f"no:{plugin}")]
    return pytester.runpytest_inprocess(*off, *arguments)


# options


@pytest.mark.parametrize("name", NAMES)
def test_a_conftest_can_have_an_option_of_any_of_our_names(elsewhere: pytest.Pytester, name: str) -> None:
    elsewhere.makeconftest(option(name))
    elsewhere.makepyfile(test_mine=f"def test_one(request): assert request.config.getoption({name!r}) == 'x'\n")
    run(elsewhere, "-n0", name, "x").assert_outcomes(passed=1)
    run(elsewhere, "-n0", f"{name}=x", "test_mine.py").assert_outcomes(passed=1)


def test_options_of_all_our_names_reach_the_workers(elsewhere: pytest.Pytester) -> None:
    added = "".join(f"    parser.addoption({name!r}, default='theirs')\n" for name in NAMES)
    elsewhere.makeconftest(f"def pytest_addoption(parser):\n{added}")
    elsewhere.makepyfile(
        test_mine=f"def test_one(request): assert {{request.config.getoption(name) for name in {NAMES}}} == {{'x'}}\n"
    )
    for arguments in ([word for name in NAMES for word in (name, "x")], [f"{name}=x" for name in NAMES]):
        run(elsewhere, "-n2", *arguments, "test_mine.py").assert_outcomes(passed=1)


@pytest.mark.parametrize("declared", [("--site",), NAMES], ids=["one", "all"])
def test_in_a_call_about_a_batch_it_is_refused_in_one_line(either: BatchFolder, declared: tuple[str, ...]) -> None:
    conftest = either.path / "conftest.py"
    adds = "".join(f"    parser.addoption({name!r})\n" for name in declared)
    conftest.write_text(f"{conftest.read_text()}\n\ndef pytest_addoption(parser):\n{adds}")
    result = either.run("cats.yaml", "--site", "demo")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    [line] = [line for line in result.errlines if line]
    assert line.startswith(f"ERROR: grokbatch: {', '.join(declared)}: a conftest.py or another plugin has an option")
    assert not either.submits()


def test_our_options_are_unknown_where_there_are_no_batches(elsewhere: pytest.Pytester) -> None:
    result = run(elsewhere, "--evidence", "always")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "unrecognized arguments: --evidence" in said(result)


def test_our_options_in_addopts_do_not_keep_a_projects_own_tests_from_running(either: BatchFolder) -> None:
    """Of those that a conftest.py has as well, the conftest's count."""
    either.pytester.makepyprojecttoml(
        '[tool.pytest.ini_options]\naddopts = ["--evidence", "always", "--site=demo", "--set", "count=2"]\n'
    )
    (either.path / "tests").mkdir()
    (either.path / "tests" / "conftest.py").write_text(option("--site"))
    (either.path / "tests" / "test_mine.py").write_text(
        "def test_one(request): assert request.config.option.site == 'demo'\n"
    )
    either.run("tests").assert_outcomes(passed=1)
    (either.path / "tests" / "conftest.py").unlink()
    either.run("cats.yaml").assert_outcomes(passed=2)


def test_help_explains_our_options_in_a_project_with_batches_or_when_one_is_named(solo: BatchFolder) -> None:
    (solo.path / "more").mkdir()
    assert "--runs-dir=DIR" in said(solo.run("--help"))
    solo.batch().rename(solo.path / "more" / "cats.yaml")
    assert "--runs-dir" not in said(solo.run("--help"))
    assert "--runs-dir=DIR" in said(solo.run("--help", "more/cats.yaml"))


def test_help_leaves_out_what_a_conftest_explains(solo: BatchFolder) -> None:
    conftest = solo.path / "conftest.py"
    conftest.write_text(f"{conftest.read_text()}\n{option('--site')}")
    text = said(solo.run("--help"))
    assert "--runs-dir=DIR" in text
    assert "--site=SITE" in text
    assert "--site=demo|URL" not in text


# what is collected


@pytest.mark.parametrize(
    "content",
    [
        "test_name: An answer\nstages:\n  - name: ask\n    request: {url: http://x}\n",
        "prompt: Say hello\n",
        "prompt: Say {what}\nanswer: hello\n",
        "permalink: /:title/\ntitle: A blog\n",
    ],
    ids=lambda content: content.split(":")[0],
)
@pytest.mark.parametrize("argument", [".", "tests", "tests/test_api.tavern.yaml", "tests/test_api.tavern.yaml::stage"])
def test_yaml_of_others_is_theirs_even_when_it_is_named(
    elsewhere: pytest.Pytester, content: str, argument: str
) -> None:
    elsewhere.makeconftest(COLLECTOR)
    elsewhere.path.joinpath("test_mine.py").unlink()
    elsewhere.mkdir("tests").joinpath("test_api.tavern.yaml").write_text(content)
    result = run(elsewhere, "-n0", argument)
    result.assert_outcomes(passed=1)


def test_tests_of_others_run_beside_a_batch(pair: BatchFolder) -> None:
    conftest = pair.path / "conftest.py"
    collector = COLLECTOR.replace('".yaml"', '".yaml" and "tavern" in file_path.name')
    conftest.write_text(f"{conftest.read_text()}\n{collector}")
    (pair.path / "test_api.tavern.yaml").write_text("test_name: x\n")
    pair.run("cats.yaml", "test_api.tavern.yaml").assert_outcomes(passed=5)


# workers


def test_workers_take_what_the_controller_has_decided(pair: BatchFolder) -> None:
    """They do not look at files that may have changed since."""
    conftest = pair.path / "conftest.py"
    change = "def pytest_xdist_newgateway(): FOLDER.joinpath('cats.yaml').write_text('stages: []\\n')\n"
    conftest.write_text(f"{conftest.read_text()}\n\n{change}")
    result = pair.run("cats.yaml", "--set", "count=3")
    result.assert_outcomes(passed=3)
    assert pair.submits().total() == 3


# what is loaded, and what is left

REPORT = """
import json, sys

def pytest_unconfigure(config):
    loaded = [name for name in sys.modules if name.partition(".")[0] in NAMES]
    target = "worker" if hasattr(config, "workerinput") else "controller"
    config.rootpath.joinpath(f"{target}.json").write_text(json.dumps(sorted(loaded)))
"""
HEAVY = {
    "grokbatch",
    "pydantic",
    "rich",
    "filelock",
    "psutil",
    "yaml",
    "starlette",
    "numpy",
    "PIL",
    "av",
}
LIGHT = {
    "grokbatch",
    "grokbatch.run",
    "grokbatch.run.command_line",
    "grokbatch.run.command_line.early_interrupt",
    "grokbatch.run.command_line.named_batches",
    "grokbatch.run.command_line.options",
    "grokbatch.run.command_line.resumable",
    "grokbatch.run.entry",
    "grokbatch.run.newhooks",
}


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call pytest as a process of its own, with the plugins that a user has."""
    off = ["-p", "no:hypothesispytest", "-p", "no:anyio", "-p", "no:playwright", "-p", "no:html"]
    command = [sys.executable, "-m", "pytest", *off, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_nothing_of_ours_but_the_entry_point_is_loaded(elsewhere: pytest.Pytester) -> None:
    """Neither in the controller nor in a worker, though a YAML lies about."""
    elsewhere.makeconftest(f"NAMES = {HEAVY}\n{REPORT}")
    elsewhere.mkdir("data").joinpath("some.yaml").write_text("prompt: x\n")
    assert call(elsewhere.path, "-n1").returncode == 0
    for process in ("controller", "worker"):
        loaded = set(json.loads((elsewhere.path / f"{process}.json").read_text()))
        assert loaded == LIGHT, process


@pytest.mark.parametrize("question", ["--fixtures", "--markers", "--help", "--collect-only"])
def test_pytest_says_the_same_as_without_us(elsewhere: pytest.Pytester, question: str) -> None:
    (elsewhere.path / "some.yaml").write_text("prompt: x\n")
    with_us, without = (call(elsewhere.path, question, *more) for more in ([], ["-p", "no:grokbatch"]))
    assert with_us.returncode == without.returncode == 0
    assert lines(with_us.stdout) == lines(without.stdout)


def lines(text: str) -> list[str]:
    """Return what was printed but for the list of plugins and the time it took."""
    return [line for line in text.splitlines() if not line.startswith("plugins: ") and " in 0." not in line]


def test_nothing_is_left_in_the_project(elsewhere: pytest.Pytester) -> None:
    before = {path.name for path in elsewhere.path.iterdir()}
    assert call(elsewhere.path, "-n1", "-p", "no:cacheprovider").returncode == 0
    assert {path.name for path in elsewhere.path.iterdir()} - before <= {"__pycache__"}
