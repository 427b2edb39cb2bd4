"""Makes the pictures of the README from a real run on the demo site: `python docs/make_pictures.py`.

Needs tmux, which draws the terminal, and a browser that grokbatch finds. Maintainers run it when the looks change.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.machine import this_machine
from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import DemoSite

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
COLUMNS, LINES = 104, 30
BATCH = """\
permalink: https://grok.com/imagine/post/0f8b1c2d-3e4f-4a5b-8c6d-7e8f90a1b2c3
prompt: The camera glides slowly over the hills towards the sea.
count: 24
headed: false
"""
SCENARIO = Scenario.model_validate(
    {
        "generation": {"min": 3, "max": 9},
        "quota": 20,
        "limit_style": "http429",
        "retry_after": 7200,
        "outcomes": {"5": {"kind": "moderated", "at": 63}, "9": {"kind": "generation_error", "at": 44}},
    }
)


@contextmanager
def terminal(name: str) -> Iterator[list[str]]:
    """Yield the start of a command to tmux; the session ends with the block."""
    tmux = ["tmux", "-L", name]
    subprocess.run([*tmux, "new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), "sh"], check=True)
    try:
        yield tmux
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


def screen(tmux: list[str]) -> str:
    """Return what the terminal shows, with its colours."""
    return subprocess.run([*tmux, "capture-pane", "-p", "-e"], check=True, capture_output=True, text=True).stdout


def wait_for(tmux: list[str], words: str, seconds: float = 180) -> str:
    """Return the screen once it holds `words`."""
    end = time.monotonic() + seconds
    while words not in (shown := screen(tmux)):
        if time.monotonic() > end:
            raise SystemExit(f"the terminal never showed {words!r}:\n{shown}")
        time.sleep(0.1)
    return shown


def draw(shown: str, target: Path, title: str) -> None:
    """Write a terminal's screen as SVG."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(shown.rstrip()))
        console.save_svg(str(target), title=title)


def run_batch(site: DemoSite, folder: Path) -> Path:
    """Run a batch on `site` in a terminal, draw the terminal on the way, and return the report."""
    (folder / "batches").mkdir()
    (folder / "batches" / "landscape.yaml").write_text(BATCH)
    account = folder / "home" / "accounts" / "default"
    (account / "profile").mkdir(parents=True)
    (account / "session-cookies.json").write_text(json.dumps(site.session_cookies()))
    command = f"{sys.executable} -m pytest batches/landscape.yaml -n 4 --site {site.origin}"
    settings = f"cd {folder}; export PS1='$ ' GROKBATCH_HOME=home; alias pytest='{sys.executable} -m pytest'; clear"
    with terminal("grokbatch-pictures") as tmux:
        subprocess.run([*tmux, "send-keys", settings, "Enter"], check=True)
        subprocess.run([*tmux, "send-keys", command, "Enter"], check=True)
        shown = wait_for(tmux, " 12/24")
        first = next(number for number, line in enumerate(shown.splitlines()) if "video-001" in line)
        lines = ["$ pytest batches/landscape.yaml -n 4", *shown.splitlines()[first:]]
        draw("\n".join(lines), HERE / "run.svg", "grokbatch")
        wait_for(tmux, "resume with")
    return folder / "reports" / "landscape"


def photograph(page_file: Path, target: Path, words: str, height: int = 900) -> None:
    """Write a screenshot of a page once it shows `words`; `height` in pixels."""
    browser = find_browser(this_machine())
    if browser is None:
        raise SystemExit("no browser found")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser.executable)
        page = opened.new_page(viewport={"width": 1200, "height": height})
        page.goto(page_file.as_uri())
        page.get_by_text(words, exact=True).first.wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=target)
        opened.close()


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as name, DemoSite(SCENARIO) as site:
        made = run_batch(site, Path(name))
        photograph(made / "report.html", HERE / "report.png", "video-001", 1200)
        photograph(made / "wall.html", HERE / "wall.png", "24 videos")


if __name__ == "__main__":
    main()
