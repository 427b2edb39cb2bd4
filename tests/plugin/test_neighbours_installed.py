"""Plugins that others use, installed with grokbatch: each works as it does without, and a batch runs beside all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import venv
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.plugin.conftest import STUB
from tests.plugin.folder import PERMALINK, PROMPT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

PACKAGES = (
    "allure-pytest",
    "pytest-bdd",
    "pytest-cov",
    "pytest-randomly",
    "pytest-rerunfailures",
    "pytest-sugar",
    "pytest-timeout",
    "tavern",
    "pytest<9.2",  # tavern 3.7 cannot be loaded by a newer one
)
OFF = [word for name in ("playwright", "hypothesispytest", "anyio") for word in ("-p", f"no:{name}")]
FILES = {
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = ["--strict-markers"]\ntimeout = 60\n',
    "mine.py": "def double(x):\n    return 2 * x\n",
    "conftest.py": "def pytest_addoption(parser): parser.addoption('--site', default='staging')\n",
    "tests/test_mine.py": "import mine\n\ndef test_site(request):\n"
    "    assert mine.double(1) == 2 and request.config.getoption('--site') == 'staging'\n",
    "tests/test_flaky.py": "import pytest\n\n@pytest.mark.flaky(reruns=1)\ndef test_flaky(tmp_path_factory):\n"
    "    mark = tmp_path_factory.getbasetemp() / 'seen'\n    seen = mark.exists()\n    mark.touch()\n    assert seen\n",
    "tests/test_slow.py": "import threading\nimport pytest\n\n@pytest.mark.timeout(0.5)\ndef test_slow():\n"
    "    threading.Event().wait(60)\n",
    "tests/test_order.py": "import pytest\n\n@pytest.mark.parametrize('n', range(5))\ndef test_n(n): pass\n",
    "tests/pay.feature": "Feature: Paying\n  Scenario: One pays\n    Given a bill\n    Then it is paid\n",
    "tests/test_pay.py": "from pytest_bdd import given, scenarios, then\n\nscenarios('pay.feature')\n\n"
    "@given('a bill')\ndef bill(): pass\n\n@then('it is paid')\ndef paid(): pass\n",
    "tests/test_api.tavern.yaml": "test_name: The site answers\nstages:\n  - name: ask\n"
    "    request: {{url: '{url}', method: GET}}\n    response: {{status_code: 200}}\n",
    "tests/case.yaml": "prompt: Say hello\n",
}
OUTCOMES = {
    "test_site": "passed",
    "test_flaky": "passed",
    "test_slow": "failed",
    **{f"test_n[{n}]": "passed" for n in range(5)},
    "test_one_pays": "passed",
    "The site answers": "passed",
}


@dataclass(frozen=True)
class Project:
    """Somebody's project, in an environment with all these plugins."""

    path: Path
    python: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.python), "-m", "pytest", *OFF, *arguments]
        ours = re.compile("PYTEST_|PYTHONPATH|CI$|FORCE_COLOR|NO_COLOR|PY_COLORS")
        kept = {key: value for key, value in os.environ.items() if not ours.match(key)}
        return subprocess.run(command, cwd=self.path, env=kept, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The Python of an environment that has the neighbours, and grokbatch with all it needs from this one."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "neighbours"
    found = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    with FileLock(f"{folder}.lock"):
        if not (folder / "ready").exists():
            venv.create(folder, with_pip=True)
            subprocess.run([found, "-m", "pip", "install", "-q", *PACKAGES], check=True)
            of = "import sysconfig; print(sysconfig.get_path('purelib'))"
            site = subprocess.run([found, "-c", of], check=True, capture_output=True, text=True).stdout.strip()
            here = sysconfig.get_path("purelib")
            Path(site, "this_environment.pth").write_text(f"import site; site.addsitedir({here!r})\n")
            (folder / "ready").touch()
    return found


@pytest.fixture
def url() -> Iterator[str]:
    """A site that answers."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def project(tmp_path: Path, python: Path, url: str) -> Project:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content.format(url=url) if "tavern" in name else content)
    return Project(tmp_path, python)


def outcomes(file: Path) -> dict[str, str]:
    """Return what a junit file says of each test."""
    words = {"failure": "failed", "error": "failed", "skipped": "skipped"}
    cases = ET.parse(file).getroot().iter("testcase")  # noqa: S314 - pytest has just written it
    return {case.get("name", ""): next((words[e.tag] for e in case if e.tag in words), "passed") for case in cases}


def lines(text: str) -> list[str]:
    """Return what was printed but for times, addresses, and the list of plugins, on which we stand."""
    kept = [line for line in text.splitlines() if not line.startswith("plugins: ")]
    return [re.sub(r"0x[0-9a-f]+|\d+\.\d+|=+|-\d{4}-.*|\b\d{9,}\b", "#", line) for line in kept]


ALL = ["--alluredir=allure", "--cov=mine", "--randomly-seed=7", "--junitxml=junit.xml"]


@pytest.mark.parametrize("mode", ["-n0", "-n2"])
def test_every_neighbour_works_as_it_does_without_us(project: Project, mode: str) -> None:
    """tavern, pytest-bdd, -randomly, -timeout, -rerunfailures, -sugar, -cov and allure-pytest, all at once."""
    calls = {}
    # What is to come of each test is known; what is printed is the same each time in one process only.
    ways: dict[str, list[str]] = {"with": []} | ({"without": ["-p", "no:grokbatch"]} if mode == "-n0" else {})
    for name, more in ways.items():
        calls[name] = project.run(mode, *ALL, *more)
        assert outcomes(project.path / "junit.xml") == OUTCOMES, calls[name].stdout
        assert "1 rerun" in calls[name].stdout
        assert re.search(r"^mine\.py +2 +0 +100%", calls[name].stdout, re.MULTILINE)
        assert "Timeout (>0.5s) from pytest-timeout" in calls[name].stdout
        results = [path for path in (project.path / "allure").iterdir() if path.name.endswith("-result.json")]
        assert len(results) >= len(OUTCOMES)
        left = {path.name for path in project.path.iterdir()}
        assert left <= {*FILES, "tests", "allure", ".coverage", "junit.xml", ".pytest_cache", "__pycache__"}
        shutil.rmtree(project.path / "allure")
        shutil.rmtree(project.path / ".pytest_cache")
    assert {call.returncode for call in calls.values()} == {1}
    if "without" in calls:
        assert lines(calls["with"].stdout) == lines(calls["without"].stdout)


@pytest.mark.parametrize("mode", ["-n0", "-n2"])
def test_a_tavern_file_is_taverns_when_it_is_named(project: Project, mode: str) -> None:
    result = project.run(mode, "tests/test_api.tavern.yaml", "--junitxml=junit.xml")
    assert result.returncode == 0, result.stdout
    assert outcomes(project.path / "junit.xml") == {"The site answers": "passed"}


@pytest.mark.parametrize("more", [[], ["--force-sugar"]], ids=["plain", "sugar"])
def test_a_batch_runs_beside_all_of_them(project: Project, more: list[str]) -> None:
    """A limit for tests does not cut a video off, and nobody writes its prompt down."""
    shutil.copy(STUB, project.path / "conftest.py")
    (project.path / "script.json").write_text('{"seconds": 1.5, "video-002": ["RAISE"]}')
    (project.path / "cats.yaml").write_text(
        f"permalink: {PERMALINK}\nprompt: {PROMPT}\ncount: 3\nsite: demo\ndownload: false\n"
    )
    options = ["--timeout=1", "--alluredir=allure", "--cov=mine", "--junitxml=junit.xml", *more]
    result = project.run("-n2", "cats.yaml", *options)
    assert outcomes(project.path / "junit.xml") == {
        "video-001": "passed",
        "video-002": "failed",
        "video-003": "passed",
    }, result.stdout
    assert "2 completed" in result.stdout
    holders = {path.name for path in project.path.rglob("*") if path.is_file() and PROMPT.encode() in path.read_bytes()}
    assert holders == {"cats.yaml", "manifest.json"}
