"""The start scripts of browser and driver, run with programs that tell what they were given."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from grokbatch.browser.process.wrapper_scripts import dies_with_parent, guard_browser, guard_driver

pytestmark = pytest.mark.skipif(os.name != "posix", reason="start scripts are for sh")

needs_signal = pytest.mark.skipif(not dies_with_parent(), reason="no signal on the parent's death here")


@pytest.fixture
def teller(tmp_path: Path) -> Path:
    """A program that prints its arguments, a line each."""
    program = tmp_path / "the browser"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o700)
    return program


def told(script: Path, *arguments: str) -> list[str]:
    return subprocess.run([script, *arguments], capture_output=True, text=True, check=True).stdout.splitlines()


def test_feature_lists_are_joined_because_the_last_one_wins(teller: Path, tmp_path: Path) -> None:
    script = guard_browser(teller, tmp_path / "scripts", enable=("Ours",), disable=("Hers", "His"))
    given = (
        "--enable-features=A,B",
        "--one=a b",
        "--disable-features=C",
        "--disable-features=D<x.y:z/1",
        "$HOME",
    )
    assert told(script, *given) == [
        "--one=a b",
        "$HOME",
        "--enable-features=A,B,Ours",
        "--disable-features=D<x.y:z/1,C,Hers,His",
    ]


def test_a_script_can_be_written_again_for_a_second_launch(teller: Path, tmp_path: Path) -> None:
    guard_browser(teller, tmp_path / "scripts")
    assert told(guard_browser(teller, tmp_path / "scripts"), "--a")[0] == "--a"


def test_scripts_are_for_their_owner_only(teller: Path, tmp_path: Path) -> None:
    script = guard_browser(teller, tmp_path / "scripts")
    assert (script.stat().st_mode & 0o777, script.parent.stat().st_mode & 0o777) == (0o700, 0o700)


@needs_signal
def test_the_driver_is_started_by_the_script_and_guarding_twice_changes_nothing(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    guard_driver(environ, tmp_path, tmp_path / "cache")
    first = dict(environ)
    guard_driver(environ, tmp_path, tmp_path / "cache")
    assert environ == first
    version = subprocess.run(
        [environ["PLAYWRIGHT_NODEJS_PATH"], "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout.startswith("v")


@needs_signal
def test_the_driver_keeps_compiled_code_from_run_to_run_and_its_browser_hears_nothing_of_that(tmp_path: Path) -> None:
    program, cache = tmp_path / "program", tmp_path / "it's a cache"
    program.write_text('#!/bin/sh\necho "$MALLOC_ARENA_MAX" "$NODE_COMPILE_CACHE"\n')
    program.chmod(0o700)
    environ = {"PLAYWRIGHT_NODEJS_PATH": str(program)}
    guard_driver(environ, tmp_path / "scripts", cache)
    driver = subprocess.run([environ["PLAYWRIGHT_NODEJS_PATH"]], capture_output=True, text=True, check=True)
    assert driver.stdout == f"1 {cache}\n"
    assert cache.is_dir()
    browser = guard_browser(program, tmp_path / "scripts")
    told = {"MALLOC_ARENA_MAX": "1", "NODE_COMPILE_CACHE": str(cache)}
    heard = subprocess.run([browser], env=os.environ | told, capture_output=True, text=True, check=True)
    assert heard.stdout == " \n"


@needs_signal
def test_a_driver_whose_cache_cannot_be_made_is_started_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    environ: dict[str, str] = {}
    guard_driver(environ, tmp_path / "scripts", tmp_path / "home" / "cache")
    assert "NODE_COMPILE_CACHE" not in Path(environ["PLAYWRIGHT_NODEJS_PATH"]).read_text()


@needs_signal
def test_a_stopped_program_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = tmp_path / "hung"
    program.write_text("#!/bin/sh\necho $$\nkill -STOP $$\n")
    program.chmod(0o700)
    script = guard_browser(program, tmp_path / "scripts")
    starter = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess; subprocess.run([{str(script)!r}])"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    hung = psutil.Process(int(starter.stdout.readline()))
    starter.kill()
    starter.communicate()
    assert psutil.wait_procs([hung], timeout=30)[1] == [] or hung.status() == psutil.STATUS_ZOMBIE
