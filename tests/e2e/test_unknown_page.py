"""A page that nobody has taught grokbatch, in a real run with real browsers."""

from __future__ import annotations

from tests.browser.odd_site import OddSite
from tests.e2e.user import PERMALINK, PROMPT, User

IMPATIENT = """
import pytest
from grokbatch.site.page.timeouts import Timeouts

@pytest.fixture(scope="session")
def page_timeouts():
    return Timeouts(controls=1.0)
"""


def test_a_page_without_any_known_control_costs_one_browser_and_one_video(user: User) -> None:
    """One browser looks at the page, nothing is submitted, and a folder of evidence says what to type."""
    (user.path / "conftest.py").write_text(IMPATIENT)
    with OddSite(blank=True) as site:
        origin = site.address.removesuffix("/imagine/post/p1")
        code, said = user.run("cats.yaml", "-n2", "--site", origin, "--set", "keep_profiles=true")
    assert code == 1, said
    assert not site.submits
    assert sorted(user.statuses().values()) == ["FAILED", "PENDING", "PENDING", "PENDING"]
    assert len(list((user.run_directory() / "worker-profiles").iterdir())) == 1, "one browser was opened"
    learn = f"grokbatch learn {PERMALINK} --account me --site {origin}"
    [bundle] = (user.run_directory() / "debug").iterdir()
    summary = (bundle / "summary.txt").read_text()
    assert learn in summary
    assert "1. " in summary
    assert 'the control "prompt" was not found' in said
    assert learn in said
    assert PROMPT not in said
    assert f"debug/{bundle.name}/summary.txt" in said
    assert f"debug/{bundle.name}/" in (user.run_directory() / "report.html").read_text()
