"""What is installed from the wheel, in an environment of its own, works from any folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, of a wheel that was built now; what it needs is that of this environment."""
    folder = tmp_path_factory.mktemp("tool")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", folder, PROJECT], check=True)
    [wheel] = folder.glob("grokbatch-*.whl")
    venv.create(folder / "env", with_pip=False)
    scripts = folder / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / "python"
    subprocess.run([*pip, "--python", python, "install", "-q", "--no-deps", wheel], check=True)
    of = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", of], check=True, capture_output=True, text=True).stdout.strip()
    line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    Path(site, "this_environment.pth").write_text(line)
    return scripts / "grokbatch"


def type_(command: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not re.match("PYTEST_|PYTHONPATH$", key)}
    return subprocess.run([command, *arguments], cwd=folder, env=clean, capture_output=True, text=True, check=False)


def test_a_first_hour_without_a_clone(command: Path, tmp_path: Path) -> None:
    """The demo, its page, and the examples."""
    made = type_(command, tmp_path, "demo", "-n", "1", "--set", "count=1")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "1 completed" in made.stdout
    assert made.stdout.rstrip().endswith("next: grokbatch open grokbatch-demo/batches/demo.yaml")
    assert (tmp_path / "grokbatch-demo" / "reports" / "demo.demo" / "wall.html").is_file()
    again = type_(command, tmp_path, "resume")
    assert again.returncode == 0, again.stdout + again.stderr
    written = type_(command, tmp_path, "examples", "mine")
    assert written.returncode == 0, written.stderr
    planned = type_(command, tmp_path, "plan", "mine", "--site", "demo")
    assert planned.returncode == 0, planned.stderr
    where = type_(command, tmp_path, "schema")
    assert '"permalink"' in where.stdout


def test_the_wheel_is_what_is_run(command: Path, tmp_path: Path) -> None:
    """And not the clone that these tests lie in."""
    python = command.with_name("python")
    told = subprocess.run(
        [python, "-c", "import grokbatch; print(grokbatch.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(told.stdout.strip()).is_relative_to(command.parents[1])
